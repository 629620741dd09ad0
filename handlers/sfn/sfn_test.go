package sfn_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/sfn"
)

// api answers what a test wants, and notes what it was asked.
type api struct {
	answers map[string]string
	fault   *handlers.Fault
	await   func(ctx context.Context) error
	asked   []string
}

func (a *api) Do(_ context.Context, operation string, input value.Value) (value.Value, error) {
	a.asked = append(a.asked, operation+" "+input.Text())
	if a.fault != nil {
		return value.Value{}, a.fault
	}
	return value.Raw(a.answers[operation]), nil
}

func (a *api) Await(ctx context.Context, execution string) error {
	a.asked = append(a.asked, "Await "+execution)
	if a.await != nil {
		return a.await(ctx)
	}
	return nil
}

func invoke(t *testing.T, ctx context.Context, a *api, action, input string) (value.Value, error) { //nolint:revive // t is first in tests
	t.Helper()
	r := handlers.NewRegistry()
	if err := sfn.Register(r, a); err != nil {
		t.Fatal(err)
	}
	resource := "arn:aws:states:::" + action
	h, err := r.Lookup(resource)
	if err != nil {
		t.Fatal(err)
	}
	return h.Invoke(ctx, handlers.Call{Resource: resource, Machine: "m", Execution: "x", State: "T", Visit: 1, Input: value.Raw(input)})
}

const (
	child     = "arn:aws:states:eu-north-1:111122223333:execution:c:n"
	begun     = `{"executionArn":"` + child + `","startDate":1772344800.500}`
	succeeded = `{"executionArn":"` + child + `","stateMachineArn":"arn:m","name":"n","status":"SUCCEEDED","startDate":1772344800.500,"stopDate":1772344803.750,"input":"{ }","inputDetails":{"included":true},"output":"{\"a\": {\"b\":1}}","outputDetails":{"included":true},"redriveCount":0}`
	failed    = `{"executionArn":"` + child + `","stateMachineArn":"arn:m","name":"n","status":"FAILED","startDate":1772344800.500,"stopDate":1772344801.500,"input":"{}","inputDetails":{"included":true},"error":"E","cause":"C","redriveCount":0}`
)

func TestStartExecution(t *testing.T) {
	a := &api{answers: map[string]string{"StartExecution": begun}}
	out, err := invoke(t, t.Context(), a, "states:startExecution", `{"StateMachineArn": "arn:m", "Name": "n", "Input": {"x":  [1]}}`)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{`StartExecution {"stateMachineArn":"arn:m","name":"n","input":"{\"x\":[1]}"}`}; !slices.Equal(a.asked, want) {
		t.Errorf("asked %q", a.asked)
	}
	var names []string
	for _, m := range out.Members() {
		names = append(names, m.Name)
	}
	if want := []string{"ExecutionArn", "SdkHttpMetadata", "SdkResponseMetadata", "StartDate"}; !slices.Equal(names, want) {
		t.Errorf("the result has %q", names)
	}
	if date, _ := out.Field("StartDate"); date.Text() != "1772344800500" {
		t.Errorf("started at %s", date.Text())
	}
	meta, _ := out.Field("SdkHttpMetadata")
	if headers, _ := meta.Field("HttpHeaders"); headers.Members()[0].Name != "connection" || headers.Members()[4].Name != "x-amzn-RequestId" {
		t.Errorf("the headers are %s", headers.Text())
	}
}

func TestExecutionWithoutANameGetsOneOfTheCall(t *testing.T) {
	a := &api{answers: map[string]string{"StartExecution": begun}}
	for range 2 {
		if _, err := invoke(t, t.Context(), a, "states:startExecution", `{"StateMachineArn": "arn:m"}`); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(a.asked[0], `"name":"`) || a.asked[0] != a.asked[1] {
		t.Errorf("asked %q", a.asked)
	}
}

// clock notes what handlers declare.
type clock struct{ slept time.Duration }

func (c *clock) Sleep(_ context.Context, d time.Duration) error { c.slept += d; return nil }
func (c *clock) Now() time.Time                                 { return time.Unix(0, 0).Add(c.slept) }

func TestSyncWaitsAndTellsTheResult(t *testing.T) {
	for action, output := range map[string]string{
		"states:startExecution.sync":   `"{\"a\": {\"b\":1}}"`,
		"states:startExecution.sync:2": `{"a":{"b":1}}`,
	} {
		a := &api{answers: map[string]string{"StartExecution": begun, "DescribeExecution": succeeded}}
		c := &clock{}
		var submitted value.Value
		ctx := handlers.WithSubmit(handlers.WithClock(t.Context(), c), func(v value.Value) { submitted = v })
		out, err := invoke(t, ctx, a, action, `{"StateMachineArn": "arn:m", "Name": "n"}`)
		want := `{"ExecutionArn":"` + child + `","Input":"{ }","InputDetails":{"Included":true},"Name":"n","Output":` + output +
			`,"OutputDetails":{"Included":true},"StartDate":1772344800500,"StateMachineArn":"arn:m","Status":"SUCCEEDED","StopDate":1772344803750}`
		if err != nil || out.Text() != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", action, err, out.Text(), want)
		}
		if c.slept != 3250*time.Millisecond {
			t.Errorf("%s: took %s", action, c.slept)
		}
		if arn, _ := submitted.Field("ExecutionArn"); arn.Text() != `"`+child+`"` {
			t.Errorf("%s: submitted %s", action, submitted.Text())
		}
	}
}

