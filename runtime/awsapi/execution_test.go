package awsapi_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
)

func TestDescribeExecution(t *testing.T) {
	s := serve(t)
	tests := []struct {
		name, definition, input string
		want, without           object
	}{
		{
			"succeeded", pass, `{"a":  1.0}`,
			object{
				"status": "SUCCEEDED", "input": `{"a":  1.0}`, "output": `{"a":  1.0}`, "redriveStatus": "NOT_REDRIVABLE",
				"redriveStatusReason": "Execution is SUCCEEDED and cannot be redriven", "redriveCount": json.Number("0"),
			},
			object{"error": 1, "cause": 1},
		},
		{
			"failed", fail, `{}`,
			object{"status": "FAILED", "error": "Sorry", "cause": "not today", "redriveStatus": "REDRIVABLE"},
			object{"output": 1, "outputDetails": 1, "redriveStatusReason": 1},
		},
		{
			"timedout", strings.Replace(wait, `{"StartAt"`, `{"TimeoutSeconds": 60, "StartAt"`, 1), `{}`,
			object{"status": "TIMED_OUT", "redriveStatus": "REDRIVABLE"},
			object{"error": 1, "cause": 1, "output": 1},
		},
	}
	for _, tt := range tests {
		arn := s.start(s.create(tt.name, tt.definition), tt.input)
		d := s.ended(arn)
		for name, want := range tt.want {
			if d[name] != want {
				t.Errorf("%s: %s is %v, want %v", tt.name, name, d[name], want)
			}
		}
		for name := range tt.without {
			if v, there := d[name]; there {
				t.Errorf("%s: has the member %s: %v", tt.name, name, v)
			}
		}
		if bare := s.ask("DescribeExecution", object{"executionArn": arn, "includedData": "METADATA_ONLY"}); bare["input"] != nil || bare["output"] != nil || bare["status"] != tt.want["status"] {
			t.Errorf("%s: without data %v", tt.name, bare)
		}
	}
	unknown := prefix + "execution:m:x"
	s.refused("DescribeExecution", object{"executionArn": unknown}, own+"ExecutionDoesNotExist", "Execution Does Not Exist: '"+unknown+"'")
}

func TestExecutionCanBeLookedAtWhileItRuns(t *testing.T) {
	s := serve(t, runtime.RealTime())
	arn := s.start(s.create("m", wait), `{"x": 1}`)
	for len(s.types(arn)) < 2 {
	}
	d := s.ask("DescribeExecution", object{"executionArn": arn})
	if d["status"] != "RUNNING" || d["stopDate"] != nil || d["input"] != `{"x": 1}` || d["redriveStatusReason"] != "Execution is RUNNING and cannot be redriven" {
		t.Errorf("got %v", d)
	}
	s.ask("StopExecution", object{"executionArn": arn, "error": "Enough", "cause": "said the test"})
	d = s.ask("DescribeExecution", object{"executionArn": arn})
	if d["status"] != "ABORTED" || d["error"] != "Enough" || d["cause"] != "said the test" || d["stopDate"] == nil {
		t.Errorf("stopped: %v", d)
	}
	want := []string{"ExecutionStarted", "WaitStateEntered", "ExecutionAborted"}
	if got := s.types(arn); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if again := s.ask("StopExecution", object{"executionArn": arn}); again["stopDate"] != d["stopDate"] {
		t.Errorf("stopped again at %v", again["stopDate"])
	}
}

func TestNamesOfExecutions(t *testing.T) {
	s := serve(t, runtime.RealTime())
	m := s.create("m", wait)
	in := object{"stateMachineArn": m, "name": "one", "input": `{"a":1}`}
	arn := s.ask("StartExecution", in)["executionArn"]
	if arn != prefix+"execution:m:one" {
		t.Fatalf("the ARN is %v", arn)
	}
	if again := s.ask("StartExecution", in)["executionArn"]; again != arn {
		t.Errorf("the same again is %v", again)
	}
	exists := "Execution Already Exists: '" + arn.(string) + "'"
	s.refused("StartExecution", object{"stateMachineArn": m, "name": "one", "input": `{"a":2}`}, own+"ExecutionAlreadyExists", exists)
	s.ask("StopExecution", object{"executionArn": arn})
	s.refused("StartExecution", in, own+"ExecutionAlreadyExists", exists)
	s.refused("StartExecution", object{"stateMachineArn": m, "name": "a b"}, own+"InvalidName", "Invalid Name: 'a b'")
	s.ask("DeleteStateMachine", object{"stateMachineArn": m})
	s.refused("StartExecution", in, own+"StateMachineDoesNotExist", "State Machine Does Not Exist: '"+m+"'")
	s.create("m", pass)
	s.ask("StartExecution", in) // the name of a machine that was made anew is free
}

