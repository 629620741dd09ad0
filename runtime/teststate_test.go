package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
	"canto/runtime/store"
)

const roleOf = "arn:aws:iam::210987654321:role/tester"

func result(text string) *runtime.StateMock { return &runtime.StateMock{Result: &text} }

func mockedError(name, cause string) *runtime.StateMock {
	return &runtime.StateMock{ErrorOutput: &asl.Error{Name: name, Cause: cause}}
}

func count(n int64) *int64 { return &n }

// tested tells what came of a test, in one line: status, next state, error, output, and
// the stages of the data.
func tested(t *testing.T, e *runtime.Engine, in runtime.TestStateInput) (string, *runtime.TestStateOutput) {
	t.Helper()
	r, err := e.TestState(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return told(r), r
}

func told(r *runtime.TestStateOutput) string {
	parts := []string{string(r.Status)}
	if r.NextState != "" {
		parts = append(parts, "-> "+r.NextState)
	}
	if r.Error != "" || r.Cause != "" {
		parts = append(parts, r.Error+": "+r.Cause)
	}
	if r.Output != nil {
		parts = append(parts, r.Output.Text())
	}
	for _, stage := range runtime.Stages {
		if x, there := r.Inspection.Data[stage]; there && stage != "input" {
			parts = append(parts, string(stage)+"="+x.Text())
		}
	}
	return strings.Join(parts, " | ")
}

func TestTestStateShowsTheWayOfTheData(t *testing.T) {
	const invoke = `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke"`
	for _, tt := range []struct {
		what string
		in   runtime.TestStateInput
		want string
	}{
		{
			"a Pass has every step, set or not",
			runtime.TestStateInput{Definition: `{"Type":"Pass","InputPath":"$.a","Next":"Later"}`, Input: `{"a": 1.0}`},
			"SUCCEEDED | -> Later | 1.0 | afterInputPath=1.0 | afterParameters=1.0 | afterResultSelector=1.0 | afterResultPath=1.0",
		},
		{
			"a fixed Result has no way to it",
			runtime.TestStateInput{Definition: `{"Type":"Pass","Result":[1],"ResultPath":"$.r","OutputPath":"$.r","End":true}`},
			`SUCCEEDED | [1] | result=[1] | afterResultSelector=[1] | afterResultPath={"r":[1]}`,
		},
		{
			"a Pass in JSONata has input and output",
			runtime.TestStateInput{Definition: `{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% $states.input.a + 1 %}","End":true}`, Input: `{"a":1}`},
			"SUCCEEDED | 2",
		},
		{
			"a Choice has its input, and the way on",
			runtime.TestStateInput{Definition: `{"Type":"Choice","InputPath":"$.x","Choices":[{"Variable":"$","NumericEquals":1,"Next":"One"}],"Default":"Other"}`, Input: `{"x":1}`},
			"SUCCEEDED | -> One | 1 | afterInputPath=1",
		},
		{
			"a Wait takes no time here",
			runtime.TestStateInput{Definition: `{"Type":"Wait","Seconds":200,"Next":"N"}`, Input: `7`},
			"SUCCEEDED | -> N | 7 | afterInputPath=7",
		},
		{
			"but a test has five minutes",
			runtime.TestStateInput{Definition: `{"Type":"Wait","Seconds":301,"Next":"N"}`, Input: `7`},
			"FAILED | States.Timeout:  | afterInputPath=7",
		},
		{
			"a Fail has no way",
			runtime.TestStateInput{Definition: `{"Type":"Fail","Error":"E","Cause":"because"}`, Input: `7`},
			"FAILED | E: because | afterInputPath=7",
		},
		{
			"a task with a mocked result",
			runtime.TestStateInput{
				Definition: `{` + invoke + `,"Parameters":{"FunctionName":"f","Payload.$":"$.p"},"ResultSelector":{"s.$":"$.StatusCode"},"ResultPath":"$.r","End":true}`,
				Input:      `{"p":1}`, Mock: result(`{"StatusCode":200,"Payload":"{}"}`),
			},
			`SUCCEEDED | {"p":1,"r":{"s":200}} | afterInputPath={"p":1} | afterParameters={"FunctionName":"f","Payload":1} | result={"StatusCode":200,"Payload":"{}"}` +
				` | afterResultSelector={"s":200} | afterResultPath={"p":1,"r":{"s":200}}`,
		},
		{
			"a task in JSONata",
			runtime.TestStateInput{
				Definition: `{` + invoke + `,"QueryLanguage":"JSONata","Arguments":{"FunctionName":"{% $states.input %}"},"Output":"{% $states.result.StatusCode %}","End":true}`,
				Input:      `"f"`, Mock: result(`{"StatusCode":200}`),
			},
			`SUCCEEDED | 200 | afterArguments={"FunctionName":"f"} | result={"StatusCode":200}`,
		},
		{
			"an expression that fails names no event",
			runtime.TestStateInput{Definition: `{"Type":"Pass","Parameters":{"a.$":"$.b"},"End":true}`, Input: `{}`},
			`FAILED | States.Runtime: The JSONPath '$.b' specified for the field 'a.$' could not be found in the input '{}' | afterInputPath={}`,
		},
		{
			"Parallel shows what it makes of its results",
			runtime.TestStateInput{
				Definition: `{"Type":"Parallel","InputPath":"$.x","ResultSelector":{"n.$":"$[1]"},"Branches":[` + branch + `,` + strings.ReplaceAll(branch, "In", "Too") + `],"End":true}`,
				Input:      `{"x":1}`, Mock: result(`[1,2]`),
			},
			`SUCCEEDED | {"n":2} | afterResultSelector={"n":2} | afterResultPath={"n":2}`,
		},
		{
			"Map shows its items and the inputs of its iterations",
			runtime.TestStateInput{
				Definition: `{"Type":"Map","ItemsPath":"$.xs","ItemSelector":{"v.$":"$$.Map.Item.Value","i.$":"$$.Map.Item.Index"},"ItemProcessor":` + branch + `,"End":true}`,
				Input:      `{"xs":[5,{"a": 6}]}`, Mock: result(`["p","q"]`),
			},
			`SUCCEEDED | ["p","q"] | afterInputPath={"xs":[5,{"a": 6}]} | afterItemsPath=[5, {"a":6}] | afterItemSelector=[{"v":5,"i":0}, {"v":{"a":6},"i":1}]` +
				` | afterResultSelector=["p","q"] | afterResultPath=["p","q"]`,
		},
		{
			"Map shows its batches, one result for each",
			runtime.TestStateInput{
				Definition: `{"Type":"Map","ItemBatcher":{"MaxItemsPerBatch":2},"ItemProcessor":` + children + `,"ResultPath":null,"End":true}`,
				Input:      `[1,2,3]`, Mock: result(`["p","q"]`),
			},
			`SUCCEEDED | [1,2,3] | afterInputPath=[1,2,3] | afterItemsPath=[1, 2, 3] | afterItemBatcher=[{"Items":["1","2"]}, {"Items":["3"]}]` +
				` | afterResultSelector=["p","q"] | afterResultPath=[1,2,3]`,
		},
		{
			"what an ItemReader reads is given",
			runtime.TestStateInput{
				Definition:        `{"Type":"Map","ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"},"Parameters":{"Bucket":"b","Key":"k"}},"ItemSelector":{"n.$":"$$.Map.Item.Value.n"},"ItemProcessor":` + children + `,"End":true}`,
				MapItemReaderData: text("n\n1\n2\n"), Mock: result(`[0,0]`),
			},
			`SUCCEEDED | [0,0] | afterInputPath={} | afterItemSelector=[{"n":"1"}, {"n":"2"}] | afterResultSelector=[0,0] | afterResultPath=[0,0]`,
		},
		{
			"items that a pointer finds in what is read",
			runtime.TestStateInput{
				Definition:        `{"Type":"Map","ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON","ItemsPointer":"/rows"},"Parameters":{"Bucket":"b","Key":"k"}},"ItemProcessor":` + children + `,"End":true}`,
				MapItemReaderData: text(`{"rows":[1,2]}`), Mock: result(`[0,0]`),
			},
			`SUCCEEDED | [0,0] | afterInputPath={} | afterItemsPointer=[1, 2] | afterResultSelector=[0,0] | afterResultPath=[0,0]`,
		},
		{
			"what is no list of items",
			runtime.TestStateInput{Definition: `{"Type":"Map","ItemsPath":"$$.Execution","ItemProcessor":` + branch + `,"End":true}`, Mock: result(`[]`)},
			`FAILED | States.Runtime: Reference path "$.Execution" must point to array. | afterInputPath={}`,
		},
	} {
		t.Run(tt.what, func(t *testing.T) {
			if got, _ := tested(t, runtime.New(), tt.in); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

const (
	branch   = `{"StartAt":"In","States":{"In":{"Type":"Pass","End":true}}}`
	children = `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"In","States":{"In":{"Type":"Pass","End":true}}}`
)

func text(s string) *string { return &s }

func TestTestStateTriesOnce(t *testing.T) {
	const task = `{"Type":"Task","Resource":"arn:aws:states:::sns:publish",
	 "Retry":[{"ErrorEquals":["A"],"IntervalSeconds":3,"BackoffRate":2,"MaxAttempts":2},{"ErrorEquals":["B"],"MaxAttempts":0}],
	 "Catch":[{"ErrorEquals":["C"],"Next":"OnC"},{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"OnAll"}],"End":true}`
	for _, tt := range []struct {
		what         string
		mock         *runtime.StateMock
		retries      int64
		status, next string
		retry, catch int64 // -1: none
		backoff      time.Duration
		output       string
	}{
		{"the retrier that matches", mockedError("A", "c"), 0, "RETRIABLE", "", 0, -1, 3 * time.Second, ""},
		{"its backoff counts what was tried", mockedError("A", "c"), 1, "RETRIABLE", "", 0, -1, 6 * time.Second, ""},
		{"no attempt is left", mockedError("A", "c"), 2, "CAUGHT_ERROR", "OnAll", 0, 1, 0, `{"e":{"Error":"A","Cause":"c"}}`},
		{"a retrier without attempts", mockedError("B", ""), 0, "CAUGHT_ERROR", "OnAll", 1, 1, 0, `{"e":{"Error":"B","Cause":""}}`},
		{"the catcher that matches", mockedError("C", "c"), 0, "CAUGHT_ERROR", "OnC", -1, 0, 0, `{"Error":"C","Cause":"c"}`},
		{"what nothing catches", mockedError("States.Runtime", "c"), 0, "FAILED", "", -1, -1, 0, ""},
	} {
		t.Run(tt.what, func(t *testing.T) {
			_, r := tested(t, runtime.New(), runtime.TestStateInput{Definition: task, Mock: tt.mock, RetrierRetryCount: tt.retries})
			i := r.Inspection
			if string(r.Status) != tt.status || r.NextState != tt.next || r.Error != tt.mock.ErrorOutput.Name {
				t.Errorf("got %s to %q by %s", r.Status, r.NextState, r.Error)
			}
			if at(i.RetryIndex) != tt.retry || at(i.CatchIndex) != tt.catch {
				t.Errorf("retrier %d, catcher %d", at(i.RetryIndex), at(i.CatchIndex))
			}
			if got := i.Backoff; got == nil && tt.backoff > 0 || got != nil && *got != tt.backoff {
				t.Errorf("backoff %v", got)
			}
			if (r.Output == nil) != (tt.output == "") || r.Output != nil && r.Output.Text() != tt.output {
				t.Errorf("output %v", r.Output)
			}
		})
	}
}

func TestTestStateIsNoExecution(t *testing.T) {
	e := runtime.New(runtime.Follow(func(*store.Begin, store.Turn) { t.Error("it is told of as one") }))
	if _, got := tested(t, e, runtime.TestStateInput{Definition: `{"Type":"Pass","End":true}`}); got.Status != runtime.TestSucceeded {
		t.Errorf("%s: %s", got.Status, got.Cause)
	}
}

func at(n *int64) int64 {
	if n == nil {
		return -1
	}
	return *n
}

func TestTestStateBearsFailedIterations(t *testing.T) {
	define := func(tolerated string) string {
		return `{"Type":"Map","MaxConcurrency":4` + tolerated + `,"ItemProcessor":` + children + `,"Next":"N"}`
	}
	for _, tt := range []struct {
		tolerated string
		failed    int64
		want      string
	}{
		{``, 2, "SUCCEEDED"},
		{`,"ToleratedFailureCount":1`, 1, "SUCCEEDED"},
		{`,"ToleratedFailureCount":1`, 2, "FAILED"},
		{`,"ToleratedFailurePercentage":50`, 1, "SUCCEEDED"},
		{`,"ToleratedFailurePercentage":49.5`, 1, "FAILED"},
	} {
		_, r := tested(t, runtime.New(), runtime.TestStateInput{
			Definition: define(tt.tolerated), Input: `[1,2]`, Mock: result(`[0,0]`), MapIterationFailureCount: count(tt.failed),
		})
		if string(r.Status) != tt.want || tt.want == "FAILED" && r.Error != "States.ExceedToleratedFailureThreshold" {
			t.Errorf("%d failed with %s: %s %s", tt.failed, tt.tolerated, r.Status, r.Error)
		}
		if *r.Inspection.MaxConcurrency != 4 || (r.Inspection.ToleratedFailureCount != nil) != strings.Contains(tt.tolerated, "Count") {
			t.Errorf("%s: %+v", tt.tolerated, r.Inspection)
		}
	}
}

func TestTestStateCallsFunctions(t *testing.T) {
	calls := 0
	functions := registry(t, map[string]function{
		"double": func(_ context.Context, c handlers.Call) (value.Value, error) {
			calls++
			n, _ := c.Input.AsNumber()
			return value.Of(2 * n.Float64()), nil
		},
		"broken": func(context.Context, handlers.Call) (value.Value, error) { return value.Value{}, errors.New("no") },
	})
	e := runtime.New(runtime.Functions(functions))
	define := func(name string) string {
		return `{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:` + name + `","Retry":[{"ErrorEquals":["States.ALL"]}],"End":true}`
	}
	got, _ := tested(t, e, runtime.TestStateInput{Definition: define("double"), Input: "21", RoleARN: roleOf})
	if want := "SUCCEEDED | 42 | afterInputPath=21 | afterParameters=21 | result=42 | afterResultSelector=42 | afterResultPath=42"; got != want || calls != 1 {
		t.Errorf("got %s after %d calls", got, calls)
	}
	_, r := tested(t, e, runtime.TestStateInput{Definition: define("broken"), RoleARN: roleOf})
	if r.Status != runtime.TestRetriable || !strings.Contains(r.Cause, "no") {
		t.Errorf("got %s: %s", r.Status, r.Cause)
	}
}

func TestTestStateSetsVariables(t *testing.T) {
	_, r := tested(t, runtime.New(), runtime.TestStateInput{
		Definition: `{"Type":"Pass","QueryLanguage":"JSONata","Assign":{"n":"{% $n + 1 %}"},"Output":"{% $n & $other %}","End":true}`,
		Variables:  `{"n":1,"other":"x"}`,
	})
	if r.Output.Text() != `"1x"` || r.Inspection.Variables["n"].Text() != "2" || r.Inspection.Variables["other"].Text() != `"x"` {
		t.Errorf("got %s and %v", r.Output.Text(), r.Inspection.Variables)
	}
}

func TestTestStateHasAContext(t *testing.T) {
	const define = `{"Type":"Task","Resource":"arn:aws:states:::sns:publish","ResultSelector":{"c.$":"$$"},"OutputPath":"$.c","End":true}`
	_, r := tested(t, runtime.New(), runtime.TestStateInput{Definition: define, Input: "[1]", Mock: result(`{}`)})
	execution, _ := r.Output.Field("Execution")
	id, _ := execution.Field("Id")
	state, _ := r.Output.Field("State")
	name, _ := state.Field("Name")
	role, there := execution.Field("RoleArn")
	if !strings.Contains(id.Text(), ":123456789012:express:") || name.Text() != `"StateName"` || !there || !role.IsNull() {
		t.Errorf("the context is %s", r.Output.Text())
	}
	if _, there := execution.Field("RedriveCount"); there {
		t.Error("the execution of a test cannot be redriven")
	}
	_, r = tested(t, runtime.New(), runtime.TestStateInput{Definition: define, Mock: result(`{}`), RoleARN: roleOf})
	execution, _ = r.Output.Field("Execution")
	if id, _ = execution.Field("Id"); !strings.Contains(id.Text(), ":210987654321:express:") {
		t.Errorf("the execution is not in the account of its role: %s", id.Text())
	}
	const given = `{"Execution":{"Name":"mine"},"State":{"RetryCount":3}}`
	if _, r = tested(t, runtime.New(), runtime.TestStateInput{Definition: define, Mock: result(`{}`), Context: given}); r.Output.Text() != given {
		t.Errorf("the context is %s", r.Output.Text())
	}
}

func TestTestStateFindsAStateInAMachine(t *testing.T) {
	const whole = `{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Map","ItemProcessor":{"StartAt":"B","States":{
	 "B":{"Type":"Pass","Output":"{% $states.context.State.Name %}","Next":"C"},"C":{"Type":"Succeed"}}},"End":true}}}`
	in := runtime.TestStateInput{Definition: whole, StateName: "B"}
	if got, _ := tested(t, runtime.New(), in); got != `SUCCEEDED | -> C | "B"` {
		t.Error(got)
	}
	in.Definition, in.Machine = "", machine(t, whole)
	if got, _ := tested(t, runtime.New(), in); got != `SUCCEEDED | -> C | "B"` {
		t.Error(got)
	}
}

func TestTestStateTellsOfHTTP(t *testing.T) {
	functions := registry(t, map[string]function{"http:invoke": func(context.Context, handlers.Call) (value.Value, error) {
		return value.Raw(`{"Headers":{"a":["1","2"]},"ResponseBody":{"ok":true},"StatusCode":200,"StatusText":"OK"}`), nil
	}})
	_, r := tested(t, runtime.New(runtime.Functions(functions)), runtime.TestStateInput{
		Definition: `{"Type":"Task","Resource":"arn:aws:states:::http:invoke","Parameters":{"ApiEndpoint":"https://x.test/y","Method":"POST","Headers":{"b":"3"},"RequestBody":{"q":1},"InvocationConfig":{"ConnectionArn":"arn:aws:events:us-east-1:123456789012:connection/c/1"}},"End":true}`,
		RoleARN:    roleOf,
	})
	if got, want := fmt.Sprint(*r.Inspection.Request), `{https POST https://x.test/y [b: 3] {"q":1}}`; got != want {
		t.Errorf("asked %s", got)
	}
	if got, want := fmt.Sprint(*r.Inspection.Response), `{https 200 OK [a: 1, a: 2] {"ok":true}}`; got != want {
		t.Errorf("got %s", got)
	}
}

func TestTestStateEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := runtime.New().TestState(ctx, runtime.TestStateInput{Definition: `{"Type":"Wait","Seconds":1,"End":true}`})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func ExampleEngine_TestState() {
	const state = `{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
	  "Parameters": {"QueueUrl": "orders", "MessageBody.$": "$.order"},
	  "Retry": [{"ErrorEquals": ["Sqs.SdkClientException"], "IntervalSeconds": 2}],
	  "ResultPath": "$.sent", "Next": "Ship"}`
	engine, ctx := runtime.New(), context.Background()

	answer := `{"MessageId": "m-1"}`
	r, err := engine.TestState(ctx, runtime.TestStateInput{Definition: state, Input: `{"order": 7}`, Mock: &runtime.StateMock{Result: &answer}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Status, r.NextState, r.Output)
	fmt.Println(r.Inspection.Data["afterParameters"])

	r, err = engine.TestState(ctx, runtime.TestStateInput{
		Definition: state, Input: `{"order": 7}`, RetrierRetryCount: 1,
		Mock: &runtime.StateMock{ErrorOutput: &asl.Error{Name: "Sqs.SdkClientException", Cause: "no network"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Status, *r.Inspection.Backoff)

	// Output:
	// SUCCEEDED Ship {"order":7,"sent":{"MessageId":"m-1"}}
	// {"QueueUrl":"orders","MessageBody":7}
	// RETRIABLE 4s
}
