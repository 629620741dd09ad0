package runtime_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/sfn"
	"canto/runtime"
	"canto/runtime/awsapi"
	"canto/runtime/store"
)

// nesting is an engine whose tasks can start executions.
func nesting(t *testing.T, opts ...runtime.Option) *runtime.Engine {
	t.Helper()
	r := handlers.NewRegistry()
	e := runtime.New(append([]runtime.Option{runtime.Functions(r)}, opts...)...)
	if err := sfn.Register(r, awsapi.New(e)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

func named(t *testing.T, name, text string) *runtime.Machine {
	t.Helper()
	m, err := runtime.Parse(name+".asl.json", text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func register(t *testing.T, e *runtime.Engine, name, text string) *runtime.StateMachine {
	t.Helper()
	m, err := e.CreateStateMachine(t.Context(), runtime.StateMachine{Machine: named(t, name, text)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// only is the only execution of a machine.
func only(t *testing.T, e *runtime.Engine, m *runtime.StateMachine) store.Saved {
	t.Helper()
	all, err := e.ListExecutions(t.Context(), store.Query{Machine: m.ARN})
	if err != nil || len(all) != 1 {
		t.Fatalf("%v: %d executions", err, len(all))
	}
	saved, err := e.DescribeExecution(t.Context(), all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func TestNestedExecutionRunsInItsOwnVirtualTime(t *testing.T) {
	e := nesting(t)
	child := register(t, e, "child", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"Next":"P"},"P":{"Type":"Pass","Result":{"done":true},"End":true}}}`)
	parent := named(t, "parent", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":10,"Next":"T"},
	 "T":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","End":true,"OutputPath":"$.Output",
	 "Parameters":{"StateMachineArn":"`+child.ARN+`","Name":"n","Input":{"a":1}}}}}`)
	r, err := e.Run(t.Context(), parent, value.Raw(`{}`))
	if err != nil || r.Output.Text() != `{"done":true}` || r.Duration() != time.Hour+10*time.Second {
		t.Fatalf("%v: %s after %s\n%s", err, r.Output.Text(), r.Duration(), r.History.Text())
	}
	started := only(t, e, child)
	if b := started.Begin; !b.Start.Equal(runtime.Epoch.Add(10*time.Second)) || b.Input != `{"a":1}` {
		t.Errorf("the child began at %s with %s", b.Start, b.Input)
	}
}

func TestChildOfATaskThatTimesOutIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := nesting(t, runtime.RealTime())
		child := register(t, e, "child", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}`)
		parent := named(t, "parent", `{"StartAt":"T","States":{"T":{"Type":"Task","TimeoutSeconds":1,"End":true,
		 "Resource":"arn:aws:states:::states:startExecution.sync","Parameters":{"StateMachineArn":"`+child.ARN+`"}}}}`)
		r, err := e.Run(t.Context(), parent, value.Raw(`{}`))
		if err != nil || r.Error != "States.Timeout" {
			t.Fatalf("%v: %s", err, r.Error)
		}
		arn := only(t, e, child).ID
		if err := e.AwaitExecution(t.Context(), arn); err != nil {
			t.Fatal(err)
		}
		if end := only(t, e, child).End; end == nil || end.Status != string(runtime.Aborted) {
			t.Errorf("the child: %+v", end)
		}
	})
}

func TestChildAnswersItsParentByTheToken(t *testing.T) {
	e := nesting(t)
	child := register(t, e, "child", `{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:sendTaskSuccess",
	 "Parameters":{"TaskToken.$":"$.token","Output":{"from":"child"}},"End":true}}}`)
	parent := register(t, e, "parent", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.waitForTaskToken",
	 "Parameters":{"StateMachineArn":"`+child.ARN+`","Input":{"token.$":"$$.Task.Token"}},"End":true}}}`)
	x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: parent.ARN})
	if err != nil {
		t.Fatal(err)
	}
	r, err := x.Wait(t.Context())
	if err != nil || r.Output.Text() != `{"from":"child"}` {
		t.Errorf("%v: %s %s\n%s", err, r.Error, r.Cause, r.History.Text())
	}
}

func TestEveryExecutionHasRandomnessOfItsOwn(t *testing.T) {
	ids := map[string]bool{}
	for range 2 { // engines: the same names give the same ids
		e := nesting(t)
		m := register(t, e, "m", `{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"id.$":"States.UUID()"},"End":true}}}`)
		for _, name := range []string{"a", "b"} {
			x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN, Name: name})
			if err != nil {
				t.Fatal(err)
			}
			r, err := x.Wait(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			ids[r.Output.Text()] = true
		}
	}
	if len(ids) != 2 {
		t.Errorf("got %v", ids)
	}
}

func TestExpressExecutionsAreNotKept(t *testing.T) {
	e := nesting(t)
	m, err := runtime.Parse("m", `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`, runtime.AsExpress())
	if err != nil {
		t.Fatal(err)
	}
	made, err := e.CreateStateMachine(t.Context(), runtime.StateMachine{Machine: m, Type: runtime.Express})
	if err != nil {
		t.Fatal(err)
	}
	x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: made.ARN, Input: `[1]`})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := x.Wait(t.Context()); err != nil || r.Output.Text() != `[1]` {
		t.Errorf("%v: %s", err, r.Output.Text())
	}
	left, err := e.ListExecutions(t.Context(), store.Query{Machine: made.ARN})
	if _, gone := e.DescribeExecution(t.Context(), x.ARN); !errors.Is(gone, runtime.ErrExecutionDoesNotExist) || err != nil || len(left) != 0 {
		t.Errorf("it is still there: %v", err)
	}
}

func TestCloseGivesUpWhatRuns(t *testing.T) {
	e := nesting(t, runtime.RealTime())
	m := register(t, e, "m", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}`)
	x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN})
	if err != nil {
		t.Fatal(err)
	}
	y, err := e.Start(t.Context(), m.Machine, value.Raw(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	e.Close()
	if _, err := y.Wait(t.Context()); !errors.Is(err, context.Canceled) {
		t.Errorf("the other: %v", err)
	}
	if _, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN}); !errors.Is(err, runtime.ErrClosed) {
		t.Errorf("started when closed: %v", err)
	}
	if r, err := x.Wait(t.Context()); !errors.Is(err, context.Canceled) || r.Status != runtime.Running {
		t.Errorf("%v, %v", err, r.Status)
	}
}

func TestFaultsCompareByTheirCode(t *testing.T) {
	e := runtime.New()
	_, err := e.DescribeExecution(t.Context(), "arn:x")
	if !errors.Is(err, runtime.ErrExecutionDoesNotExist) || errors.Is(err, runtime.ErrActivityDoesNotExist) {
		t.Errorf("got %v", err)
	}
	if err := e.SendTaskHeartbeat(t.Context(), "?"); !errors.Is(err, runtime.ErrInvalidToken) {
		t.Errorf("got %v", err)
	}
}

func TestALoopWithoutLimitsCanBeStopped(t *testing.T) {
	e := runtime.New(runtime.RealTime(), runtime.NoLimits())
	defer e.Close()
	m := register(t, e, "m", `{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$","IsNull":true,"Next":"B"}],"Default":"A"},"B":{"Type":"Succeed"}}}`)
	x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.StopExecution(t.Context(), x.ARN, "", ""); err != nil {
		t.Fatal(err)
	}
	if r, err := x.Wait(t.Context()); err != nil || r.Status != runtime.Aborted {
		t.Errorf("%v, %v", r, err)
	}
}