func TestInputsThatAreNoJSON(t *testing.T) {
	s := serve(t)
	m := s.create("m", pass)
	s.refused("StartExecution", object{"stateMachineArn": m, "input": "not json"}, own+"InvalidExecutionInput",
		"Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')'")
	s.refused("StartExecution", object{"stateMachineArn": m, "input": strings.Repeat("(", 1000)}, own+"InvalidExecutionInput",
		"Invalid State Machine Execution Input: 'Unexpected character ('(' (code 40)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')'")
	for _, blank := range []string{"", " ", "\n\t"} {
		s.refused("StartExecution", object{"stateMachineArn": m, "input": blank}, own+"InvalidExecutionInput", "Invalid State Machine Execution Input: 'Invalid execution input.'")
	}
	s.refused("StartExecution", object{"stateMachineArn": m, "input": "", "name": "a b"}, own+"InvalidName", "Invalid Name: 'a b'")
	if d := s.ended(s.ask("StartExecution", object{"stateMachineArn": m})["executionArn"].(string)); d["input"] != "{}" {
		t.Errorf("without input it began with %v", d["input"])
	}
}

func TestTraceHeaderOfTheRequestGoesBeforeTheOneInItsBody(t *testing.T) {
	s := serve(t)
	s.create("m", pass, object{"type": "EXPRESS"})
	body := `{"stateMachineArn":"` + prefix + `stateMachine:m","traceHeader":"Root=body"}`
	if out := decode(t, s.posted("StartSyncExecution", body)); out["traceHeader"] != "Root=body" {
		t.Errorf("without a header: %v", out)
	}
	s.header.Set("X-Amzn-Trace-Id", "")
	if out := decode(t, s.posted("StartSyncExecution", body)); out["traceHeader"] != "Root=body" {
		t.Errorf("with an empty header: %v", out)
	}
	s.header.Set("X-Amzn-Trace-Id", "Root=header")
	if out := decode(t, s.posted("StartSyncExecution", body)); out["traceHeader"] != "Root=header" {
		t.Errorf("with a header: %v", out)
	}
}

func TestListExecutions(t *testing.T) {
	s := serve(t)
	m := s.create("m", pass)
	var arns []string
	for _, name := range []string{"1", "2", "3"} {
		arn := s.ask("StartExecution", object{"stateMachineArn": m, "name": name})["executionArn"].(string)
		s.ended(arn)
		arns = append(arns, arn)
	}
	names := func(out object) (names string) {
		for _, x := range out["executions"].([]any) {
			names += x.(map[string]any)["name"].(string)
		}
		return names
	}
	first := s.ask("ListExecutions", object{"stateMachineArn": m, "maxResults": 2})
	rest := s.ask("ListExecutions", object{"stateMachineArn": m, "maxResults": 2, "nextToken": first["nextToken"]})
	if len(names(first)) != 2 || len(names(rest)) != 1 || rest["nextToken"] != nil {
		t.Errorf("%v, then %v", first, rest)
	}
	if got := names(s.ask("ListExecutions", object{"stateMachineArn": m, "statusFilter": "FAILED"})); got != "" {
		t.Errorf("failed: %s", got)
	}
	if got := names(s.ask("ListExecutions", object{"stateMachineArn": m, "statusFilter": "SUCCEEDED"})); len(got) != len(arns) {
		t.Errorf("succeeded: %s", got)
	}
	s.refused("ListExecutions", object{"stateMachineArn": s.create("x", pass, object{"type": "EXPRESS"})}, own+"StateMachineTypeNotSupported",
		"This operation is not supported by this type of state machine")
	s.refused("ListExecutions", object{"stateMachineArn": m, "statusFilter": "PENDING_REDRIVE"}, own+"ValidationException",
		"statusFilter PENDING_REDRIVE can be used with mapRunArn only")
	s.refused("ListExecutions", object{}, own+"ValidationException", "Must provide exactly one of: stateMachineArn or mapRunArn")
}

