package interp

import (
	"slices"
	"strings"
	"testing"
	"time"

	jsonvalue "canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/strand"
)

func TestTaskOfALambdaFunction(t *testing.T) {
	s := perform(t, alone(`{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:1:function:f","TimeoutSeconds":5,"HeartbeatSeconds":2,
		"Credentials":{"RoleArn.$":"$.role"},"End":true}`), `{ "role": "arn:r" }`, script{"arn:aws:lambda:us-east-1:1:function:f": {gives(`{ "a": 1 }`).in(time.Second)}})
	expectChain(t, s, `
1<0 ExecutionStarted
2<0 TaskStateEntered S
3<2 LambdaFunctionScheduled S
4<3 LambdaFunctionStarted S
5<4 LambdaFunctionSucceeded S
6<5 TaskStateExited S
7<6 ExecutionSucceeded
`)
	r := s.calls[0]
	if r.Timeout != 5*time.Second || r.Heartbeat != 2*time.Second || r.Call.Credentials != "arn:r" {
		t.Errorf("asks with timeout %s, heartbeat %s, credentials %q", r.Timeout, r.Heartbeat, r.Call.Credentials)
	}
	e := s.event(t, history.LambdaFunctionScheduled)
	if got := string(e.AppendJSON(nil)); !strings.HasSuffix(got, `"lambdaFunctionScheduledEventDetails":{"resource":"arn:aws:lambda:us-east-1:1:function:f","input":"{ \"role\": \"arn:r\" }","inputDetails":{"truncated":false},"timeoutInSeconds":5,"taskCredentials":{"roleArn":"arn:r"}}}`) {
		t.Errorf("Scheduled is %s", got)
	}
	if s.Output.Text() != `{ "a": 1 }` {
		t.Errorf("the output is %s", s.Output.Text())
	}
}

func TestTaskOfAnIntegration(t *testing.T) {
	s := perform(t, alone(`{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"QueueUrl":"q"},"End":true}`), `{}`,
		script{"arn:aws:states:::sqs:sendMessage": {gives(`{"MessageId":"1"}`)}})
	expectChain(t, s, `
1<0 ExecutionStarted
2<0 TaskStateEntered S
3<2 TaskScheduled S
4<3 TaskStarted S
5<4 TaskSucceeded S
6<5 TaskStateExited S
7<6 ExecutionSucceeded
`)
	e := s.event(t, history.TaskScheduled)
	if got := string(e.AppendJSON(nil)); !strings.HasSuffix(got, `"taskScheduledEventDetails":{"resourceType":"sqs","resource":"sendMessage","region":"us-east-1","parameters":"{\"QueueUrl\":\"q\"}"}}`) {
		t.Errorf("Scheduled is %s", got)
	}
}

func TestTaskThatIsSubmitted(t *testing.T) {
	submitted := strand.Answer{Kind: strand.Submitted, Output: jsonvalue.Raw(`{"Id":1}`)}
	cases := map[string]struct {
		suffix string
		want   bool
	}{
		"a job":              {".sync", true},
		"a job, parsed":      {".sync:2", true},
		"a callback":         {".waitForTaskToken", true},
		"a plain invocation": {"", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			resource := "arn:aws:states:::batch:submitJob" + c.suffix
			s := perform(t, alone(`{"Type":"Task","Resource":"`+resource+`","End":true}`), `{}`, script{resource: {gives(`2`).in(time.Minute).having(submitted)}})
			if got := strings.Contains(s.chain(), "TaskSubmitted"); got != c.want || s.end() != "2" {
				t.Errorf("submitted: %v, want %v; ends with %s", got, c.want, s.end())
			}
		})
	}
}

