package memory_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"canto/runtime/history"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

var began = time.Date(2026, time.January, 4, 0, 0, 1, 250e6, time.UTC)

const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:orders"

func execution(n int) store.Turn {
	return store.Turn{
		ID: fmt.Sprintf("arn:aws:states:us-east-1:123456789012:execution:orders:%d", n),
		Begin: &store.Begin{
			Engine: "0.1.0", Name: fmt.Sprint("run-", n), MachineARN: machine, MachineName: "orders", Start: began.Add(time.Duration(n) * time.Millisecond),
		},
		Events: make([]history.Event, 8),
		End:    &store.End{Status: "SUCCEEDED", Stop: began.Add(time.Hour)},
	}
}

// BenchmarkCommit keeps executions that run in one turn, for 64 clients.
func BenchmarkCommit(b *testing.B) {
	s := &memory.Store{}
	var n atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if err := s.Commit(b.Context(), execution(int(n.Add(1)))); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkTurns keeps executions that end a turn after their beginning.
func BenchmarkTurns(b *testing.B) {
	s := &memory.Store{}
	var n atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			t := execution(int(n.Add(1)))
			end := store.Turn{ID: t.ID, End: t.End, Events: t.Events[6:]}
			t.End, t.Events = nil, t.Events[:6]
			if err := s.Commit(b.Context(), t); err != nil {
				b.Error(err)
			}
			if err := s.Commit(b.Context(), end); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkList reads a page of 100 in the middle of 100,000.
func BenchmarkList(b *testing.B) {
	s := &memory.Store{}
	for n := range 100_000 {
		if err := s.Commit(b.Context(), execution(n)); err != nil {
			b.Fatal(err)
		}
	}
	half, err := s.List(b.Context(), store.Query{Machine: machine, Limit: 50_000})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		page, err := s.List(b.Context(), store.Query{Machine: machine, Status: "SUCCEEDED", After: half[len(half)-1].Cursor, Limit: 100})
		if err != nil || len(page) != 100 {
			b.Fatal(len(page), err)
		}
	}
}
