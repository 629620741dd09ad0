package template

import (
	"strings"
	"testing"
	"time"

	"canto/asl/source"

	"github.com/google/go-cmp/cmp"
)

func eventOf(properties string) string {
	return machineOf + "      Events:\n        Weekly: {Type: ScheduleV2, Properties: {" + properties + "}}\n"
}

func TestScheduleThatIsAResource(t *testing.T) {
	got := parseText(t, "t.yaml", machineOf+`  Weekly:
    Type: AWS::Scheduler::Schedule
    Properties:
      Name: every-week
      ScheduleExpression: !Sub rate(${Days} days)
      StartDate: "2026-03-01T06:00:00Z"
      EndDate: "2027-03-01T06:00:00Z"
      State: DISABLED
      FlexibleTimeWindow: {Mode: "OFF"}
      Target:
        Arn: !GetAtt M.Arn
        RoleArn: arn:aws:iam::123456789012:role/scheduler
        Input: '{"n": 1}'
        RetryPolicy: {MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0}
  Other:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: whenever
      Target: {Arn: !GetAtt F.Arn}
Parameters: {Days: {Type: Number, Default: 7}}
`).Machines[0].Schedules
	for i := range got {
		got[i].Span = source.Span{}
	}
	start := time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)
	want := []Schedule{{
		ID: "Weekly", Name: "every-week", Type: "AWS::Scheduler::Schedule", Expression: "rate(7 days)", TimeZone: "UTC",
		Start: start, End: start.AddDate(1, 0, 0), Input: `{"n": 1}`, MaximumAge: time.Minute,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	timing, err := got[0].Timing()
	if err != nil {
		t.Fatal(err)
	}
	if next, _ := timing.Next(start); !next.Equal(start.AddDate(0, 0, 7)) {
		t.Errorf("it fires at %s", next)
	}
}

func TestWhatIsWrongWithASchedule(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"no expression", eventOf("Input: 1"), "t.yaml:8:9: error TEMPLATE_SCHEMA: the schedule Weekly: it has none of the form cron(...), rate(...) or at(...) at /Resources/M/Properties/Events/Weekly [Weekly]"},
		{"no such form", eventOf("ScheduleExpression: on sundays"), `t.yaml:8:69: error TEMPLATE_SCHEMA: the schedule Weekly: "on sundays" is no schedule`},
		{"an empty one", eventOf("ScheduleExpression: ''"), `the schedule Weekly: "" is no schedule`},
		{"a field", eventOf("ScheduleExpression: cron(0 6 ? * 9 *)"), `t.yaml:8:69: error TEMPLATE_SCHEMA: the schedule Weekly: cron(0 6 ? * 9 *): day-of-week "9": allowed are 1-7 (1 is Sunday)`},
		{"two fields", eventOf("ScheduleExpression: cron(60 24 ? * 1 *)"), `allowed are 0-59 and , - * /; hours "24"`},
		{"a zone", eventOf("ScheduleExpression: rate(1 day), ScheduleExpressionTimezone: Mars"), `there is no time zone "Mars"`},
		{"a start", eventOf("ScheduleExpression: rate(1 day), StartDate: soon"), `t.yaml:8:93: error TEMPLATE_SCHEMA: the schedule Weekly: StartDate "soon" is no moment`},
		{"a mode", eventOf("ScheduleExpression: rate(1 day), FlexibleTimeWindow: {Mode: ON}"), `its FlexibleTimeWindow is OFF or FLEXIBLE, not "ON" at`},
		{"a window", eventOf("ScheduleExpression: rate(1 day), FlexibleTimeWindow: {Mode: FLEXIBLE, MaximumWindowInMinutes: 0}"), "MaximumWindowInMinutes 0: allowed is a whole number from 1 to 1440"},
		{"an age", eventOf("ScheduleExpression: rate(1 day), RetryPolicy: {MaximumEventAgeInSeconds: 59}"), "MaximumEventAgeInSeconds 59: allowed is a whole number from 60 to 86400"},
		{"an end", eventOf("ScheduleExpression: rate(1 day), StartDate: '2026-03-01T06:00:00Z', EndDate: '2026-03-01T06:00:00Z'"), "its EndDate does not come after its StartDate at /Resources/M/Properties/Events/Weekly ['2026-03-01T06:00:00Z']"},
		{"a state", eventOf("ScheduleExpression: rate(1 day), State: OFF"), `t.yaml:8:89: error TEMPLATE_SCHEMA: the schedule Weekly: its State is ENABLED or DISABLED, not "OFF"`},
		{"an input", eventOf("ScheduleExpression: rate(1 day), Input: '{n: 1}'"), "t.yaml:8:89: error TEMPLATE_SCHEMA: the schedule Weekly: its Input is not JSON: "},
		{"an attribute outside of a string", eventOf("ScheduleExpression: rate(1 day), Input: '{\"at\":<aws.scheduler.scheduled-time>}'"), "its Input is not JSON: Unexpected character ('<' (code 60))"},
		{"an input that is an object", eventOf("ScheduleExpression: rate(1 day), Input: {n: 1}"), "its Input has to be JSON in a string, and this is an object"},
		{"an input of a target", machineOf + "  S:\n    Type: AWS::Scheduler::Schedule\n    Properties: {ScheduleExpression: rate(1 day), Target: {Arn: !GetAtt M.Arn, Input: '{'}}\n", "the schedule S: its Input is not JSON: "},
		{"an expression that refers to nothing", eventOf("ScheduleExpression: !Ref When"), "error TEMPLATE_REFERENCE: the template has no parameter or resource When"},
		{"a zone that refers to nothing", eventOf("ScheduleExpression: rate(1 day), ScheduleExpressionTimezone: !Ref Zone"), "error TEMPLATE_REFERENCE: the schedule Weekly: its ScheduleExpressionTimezone has no value here: the template has no parameter or resource Zone"},
		{"a date that only a stack knows", eventOf("ScheduleExpression: rate(1 day), StartDate: !ImportValue Begin"), "warning TEMPLATE_UNRESOLVED: the schedule Weekly: its StartDate has no value here: only another stack knows the export Begin"},
		{"attempts", eventOf("ScheduleExpression: rate(1 day), RetryPolicy: {MaximumRetryAttempts: 186}"), "from 0 to 185"},
		{"a rule with at", machineOf + "      Events:\n        Once: {Type: Schedule, Properties: {Schedule: at(2030-01-01T00:00:00)}}\n", "a Schedule event takes cron and rate alone: make it a ScheduleV2"},
		{"a rule's plural", machineOf + "      Events:\n        Often: {Type: Schedule, Properties: {Schedule: rate(1 minutes)}}\n", "the unit of a Schedule event is minute, hour or day after 1"},
		{"a rule's singular", machineOf + "      Events:\n        Often: {Type: Schedule, Properties: {Schedule: rate(10 minute)}}\n", "minutes, hours or days after all else"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, diagnostics := Parse(source.New("t.yaml", c.text))
			if got := strings.Join(lines(diagnostics), "\n"); len(diagnostics) != 1 || !strings.Contains(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestInputMayHaveContextAttributes(t *testing.T) {
	const input = `{"at": "<aws.scheduler.scheduled-time>", "try": <aws.scheduler.attempt-number>}`
	got := parseText(t, "t.yaml", eventOf("ScheduleExpression: rate(1 day), Input: '"+input+"'"))
	if s := got.Machines[0].Schedules; len(s) != 1 || s[0].Input != input {
		t.Errorf("schedules: %v", s)
	}
}

func TestExpressionThatOnlyADeployedStackKnowsIsLeftAlone(t *testing.T) {
	got := parseText(t, "t.yaml", eventOf("ScheduleExpression: !Ref When")+"Parameters: {When: {Type: String}}\n")
	if s := got.Machines[0].Schedules; len(s) != 1 || s[0].Expression != "" {
		t.Errorf("schedules: %v", s)
	}
}

func TestLoggingTracingAndRole(t *testing.T) {
	got := parseText(t, "t.yaml", machineOf+`      Role: !GetAtt R.Arn
      Tracing: {Enabled: true}
      Logging:
        Level: ALL
        IncludeExecutionData: true
        Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt L.Arn}}]
  R: {Type: AWS::IAM::Role}
  L: {Type: AWS::Logs::LogGroup}
`).Machines[0]
	want := Logging{Level: "ALL", IncludeData: true, Groups: []string{"arn:aws:logs:us-east-1:123456789012:log-group:L:*"}}
	if diff := cmp.Diff(want, got.Logging); diff != "" || !got.Tracing || got.Role != "arn:aws:iam::123456789012:role/R" {
		t.Errorf("tracing %t, role %s, logging %s", got.Tracing, got.Role, diff)
	}
}