func TestTaskOfAnActivity(t *testing.T) {
	const arn = "arn:aws:states:us-east-1:1:activity:a"
	s := perform(t, alone(`{"Type":"Task","Resource":"`+arn+`","End":true}`), `{}`, script{arn: {gives(`1`).having(strand.Answer{Kind: strand.Started, Worker: "w"})}})
	expectChain(t, s, `
1<0 ExecutionStarted
2<0 TaskStateEntered S
3<2 ActivityScheduled S
4<3 ActivityStarted S
5<4 ActivitySucceeded S
6<5 TaskStateExited S
7<6 ExecutionSucceeded
`)
	if e := s.event(t, history.ActivityStarted); e.Info.Worker != "w" {
		t.Errorf("the worker is %q", e.Info.Worker)
	}
	s = perform(t, alone(`{"Type":"Task","Resource":"`+arn+`","End":true}`), `{}`, script{arn: {timesOut("States.Timeout")}})
	if strings.Contains(s.chain(), "ActivityStarted") || !strings.Contains(s.chain(), "4<3 ActivityTimedOut S\n5<4 ExecutionFailed\n") {
		t.Errorf("an activity that no worker takes:\n%s", s.chain())
	}
}

func TestCallbackTaskHasATokenFromItsFirstLook(t *testing.T) {
	const resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
	s := perform(t, alone(`{"Type":"Task","Resource":"`+resource+`","Parameters":{"t.$":"$$.Task.Token"},"End":true,
		"Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}]}`), `{}`, script{resource: {fails("E", ""), gives(`1`)}})
	var got []string
	for _, r := range s.calls {
		if r.Call.Token != "token of "+r.ID || r.Call.Input.Text() != `{"t":"`+r.Call.Token+`"}` {
			t.Errorf("request %s has token %q and input %s", r.ID, r.Call.Token, r.Call.Input.Text())
		}
		got = append(got, r.Call.Token)
	}
	if len(slices.Compact(got)) != 2 {
		t.Errorf("the tokens are %q, want a new one for the retry", got)
	}
	states{
		"another task has none": {`{"Type":"Task","Resource":"f","Parameters":{"t.$":"$$.Task.Token"},"End":true}`, `{}`,
			`!States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$$.Task.Token' specified for the field 't.$' could not be found in the input '{}'`},
	}.check(t, nil)
}

func TestTaskThatFails(t *testing.T) {
	const arn = "arn:aws:lambda:us-east-1:1:function:f"
	large := `"` + strings.Repeat("é", MaxPayload/2) + `"`
	cases := map[string]struct {
		answer     reply
		event, end string
	}{
		"by itself":             {fails("E", "why"), "LambdaFunctionFailed", "!E: why"},
		"by its timeout":        {timesOut("States.Timeout"), "LambdaFunctionTimedOut", "!States.Timeout: "},
		"by a silent worker":    {timesOut("States.HeartbeatTimeout"), "LambdaFunctionTimedOut", "!States.HeartbeatTimeout: "},
		"by too large a result": {gives(large), "LambdaFunctionFailed", "!States.DataLimitExceeded: The state/task '" + arn + "' returned a result with a size exceeding the maximum number of bytes service limit."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := perform(t, alone(`{"Type":"Task","Resource":"`+arn+`","End":true}`), `{}`, script{arn: {c.answer}})
			if !strings.HasSuffix(s.chain(), "5<4 "+c.event+" S\n6<5 ExecutionFailed\n") {
				t.Errorf("events:\n%s", s.chain())
			}
			if s.end() != c.end {
				t.Errorf("ends with %s, want %s", s.end(), c.end)
			}
		})
	}
}

func TestTooLargeAResultCanBeCaught(t *testing.T) { // recorded behaviour: by States.ALL as well
	s := perform(t, alone(`{"Type":"Task","Resource":"f","End":true,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Other"}]}`), `{}`,
		script{"f": {gives(`"` + strings.Repeat("a", MaxPayload) + `"`)}})
	if s.end() != `"other"` {
		t.Errorf("ends with %s", s.end())
	}
}

func TestInputThatParametersMakeTooLarge(t *testing.T) {
	const end = "!States.DataLimitExceeded: The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit."
	half := `"` + strings.Repeat("a", MaxPayload/2) + `"`
	const caught = `"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Other"}],"End":true`
	const pass = `{"StartAt":"P","States":{"P":{"Type":"Pass","OutputPath":null,"End":true}}}`
	states{
		"of a task":        {`{"Type":"Task","Resource":"f","Parameters":{"a.$":"$","b.$":"$"},` + caught + `}`, half, end},
		"of a Pass":        {`{"Type":"Pass","Parameters":{"a.$":"$","b.$":"$"},"OutputPath":null,"End":true}`, half, end},
		"by an expression": {`{"Type":"Task","QueryLanguage":"JSONata","Resource":"f","Arguments":"{% $states.input & $states.input %}",` + caught + `}`, half, end},
		"of an iteration":  {`{"Type":"Map","ItemsPath":"$.i","ItemSelector":{"a.$":"$.h","b.$":"$.h"},"ItemProcessor":` + pass + `,` + caught + `}`, `{"i":[1],"h":` + half + `}`, end},
	}.check(t, nil)
}

