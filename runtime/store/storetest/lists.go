package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"canto/runtime/store"
)

// run is the first turn of an execution that started so many seconds after at.
func run(id string, seconds int, change ...func(*store.Begin)) store.Turn {
	t := begin(id)
	t.Begin.Name, t.Begin.Start = "name of "+id, at.Add(time.Duration(seconds)*time.Second)
	for _, f := range change {
		f(t.Begin)
	}
	return t
}

// over is the last turn of an execution that ended so many seconds after at.
func over(id, status string, seconds int) store.Turn {
	return store.Turn{ID: id, End: &store.End{Status: status, Stop: at.Add(time.Duration(seconds) * time.Second)}}
}

func ofMachine(arn string) func(*store.Begin) { return func(b *store.Begin) { b.MachineARN = arn } }
func ofMapRun(arn string) func(*store.Begin)  { return func(b *store.Begin) { b.MapRunARN = arn } }

func released(version, alias string) func(*store.Begin) {
	return func(b *store.Begin) { b.VersionARN, b.AliasARN = version, alias }
}

func list(t *testing.T, s store.Store, q store.Query) []store.Summary {
	t.Helper()
	found, err := s.List(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func ids(found []store.Summary) []string {
	out := []string{}
	for _, x := range found {
		out = append(out, x.ID)
	}
	return out
}

func expectListed(t *testing.T, s store.Store, q store.Query, want ...string) {
	t.Helper()
	if got := ids(list(t, s, q)); !slices.Equal(got, append([]string{}, want...)) {
		t.Errorf("the list of %+v is %q, want %q", q, got, want)
	}
}

func redriven(t *testing.T, s store.Store) {
	commit(t, s, begin("arn:1"), last("arn:1"))
	commit(t, s, redrive("arn:1", 1))
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1"), last("arn:1"), redrive("arn:1", 1)))
	expectListed(t, s, store.Query{Machine: "arn:m", Status: store.Running}, "arn:1")
	expectListed(t, s, store.Query{Machine: "arn:m", Status: "FAILED"})
	expectOpen(t, s, "arn:1")
	if n := prune(t, s, at.Add(time.Hour*24)); n != 0 {
		t.Errorf("Prune forgets %d, one of which runs again", n)
	}
	commit(t, s, over("arn:1", "SUCCEEDED", 8000))
	expect(t, load(t, s, "arn:1"), saved(begin("arn:1"), last("arn:1"), redrive("arn:1", 1), over("arn:1", "SUCCEEDED", 8000)))
	expectListed(t, s, store.Query{Machine: "arn:m", Status: "SUCCEEDED"}, "arn:1")
	expectOpen(t, s)
	commit(t, s, redrive("arn:1", 2), over("arn:1", "ABORTED", 9000))
	if got := list(t, s, store.Query{Machine: "arn:m"})[0]; got.Redrive == nil || got.Redrive.Count != 2 || !got.Redrive.At.Equal(at.Add(4*time.Hour)) || got.Status != "ABORTED" {
		t.Errorf("after two redrives the list has %+v", got)
	}
}

func finds(t *testing.T, s store.Store) {
	if _, err := s.Find(t.Context(), "arn:1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Find of what never began gives %v, want ErrNotFound", err)
	}
	first := run("arn:1", 3, released("arn:m:1", "arn:m:live"), func(b *store.Begin) {
		b.Express, b.Items, b.Parent, b.Origin, b.TraceHeader, b.Case, b.Revision = true, 7, "arn:0", "#1.1", "Root=1", "arn:m#Case", `{"a":  "<b>"}`
	})
	commit(t, s, first, turn("arn:1", 1), last("arn:1"), redrive("arn:1", 1), last("arn:1"))
	whole := load(t, s, "arn:1")
	whole.Answers, whole.Events = nil, nil
	got, err := s.Find(t.Context(), "arn:1")
	if err != nil {
		t.Fatal(err)
	}
	expect(t, got, whole)
	if diff := gocmp.Diff(*first.Begin, got.Begin); diff != "" {
		t.Errorf("the beginning differs (-want +got):\n%s", diff)
	}
	got.End.Status, got.Redrive.Count = "changed", 9
	again, err := s.Find(t.Context(), "arn:1")
	if err != nil {
		t.Fatal(err)
	}
	expect(t, again, whole)
}

// paged reads a list page by page.
func paged(t *testing.T, s store.Store, q store.Query) []store.Summary {
	t.Helper()
	var all []store.Summary
	for {
		page := list(t, s, q)
		if q.Limit > 0 && len(page) > q.Limit {
			t.Fatalf("a page of %d has %d", q.Limit, len(page))
		}
		all = append(all, page...)
		if len(page) < q.Limit || q.Limit == 0 {
			return all
		}
		q.After = page[len(page)-1].Cursor
	}
}

func pages(t *testing.T, s store.Store) {
	var order []int
	second := func(i int) int { return (i * 7 % 25) / 3 } // not in the order of beginning, and up to three in one moment
	for i := range 25 {
		commit(t, s, run(fmt.Sprintf("arn:%02d", i), second(i)))
		order = append(order, i)
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Or(second(j)-second(i), j-i) }) // the last first; of one moment, the last that began
	var want []string
	for _, i := range order {
		want = append(want, fmt.Sprintf("arn:%02d", i))
	}
	for _, limit := range []int{0, 1, 2, 7, 24, 25, 26, 1000} {
		for _, q := range []store.Query{{Machine: "arn:m"}, {}, {Machine: "arn:m", Status: store.Running}} {
			q.Limit = limit
			if got := ids(paged(t, s, q)); !slices.Equal(got, want) {
				t.Errorf("in pages of %d the list is %q, want %q", limit, got, want)
			}
		}
	}
	expectListed(t, s, store.Query{Machine: "arn:m", Limit: 2}, want[:2]...)
}

