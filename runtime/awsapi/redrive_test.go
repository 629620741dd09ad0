package awsapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
)

const theFunction = `"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111122223333:function:f"`

func TestRedriveGoesOnAndIsKnownAgain(t *testing.T) {
	s := serve(t, runtime.RealTime())
	var calls atomic.Int64
	s.register("f", func(_ context.Context, c handlers.Call) (value.Value, error) {
		if calls.Add(1) == 1 {
			return value.Value{}, errors.New("not yet")
		}
		return c.Input, nil
	})
	m := s.create("m", `{"StartAt": "T", "States": {"T": {`+theFunction+`, "Parameters": {"n.$": "$$.Execution.RedriveCount"}, "End": true}}}`)
	arn := s.start(m, `{}`)
	s.ended(arn)
	first := s.ask("RedriveExecution", object{"executionArn": arn, "clientToken": "one"})
	d := s.ended(arn)
	if d["status"] != "SUCCEEDED" || d["output"] != `{"n":1}` || d["redriveCount"] != json.Number("1") || d["redriveDate"] != first["redriveDate"] {
		t.Errorf("after the redrive: %v", d)
	}
	again := s.ask("RedriveExecution", object{"executionArn": arn, "clientToken": "one"})
	if again["redriveDate"] != first["redriveDate"] || calls.Load() != 2 {
		t.Errorf("the same request gave %v and %v, and %d calls", first, again, calls.Load())
	}
	s.refused("RedriveExecution", object{"executionArn": arn, "clientToken": "two"}, own+"ExecutionNotRedrivable",
		"Execution Not Redrivable: 'Execution is SUCCEEDED and cannot be redriven'")
	want := []string{
		"ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed", "ExecutionFailed",
		"ExecutionRedriven", "LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded", "TaskStateExited", "ExecutionSucceeded",
	}
	if got := s.types(arn); !slices.Equal(got, want) {
		t.Errorf("the history is %v", got)
	}
	listed := s.ask("ListExecutions", object{"stateMachineArn": m})["executions"].([]any)[0].(map[string]any)
	if listed["redriveCount"] != json.Number("1") || listed["redriveDate"] != first["redriveDate"] || listed["status"] != "SUCCEEDED" {
		t.Errorf("the list has %v", listed)
	}
}

func TestRedriveStartsANestedExecutionAnew(t *testing.T) {
	for _, clock := range []runtime.Option{runtime.RealTime(), runtime.VirtualTime()} {
		s := serve(t, clock)
		var calls atomic.Int64
		s.register("f", func(_ context.Context, c handlers.Call) (value.Value, error) {
			if calls.Add(1) == 1 {
				return value.Value{}, errors.New("not yet")
			}
			return c.Input, nil
		})
		child := s.create("child", `{"StartAt": "T", "States": {"T": {`+theFunction+`, "End": true}}}`)
		parent := s.start(s.create("parent", `{"StartAt": "N", "States": {"N": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
			"Parameters": {"StateMachineArn": "`+child+`"}, "End": true}}}`), `{}`)
		if d := s.ended(parent); d["status"] != "FAILED" {
			t.Fatalf("at first: %v", d)
		}
		s.ask("RedriveExecution", object{"executionArn": parent})
		if d := s.ended(parent); d["status"] != "SUCCEEDED" {
			t.Errorf("once redriven: %v", d)
		}
		if all := s.ask("ListExecutions", object{"stateMachineArn": child})["executions"].([]any); len(all) != 2 {
			t.Errorf("%d children", len(all))
		}
	}
}

func TestRedriveIsRefused(t *testing.T) {
	s := serve(t, runtime.RealTime())
	running := s.start(s.create("waits", wait), `{}`)
	s.refused("RedriveExecution", object{"executionArn": running}, own+"ExecutionNotRedrivable", "Execution Not Redrivable: 'Execution is RUNNING and cannot be redriven'")
	unknown := prefix + "execution:m:x"
	s.refused("RedriveExecution", object{"executionArn": unknown}, own+"ExecutionDoesNotExist", "Execution Does Not Exist: '"+unknown+"'")
	s.refused("RedriveExecution", object{"executionArn": prefix + "express:m:x:y"}, own+"InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'")
	s.ask("StopExecution", object{"executionArn": running})
	if d := s.ended(running); d["status"] != "ABORTED" || d["redriveStatus"] != "REDRIVABLE" {
		t.Errorf("once it was stopped: %v", d)
	}
	s.ask("RedriveExecution", object{"executionArn": running})
	if d := s.ask("DescribeExecution", object{"executionArn": running}); d["status"] != "RUNNING" || d["stopDate"] != nil || d["redriveStatusReason"] != "Execution is RUNNING and cannot be redriven" {
		t.Errorf("redriven: %v", d)
	}
}