func TestLimitsOfATaskByPath(t *testing.T) {
	const prefix = `!States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). `
	task := func(fields string) string { return `{"Type":"Task","Resource":"f",` + fields + `,"End":true}` }
	states{
		"that leads nowhere": {task(`"TimeoutSecondsPath":"$.t"`), `{}`, prefix + `Invalid path '$.t' : No results for path: $['t']`},
		"of no number":       {task(`"TimeoutSecondsPath":"$.t"`), `{"t":"soon"}`, prefix + `The TimeoutSecondsPath field refers to value "soon" which is not a valid integer: $.t`},
		"of a fraction":      {task(`"HeartbeatSecondsPath":"$.t"`), `{"t":1.5}`, prefix + `The HeartbeatSecondsPath field refers to value "1.5" which is not a valid integer: $.t`},
	}.check(t, nil)
	s := perform(t, alone(task(`"TimeoutSecondsPath":"$.t","HeartbeatSecondsPath":"$.h"`)), `{"t":60,"h":"10"}`, script{"f": {gives(`1`)}})
	if r := s.calls[0]; r.Timeout != time.Minute || r.Heartbeat != 10*time.Second {
		t.Errorf("asks with timeout %s, heartbeat %s", r.Timeout, r.Heartbeat)
	}
}

func TestLimitsOfATaskByExpression(t *testing.T) { // they fail as expressions do
	const prefix = `!States.QueryEvaluationError: An error occurred while executing the state 'S' (entered at the event id #2). `
	task := func(fields string) string {
		return `{"Type":"Task","QueryLanguage":"JSONata","Resource":"f",` + fields + `,"End":true}`
	}
	states{
		"negative":   {task(`"TimeoutSeconds":"{% -1 %}"`), `{}`, prefix + `TimeoutSeconds cannot be negative.`},
		"a fraction": {task(`"HeartbeatSeconds":"{% 1.5 %}"`), `{}`, prefix + `The HeartbeatSeconds field must be a valid integer, but is: 1.5`},
		"a role that is no text": {
			task(`"Credentials":{"RoleArn":"{% 1 %}"}`), `{}`,
			prefix + `The JSONata expression '1' specified for the field 'Credentials/RoleArn' returned an unexpected result type. Expected 'string', but was 'number' for value: 1`,
		},
		"caught": {task(`"TimeoutSeconds":"{% 1.5 %}","Catch":[{"ErrorEquals":["States.QueryEvaluationError"],"Next":"Other"}]`), `{}`, `"other"`},
	}.check(t, nil)
}

func TestErrorsHaveALength(t *testing.T) {
	long := strings.Repeat("é", MaxCause+1)
	task := `{"Type":"Task","Resource":"f","End":true}`
	s := perform(t, alone(task), `{}`, script{"f": {fails(long, long)}})
	if want := "!" + long[:2*MaxError] + ": " + long[:2*MaxCause]; s.end() != want {
		t.Errorf("an error of %d bytes, want %d", len(s.end()), len(want))
	}
	states{
		"of a Fail state": {`{"Type":"Fail","ErrorPath":"$","CausePath":"$"}`, `"` + long + `"`, "!" + long[:2*MaxError] + ": " + long[:2*MaxCause]},
	}.check(t, nil)
	s = perform(t, alone(`{"Type":"Pass","Parameters":{"x.$":"$.no"},"End":true}`), `"`+long+`"`, nil)
	if !strings.HasPrefix(s.end(), "!States.Runtime: An error occurred") || strings.Count(s.end(), "") > MaxCause+20 {
		t.Errorf("an error of %d bytes", len(s.end()))
	}
}