func TestSyncFailsWithTheDescriptionOfWhatFailed(t *testing.T) {
	a := &api{answers: map[string]string{"StartExecution": begun, "DescribeExecution": failed}}
	_, err := invoke(t, t.Context(), a, "states:startExecution.sync", `{"StateMachineArn": "arn:m"}`)
	f := handlers.Failure(err)
	want := `{"Cause":"C","Error":"E","ExecutionArn":"` + child + `","Input":"{}","InputDetails":{"Included":true},"Name":"n","StartDate":1772344800500,"StateMachineArn":"arn:m","Status":"FAILED","StopDate":1772344801500}`
	if f.Name != "States.TaskFailed" || f.Cause != want {
		t.Errorf("%s: %s", f.Name, f.Cause)
	}
}

func TestSyncStopsTheExecutionThatNobodyWantsAnyMore(t *testing.T) {
	for cause, last := range map[error]string{
		handlers.ErrWithdrawn: `StopExecution {"executionArn":"` + child + `"}`,
		context.Canceled:      "Await " + child, // the engine goes down: the task will be asked for again
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		a := &api{answers: map[string]string{"StartExecution": begun}, await: func(ctx context.Context) error {
			cancel(cause)
			return ctx.Err()
		}}
		_, err := invoke(t, ctx, a, "states:startExecution.sync", `{"StateMachineArn": "arn:m", "Name": "n"}`)
		if !errors.Is(err, context.Canceled) || a.asked[len(a.asked)-1] != last {
			t.Errorf("%v: %v: asked %q", cause, err, a.asked)
		}
	}
}

func TestRefusalsAreToldInTheWordsOfEachSDK(t *testing.T) {
	a := &api{fault: &handlers.Fault{Code: "StateMachineDoesNotExist", Message: "State Machine Does Not Exist: 'arn:m'"}}
	_, err := invoke(t, t.Context(), a, "states:startExecution", `{"StateMachineArn": "arn:m"}`)
	f := handlers.Failure(err)
	if f.Name != "StepFunctions.StateMachineDoesNotExistException" ||
		!strings.HasPrefix(f.Cause, "State Machine Does Not Exist: 'arn:m' (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: ") ||
		!strings.HasSuffix(f.Cause, "; Proxy: null)") {
		t.Errorf("%s: %s", f.Name, f.Cause)
	}
	a.fault = &handlers.Fault{Code: "InvalidToken", Message: "Invalid Token: 'Invalid token'"}
	_, err = invoke(t, t.Context(), a, "aws-sdk:sfn:sendTaskSuccess", `{"TaskToken": "t", "Output": {"a": 1}}`)
	f = handlers.Failure(err)
	if f.Name != "Sfn.InvalidTokenException" || !strings.HasPrefix(f.Cause, "Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: ") {
		t.Errorf("%s: %s", f.Name, f.Cause)
	}
	if want := `SendTaskSuccess {"taskToken":"t","output":"{\"a\":1}"}`; a.asked[1] != want {
		t.Errorf("asked %s", a.asked[1])
	}
}

func TestOperationsSpeakInPascalCase(t *testing.T) {
	a := &api{answers: map[string]string{"ListExecutions": `{"executions":[{"executionArn":"e","startDate":1772344800.500}],"variableReferences":{"state":["x"]}}`}}
	out, err := invoke(t, t.Context(), a, "aws-sdk:sfn:listExecutions", `{"StateMachineArn": "arn:m", "MaxResults": 1}`)
	want := `{"Executions":[{"ExecutionArn":"e","StartDate":"2026-03-01T06:00:00.500Z"}],"VariableReferences":{"state":["x"]}}`
	if err != nil || out.Text() != want {
		t.Errorf("%v: %s", err, out.Text())
	}
}
