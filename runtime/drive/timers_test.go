package drive

import (
	"slices"
	"testing"
	"time"
)

func TestTimersRingByTimeThenByTheOrderOfAsking(t *testing.T) {
	ts := newTimers()
	for i, seconds := range []int{3, 1, 2, 1, 3} {
		ts.add(&timer{key: key{epoch.Add(time.Duration(seconds) * time.Second), i}, id: string(rune('a' + i))})
	}
	if !ts.cancel("c") || ts.cancel("c") || ts.cancel("z") {
		t.Error("a timer is taken back once, and only if it is there")
	}
	var order []string
	for x := ts.first(); x != nil; x = ts.first() {
		order = append(order, x.id)
		ts.pop()
	}
	if want := []string{"b", "d", "a", "e"}; !slices.Equal(order, want) {
		t.Errorf("they ring as %v, want %v", order, want)
	}
}

func TestLimitOfAClosedCallDoesNotRing(t *testing.T) {
	ts := newTimers()
	c := &call{closed: true}
	ts.add(&timer{key: key{epoch, 1}, id: "x", call: c, error: "States.Timeout"})
	ts.add(&timer{key: key{epoch.Add(time.Hour), 2}, id: "y"})
	if got := ts.first(); got == nil || got.id != "y" {
		t.Errorf("the next is %v", got)
	}
}