func filters(t *testing.T, s store.Store) {
	commit(t, s,
		run("arn:1", 1, released("arn:m:1", "")), run("arn:2", 2, released("arn:m:1", "arn:m:live")), run("arn:3", 3, released("arn:m:2", "arn:m:live")),
		run("arn:4", 4), run("arn:5", 5, ofMachine("arn:other")),
		run("arn:6", 6, ofMapRun("arn:map")), run("arn:7", 7, ofMapRun("arn:map"), released("arn:m:1", "arn:m:live")), run("arn:8", 8, ofMapRun("arn:map2")),
		over("arn:2", "SUCCEEDED", 20), over("arn:4", "FAILED", 20), over("arn:6", "FAILED", 20), over("arn:7", "FAILED", 20), redrive("arn:7", 1), over("arn:7", "FAILED", 30))
	yes, no := true, false
	for _, c := range []struct {
		q    store.Query
		want []string
	}{
		{store.Query{}, []string{"arn:5", "arn:4", "arn:3", "arn:2", "arn:1"}},
		{store.Query{Status: "FAILED"}, []string{"arn:4"}},
		{store.Query{Machine: "arn:m"}, []string{"arn:4", "arn:3", "arn:2", "arn:1"}},
		{store.Query{Machine: "arn:m", Status: store.Running}, []string{"arn:3", "arn:1"}},
		{store.Query{Machine: "arn:m", Status: "SUCCEEDED"}, []string{"arn:2"}},
		{store.Query{Machine: "arn:m", Status: "succeeded"}, nil},
		{store.Query{Machine: "arn:other"}, []string{"arn:5"}},
		{store.Query{Machine: "arn:none"}, nil},
		{store.Query{Version: "arn:m:1"}, []string{"arn:2", "arn:1"}},
		{store.Query{Machine: "arn:m", Version: "arn:m:1", Status: store.Running}, []string{"arn:1"}},
		{store.Query{Machine: "arn:other", Version: "arn:m:1"}, nil},
		{store.Query{Alias: "arn:m:live"}, []string{"arn:3", "arn:2"}},
		{store.Query{Alias: "arn:m:live", Version: "arn:m:2"}, []string{"arn:3"}},
		{store.Query{Alias: "arn:m:live", Status: "SUCCEEDED"}, []string{"arn:2"}},
		{store.Query{MapRun: "arn:map"}, []string{"arn:7", "arn:6"}},
		{store.Query{MapRun: "arn:map", Status: "FAILED"}, []string{"arn:7", "arn:6"}},
		{store.Query{MapRun: "arn:map", Status: store.Running}, nil},
		{store.Query{MapRun: "arn:map", Machine: "arn:m"}, []string{"arn:7", "arn:6"}},
		{store.Query{MapRun: "arn:map", Machine: "arn:other"}, nil},
		{store.Query{MapRun: "arn:map", Redriven: &yes}, []string{"arn:7"}},
		{store.Query{MapRun: "arn:map", Redriven: &no}, []string{"arn:6"}},
		{store.Query{Machine: "arn:m", Redriven: &yes}, nil},
	} {
		expectListed(t, s, c.q, c.want...)
	}
	want := store.Summary{
		ID: "arn:2", Name: "name of arn:2", MachineARN: "arn:m", VersionARN: "arn:m:1", AliasARN: "arn:m:live",
		Status: "SUCCEEDED", Start: at.Add(2 * time.Second), Stop: at.Add(20 * time.Second),
	}
	got := list(t, s, store.Query{Status: "SUCCEEDED"})[0]
	if diff := gocmp.Diff(want, got, cmpopts.IgnoreFields(store.Summary{}, "Cursor"), cmpopts.EquateApproxTime(0)); diff != "" || got.Cursor == "" {
		t.Errorf("the summary has the cursor %q and differs (-want +got):\n%s", got.Cursor, diff)
	}
	if running := list(t, s, store.Query{Version: "arn:m:2"})[0]; !running.Stop.IsZero() || running.Redrive != nil {
		t.Errorf("the summary of one that runs is %+v", running)
	}
}

