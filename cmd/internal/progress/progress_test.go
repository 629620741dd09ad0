package progress

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"canto/runtime/history"

	"github.com/google/go-cmp/cmp"
)

func iteration(i int) *history.Branch { return &history.Branch{Index: i} }

// mapEvents are those of a Map of four, which fails in the third iteration, is
// retried, and then goes well.
func mapEvents() []history.Event {
	list := []history.Event{
		{Type: history.ExecutionStarted},
		{Type: history.TaskStateEntered, Name: "Links"},
		{Type: history.LambdaFunctionFailed, Name: "Links", Info: &history.Info{Error: "Busy"}, Millis: 1000},
		{Type: history.TaskStateExited, Name: "Links", Millis: 2000},
		{Type: history.MapStateEntered, Name: "Each", Millis: 2000},
	}
	for attempt := range 2 {
		list = append(list, history.Event{Type: history.MapStateStarted, Name: "Each", Info: &history.Info{Length: 4}, Millis: 2000})
		for i := range 4 {
			list = append(list, history.Event{Type: history.TaskStateEntered, Name: "Ask", Branch: iteration(i), Millis: 2000})
		}
		for i := range 4 {
			e := history.Event{Type: history.MapIterationSucceeded, Name: "Each", Index: int32(i), Branch: iteration(i), Millis: 3000}
			if attempt == 0 && i >= 2 {
				e.Type = []history.Type{history.MapIterationFailed, history.MapIterationAborted}[i-2]
			}
			list = append(list, e)
		}
	}
	list = append(list, history.Event{Type: history.MapStateExited, Name: "Each", Millis: 3000}, history.Event{Type: history.PassStateEntered, Name: "Done", Millis: 3000})
	for i := range list {
		list[i].ID = i + 1
	}
	return list
}

