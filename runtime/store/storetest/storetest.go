// Package storetest is the contract of store.Store as tests: every store passes
// them. It keeps nothing itself.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/store"
	"canto/runtime/strand"
)

// Run tests a store. open gives an empty store each time; what has to be closed is
// closed by t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for name, test := range contract {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

var contract = map[string]func(t *testing.T, s store.Store){
	"what was never begun is not found":             neverBegun,
	"what was kept comes back as it was":            comesBack,
	"turns are kept in their order":                 inOrder,
	"an execution begins once":                      beginsOnce,
	"a turn needs a beginning":                      needsBeginning,
	"several executions in one commit":              several,
	"a commit is kept whole or not at all":          wholeOrNot,
	"nothing to keep is no error":                   nothing,
	"executions are apart":                          apart,
	"what was loaded is the caller's":               callersOwn,
	"what was committed is the store's":             storesOwn,
	"commits and loads at the same time":            concurrently,
	"of many that begin the same execution one may": oneBegins,
	"an error means that nothing was kept":          ended,
	"an execution that is redriven runs again":      redriven,
	"a find is a load without the turns":            finds,
	"lists have the last first, page by page":       pages,
	"lists have what was asked for":                 filters,
	"a cursor outlives its execution":               goneCursor,
	"pages while others begin":                      pagesWhileOthersBegin,
	"a history is read in pages both ways":          events,
	"events outside of a history are none":          outside,
	"what has not ended is open":                    opens,
	"prune forgets what ended before":               prunes,
	"prune keeps what a kept one asked for":         prunesWithParents,
	"prune while others commit":                     prunesWhileOthersCommit,
	"forget forgets what has ended of a machine":    forgets,
	"a last turn may forget its execution":          forgotten,
	"what was forgotten may begin again":            beginsAgain,
	"notices are kept with their turns until told":  notices,
	"documents are kept, replaced and forgotten":    documents,
	"documents are put at the same time":            documentsTogether,
}

var at = time.Date(2026, time.January, 4, 0, 0, 1, 250e6, time.UTC)

func begin(id string) store.Turn {
	return store.Turn{
		ID: id,
		Begin: &store.Begin{
			Engine: "0.1.0", Definition: "{ \"StartAt\": \"<A>\" }\n", Input: `{ "n": 0.0, "s": "é\u2028" }`,
			Name: "run-1", RoleARN: "arn:role", MachineARN: "arn:m", MachineName: "m", Region: "us-east-1",
			Start: at, Seed: 1<<64 - 1, NoLimits: true,
		},
		Events: []history.Event{
			{ID: 1, Type: history.ExecutionStarted, Data: `{ "n": 0.0 }`, Millis: at.UnixMilli(), Info: &history.Info{RoleARN: "arn:role"}},
			{ID: 2, Type: history.TaskStateEntered, Name: "A", Data: `{ "n": 0.0 }`, Millis: at.UnixMilli(), Branch: &history.Branch{Index: 3}},
		},
	}
}

// turn is the nth turn after the first.
func turn(id string, n int) store.Turn {
	return store.Turn{
		ID: id,
		Answers: []strand.Answer{
			{ID: fmt.Sprintf("/3#1.%d", n), At: at.Add(time.Duration(n) * time.Second), Kind: strand.Submitted, Output: value.Raw(fmt.Sprintf(`{ "Id": %d.0 }`, n))},
			{ID: fmt.Sprintf("/3#1.%d", n), At: at.Add(time.Duration(n) * time.Second), Kind: strand.Failed, Error: "E", Cause: "it <failed>\n\u2028"},
		},
		Events: []history.Event{
			{ID: n + 2, Previous: n + 1, Type: history.WaitStateEntered, Name: "W", Data: `[1,  2]`, Millis: at.UnixMilli()},
		},
	}
}

func last(id string) store.Turn {
	t := turn(id, 99)
	t.End = &store.End{Status: "FAILED", Error: "E", Cause: "why", Stop: at.Add(time.Hour)}
	return t
}

// redrive begins the execution anew for the nth time.
func redrive(id string, n int) store.Turn {
	t := turn(id, 100+n)
	t.Redrive = &store.Redrive{Count: n, At: at.Add(time.Duration(n) * 2 * time.Hour)}
	return t
}

