package runtime_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"canto/asl"
	"canto/asl/source"
	"canto/runtime"
)

func TestTestStateSaysWhatItCouldNotCheck(t *testing.T) {
	for resource, want := range map[string]bool{"sns:publish": false, "batch:submitJob": true, "batch:submitJob.sync": true} {
		_, r := tested(t, runtime.New(), runtime.TestStateInput{
			Definition: `{"Type":"Task","Resource":"arn:aws:states:::` + resource + `","Parameters":{"JobName":"j","JobDefinition":"d","JobQueue":"q"},"End":true}`,
			Mock:       result(`{"JobId":1}`),
		})
		if r.Unchecked != want {
			t.Errorf("%s: %t", resource, r.Unchecked)
		}
	}
}

func TestTestStateRefuses(t *testing.T) {
	const (
		task = `{"Type":"Task","Resource":"arn:aws:states:::sns:publish","End":true}`
		pass = `{"Type":"Pass","End":true}`
		list = `{"Type":"Map","ItemProcessor":` + branch + `,"End":true}`
		read = `{"Type":"Map","ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON"},"Parameters":{"Bucket":"b","Key":"k"}},"ItemProcessor":` + children + `,"End":true}`
		both = `{"Type":"Parallel","Branches":[` + branch + `],"End":true}`
	)
	mock := func(r, mode string) *runtime.StateMock { return &runtime.StateMock{Result: &r, Mode: mode} }
	for _, tt := range []struct {
		in   runtime.TestStateInput
		want string
	}{
		{runtime.TestStateInput{Definition: task, Mock: &runtime.StateMock{}}, "One of the following fields is required for a test mock: [result, errorOutput]."},
		{runtime.TestStateInput{Definition: task, Mock: &runtime.StateMock{Result: text("{}"), ErrorOutput: &asl.Error{}}}, "A test mock should have only one of the following fields: [result, errorOutput]."},
		{runtime.TestStateInput{Definition: task, Mock: mockedError("", "c")}, "An error was not specified in the mocked error output."},
		{runtime.TestStateInput{Definition: task, Mock: result("{}"), RevealSecrets: true}, "TestState does not support RevealSecrets when a mock is specified."},
		{runtime.TestStateInput{Definition: list, MapIterationFailureCount: count(0)}, "TestState does not support MapIterationFailureCount when a mock is not specified."},
		{runtime.TestStateInput{Definition: task, Mock: result("{}"), MapIterationFailureCount: count(0)}, "MapIterationFailureCount is only supported when testing a Map state."},
		{runtime.TestStateInput{Definition: list, Input: "[1]", Mock: result("[1]"), MapIterationFailureCount: count(2)}, "Map iteration failure count must be less than or equal to the number of Map iterations"},
		{runtime.TestStateInput{Definition: list, Input: "[1,2]", Mock: result("[1]")}, "Input array does not equal the mocked result array's size"},
		{runtime.TestStateInput{Definition: read, Mock: result("[1]")}, "ItemReader data must be specified when testing a Map state with ItemReader specified."},
		{runtime.TestStateInput{Definition: list, Mock: result("{}")}, "Mocked result must be an array."},
		{runtime.TestStateInput{Definition: both, Mock: result("{}")}, "Mocked result must be an array."},
		{runtime.TestStateInput{Definition: both, Mock: result("[1,2]")}, "Mocked result must contain the same number of items as number of Parallel branches."},
		{runtime.TestStateInput{Definition: strings.Replace(list, `"Type"`, `"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b"}},"Type"`, 1), Mock: result("[]")}, ""},
		{runtime.TestStateInput{Definition: strings.Replace(read, `"Type"`, `"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b"}},"Type"`, 1), Mock: result("[]")}, "Mocked result must be a JSON object."},
		{runtime.TestStateInput{Definition: list}, "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"},
		{runtime.TestStateInput{Definition: pass, Mock: result("{}")}, "State type 'Pass' is not supported when a mock is specified"},
		{runtime.TestStateInput{Definition: task}, "RoleArn must be specified when testing a Task state"},
		{runtime.TestStateInput{Definition: strings.Replace(task, "publish", "publish.waitForTaskToken", 1), RoleARN: roleOf}, ""},
		{runtime.TestStateInput{Definition: task, Mock: result("x")}, "Mocked result must be valid JSON"},
		{runtime.TestStateInput{Definition: task, Mock: result("null")}, "Mocked result must be a valid JSON object."},
		{runtime.TestStateInput{Definition: task, Mock: result(`{"MessageId":1}`)}, "Mock result schema validation error: Field 'MessageId' must be a string"},
		{runtime.TestStateInput{Definition: task, Mock: mock(`{"MessageId":1}`, "SOFT")}, `The mode "SOFT" of a mock's check is not one of STRICT, PRESENT and NONE`},
		{runtime.TestStateInput{Definition: task, Mock: result("{}"), Variables: "[]"}, "Variables must be a valid JSON object."},
		{runtime.TestStateInput{Definition: task, Mock: result("{}"), Input: "{"}, ""},
		{runtime.TestStateInput{Definition: pass, Context: "{}"}, "TestState does not support Context when a mock is not specified."},
		{runtime.TestStateInput{Definition: task, Mock: result("{}"), Context: "[]"}, "Invalid Context object provided: Context must be a valid JSON object"},
		{runtime.TestStateInput{Definition: task, Mock: result("{}"), Context: `{"Machine":{}}`}, "Invalid Context object provided: Field 'Machine' is not allowed"},
		{runtime.TestStateInput{Definition: task, Mock: result("{}"), Context: `{"State":{"Colour":1}}`}, "Invalid Context object provided: Field 'Colour' is not allowed"},
		{runtime.TestStateInput{Definition: task, Mock: result("{}"), Context: `{"State":{"RetryCount":"1"}}`}, "Invalid Context object provided: State.RetryCount must be a number"},
		{runtime.TestStateInput{Definition: task, Mock: result("{}"), Context: `{"StateMachine":1}`}, "Invalid Context object provided: StateMachine must be an object"},
		{runtime.TestStateInput{Definition: task, Mock: result("{}"), Context: `{"Map":{}}`}, "Invalid Context object provided: 'Map' field is not supported when mocking a Context object"},
		{runtime.TestStateInput{Definition: task, Mock: result("{}"), Context: `{"Task":{"Token":"t"}}`}, "Invalid Context object provided: Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern"},
		{runtime.TestStateInput{Definition: `{"StartAt":"A","States":{"A":` + pass + `}}`, StateName: "B"}, "State not found in definition"},
	} {
		_, err := runtime.New().TestState(context.Background(), tt.in)
		var f *runtime.Fault
		var faults source.Diagnostics
		switch {
		case tt.want == "" && err == nil, tt.want != "" && !errors.As(err, &f), tt.want != "" && f.Message != tt.want:
			t.Errorf("%+v\ngives %v\nwant  %s", tt.in, err, tt.want)
		case tt.want == "" && !errors.As(err, &f) && !errors.As(err, &faults):
			t.Errorf("%+v gives %v", tt.in, err)
		}
	}
}

func TestTestStateJudgesTheDefinition(t *testing.T) {
	for definition, want := range map[string]string{
		`{"Type":"Pass","Next":"Elsewhere"}`:                                                                  "",
		`{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Next":"StateName"}`:                        "RoleArn",
		`{"Type":"Walk","End":true}`:                                                                          "/States/StateName/Type",
		`{"Type":"Map","Next":"N","ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}}`: "Missing 'Next' target: B",
		`{"Type":"Pass"`: "INVALID_JSON_DESCRIPTION",
		`[]`:             "StateName",
	} {
		_, err := runtime.New().TestState(context.Background(), runtime.TestStateInput{Definition: definition})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s gives %v", definition, err)
		}
	}
}
