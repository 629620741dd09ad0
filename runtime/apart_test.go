package runtime_test

import (
	"context"
	goruntime "runtime"
	"testing"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
)

const branching = `{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"End":true}}}],"End":true}}}`

// whoever calls the engine may be locked to a thread, as those who draw windows are.
func TestCallersLockedToAThread(t *testing.T) {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	ctx := context.Background()
	m := machine(t, branching)
	e := runtime.New(runtime.VirtualTime())
	defer e.Close()
	if r, err := e.Run(ctx, m, value.Raw("{}")); err != nil || r.Status != runtime.Succeeded {
		t.Errorf("Run: %v, %v", r, err)
	}
	x, err := e.Start(ctx, m, value.Raw("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := x.Wait(ctx); err != nil || r.Status != runtime.Succeeded {
		t.Errorf("Start: %v, %v", r, err)
	}
	state := `{"Type":"Pass","End":true}`
	if out, err := e.TestState(ctx, runtime.TestStateInput{Definition: state}); err != nil || out.Status != runtime.TestSucceeded {
		t.Errorf("TestState: %v, %v", out, err)
	}
}

// a handler may be locked to a thread, also where whoever started its execution is not.
func TestHandlersLockedToAThread(t *testing.T) {
	m := machine(t, branching)
	var e *runtime.Engine
	functions := handlers.NewRegistry()
	if err := functions.Register("run", handlers.HandlerFunc(func(ctx context.Context, _ handlers.Call) (value.Value, error) {
		goruntime.LockOSThread()
		defer goruntime.UnlockOSThread()
		x, err := e.Start(ctx, m, value.Raw("1"))
		if err != nil {
			return value.Value{}, err
		}
		r, err := x.Wait(ctx)
		if err != nil {
			return value.Value{}, err
		}
		return r.Output, nil
	})); err != nil {
		t.Fatal(err)
	}
	e = runtime.New(runtime.VirtualTime(), runtime.Functions(functions))
	defer e.Close()
	ctx := runtime.Unlocked(context.Background())
	task := `{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:run","End":true}`
	out, err := e.TestState(ctx, runtime.TestStateInput{Definition: task, RoleARN: "arn:aws:iam::123456789012:role/r"})
	if err != nil || out.Output == nil || out.Output.Text() != "[1]" {
		t.Errorf("TestState: %+v, %v", out, err)
	}
	r, err := e.Run(ctx, machine(t, `{"StartAt":"A","States":{"A":`+task+`}}`), value.Raw("{}"))
	if err != nil || r.Output.Text() != "[1]" {
		t.Errorf("Run: %v, %v", r, err)
	}
}
