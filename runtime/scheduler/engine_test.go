package scheduler

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"canto/runtime"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

// serve is one life of a server: an engine over the store, with its schedule, for an hour.
func serve(t *testing.T, kept store.Store, s Schedule) {
	t.Helper()
	engine := runtime.New(runtime.Store(kept), runtime.In("111122223333", "eu-north-1"))
	defer engine.Close()
	if err := engine.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	m, err := runtime.Parse("m.asl.json", `{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := engine.CreateStateMachine(t.Context(), runtime.StateMachine{Machine: m}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour-time.Second)
	defer cancel()
	scheduler := &Scheduler{Engine: engine, Documents: engine.Store(), Log: slog.New(slog.DiscardHandler)}
	if err := scheduler.Run(ctx, []Schedule{s}); err != nil {
		t.Fatal(err)
	}
}

func TestAFiringNeverHappensTwiceAcrossRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &memory.Store{}
		s := scheduled("rate(30 minutes)")
		s.Machine = "arn:aws:states:eu-north-1:111122223333:stateMachine:m"
		executions := func(want int) {
			t.Helper()
			list, err := kept.List(t.Context(), store.Query{Machine: s.Machine})
			if err != nil || len(list) != want {
				t.Errorf("%d executions, want %d: %v", len(list), want, err)
			}
		}
		serve(t, kept, s)
		executions(2)
		docs, err := kept.Documents(t.Context(), kind)
		if err != nil || len(docs) != 1 {
			t.Fatalf("kept: %v, %v", docs, err)
		}
		serve(t, kept, s) // goes on with the next
		executions(4)
		if err := kept.Put(t.Context(), docs...); err != nil { // the server was killed before it kept the last two
			t.Fatal(err)
		}
		serve(t, kept, s)
		executions(6)
	})
}
