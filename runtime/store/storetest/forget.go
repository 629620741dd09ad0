package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"canto/runtime/store"
)

func prune(t *testing.T, s store.Store, before time.Time) int {
	t.Helper()
	n, err := s.Prune(t.Context(), before)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func prunes(t *testing.T, s store.Store) {
	if n := prune(t, s, at); n != 0 {
		t.Errorf("Prune of an empty store forgets %d", n)
	}
	const many = 150
	for i := range many {
		id := fmt.Sprintf("arn:%03d", i)
		commit(t, s, run(id, i), turn(id, 1))
		if i%3 != 0 {
			commit(t, s, over(id, "FAILED", 1000-i))
		}
	}
	commit(t, s, run("arn:child", 1, ofMapRun("arn:map")), over("arn:child", "FAILED", 10))
	if n := prune(t, s, at.Add(900*time.Second)); n != 33+1 { // those after 100, and the child
		t.Errorf("Prune forgets %d, want 34", n)
	}
	var want []string
	for i := many - 1; i >= 0; i-- {
		id := fmt.Sprintf("arn:%03d", i)
		if i%3 != 0 && 1000-i < 900 {
			expectMissing(t, s, id)
			if _, err := s.Events(t.Context(), id, store.Page{From: 1}); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the events of %s are %v, want ErrNotFound", id, err)
			}
			continue
		}
		want = append(want, id)
	}
	expectListed(t, s, store.Query{Machine: "arn:m"}, want...)
	expectListed(t, s, store.Query{MapRun: "arn:map"})
	expect(t, load(t, s, "arn:001"), saved(run("arn:001", 1), turn("arn:001", 1), over("arn:001", "FAILED", 999)))
	if n := prune(t, s, at.Add(900*time.Second)); n != 0 {
		t.Errorf("a second Prune forgets %d", n)
	}
}

// prunesWithParents: a child goes with its parent, or after it.
func prunesWithParents(t *testing.T, s store.Store) {
	under := func(parent string) func(*store.Begin) { return func(b *store.Begin) { b.Parent = parent } }
	commit(t, s, run("arn:top", 0), run("arn:child", 1, under("arn:top"), ofMapRun("arn:map")), run("arn:grandchild", 2, under("arn:child")),
		run("arn:slow", 3, under("arn:child")), run("arn:stranger", 4, under("arn:nobody")),
		over("arn:grandchild", "FAILED", 10), over("arn:child", "FAILED", 11), over("arn:stranger", "FAILED", 11))
	soon, late := at.Add(50*time.Second), at.Add(500*time.Second)
	if n := prune(t, s, soon); n != 1 {
		t.Errorf("while it runs, Prune forgets %d, want the one whose parent is not there", n)
	}
	expectMissing(t, s, "arn:stranger")
	commit(t, s, over("arn:top", "FAILED", 60))
	if n := prune(t, s, soon); n != 0 {
		t.Errorf("while it is kept, Prune forgets %d", n)
	}
	if n := prune(t, s, late); n != 3 {
		t.Errorf("Prune forgets %d, want three with their parents", n)
	}
	expectListed(t, s, store.Query{}, "arn:slow")
	commit(t, s, over("arn:slow", "FAILED", 400))
	if n := prune(t, s, late); n != 1 {
		t.Errorf("Prune forgets %d, want the one that ended after its parent", n)
	}
}

// prunesWhileOthersCommit: commits fail at most because their execution is not there.
func prunesWhileOthersCommit(t *testing.T, s store.Store) {
	const executions = 60
	var all sync.WaitGroup
	for w := range 3 {
		all.Go(func() {
			for i := range executions {
				id := fmt.Sprintf("arn:%d:%d", w, i)
				if err := s.Commit(t.Context(), run(id, i), turn(id, 1), over(id, "FAILED", i%2)); err != nil {
					t.Error(err)
				}
				if got, err := s.Load(t.Context(), id); err != nil && !errors.Is(err, store.ErrNotFound) || err == nil && len(got.Events) != 3 {
					t.Errorf("Load gives %d events and %v", len(got.Events), err)
				}
			}
		})
	}
	total := 0
	for range 10 {
		total += prune(t, s, at.Add(time.Second))
	}
	all.Wait()
	total += prune(t, s, at.Add(time.Second))
	if total != 3*executions/2 {
		t.Errorf("%d were forgotten, want %d", total, 3*executions/2)
	}
	if left := list(t, s, store.Query{Machine: "arn:m"}); len(left) != 3*executions/2 {
		t.Errorf("%d are left, want %d", len(left), 3*executions/2)
	}
}

func forget(t *testing.T, s store.Store, machine string) {
	t.Helper()
	if err := s.Forget(t.Context(), machine); err != nil {
		t.Fatal(err)
	}
}

