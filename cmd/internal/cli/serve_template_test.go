package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ticking is a template with a machine in YAML that a rate starts at once, and an
// EXPRESS machine that stands in the template.
const ticking = `
Resources:
  Tick:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: tick
      DefinitionUri: tick.asl.yaml
      Tracing: {Enabled: true}
      Tags: {team: red, score: !GetAtt Score.Arn}
      Logging: {Level: ALL, Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Logs.Arn}}]}
      DefinitionSubstitutions: {Score: !GetAtt Score.Arn, Inline: !Ref Inline}
      Events:
        Often: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(10 days), Input: '{"at": "<aws.scheduler.scheduled-time>"}'}}
        Never: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 minute), State: DISABLED}}
  Inline:
    Type: AWS::Serverless::StateMachine
    Properties: {Type: EXPRESS, Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}}
  Logs: {Type: AWS::Logs::LogGroup}
  Score: {Type: AWS::Serverless::Function, Properties: {CodeUri: dist/sentiment.zip}}
`

const tick = `
StartAt: Score
States:
  Score: {Type: Task, Resource: "${Score}", Parameters: {Text: Good, Of: "${Inline}"}, End: true}
`

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestServeMakesTheMachinesOfATemplateAndStartsThem(t *testing.T) {
	dir := folder(t, map[string]string{"template.yaml": ticking, "tick.asl.yaml": tick})
	url, _, stop := open(t, serveFlags{account: "111122223333", region: "eu-north-1", template: filepath.Join(dir, "template.yaml")})
	defer stop()
	about := ask(t, url, "DescribeStateMachine", `{"stateMachineArn": "`+arns+`stateMachine:tick"}`)
	for _, want := range []string{
		`arn:aws:lambda:eu-north-1:111122223333:function:Score`, arns + "stateMachine:Inline",
		`"definition":"{`, `"roleArn":"arn:aws:iam::123456789012:role/TickRole"`, `"level":"ALL"`,
		`"logGroupArn":"arn:aws:logs:eu-north-1:111122223333:log-group:Logs:*"`, `"tracingConfiguration":{"enabled":true}`,
	} {
		if !strings.Contains(about, want) {
			t.Errorf("%s is not in %s", want, about)
		}
	}
	tags := `[{"key":"team","value":"red"},{"key":"score","value":"arn:aws:lambda:eu-north-1:111122223333:function:Score"}]`
	if got := ask(t, url, "ListTagsForResource", `{"resourceArn": "`+arns+`stateMachine:tick"}`); got != `{"tags":`+tags+`}` {
		t.Errorf("got %s", got)
	}
	if got := ask(t, url, "ListStateMachines", `{}`); !strings.Contains(got, `"name":"Inline","type":"EXPRESS"`) {
		t.Errorf("got %s", got)
	}
	list := ""
	for !strings.Contains(list, "TickOften-") {
		list = ask(t, url, "ListExecutions", `{"stateMachineArn": "`+arns+`stateMachine:tick"}`)
	}
	if n := strings.Count(list, "executionArn"); n != 1 || strings.Contains(list, "TickNever") {
		t.Errorf("executions: %s", list)
	}
}

func TestFireAtAServer(t *testing.T) {
	dir := folder(t, map[string]string{"template.yaml": ticking, "tick.asl.yaml": tick})
	file := filepath.Join(dir, "template.yaml")
	url, _, stop := open(t, serveFlags{account: "111122223333", region: "eu-north-1", template: file})
	defer stop()
	var out strings.Builder
	cmd := newRootCommand()
	cmd.SetOut(&out)
	cmd.SetArgs([]string{"schedule", "fire", "Never", "--template", file, "--endpoint", url, "--input", `{"n": 1}`})
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	arn := strings.TrimSpace(out.String())
	if got := ask(t, url, "DescribeExecution", `{"executionArn": "`+arn+`"}`); !strings.Contains(got, `"input":"{\"n\": 1}"`) {
		t.Errorf("%s: %s", arn, got)
	}
	cmd = newRootCommand()
	other, _, stopOther := open(t, serveFlags{})
	defer stopOther()
	cmd.SetArgs([]string{"schedule", "fire", "Never", "--template", file, "--endpoint", other})
	if err := cmd.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), "has no state machine tick") {
		t.Errorf("got %v", err)
	}
}

func TestATemplateIsDeployedAgain(t *testing.T) {
	dir := folder(t, map[string]string{"template.yaml": ticking, "tick.asl.yaml": tick})
	s, err := newService(serveFlags{account: "111122223333", region: "eu-north-1", template: filepath.Join(dir, "template.yaml")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	revision := func() string {
		t.Helper()
		if err := s.deploy(t.Context(), io.Discard); err != nil {
			t.Fatal(err)
		}
		m, err := s.engine.StateMachine(arns + "stateMachine:tick")
		if err != nil {
			t.Fatal(err)
		}
		return m.Revision
	}
	first := revision()
	if again := revision(); again != first {
		t.Errorf("a machine that did not change has the revision %s after %s", again, first)
	}
	if err := os.WriteFile(filepath.Join(dir, "tick.asl.yaml"), []byte(strings.ReplaceAll(tick, "Good", "Bad")), 0o600); err != nil {
		t.Fatal(err)
	}
	if again := revision(); again == first {
		t.Error("a machine that changed has no new revision")
	}
	if err := os.WriteFile(filepath.Join(dir, "template.yaml"), []byte(strings.ReplaceAll(ticking, "EXPRESS", "STANDARD")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.deploy(t.Context(), io.Discard); err == nil || !strings.Contains(err.Error(), "it is kept as EXPRESS") {
		t.Errorf("got %v", err)
	}
}

func TestATemplateThatCannotBeDeployed(t *testing.T) {
	machine := "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      "
	for text, want := range map[string]string{
		machine + "DefinitionUri: m.asl.json\n":             "m.asl.json",
		machine + "DefinitionUri: s3://bucket/m.asl.json\n": "canto reads files alone",
		machine + "DefinitionUri: !ImportValue x\n":         "only a deployed stack knows",
		machine + "Definition: {StartAt: A}\n":              "template.yaml#M",
		machine + "Definition: {StartAt: !ImportValue x}\n": "x",
		machine + "Definition: {}\n      Type: FAST\n":      "STANDARD or EXPRESS",
		"Resources: {S: {Type: AWS::Serverless::Function}":  "not YAML",
	} {
		dir := folder(t, map[string]string{"template.yaml": text})
		s, err := newService(serveFlags{template: filepath.Join(dir, "template.yaml")})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.deploy(t.Context(), io.Discard); err == nil || !strings.Contains(message(err), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
		s.close()
	}
}