func TestHistoryGoesPageByPageInBothDirections(t *testing.T) {
	s := serve(t)
	arn := s.start(s.create("m", pass), `{}`)
	s.ended(arn)
	for _, reverse := range []bool{false, true} {
		var ids []string
		in := object{"executionArn": arn, "maxResults": 3, "reverseOrder": reverse}
		for pages := 1; ; pages++ {
			out := s.ask("GetExecutionHistory", in)
			for _, e := range out["events"].([]any) {
				ids = append(ids, e.(map[string]any)["id"].(json.Number).String())
			}
			if in["nextToken"] = out["nextToken"]; in["nextToken"] == nil {
				if pages != 2 {
					t.Errorf("%d pages", pages)
				}
				break
			}
		}
		want := []string{"1", "2", "3", "4"}
		if reverse {
			slices.Reverse(want)
		}
		if !slices.Equal(ids, want) {
			t.Errorf("reverse %v: %v", reverse, ids)
		}
	}
	token := s.ask("GetExecutionHistory", object{"executionArn": arn, "maxResults": 1})["nextToken"]
	s.refused("GetExecutionHistory", object{"executionArn": arn, "nextToken": token, "reverseOrder": true}, own+"InvalidToken", "Invalid Token: 'Invalid token'")
	bare := s.ask("GetExecutionHistory", object{"executionArn": arn, "includeExecutionData": false})["events"].([]any)[1].(map[string]any)
	details := bare["stateEnteredEventDetails"].(map[string]any)
	if details["name"] != "P" || details["input"] != nil || details["inputDetails"] != nil {
		t.Errorf("without data: %v", bare)
	}
}

func TestTokenOfAnExecutionThatWasReplacedByAShorterOne(t *testing.T) {
	s := serve(t)
	run := func(definition string) object {
		in := object{"stateMachineArn": s.create("m", definition), "name": "x"}
		s.ended(s.ask("StartExecution", in)["executionArn"].(string))
		return s.ask("GetExecutionHistory", object{"executionArn": prefix + "execution:m:x", "maxResults": 3})
	}
	token := run(pass)["nextToken"]
	s.ask("DeleteStateMachine", object{"stateMachineArn": prefix + "stateMachine:m"})
	if events := run(fail)["events"].([]any); token == nil || len(events) != 3 {
		t.Fatalf("token %v, %d events", token, len(events))
	}
	s.refused("GetExecutionHistory", object{"executionArn": prefix + "execution:m:x", "nextToken": token}, own+"InvalidToken", "Invalid Token: 'Invalid token'")
}

func TestStartSyncExecution(t *testing.T) {
	s := serve(t)
	m := s.create("m", `{"StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": {"id.$": "$$.Execution.Id"}, "End": true}}}`, object{"type": "EXPRESS"})
	out := s.ask("StartSyncExecution", object{"stateMachineArn": m, "name": "n", "input": `{"a": 1}`})
	arn, _ := out["executionArn"].(string)
	if !strings.HasPrefix(arn, prefix+"express:m:n:") || out["output"] != `{"id":"`+arn+`"}` || out["status"] != "SUCCEEDED" || out["input"] != `{"a": 1}` {
		t.Errorf("got %v", out)
	}
	billing := out["billingDetails"].(map[string]any)
	if billing["billedMemoryUsedInMB"] != json.Number("64") || billing["billedDurationInMilliseconds"] != json.Number("100") {
		t.Errorf("billed %v", billing)
	}
	broken := s.create("f", fail, object{"type": "EXPRESS"})
	out = s.ask("StartSyncExecution", object{"stateMachineArn": broken})
	if out["status"] != "FAILED" || out["error"] != "Sorry" || out["output"] != nil || out["outputDetails"] == nil {
		t.Errorf("failed: %v", out)
	}
	slow := s.create("w", wait, object{"type": "EXPRESS"})
	if out := s.ask("StartSyncExecution", object{"stateMachineArn": slow}); out["status"] != "TIMED_OUT" {
		t.Errorf("after five minutes: %v", out)
	}
	s.refused("StartSyncExecution", object{"stateMachineArn": s.create("standard", pass)}, own+"StateMachineTypeNotSupported",
		"This operation is not supported by this type of state machine")
}