func forgets(t *testing.T, s store.Store) {
	forget(t, s, "arn:m")
	commit(t, s, run("arn:1", 1), run("arn:2", 2, released("arn:m:1", "arn:m:live")), run("arn:3", 3), run("arn:4", 4, ofMachine("arn:other")),
		run("arn:5", 5, ofMapRun("arn:map")), run("arn:6", 6, ofMapRun("arn:map")),
		over("arn:2", "FAILED", 9), over("arn:3", "FAILED", 9), over("arn:4", "FAILED", 9), over("arn:5", "FAILED", 9))
	forget(t, s, "arn:m")
	for _, id := range []string{"arn:2", "arn:3", "arn:5"} {
		expectMissing(t, s, id)
	}
	expectListed(t, s, store.Query{}, "arn:4", "arn:1")
	expectListed(t, s, store.Query{Version: "arn:m:1"})
	expectListed(t, s, store.Query{MapRun: "arn:map"}, "arn:6")
	expectOpen(t, s, "arn:1")
	commit(t, s, over("arn:1", "FAILED", 10))
	expectListed(t, s, store.Query{Machine: "arn:m"}, "arn:1")
}

// forgotten: the last turn of an EXPRESS execution says so.
func forgotten(t *testing.T, s store.Store) {
	forget := func(turn store.Turn) store.Turn { turn.Forget = true; return turn }
	whole := begin("arn:0")
	whole.End = last("arn:0").End
	commit(t, s, forget(whole))
	commit(t, s, begin("arn:1"), begin("arn:2"), turn("arn:1", 1), begin("arn:3"), forget(last("arn:3")), begin("arn:3"))
	commit(t, s, forget(last("arn:1")))
	expectMissing(t, s, "arn:0")
	expectMissing(t, s, "arn:1")
	expectOpen(t, s, "arn:2", "arn:3")
	expectListed(t, s, store.Query{Machine: "arn:m"}, "arn:3", "arn:2")
	expect(t, load(t, s, "arn:3"), saved(begin("arn:3")))
	if err := s.Commit(t.Context(), forget(begin("arn:2"))); !errors.Is(err, store.ErrExists) {
		t.Errorf("a second beginning, to be forgotten, gives %v, want ErrExists", err)
	}
	if err := s.Commit(t.Context(), begin("arn:4"), forget(last("arn:4")), last("arn:4")); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a turn after the last gives %v, want ErrNotFound", err)
	}
	expectMissing(t, s, "arn:4")
}

func beginsAgain(t *testing.T, s store.Store) {
	commit(t, s, begin("arn:1"), turn("arn:1", 1), last("arn:1"))
	forget(t, s, "arn:m")
	commit(t, s, begin("arn:1"))
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1")))
	expectListed(t, s, store.Query{Machine: "arn:m"}, "arn:1")
}

func put(t *testing.T, s store.Store, docs ...store.Document) {
	t.Helper()
	if err := s.Put(t.Context(), docs...); err != nil {
		t.Fatal(err)
	}
}

func expectDocuments(t *testing.T, s store.Store, kind string, want ...store.Document) {
	t.Helper()
	got, err := s.Documents(t.Context(), kind)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("the documents of %s are %q, %v, want %q", kind, got, err, want)
	}
}

func documents(t *testing.T, s store.Store) {
	doc := func(kind, key, text string) store.Document { return store.Document{Kind: kind, Key: key, Text: text} }
	put(t, s)
	expectDocuments(t, s, "machine")
	put(t, s, doc("machine", "b", `{ "n": 1.0, "s": "é\u2028" }`), doc("machine", "a", "1"), doc("machine", "B", "2"), doc("tag", "a", "3"), doc("machine", "", "4"))
	expectDocuments(t, s, "machine", doc("machine", "", "4"), doc("machine", "B", "2"), doc("machine", "a", "1"), doc("machine", "b", `{ "n": 1.0, "s": "é\u2028" }`))
	expectDocuments(t, s, "tag", doc("tag", "a", "3"))
	put(t, s, doc("machine", "a", "new"), doc("machine", "B", ""), doc("machine", "never", ""), doc("machine", "", ""), doc("tag", "b", "1"), doc("tag", "b", "2"))
	expectDocuments(t, s, "machine", doc("machine", "a", "new"), doc("machine", "b", `{ "n": 1.0, "s": "é\u2028" }`))
	expectDocuments(t, s, "tag", doc("tag", "a", "3"), doc("tag", "b", "2"))
}

func documentsTogether(t *testing.T, s store.Store) {
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for i := range 20 {
				text := fmt.Sprint(i)
				if err := s.Put(t.Context(), store.Document{Kind: fmt.Sprint(w), Key: "a", Text: text}, store.Document{Kind: fmt.Sprint(w), Key: "b", Text: text}); err != nil {
					t.Error(err)
				}
				got, err := s.Documents(t.Context(), fmt.Sprint((w+1)%4))
				if err != nil || len(got) == 2 && got[0].Text != got[1].Text {
					t.Errorf("half of what was put is there: %q, %v", got, err)
				}
			}
		})
	}
	all.Wait()
}
