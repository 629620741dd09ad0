package maprun_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

var errCrash = errors.New("crash")

// crashing is a store that is gone with each turn that it keeps.
type crashing struct{ *memory.Store }

func (c crashing) Commit(ctx context.Context, turns ...store.Turn) error {
	if err := c.Store.Commit(ctx, turns...); err != nil {
		return err
	}
	return errCrash
}

// A Map Run that is asked for again goes on with the children that the store has:
// what a task has answered is not asked for twice.
func TestCrashAtEachTurnChangesNothing(t *testing.T) {
	var calls atomic.Int64
	registry := handlers.NewRegistry()
	err := registry.Register("f", handlers.HandlerFunc(func(_ context.Context, c handlers.Call) (value.Value, error) {
		calls.Add(1)
		return c.Input, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	m, err := runtime.Parse("m.asl.json", mapOf(`"MaxConcurrency":1`, standard+`,"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}`))
	if err != nil {
		t.Fatal(err)
	}
	kept := crashing{new(memory.Store)}
	engine := func() *runtime.Engine { return runtime.New(runtime.Functions(registry), runtime.Journal(kept)) }
	run, err := engine().Run(t.Context(), m, value.Raw("[1,2,3]"))
	crashes := 0
	for ; errors.Is(err, errCrash); crashes++ {
		run, err = engine().Resume(t.Context(), m, run.ARN)
	}
	if err != nil {
		t.Fatal(err)
	}
	wantOutput(t, run, "[1,2,3]")
	if calls.Load() != 3 || crashes < 6 {
		t.Errorf("%d calls, after %d crashes", calls.Load(), crashes)
	}
}