func commit(t *testing.T, s store.Store, turns ...store.Turn) {
	t.Helper()
	if err := s.Commit(t.Context(), turns...); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, s store.Store, id string) store.Saved {
	t.Helper()
	saved, err := s.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// saved is what a store should have of turns of one execution.
func saved(turns ...store.Turn) store.Saved {
	out := store.Saved{ID: turns[0].ID, Begin: *turns[0].Begin}
	for _, t := range turns {
		out.Answers = append(out.Answers, t.Answers...)
		out.Events = append(out.Events, t.Events...)
		if t.Redrive != nil {
			out.Redrive, out.End = t.Redrive, nil
		}
		if t.End != nil {
			out.End = t.End
		}
	}
	out.Count = len(out.Events)
	return out
}

var sameText = cmp.Comparer(func(a, b value.Value) bool { return a.Text() == b.Text() })

func expect(t *testing.T, got, want store.Saved) {
	t.Helper()
	if diff := cmp.Diff(want, got, sameText, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("what came back differs (-want +got):\n%s", diff)
	}
}

func expectMissing(t *testing.T, s store.Store, id string) {
	t.Helper()
	if _, err := s.Load(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Load of %s gives %v, want ErrNotFound", id, err)
	}
}

func neverBegun(t *testing.T, s store.Store) {
	expectMissing(t, s, "arn:1")
	commit(t, s, begin("arn:1"))
	expectMissing(t, s, "arn:2")
}

func comesBack(t *testing.T, s store.Store) {
	commit(t, s, begin("arn:1"))
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1")))
	commit(t, s, last("arn:1"))
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1"), last("arn:1")))
}

func inOrder(t *testing.T, s store.Store) {
	all := []store.Turn{begin("arn:1")}
	for n := range 20 {
		all = append(all, turn("arn:1", 20-n)) // not by time, ID or number
	}
	commit(t, s, all[:5]...)
	for _, turn := range all[5:] {
		commit(t, s, turn)
	}
	expect(t, load(t, s, "arn:1"), saved(all...))
}

func beginsOnce(t *testing.T, s store.Store) {
	commit(t, s, begin("arn:1"), turn("arn:1", 1))
	if err := s.Commit(t.Context(), begin("arn:1")); !errors.Is(err, store.ErrExists) {
		t.Errorf("a second beginning gives %v, want ErrExists", err)
	}
	if err := s.Commit(t.Context(), begin("arn:2"), begin("arn:2")); !errors.Is(err, store.ErrExists) {
		t.Errorf("two beginnings in one commit give %v, want ErrExists", err)
	}
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1"), turn("arn:1", 1)))
	expectMissing(t, s, "arn:2")
}

func needsBeginning(t *testing.T, s store.Store) {
	if err := s.Commit(t.Context(), turn("arn:1", 1)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a turn of an execution that never began gives %v, want ErrNotFound", err)
	}
	expectMissing(t, s, "arn:1")
}

func several(t *testing.T, s store.Store) {
	commit(t, s, begin("arn:1"))
	commit(t, s, turn("arn:1", 1), begin("arn:2"), turn("arn:2", 1), last("arn:1"))
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1"), turn("arn:1", 1), last("arn:1")))
	expect(t, load(t, s, "arn:2"), saved(begin("arn:2"), turn("arn:2", 1)))
}

func wholeOrNot(t *testing.T, s store.Store) {
	commit(t, s, begin("arn:1"))
	for _, bad := range []store.Turn{turn("arn:none", 1), begin("arn:1")} {
		if err := s.Commit(t.Context(), turn("arn:1", 1), begin("arn:2"), bad, turn("arn:1", 2)); err == nil {
			t.Fatal("a commit with a turn that cannot be kept succeeds")
		}
		expect(t, load(t, s, "arn:1"), saved(begin("arn:1")))
		expectMissing(t, s, "arn:2")
	}
}

func nothing(t *testing.T, s store.Store) {
	commit(t, s)
	commit(t, s, begin("arn:1"), store.Turn{ID: "arn:1"})
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1")))
}

func apart(t *testing.T, s store.Store) {
	commit(t, s, begin("arn:1"), begin("arn:10"), begin("arn:1%"))
	commit(t, s, turn("arn:10", 1))
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1")))
	expect(t, load(t, s, "arn:1%"), saved(begin("arn:1%")))
}

func callersOwn(t *testing.T, s store.Store) {
	commit(t, s, begin("arn:1"), turn("arn:1", 1), begin("arn:2"), last("arn:2"))
	mine := load(t, s, "arn:1")
	mine.Answers[0].Cause, mine.Events[0].Name = "changed", "changed"
	mine.Answers = append(mine.Answers[:1], strand.Answer{ID: "mine"})
	mine.Begin.Name = "changed"
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1"), turn("arn:1", 1)))
	load(t, s, "arn:2").End.Status = "changed"
	expect(t, load(t, s, "arn:2"), saved(begin("arn:2"), last("arn:2")))

	before := load(t, s, "arn:1")
	commit(t, s, turn("arn:1", 2))
	expect(t, before, saved(begin("arn:1"), turn("arn:1", 1)))
}

func storesOwn(t *testing.T, s store.Store) {
	first, second := begin("arn:1"), last("arn:1")
	commit(t, s, first, second)
	first.Begin.Name, second.End.Status = "changed", "changed"
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1"), last("arn:1")))
}

// concurrently has writers, each of an execution of its own, and readers of all.
func concurrently(t *testing.T, s store.Store) {
	const executions, turns = 8, 20
	var all sync.WaitGroup
	for i := range executions {
		id := fmt.Sprintf("arn:%d", i)
		commit(t, s, begin(id))
		all.Go(func() {
			for n := range turns {
				if err := s.Commit(t.Context(), turn(id, n)); err != nil {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for range turns {
				if got, err := s.Load(t.Context(), id); err != nil || len(got.Answers)%2 != 0 {
					t.Errorf("Load gives %d answers and %v: part of a turn", len(got.Answers), err)
				}
			}
		})
	}
	all.Wait()
	for i := range executions {
		id := fmt.Sprintf("arn:%d", i)
		want := []store.Turn{begin(id)}
		for n := range turns {
			want = append(want, turn(id, n))
		}
		expect(t, load(t, s, id), saved(want...))
	}
}

func oneBegins(t *testing.T, s store.Store) {
	const many = 16
	outcomes := make([]error, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() { outcomes[i] = s.Commit(t.Context(), begin("arn:1")) })
	}
	all.Wait()
	began := 0
	for _, err := range outcomes {
		switch {
		case err == nil:
			began++
		case !errors.Is(err, store.ErrExists):
			t.Errorf("a late beginning gives %v, want ErrExists", err)
		}
	}
	if began != 1 {
		t.Errorf("%d began, want 1", began)
	}
}

// ended: whether a store looks at its context is its own affair, but an error has
// to mean that nothing was kept.
func ended(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Commit(ctx, begin("arn:1")); err != nil {
		expectMissing(t, s, "arn:1")
		return
	}
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1")))
}
