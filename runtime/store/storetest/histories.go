package storetest

import (
	"errors"
	"slices"
	"testing"

	"canto/runtime/history"
	"canto/runtime/store"
)

// long begins an execution with a history of 23 events, in turns of unlike length.
func long(t *testing.T, s store.Store, id string) (all []int) {
	first := begin(id)
	commit(t, s, first)
	n := len(first.Events)
	for _, size := range []int{1, 0, 7, 1, 0, 0, 9, 3} {
		next := store.Turn{ID: id}
		for range size {
			n++
			next.Events = append(next.Events, history.Event{ID: n, Previous: n - 1, Type: history.PassStateEntered, Name: "P", Data: "{}", Millis: at.UnixMilli()})
		}
		commit(t, s, next)
	}
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

func numbers(t *testing.T, s store.Store, id string, p store.Page) []int {
	t.Helper()
	found, err := s.Events(t.Context(), id, p)
	if err != nil {
		t.Fatal(err)
	}
	var out []int
	for _, e := range found {
		out = append(out, e.ID)
	}
	return out
}

func events(t *testing.T, s store.Store) {
	long(t, s, "arn:0") // a neighbour on each side
	all := long(t, s, "arn:1")
	long(t, s, "arn:2")
	for from := 1; from <= len(all); from++ {
		down := slices.Clone(all[:from])
		slices.Reverse(down)
		for _, limit := range []int{0, 1, 2, 5, 22, 23, 24, 1000} {
			cut := func(want []int) []int {
				if limit > 0 && limit < len(want) {
					return want[:limit]
				}
				return want
			}
			if got, want := numbers(t, s, "arn:1", store.Page{From: from, Limit: limit}), cut(all[from-1:]); !slices.Equal(got, want) {
				t.Errorf("%d events from %d on are %v, want %v", limit, from, got, want)
			}
			if got, want := numbers(t, s, "arn:1", store.Page{From: from, Limit: limit, Reverse: true}), cut(down); !slices.Equal(got, want) {
				t.Errorf("%d events from %d down are %v, want %v", limit, from, got, want)
			}
		}
	}
	got, err := s.Events(t.Context(), "arn:1", store.Page{From: 1, Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, store.Saved{Events: got}, store.Saved{Events: begin("arn:1").Events})
	got[0].Data, got[1].Name = "changed", "changed"
	again, err := s.Events(t.Context(), "arn:1", store.Page{From: 1, Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, store.Saved{Events: again}, store.Saved{Events: begin("arn:1").Events})
}

func outside(t *testing.T, s store.Store) {
	if _, err := s.Events(t.Context(), "arn:1", store.Page{From: 1}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the events of what never began are %v, want ErrNotFound", err)
	}
	none := begin("arn:none")
	none.Events = nil
	commit(t, s, none)
	all := long(t, s, "arn:1")
	for _, from := range []int{-1, 0, len(all) + 1, 1 << 40} {
		for _, reverse := range []bool{false, true} {
			if got := numbers(t, s, "arn:1", store.Page{From: from, Limit: 3, Reverse: reverse}); len(got) > 0 {
				t.Errorf("from %d there are %v", from, got)
			}
		}
	}
	if got := numbers(t, s, "arn:none", store.Page{From: 1}); len(got) > 0 {
		t.Errorf("a history without events has %v", got)
	}
}
