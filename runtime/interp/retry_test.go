package interp

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"canto/asl"
	"canto/runtime/history"
)

func TestMatches(t *testing.T) {
	cases := []struct {
		names, err string
		want       bool
	}{
		{"E", "E", true}, {"E", "F", false}, {"E F", "F", true}, {"E", "e", false}, {"E", "", false},
		{"States.ALL", "E", true}, {"States.ALL", "States.Timeout", true}, {"States.ALL", "", true},
		{"States.ALL", "States.DataLimitExceeded", true}, // recorded behaviour
		{"States.TaskFailed", "E", true}, {"States.TaskFailed", "States.Timeout", false}, {"States.TaskFailed", "States.HeartbeatTimeout", true},
		{"States.TaskFailed", "States.Permissions", true},
		{"States.Timeout", "States.Timeout", true}, {"States.Timeout", "States.HeartbeatTimeout", false},
		{"States.Runtime", "States.Runtime", false}, {"States.ALL", "States.Runtime", false}, {"States.TaskFailed", "States.Runtime", false},
	}
	for _, c := range cases {
		if got := matches(strings.Fields(c.names), &asl.Error{Name: c.err}); got != c.want {
			t.Errorf("[%s] matches %q: %v, want %v", c.names, c.err, got, c.want)
		}
	}
}

// attempts runs a task that always fails, and gives the times between its attempts.
func attempts(t *testing.T, retry string, errors ...string) (*stage, []time.Duration) {
	t.Helper()
	var lines []reply
	for _, e := range errors {
		lines = append(lines, fails(e, ""))
	}
	s := perform(t, alone(`{"Type":"Task","Resource":"f","End":true,"Retry":`+retry+`}`), `{}`, script{"f": lines})
	var gaps []time.Duration
	for i, r := range s.calls[1:] {
		gaps = append(gaps, r.At.Sub(s.calls[i].At))
	}
	return s, gaps
}

func TestRetryWaits(t *testing.T) {
	const s = time.Second
	cases := map[string]struct {
		retry  string
		errors string
		want   []time.Duration
	}{
		"by its defaults":                    {`[{"ErrorEquals":["States.ALL"]}]`, "E", []time.Duration{s, 2 * s, 4 * s}},
		"IntervalSeconds, BackoffRate":       {`[{"ErrorEquals":["E"],"IntervalSeconds":3,"BackoffRate":1.5,"MaxAttempts":4}]`, "E", []time.Duration{3 * s, 4500 * time.Millisecond, 6750 * time.Millisecond, 10125 * time.Millisecond}},
		"MaxDelaySeconds":                    {`[{"ErrorEquals":["E"],"IntervalSeconds":3,"BackoffRate":10,"MaxDelaySeconds":20,"MaxAttempts":4}]`, "E", []time.Duration{3 * s, 20 * s, 20 * s, 20 * s}},
		"never with MaxAttempts 0":           {`[{"ErrorEquals":["E"],"MaxAttempts":0}]`, "E", nil},
		"never an error it does not name":    {`[{"ErrorEquals":["F"]}]`, "E", nil},
		"each retrier by its own count":      {`[{"ErrorEquals":["E"],"IntervalSeconds":1,"MaxAttempts":2},{"ErrorEquals":["F"],"IntervalSeconds":10,"MaxAttempts":1}]`, "E F E F", []time.Duration{s, 10 * s, 2 * s}},
		"the first that matches owns it":     {`[{"ErrorEquals":["E"],"MaxAttempts":1},{"ErrorEquals":["States.ALL"],"MaxAttempts":5}]`, "E", []time.Duration{s}},
		"a rate that would leave all bounds": {`[{"ErrorEquals":["E"],"IntervalSeconds":1000000,"BackoffRate":1000000,"MaxAttempts":2}]`, "E", []time.Duration{1000000 * s, 31622400 * s}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, got := attempts(t, c.retry, strings.Fields(c.errors)...)
			if !slices.Equal(got, c.want) {
				t.Errorf("waits %v, want %v", got, c.want)
			}
		})
	}
}

func TestJitterIsWithinTheDelayAndTheSameInEveryRun(t *testing.T) {
	const retry = `[{"ErrorEquals":["E"],"IntervalSeconds":10,"BackoffRate":1,"MaxAttempts":50,"JitterStrategy":"FULL"}]`
	_, first := attempts(t, retry, "E")
	_, second := attempts(t, retry, "E")
	if !slices.Equal(first, second) {
		t.Errorf("two runs of one seed wait\n%v\n%v", first, second)
	}
	if slices.Max(first) > 10*time.Second || slices.Max(first) < 8*time.Second || slices.Min(first) < 0 || slices.Min(first) > 2*time.Second {
		t.Errorf("50 waits of up to 10 s are from %s to %s", slices.Min(first), slices.Max(first))
	}
}

