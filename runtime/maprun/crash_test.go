package maprun_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"canto/handlers"
	"canto/runtime"
	"canto/runtime/store"
	"canto/runtime/store/memory"

	"canto/asl/value"
)

// dying is a store that takes so many turns, and then no more: its engine is as good
// as dead.
type dying struct {
	*memory.Store
	left atomic.Int64
	once sync.Once
	dead chan struct{}
}

func (d *dying) Commit(ctx context.Context, turns ...store.Turn) error {
	if d.left.Add(-1) < 0 {
		d.once.Do(func() { close(d.dead) })
		<-ctx.Done()
		return ctx.Err()
	}
	return d.Store.Commit(ctx, turns...)
}

// tale is an execution that fails in a child of its Map Run, and is redriven.
type tale struct {
	registry *handlers.Registry
	mended   atomic.Bool
}

func newTale(t *testing.T) *tale {
	t.Helper()
	x := &tale{registry: handlers.NewRegistry()}
	err := x.registry.Register("f", handlers.HandlerFunc(func(_ context.Context, c handlers.Call) (value.Value, error) {
		if !x.mended.Load() && c.Input.Text() == "2" {
			return value.Value{}, errors.New("not yet")
		}
		return c.Input, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// tell runs the tale on from where the store has it, to its end or until the engine
// is closed.
func (x *tale) tell(ctx context.Context, e *runtime.Engine) (arn string, err error) {
	m, err := runtime.Parse("m", mapOf(`"MaxConcurrency":1`, standard+","+taskItem))
	if err != nil {
		return "", err
	}
	made, err := e.CreateStateMachine(ctx, runtime.StateMachine{Machine: m, Type: runtime.Standard})
	if err != nil {
		return "", err
	}
	arn = strings.Replace(made.ARN, ":stateMachine:", ":execution:", 1) + ":x"
	if _, err = e.DescribeExecution(ctx, arn); err != nil {
		if _, err = e.StartExecution(ctx, runtime.StartInput{StateMachine: made.ARN, Name: "x", Input: `[1,2,3]`}); err != nil {
			return arn, err
		}
	}
	for {
		if err := e.AwaitExecution(ctx, arn); err != nil {
			return arn, err
		}
		saved, err := e.DescribeExecution(ctx, arn)
		if err != nil || saved.End == nil || saved.End.Status == string(runtime.Succeeded) || saved.Redrive != nil {
			return arn, err
		}
		x.mended.Store(true)
		if _, err := e.RedriveExecution(ctx, arn, ""); err != nil {
			return arn, err
		}
	}
}

// told is what is known in the end: the history of the execution and of the children.
func (x *tale) told(t *testing.T, e *runtime.Engine, arn string) string {
	t.Helper()
	var b strings.Builder
	list := func(arn string) {
		events, err := e.GetExecutionHistory(t.Context(), arn, store.Page{From: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range events {
			fmt.Fprintf(&b, "%d<%d %s %s\n", ev.ID, ev.Previous, ev.Type, ev.Data)
		}
	}
	list(arn)
	runs, err := e.ListMapRuns(t.Context(), arn)
	if err != nil || len(runs) != 1 {
		t.Fatalf("the Map Runs are %v: %v", runs, err)
	}
	fmt.Fprintln(&b, runs[0].Status, runs[0].Redrives, runs[0].Executions, runs[0].Items)
	for i := range 3 {
		r := runs[0]
		children, err := e.ListExecutions(t.Context(), store.Query{MapRun: r.ARN})
		if err != nil || len(children) != 3 {
			t.Fatalf("the children are %v: %v", children, err)
		}
		for _, c := range children {
			if saved, err := e.DescribeExecution(t.Context(), c.ID); err == nil && saved.Begin.Input == fmt.Sprint(i+1) {
				list(c.ID)
			}
		}
	}
	return b.String()
}

func TestCrashAnywhereInARedrivenMapRunChangesNothing(t *testing.T) {
	whole := newTale(t)
	e := runtime.New(runtime.RealTime(), runtime.Functions(whole.registry))
	arn, err := whole.tell(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	want := whole.told(t, e, arn)
	e.Close()
	for turns := int64(0); ; turns++ {
		x := newTale(t)
		d := &dying{Store: &memory.Store{}, dead: make(chan struct{})}
		d.left.Store(turns)
		first := runtime.New(runtime.RealTime(), runtime.Functions(x.registry), runtime.Store(d))
		ended := make(chan error, 1)
		go func() { _, err := x.tell(t.Context(), first); ended <- err }()
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
			first.Close()
			return
		case <-d.dead:
		}
		first.Close()
		<-ended
		second := runtime.New(runtime.RealTime(), runtime.Functions(x.registry), runtime.Store(d.Store))
		if err := second.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := x.tell(t.Context(), second); err != nil {
			t.Fatalf("after turn %d: %v", turns, err)
		}
		if got := x.told(t, second, arn); got != want {
			t.Errorf("after turn %d:\n%s\nwant\n%s", turns, got, want)
		}
		second.Close()
	}
}
