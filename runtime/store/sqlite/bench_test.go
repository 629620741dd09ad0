package sqlite_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/store"
	"canto/runtime/store/sqlite"
	"canto/runtime/strand"
)

var began = time.Date(2026, time.January, 4, 0, 0, 1, 250e6, time.UTC)

const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:orders"

func arn(n int) string {
	return fmt.Sprintf("arn:aws:states:us-east-1:123456789012:execution:orders:%08x-5d2a-4a69-9a2b-%012d", uint32(n)*2654435761, n)
}

// execution is all that one of three states does in one turn: 8 events, 2 kB.
func execution(n int) store.Turn {
	at := began.Add(time.Duration(n) * time.Millisecond)
	t := store.Turn{
		ID: arn(n),
		Begin: &store.Begin{
			Engine: "0.1.0", Definition: `{"StartAt": "A"}`, Input: `{"order": 17, "lines": [1, 2, 3]}`, Name: fmt.Sprint("run-", n), RoleARN: "arn:role",
			MachineARN: machine, MachineName: "orders", Region: "us-east-1", Start: at, Seed: uint64(n),
			VersionARN: machine + ":1", AliasARN: machine + ":live",
		},
		End: &store.End{Status: []string{"SUCCEEDED", "FAILED"}[n%10/9], Output: `{"order": 17}`, Stop: at.Add(time.Second)},
	}
	if n%2 == 1 {
		t.Begin.MapRunARN, t.Begin.AliasARN, t.Begin.VersionARN = machine+"/map:1", "", ""
	}
	add := func(e history.Event) {
		e.ID, e.Previous, e.Millis, e.Data = len(t.Events)+1, len(t.Events), at.UnixMilli(), `{"order": 17, "lines": [1, 2, 3]}`
		t.Events = append(t.Events, e)
	}
	add(history.Event{Type: history.ExecutionStarted, Info: &history.Info{RoleARN: "arn:role"}})
	for _, name := range []string{"A", "B", "C"} {
		add(history.Event{Type: history.PassStateEntered, Name: name})
		add(history.Event{Type: history.PassStateExited, Name: name})
	}
	add(history.Event{Type: history.ExecutionSucceeded})
	return t
}

// step is a later turn: an answer and three events.
func step(n, k int) store.Turn {
	t := execution(n)
	id := fmt.Sprintf("#%d.1", k)
	return store.Turn{ID: t.ID, Events: t.Events[1:4], Answers: []strand.Answer{{ID: id, At: began, Kind: strand.Succeeded, Output: value.Raw(`{"order": 17}`)}}}
}

func create(b *testing.B) *sqlite.Store {
	return open(b, filepath.Join(b.TempDir(), "canto.db"))
}

func BenchmarkBegin(b *testing.B) {
	for _, clients := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			s := create(b)
			var n atomic.Int64
			b.SetParallelism((clients + 1) / 2)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if err := s.Commit(b.Context(), execution(int(n.Add(1)))); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}

func BenchmarkTurn(b *testing.B) {
	for _, clients := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			s := create(b)
			var n atomic.Int64
			b.SetParallelism((clients + 1) / 2)
			b.RunParallel(func(p *testing.PB) {
				own := int(n.Add(1))
				first := execution(own)
				first.End = nil
				if err := s.Commit(b.Context(), first); err != nil {
					b.Error(err)
				}
				for k := 1; p.Next(); k++ {
					if err := s.Commit(b.Context(), step(own, k)); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}

// BenchmarkRead asks a database with 100,000 executions that have ended, one of which is long.
func BenchmarkRead(b *testing.B) {
	const all, long, steps = 100_000, 55_555, 4000
	s := create(b)
	for n := 0; n < all; n += 500 {
		var turns []store.Turn
		for i := range 500 {
			turns = append(turns, execution(n+i))
			if n+i == long {
				for k := range steps {
					turns = append(turns, step(long, k))
				}
			}
		}
		if err := s.Commit(b.Context(), turns...); err != nil {
			b.Fatal(err)
		}
	}
	at := func(n int) string { // a cursor in the middle
		list, err := s.List(b.Context(), store.Query{Machine: machine, Limit: n})
		if err != nil || len(list) != n {
			b.Fatal(len(list), err)
		}
		return list[n-1].Cursor
	}(20_000)
	list := func(q store.Query) func(int) error {
		q.Limit = 100
		return func(int) error {
			got, err := s.List(b.Context(), q)
			if err == nil && len(got) != 100 && q.Status != store.Running {
				err = fmt.Errorf("a page of %d", len(got))
			}
			return err
		}
	}
	events := func(p store.Page) func(int) error {
		return func(int) error {
			got, err := s.Events(b.Context(), arn(long), p)
			if err == nil && len(got) != 100 {
				err = fmt.Errorf("a page of %d", len(got))
			}
			return err
		}
	}
	for _, c := range []struct {
		name string
		do   func(i int) error
	}{
		{"Find", func(i int) error { _, err := s.Find(b.Context(), arn(i*7919%all)); return err }},
		{"List/machine", list(store.Query{Machine: machine})},
		{"List/machine, after", list(store.Query{Machine: machine, After: at})},
		{"List/machine, failed", list(store.Query{Machine: machine, Status: "SUCCEEDED", After: at})},
		{"List/machine, none", list(store.Query{Machine: machine, Status: store.Running})},
		{"List/version", list(store.Query{Machine: machine, Version: machine + ":1", After: at})},
		{"List/alias, status", list(store.Query{Alias: machine + ":live", Status: "SUCCEEDED"})},
		{"List/map run", list(store.Query{MapRun: machine + "/map:1", After: at})},
		{"List/map run, failed", list(store.Query{MapRun: machine + "/map:1", Status: "FAILED"})},
		{"Events/middle", events(store.Page{From: 6000, Limit: 100})},
		{"Events/reverse", events(store.Page{From: 6000, Limit: 100, Reverse: true})},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				if err := c.do(i); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}
