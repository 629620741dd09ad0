package runtime_test

import (
	"context"
	goruntime "runtime"
	"testing"

	"canto/asl/value"
	"canto/runtime"
)

// whoever calls the engine may be locked to a thread, as those who draw windows are.
func TestCallersLockedToAThread(t *testing.T) {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	ctx := context.Background()
	m := machine(t, `{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"End":true}}}],"End":true}}}`)
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