func TestFunctionThatNobodyHasFailsTheTaskAndNotTheMachine(t *testing.T) {
	s := serve(t)
	const function = "arn:aws:lambda:eu-north-1:111122223333:function:f"
	m := s.create("m", `{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "`+function+`", "End": true}}}`)
	d := s.ended(s.start(m, `{}`))
	if d["error"] != "Lambda.ResourceNotFoundException" || !strings.HasPrefix(d["cause"].(string), "Function not found: "+function+":$LATEST (Service: AWSLambda; Status Code: 404; ") {
		t.Errorf("got %v", d)
	}
	m = s.create("n", `{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true}}}`)
	d = s.ended(s.start(m, `{}`))
	if d["error"] != "States.TaskFailed" || !strings.Contains(d["cause"].(string), "nobody answers for arn:aws:states:::sqs:sendMessage") {
		t.Errorf("got %v", d)
	}
}

func TestExecutionsOfADeletedMachineFailAtTheirNextState(t *testing.T) {
	s := serve(t, runtime.RealTime())
	running, leave := make(chan struct{}), make(chan struct{})
	s.register("f", func(context.Context, handlers.Call) (value.Value, error) {
		close(running)
		<-leave
		return value.Raw(`1`), nil
	})
	m := s.create("m", `{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111122223333:function:f", "Next": "P"}, "P": {"Type": "Pass", "End": true}}}`)
	arn := s.start(m, `{}`)
	<-running
	s.ask("DeleteStateMachine", object{"stateMachineArn": m})
	if d := s.ask("DescribeStateMachine", object{"stateMachineArn": m}); d["status"] != "DELETING" {
		t.Errorf("got %v", d)
	}
	s.refused("StartExecution", object{"stateMachineArn": m}, own+"StateMachineDeleting", "State Machine Deleting: '"+m+"'")
	close(leave)
	if d := s.ended(arn); d["status"] != "FAILED" || d["error"] != "States.Runtime" || d["cause"] != "State machine m has been deleted" {
		t.Errorf("got %v", d)
	}
}

func TestChildrenOfADeletedMachineFailAtTheirNextState(t *testing.T) {
	s := serve(t, runtime.RealTime())
	running, leave := make(chan struct{}, 2), make(chan struct{})
	s.register("f", func(context.Context, handlers.Call) (value.Value, error) {
		running <- struct{}{}
		<-leave
		return value.Raw(`1`), nil
	})
	child := `{"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T", "States": {
	 "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111122223333:function:f", "Next": "W"},
	 "W": {"Type": "Wait", "Seconds": 1, "Next": "P"}, "P": {"Type": "Pass", "End": true}}}`
	m := s.create("m", `{"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1, "ToleratedFailurePercentage": 100, "ItemProcessor": `+child+`, "Next": "Q"},
	 "Q": {"Type": "Pass", "End": true}}}`)
	arn := s.start(m, `[1, 2]`)
	<-running
	s.ask("DeleteStateMachine", object{"stateMachineArn": m})
	close(leave)
	const deleted = "State machine m has been deleted"
	if d := s.ended(arn); d["status"] != "FAILED" || d["cause"] != deleted {
		t.Errorf("got %v", d)
	}
	run := s.ask("ListMapRuns", object{"executionArn": arn})["mapRuns"].([]any)[0].(map[string]any)["mapRunArn"]
	children := s.ask("ListExecutions", object{"mapRunArn": run})["executions"].([]any)
	for _, x := range children {
		d := s.ask("DescribeExecution", object{"executionArn": x.(map[string]any)["executionArn"]})
		if d["status"] != "FAILED" || d["error"] != "States.Runtime" || d["cause"] != deleted {
			t.Errorf("got %v", d)
		}
	}
	if len(children) != 2 { // one that ran, and one that began later
		t.Errorf("there are %d children", len(children))
	}
}
