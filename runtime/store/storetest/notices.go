package storetest

import (
	"slices"
	"testing"

	"canto/runtime/store"
)

// telling adds notices to a turn.
func telling(t store.Turn, texts ...string) store.Turn {
	for _, text := range texts {
		t.Notices = append(t.Notices, store.Notice{Queue: text[:1], Text: text})
	}
	return t
}

// waiting expects these notices in a queue, and gives the ID of the last.
func waiting(t *testing.T, s store.Store, queue string, limit int, want ...string) (last int64) {
	t.Helper()
	all, err := s.Notices(t.Context(), queue, limit)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, n := range all {
		if n.ID <= last || n.Queue != queue {
			t.Errorf("after %d there is %+v", last, n)
		}
		texts, last = append(texts, n.Text), n.ID
	}
	if !slices.Equal(texts, want) {
		t.Errorf("in %s wait %q, want %q", queue, texts, want)
	}
	return last
}

func notices(t *testing.T, s store.Store) {
	waiting(t, s, "a", 10)
	commit(t, s, telling(begin("arn:1"), "a1", "b1"), telling(begin("arn:2"), "a2"), telling(turn("arn:1", 1), "a3 é\u2028\n", "b2"))
	if err := s.Commit(t.Context(), telling(begin("arn:3"), "a-"), begin("arn:1")); err == nil {
		t.Error("an execution begins twice")
	}
	gone := telling(last("arn:2"), "a4")
	gone.Forget = true
	commit(t, s, gone)
	two := waiting(t, s, "a", 2, "a1", "a2")
	waiting(t, s, "a", 10, "a1", "a2", "a3 é\u2028\n", "a4")
	for range 2 {
		if err := s.Told(t.Context(), "a", two); err != nil {
			t.Fatal(err)
		}
		waiting(t, s, "a", 10, "a3 é\u2028\n", "a4")
	}
	waiting(t, s, "b", 10, "b1", "b2")
	if err := s.Told(t.Context(), "a", waiting(t, s, "a", 10, "a3 é\u2028\n", "a4")); err != nil {
		t.Fatal(err)
	}
	waiting(t, s, "a", 10)
	commit(t, s, telling(turn("arn:1", 2), "a5"))
	waiting(t, s, "a", 10, "a5")
	if len(load(t, s, "arn:1").Events) != 4 {
		t.Error("notices are no part of an execution")
	}
}