// eachItem is a machine of one distributed Map, whose children call the function.
func eachItem(fields string) string {
	return `{"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "L", ` + fields + `"End": true, "ItemProcessor": {
		"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T", "States": {"T": {` + theFunction + `, "End": true}}}}}}`
}

// mapRun is the one Map Run of an execution, described.
func (s *service) mapRun(execution string) object {
	s.t.Helper()
	runs := s.ask("ListMapRuns", object{"executionArn": execution})["mapRuns"].([]any)
	if len(runs) != 1 {
		s.t.Fatalf("the Map Runs are %v", runs)
	}
	return s.ask("DescribeMapRun", object{"mapRunArn": runs[0].(map[string]any)["mapRunArn"]})
}

// counted checks the counts that are not 0, of children and of items.
func (s *service) counted(r object, want map[string]string) {
	s.t.Helper()
	for _, of := range []string{"executionCounts", "itemCounts"} {
		for name, n := range r[of].(map[string]any) {
			if w := want[name]; n.(json.Number).String() != w && !(w == "" && n.(json.Number) == "0") {
				s.t.Errorf("%s: %s is %v, want %s", of, name, n, w)
			}
		}
	}
}

func TestMapRunIsDescribedAndRedriven(t *testing.T) {
	s := serve(t, runtime.RealTime())
	var bad atomic.Bool
	var calls atomic.Int64
	bad.Store(true)
	s.register("f", func(_ context.Context, c handlers.Call) (value.Value, error) {
		calls.Add(1)
		if bad.Load() && c.Input.Text() == "3" {
			return value.Value{}, errors.New("no three")
		}
		return c.Input, nil
	})
	m := s.create("m", eachItem(`"MaxConcurrency": 1, `))
	arn := s.start(m, `[1, 2, 3, 4]`)
	if d := s.ended(arn); d["status"] != "FAILED" || d["error"] != "States.ExceedToleratedFailureThreshold" {
		t.Fatalf("it ended as %v", d)
	}
	run := s.mapRun(arn)
	if run["status"] != "FAILED" || run["executionArn"] != arn || run["maxConcurrency"] != json.Number("1") || run["redriveCount"] != json.Number("0") || run["stopDate"] == nil {
		t.Errorf("the Map Run is %v", run)
	}
	s.counted(run, map[string]string{"succeeded": "2", "failed": "1", "pending": "1", "total": "4"})
	s.refused("UpdateMapRun", object{"mapRunArn": run["mapRunArn"], "maxConcurrency": 2}, own+"ValidationException",
		"The Map Run '"+run["mapRunArn"].(string)+"' has completed and cannot be updated")
	failed := s.ask("ListExecutions", object{"mapRunArn": run["mapRunArn"], "statusFilter": "FAILED"})["executions"].([]any)[0].(map[string]any)
	child := s.ask("DescribeExecution", object{"executionArn": failed["executionArn"]})
	if child["redriveStatus"] != "REDRIVABLE_BY_MAP_RUN" || child["redriveStatusReason"] != nil || child["mapRunArn"] != run["mapRunArn"] || child["input"] != "3" {
		t.Errorf("the child is %v", child)
	}
	of := s.ask("DescribeStateMachineForExecution", object{"executionArn": failed["executionArn"]})
	if of["label"] != "L" || of["mapRunArn"] != run["mapRunArn"] || of["stateMachineArn"] != m+"/L" || of["name"] != "m" {
		t.Errorf("its machine is %v", of)
	}

	bad.Store(false)
	s.ask("RedriveExecution", object{"executionArn": arn})
	if d := s.ended(arn); d["output"] != `[1,2,3,4]` {
		t.Errorf("redriven, it ended as %v", d)
	}
	if n := calls.Load(); n != 5 {
		t.Errorf("the function was called %d times", n)
	}
	if got := s.types(arn)[7:]; !slices.Equal(got, []string{"ExecutionRedriven", "MapRunRedriven", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"}) {
		t.Errorf("the history is %v", s.types(arn))
	}
	if got := s.types(failed["executionArn"].(string)); got[len(got)-6] != "ExecutionRedriven" || got[len(got)-1] != "ExecutionSucceeded" {
		t.Errorf("the history of the child is %v", got)
	}
	again := s.mapRun(arn)
	if again["mapRunArn"] != run["mapRunArn"] || again["status"] != "SUCCEEDED" || again["redriveCount"] != json.Number("1") || again["redriveDate"] == nil {
		t.Errorf("the Map Run is then %v", again)
	}
	s.counted(again, map[string]string{"succeeded": "4", "total": "4"})
	for filter, n := range map[string]int{"REDRIVEN": 1, "NOT_REDRIVEN": 3} {
		if got := s.ask("ListExecutions", object{"mapRunArn": run["mapRunArn"], "redriveFilter": filter})["executions"].([]any); len(got) != n {
			t.Errorf("%s: %v", filter, got)
		}
	}
}

func TestUpdateMapRunTakesEffectAtOnce(t *testing.T) {
	s := serve(t, runtime.RealTime())
	begun, goOn := make(chan struct{}, 9), make(chan struct{})
	s.register("f", func(ctx context.Context, c handlers.Call) (value.Value, error) {
		begun <- struct{}{}
		select {
		case <-goOn:
		case <-ctx.Done():
		}
		return c.Input, ctx.Err()
	})
	arn := s.start(s.create("m", eachItem(`"MaxConcurrency": 1, `)), `[1, 2, 3, 4]`)
	<-begun
	run := s.mapRun(arn)
	s.counted(run, map[string]string{"running": "1", "pending": "3", "total": "4"})
	s.ask("UpdateMapRun", object{"mapRunArn": run["mapRunArn"], "maxConcurrency": 3, "toleratedFailurePercentage": 50})
	<-begun
	<-begun
	run = s.mapRun(arn)
	s.counted(run, map[string]string{"running": "3", "pending": "1", "total": "4"})
	if run["maxConcurrency"] != json.Number("3") || run["toleratedFailurePercentage"] != json.Number("50") {
		t.Errorf("the settings are %v", run)
	}
	close(goOn)
	if d := s.ended(arn); d["output"] != `[1,2,3,4]` {
		t.Errorf("it ended as %v", d)
	}
}

func TestMapRunIsAbortedAndRedriven(t *testing.T) {
	s := serve(t, runtime.RealTime())
	begun := make(chan struct{}, 9)
	var free atomic.Bool
	s.register("f", func(ctx context.Context, c handlers.Call) (value.Value, error) {
		if c.Input.Text() == "1" || free.Load() {
			return c.Input, nil
		}
		begun <- struct{}{}
		<-ctx.Done()
		return value.Value{}, ctx.Err()
	})
	arn := s.start(s.create("m", eachItem(`"MaxConcurrency": 1, `)), `[1, 2, 3]`)
	<-begun
	s.ask("StopExecution", object{"executionArn": arn})
	for s.mapRun(arn)["status"] == "RUNNING" { // it is given up with the execution, and takes its time
		time.Sleep(time.Millisecond)
	}
	run := s.mapRun(arn)
	if run["status"] != "ABORTED" {
		t.Errorf("the Map Run is %v", run)
	}
	s.counted(run, map[string]string{"succeeded": "1", "aborted": "1", "pending": "1", "total": "3"})
	if got := s.ask("ListExecutions", object{"mapRunArn": run["mapRunArn"], "statusFilter": "ABORTED"})["executions"].([]any); len(got) != 1 {
		t.Errorf("aborted: %v", got)
	}
	free.Store(true)
	s.ask("RedriveExecution", object{"executionArn": arn})
	if d := s.ended(arn); d["output"] != `[1,2,3]` {
		t.Errorf("redriven, it ended as %v", d)
	}
	s.counted(s.mapRun(arn), map[string]string{"succeeded": "3", "total": "3"})
}

func TestMachineMadeAnewKnowsNothingOfTheMapRunsOfTheOldOne(t *testing.T) {
	s := serve(t, runtime.RealTime())
	var calls atomic.Int64
	s.register("f", func(_ context.Context, c handlers.Call) (value.Value, error) {
		calls.Add(1)
		return c.Input, nil
	})
	for n := range 2 {
		m := s.create("m", eachItem(""))
		arn := s.ask("StartExecution", object{"stateMachineArn": m, "name": "x", "input": `[1, 2]`})["executionArn"].(string)
		s.ended(arn)
		s.counted(s.mapRun(arn), map[string]string{"succeeded": "2", "total": "2"})
		if got := s.ask("ListExecutions", object{"mapRunArn": s.mapRun(arn)["mapRunArn"]})["executions"].([]any); len(got) != 2 || calls.Load() != int64(2*(n+1)) {
			t.Errorf("the children are %v, after %d calls", got, calls.Load())
		}
		s.ask("DeleteStateMachine", object{"stateMachineArn": m})
	}
}