func TestRetryDoesNotEnterTheStateAgain(t *testing.T) {
	s, _ := attempts(t, `[{"ErrorEquals":["E"],"MaxAttempts":1}]`, "E")
	expectChain(t, s, `
1<0 ExecutionStarted
2<0 TaskStateEntered S
3<2 LambdaFunctionScheduled S
4<3 LambdaFunctionStarted S
5<4 LambdaFunctionFailed S
6<5 LambdaFunctionScheduled S
7<6 LambdaFunctionStarted S
8<7 LambdaFunctionFailed S
9<8 ExecutionFailed
`)
	if s.Retries != 1 || s.calls[1].Call.Attempt != 1 {
		t.Errorf("%d retries, attempt %d", s.Retries, s.calls[1].Call.Attempt)
	}
}

func TestAttemptsAreCountedAnewInEachVisit(t *testing.T) {
	s := perform(t, `{"StartAt":"S","States":{
		"S":{"Type":"Task","Resource":"f","End":true,"Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}],"Catch":[{"ErrorEquals":["E"],"ResultPath":null,"Next":"Again"}]},
		"Again":{"Type":"Pass","Next":"S"}}}`, `1`, script{"f": {fails("E", ""), fails("E", ""), fails("E", ""), gives(`2`)}})
	if s.end() != "2" || len(s.calls) != 4 || s.Retries != 2 || s.Catches != 1 {
		t.Errorf("ends with %s after %d calls, %d retries, %d catches", s.end(), len(s.calls), s.Retries, s.Catches)
	}
}

func TestCatch(t *testing.T) {
	task := func(catch string) string {
		return `{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"f","OutputPath":"$.no","End":true,"Catch":[` + catch + `]},"C":{"Type":"Succeed"},"D":{"Type":"Fail","Error":"D"}}}`
	}
	cases := map[string]struct{ catch, want string }{
		"hands on error and cause":          {`{"ErrorEquals":["E"],"Next":"C"}`, `{"Error":"E","Cause":"why"}`},
		"ResultPath keeps the raw input":    {`{"ErrorEquals":["E"],"ResultPath":"$.e","Next":"C"}`, `{"a":1,"e":{"Error":"E","Cause":"why"}}`},
		"ResultPath null is the raw input":  {`{"ErrorEquals":["E"],"ResultPath":null,"Next":"C"}`, `{ "a": 1 }`},
		"the first that matches":            {`{"ErrorEquals":["F"],"Next":"D"},{"ErrorEquals":["E"],"Next":"C"},{"ErrorEquals":["States.ALL"],"Next":"D"}`, `{"Error":"E","Cause":"why"}`},
		"none that matches":                 {`{"ErrorEquals":["F"],"Next":"C"}`, `!E: why`},
		"Assign sees the error":             {`{"ErrorEquals":["E"],"Assign":{"x.$":"$.Cause"},"Next":"C"}`, `{"Error":"E","Cause":"why"}`},
		"a ResultPath that cannot be taken": {`{"ErrorEquals":["E"],"ResultPath":"$.a.b","Next":"C"}`, `!States.ResultPathMatchFailure`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := perform(t, task(c.catch), `{ "a": 1 }`, script{"f": {fails("E", "why")}})
			if !strings.HasPrefix(s.end(), c.want) {
				t.Errorf("ends with %s, want %s", s.end(), c.want)
			}
		})
	}
}

func TestCaughtErrorWithoutACauseHasAnEmptyOne(t *testing.T) { // recorded behaviour
	s := perform(t, alone(`{"Type":"Task","Resource":"f","End":true,"Catch":[{"ErrorEquals":["States.Timeout"],"ResultPath":"$","Next":"Other"}]}`), `{}`,
		script{"f": {timesOut("States.Timeout")}})
	if e := s.event(t, history.TaskStateExited); e.Data != `{"Error":"States.Timeout","Cause":""}` {
		t.Errorf("the state is left with %s", e.Data)
	}
}

func TestCaughtErrorThatSaysNothingIsNull(t *testing.T) { // recorded behaviour
	s := perform(t, `{"StartAt":"S","States":{"S":{"Type":"Task","Resource":"f","End":true,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}]},
		"C":{"Type":"Succeed"}}}`, `{}`, script{"f": {fails("", "")}})
	if s.end() != `{"Error":null,"Cause":null}` {
		t.Errorf("ends with %s", s.end())
	}
}

func TestNothingCatchesARuntimeError(t *testing.T) {
	for _, names := range []string{"States.ALL", "States.Runtime", "States.TaskFailed"} {
		s := perform(t, alone(fmt.Sprintf(`{"Type":"Task","Resource":"f","InputPath":"$.no","End":true,
			"Retry":[{"ErrorEquals":[%[1]q]}],"Catch":[{"ErrorEquals":[%[1]q],"Next":"Other"}]}`, names)), `{}`, script{})
		if s.Error != "States.Runtime" || s.Retries != 0 {
			t.Errorf("%s: ends with %s after %d retries", names, s.end(), s.Retries)
		}
	}
}