func TestLinesTellWhatGoesOn(t *testing.T) {
	var out strings.Builder
	l := &lines{w: &out, board: newBoard()}
	for _, e := range mapEvents() {
		l.Observe(e)
	}
	const want = `      0s  Links
      1s  Links: failed: Busy
      2s  Each: 4 items
      3s  Each: 1 of 4 done, 0 failed
      3s  Each: 2 of 4 done, 0 failed
      3s  Each: 2 of 4 done, 1 failed
      2s  Each: 4 items
      3s  Each: 1 of 4 done, 0 failed
      3s  Each: 2 of 4 done, 0 failed
      3s  Each: 3 of 4 done, 0 failed
      3s  Each: 4 of 4 done, 0 failed
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestTheBoardKnowsWhatRuns(t *testing.T) {
	b := newBoard()
	var seen []string
	for _, e := range mapEvents() {
		b.take(e)
		if now := b.running(); len(seen) == 0 || seen[len(seen)-1] != now {
			seen = append(seen, now)
		}
	}
	want := []string{"", "Links", "", "Each", "Ask", "Ask ×2", "Ask ×3", "Ask ×4", "Ask ×3", "Ask ×2", "Ask",
		"Each", "Ask", "Ask ×2", "Ask ×3", "Ask ×4", "Ask ×3", "Ask ×2", "Ask", "Each", "", "Done"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

func TestInnerMapsAreCountedTogether(t *testing.T) {
	b := newBoard()
	for i := range 3 {
		b.take(history.Event{Type: history.MapStateEntered, Name: "Inner", Branch: iteration(i)})
		b.take(history.Event{Type: history.MapStateStarted, Branch: iteration(i), Info: &history.Info{Length: 2}})
	}
	b.take(history.Event{Type: history.MapIterationSucceeded, Name: "Inner", Branch: &history.Branch{Parent: iteration(1), Index: 0}})
	if got := *b.maps["Inner"]; got != (counts{total: 6, done: 1}) {
		t.Errorf("the board counts %+v, want 1 of 6", got)
	}
}

func TestIterationsThatWereAbortedHaveNotFailed(t *testing.T) {
	b := newBoard()
	for _, e := range mapEvents()[:14] { // the first attempt
		b.take(e)
	}
	if got := *b.maps["Each"]; got != (counts{total: 4, done: 2, failed: 1}) {
		t.Errorf("the board counts %+v, want 2 of 4 and 1 failed", got)
	}
}

// loop are the events of a Map that has a Map in each of its two iterations, of which
// all but the last end; then the outer one is entered anew, with one iteration.
func loop() []history.Event {
	list := []history.Event{
		{Type: history.MapStateEntered, Name: "Outer"},
		{Type: history.MapStateStarted, Name: "Outer", Info: &history.Info{Length: 2}},
	}
	for i := range 2 {
		list = append(list,
			history.Event{Type: history.MapStateEntered, Name: "Inner", Branch: iteration(i)},
			history.Event{Type: history.MapStateStarted, Name: "Inner", Branch: iteration(i), Info: &history.Info{Length: 3}},
			history.Event{Type: history.MapIterationSucceeded, Name: "Inner", Branch: &history.Branch{Parent: iteration(i), Index: 0}},
			history.Event{Type: history.MapStateExited, Name: "Inner", Branch: iteration(i)},
			history.Event{Type: history.MapIterationSucceeded, Name: "Outer", Branch: iteration(i)},
		)
	}
	return append(list,
		history.Event{Type: history.MapStateExited, Name: "Outer"},
		history.Event{Type: history.MapStateEntered, Name: "Outer"},
		history.Event{Type: history.MapStateStarted, Name: "Outer", Info: &history.Info{Length: 1}},
	)
}

func TestAnotherVisitOfAMapCountsAnew(t *testing.T) {
	b := newBoard()
	events := loop()
	for _, e := range events[:len(events)-1] {
		b.take(e)
	}
	want := map[string]*counts{"Outer": {total: 2, done: 2}, "Inner": {total: 6, done: 2}}
	if diff := cmp.Diff(want, b.maps, cmp.AllowUnexported(counts{})); diff != "" {
		t.Errorf("the first visit: %s", diff)
	}
	b.take(events[len(events)-1])
	want = map[string]*counts{"Outer": {total: 1}, "Inner": {}}
	if diff := cmp.Diff(want, b.maps, cmp.AllowUnexported(counts{})); diff != "" {
		t.Errorf("the second visit: %s", diff)
	}
}

func TestItemsThatAreNotReadYetAreNotCounted(t *testing.T) {
	var out strings.Builder
	l := &lines{w: &out, board: newBoard()}
	for i, e := range []history.Event{
		{Type: history.MapStateEntered, Name: "Each"},
		{Type: history.MapStateStarted, Name: "Each", Info: &history.Info{}},
		{Type: history.MapRunStarted, Name: "Each", Info: &history.Info{MapRunARN: "arn"}},
		{Type: history.MapRunSucceeded, Name: "Each"},
	} {
		e.ID = i + 1
		l.Observe(e)
	}
	if got := out.String(); got != "      0s  Each\n" {
		t.Errorf("the lines are\n%swant the name of the Map alone", got)
	}
	if got := l.board.maps["Each"].tally(false); got != "" {
		t.Errorf("the bar says %q, want nothing", got)
	}
}

// shared is a buffer that several goroutines may write to.
type shared struct {
	mu sync.Mutex
	bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.Write(p)
}

func TestBarsShowEveryMap(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	var out shared
	b := newBars(&out)
	for _, e := range mapEvents() {
		b.Observe(e)
	}
	b.Close()
	if got := out.String(); !strings.Contains(got, "Each") || !strings.Contains(got, "4 of 4 done") || strings.Contains(got, "\x1b[31m") {
		t.Errorf("the bars are\n%q\nwant one of Each, without colour", got)
	}
}

// A bar draws itself while the counts move on: neither may wait for the other.
func TestBarsDoNotBlockTheRun(t *testing.T) {
	b := newBars(io.Discard)
	for range 500 {
		for _, e := range mapEvents() {
			b.Observe(e)
		}
	}
	b.Close()
}

func TestShortRunsShowNothing(t *testing.T) {
	var out shared
	b := newBars(&out)
	b.Observe(history.Event{ID: 1, Type: history.ExecutionStarted})
	b.Close()
	if out.Len() > 0 {
		t.Errorf("the bars are %q, want nothing", out.String())
	}
}

func TestTalliesAreRedWhereAllowed(t *testing.T) {
	c := &counts{total: 5, done: 3, failed: 1}
	if got := c.tally(true); got != "3 of 5 done, \x1b[31m1 failed\x1b[0m" {
		t.Errorf("tally gives %q", got)
	}
	if got := c.tally(false); got != "3 of 5 done, 1 failed" {
		t.Errorf("tally gives %q", got)
	}
}

func TestDurationsHaveThreeDigitsOrSo(t *testing.T) {
	cases := map[time.Duration]string{
		0: "0s", 1499 * time.Nanosecond: "1µs", 123456 * time.Nanosecond: "123µs", 12345678 * time.Nanosecond: "12.3ms",
		1234567 * time.Microsecond: "1.23s", 7*24*time.Hour + 1500*time.Millisecond: "168h0m2s",
	}
	for d, want := range cases {
		if got := Round(d); got != want {
			t.Errorf("%v is told as %s, want %s", d, got, want)
		}
	}
}