func goneCursor(t *testing.T, s store.Store) {
	for i := range 6 {
		id := fmt.Sprintf("arn:%d", i)
		commit(t, s, run(id, i), over(id, "FAILED", 100-i))
	}
	page := list(t, s, store.Query{Machine: "arn:m", Limit: 3}) // 5, 4 and 3, which ended first
	if n := prune(t, s, at.Add(98*time.Second)); n != 3 {
		t.Fatalf("Prune forgets %d, want 3", n)
	}
	expectListed(t, s, store.Query{Machine: "arn:m", After: page[2].Cursor}, "arn:2", "arn:1", "arn:0")
	expectListed(t, s, store.Query{Machine: "arn:m", Status: "FAILED", After: page[1].Cursor, Limit: 1}, "arn:2")
}

// pagesWhileOthersBegin: what was there before is listed once, whatever begins.
func pagesWhileOthersBegin(t *testing.T, s store.Store) {
	const before, more = 40, 60
	for i := range before {
		commit(t, s, run(fmt.Sprintf("old:%02d", i), i))
	}
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() {
		for i := range more {
			id := fmt.Sprintf("new:%02d", i)
			if err := s.Commit(t.Context(), run(id, i*13%before), over(fmt.Sprintf("old:%02d", i%before), "FAILED", 100)); err != nil {
				t.Error(err)
			}
		}
	})
	for range 10 {
		seen := map[string]int{}
		for _, x := range paged(t, s, store.Query{Machine: "arn:m", Limit: 3}) {
			seen[x.ID]++
		}
		for i := range before {
			if id := fmt.Sprintf("old:%02d", i); seen[id] != 1 {
				t.Fatalf("%s is listed %d times", id, seen[id])
			}
		}
		for id, n := range seen {
			if n != 1 {
				t.Fatalf("%s is listed %d times", id, n)
			}
		}
	}
}

func expectOpen(t *testing.T, s store.Store, want ...string) {
	t.Helper()
	got, err := s.Open(t.Context())
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("open are %q, %v, want %q", got, err, want)
	}
}

func opens(t *testing.T, s store.Store) {
	expectOpen(t, s)
	commit(t, s, run("arn:3", 9), run("arn:1", 5), run("arn:4", 7, ofMapRun("arn:map")), run("arn:2", 1), run("arn:5", 5))
	expectOpen(t, s, "arn:3", "arn:1", "arn:2", "arn:5")
	commit(t, s, over("arn:1", "FAILED", 10), over("arn:4", "FAILED", 10))
	expectOpen(t, s, "arn:3", "arn:2", "arn:5")
	commit(t, s, redrive("arn:1", 1), redrive("arn:4", 1))
	expectOpen(t, s, "arn:3", "arn:1", "arn:2", "arn:5")
}
