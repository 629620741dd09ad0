package awsapi_test

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCreateDescribeListAndDeleteStateMachines(t *testing.T) {
	s := serve(t)
	arn := s.create("b", pass)
	if arn != prefix+"stateMachine:b" {
		t.Fatalf("the ARN is %s", arn)
	}
	s.create("a", pass, object{"type": "EXPRESS"})
	d := s.ask("DescribeStateMachine", object{"stateMachineArn": arn})
	for name, want := range map[string]any{"name": "b", "status": "ACTIVE", "definition": pass, "roleArn": role, "type": "STANDARD"} {
		if d[name] != want {
			t.Errorf("%s is %v, want %v", name, d[name], want)
		}
	}
	logging := d["loggingConfiguration"].(map[string]any)
	if logging["level"] != "OFF" || logging["includeExecutionData"] != false {
		t.Errorf("logging is %v", logging)
	}
	if d := s.ask("DescribeStateMachine", object{"stateMachineArn": arn, "includedData": "METADATA_ONLY"}); d["definition"] != "{}" {
		t.Errorf("without data the definition is %v", d["definition"])
	}
	all := s.ask("ListStateMachines", object{})["stateMachines"].([]any)
	if len(all) != 2 || all[0].(map[string]any)["name"] != "a" || all[0].(map[string]any)["type"] != "EXPRESS" {
		t.Errorf("listed %v", all)
	}
	s.ask("DeleteStateMachine", object{"stateMachineArn": arn})
	s.ask("DeleteStateMachine", object{"stateMachineArn": arn}) // again is no mistake
	s.refused("DescribeStateMachine", object{"stateMachineArn": arn}, own+"StateMachineDoesNotExist", "State Machine Does Not Exist: '"+arn+"'")
}

func TestLoggingGoesToOnePlaceOrNowhere(t *testing.T) {
	s := serve(t)
	in := func(logging object) object {
		return object{"name": "m", "definition": pass, "roleArn": role, "loggingConfiguration": logging}
	}
	const wrong = "Invalid Logging Configuration: Must specify exactly one Log Destination."
	group := object{"cloudWatchLogsLogGroup": object{"logGroupArn": "arn:aws:logs:x"}}
	s.refused("CreateStateMachine", in(object{"level": "ALL"}), own+"InvalidLoggingConfiguration", wrong)
	s.refused("CreateStateMachine", in(object{"level": "ALL", "destinations": []any{group, group}}), own+"InvalidLoggingConfiguration", wrong)
	arn := s.ask("CreateStateMachine", in(object{"destinations": []any{}}))["stateMachineArn"]
	got, err := json.Marshal(s.ask("DescribeStateMachine", object{"stateMachineArn": arn})["loggingConfiguration"])
	if want := `{"destinations":[],"includeExecutionData":false,"level":"OFF"}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestVariableReferences(t *testing.T) {
	s := serve(t)
	arn := s.create("m", `{"StartAt": "A", "States": {
	 "A": {"Type": "Pass", "Assign": {"x": 1, "y.$": "$.v", "list": [1], "quoted": 1}, "Next": "B"},
	 "B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSecondsPath": "$y",
	  "Parameters": {"a.$": "States.Format('{} $quoted', $x.z, $$.Execution.Id, $unknown)", "b": "$list", "c": [{"d.$": "$y"}]}, "Next": "C"},
	 "C": {"Type": "Map", "ItemsPath": "$list", "Next": "D", "ItemProcessor": {"StartAt": "E", "States": {"E": {"Type": "Pass", "InputPath": "$x", "End": true}}}},
	 "D": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"sum": "{% $sum($list) + $x + ($z := 1; $z) %}", "text": "$y", "all": ["{% $y %}"]}, "End": true}}}`)
	got, err := json.Marshal(s.ask("DescribeStateMachine", object{"stateMachineArn": arn})["variableReferences"])
	const want = `{"B":["x","y"],"C":["list"],"D":["list","x","y"],"E":["x"]}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestCreatingTheSameAgainGivesTheFirst(t *testing.T) {
	s := serve(t)
	arn := s.create("m", pass)
	if again := s.create("m", pass, object{"roleArn": role + "2"}); again != arn {
		t.Errorf("got %s", again)
	}
	if d := s.ask("DescribeStateMachine", object{"stateMachineArn": arn}); d["roleArn"] != role {
		t.Errorf("the role is %v", d["roleArn"])
	}
	exists := "State Machine Already Exists: '" + arn + "'"
	s.refused("CreateStateMachine", object{"name": "m", "definition": fail, "roleArn": role}, own+"StateMachineAlreadyExists", exists)
	s.refused("CreateStateMachine", object{"name": "m", "definition": pass, "roleArn": role, "type": "EXPRESS"}, own+"StateMachineAlreadyExists", exists)
	s.refused("CreateStateMachine", object{"name": "m", "definition": pass, "roleArn": role, "tracingConfiguration": object{"enabled": true}},
		own+"StateMachineAlreadyExists", exists)
}

func TestMachinesThatAreRefused(t *testing.T) {
	s := serve(t)
	tests := []struct{ name, definition, kind, message string }{
		{"a b", pass, "InvalidName", "Invalid Name: 'a b'"},
		{"a/b", pass, "InvalidName", "Invalid Name: 'a/b'"},
		{
			"m", `{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}`, "InvalidDefinition",
			"Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state at null'",
		},
		{
			"m", `{"StartAt": "A", "States": {}}`, "InvalidDefinition",
			"Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States'",
		},
	}
	for _, tt := range tests {
		in := object{"name": tt.name, "definition": tt.definition, "roleArn": role}
		if tt.kind == "InvalidDefinition" {
			status, body := s.post("CreateStateMachine", `{"name": "m", "roleArn": "r", "definition": `+quote(tt.definition)+`}`)
			if got := decode(t, body); status != 400 || got["__type"] != own+tt.kind || !strings.HasPrefix(got["message"].(string), "Invalid State Machine Definition: '") {
				t.Errorf("%d %s", status, body)
			}
			continue
		}
		s.refused("CreateStateMachine", in, own+tt.kind, tt.message)
	}
	s.refused("CreateStateMachine", object{"name": "m", "definition": pass, "roleArn": role, "versionDescription": "first"},
		own+"ValidationException", "Version description can only be set when publish is true")
}

func TestDefinitionsThatAreNoJSONAreRefusedInTheWordsOfTheServicesReader(t *testing.T) {
	s := serve(t)
	m := s.create("m", pass)
	for definition, message := range map[string]string{
		`{"StartAt": "A",}`: "Unexpected character ('}' (code 125)): was expecting double-quote to start field name; column: 18",
		`{"StartAt": "A"`:   `Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"StartAt": "A""; line: 1, column: 1]); column: 16`,
		`{"StartAt": ${A}}`: "Unrecognized token '$': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false'); column: 14",
	} {
		message, column, _ := strings.Cut(message, "; column: ")
		at := `[Source: (String)"` + definition + `"; line: 1, column: ` + column + "]"
		text := message + "\n at " + at
		refused := "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: " + text + " at " + at + "'"
		s.refused("CreateStateMachine", object{"name": "n", "roleArn": role, "definition": definition}, own+"InvalidDefinition", refused)
		s.refused("UpdateStateMachine", object{"stateMachineArn": m, "definition": definition}, own+"InvalidDefinition", refused)
		s.refused("TestState", object{"definition": definition}, own+"InvalidDefinition", refused)
		judged := s.ask("ValidateStateMachineDefinition", object{"definition": definition})
		found := judged["diagnostics"].([]any)
		if first := found[0].(map[string]any); len(found) != 1 || judged["result"] != "FAIL" || first["message"] != text || first["location"] != at {
			t.Errorf("%s: %v", definition, judged)
		}
	}
}

func TestPlaceholdersAreTextToTheService(t *testing.T) {
	s := serve(t)
	arn := s.create("m", `{"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": "${Name}", "End": true}}}`)
	if d := s.ended(s.start(arn, `{}`)); d["output"] != `"${Name}"` {
		t.Errorf("got %v", d["output"])
	}
}

func TestListsGoPageByPage(t *testing.T) {
	s := serve(t)
	for _, name := range []string{"a", "b", "c"} {
		s.create(name, pass)
		s.ask("CreateActivity", object{"name": name})
	}
	for _, tt := range []struct{ operation, list string }{{"ListStateMachines", "stateMachines"}, {"ListActivities", "activities"}} {
		in := object{"maxResults": 2}
		first := s.ask(tt.operation, in)
		in["nextToken"] = first["nextToken"]
		last := s.ask(tt.operation, in)
		if len(first[tt.list].([]any)) != 2 || len(last[tt.list].([]any)) != 1 || last["nextToken"] != nil {
			t.Errorf("%s: %v, then %v", tt.operation, first, last)
		}
		s.refused(tt.operation, object{"nextToken": "abc"}, own+"InvalidToken", "Invalid Token: 'Invalid token'")
	}
	other := s.ask("ListActivities", object{"maxResults": 1})["nextToken"]
	s.refused("ListStateMachines", object{"nextToken": other}, own+"InvalidToken", "Invalid Token: 'Invalid token'")
}

func TestPageBeginsWhereItShouldThoughItsFirstItemHasGone(t *testing.T) {
	s := serve(t)
	for _, name := range []string{"a", "b", "c", "d"} {
		s.create(name, pass)
		s.ask("CreateActivity", object{"name": name})
	}
	for _, tt := range []struct{ list, remove, arn, kind, list2 string }{
		{"ListStateMachines", "DeleteStateMachine", "stateMachineArn", "stateMachine:", "stateMachines"},
		{"ListActivities", "DeleteActivity", "activityArn", "activity:", "activities"},
	} {
		token := s.ask(tt.list, object{"maxResults": 2})["nextToken"]
		s.ask(tt.remove, object{tt.arn: prefix + tt.kind + "c"})
		rest := s.ask(tt.list, object{"maxResults": 2, "nextToken": token})[tt.list2].([]any)
		if len(rest) != 1 || rest[0].(map[string]any)["name"] != "d" {
			t.Errorf("%s: %v", tt.list, rest)
		}
	}
}

func TestValidateStateMachineDefinition(t *testing.T) {
	s := serve(t)
	out := s.ask("ValidateStateMachineDefinition", object{"definition": pass})
	if out["result"] != "OK" || len(out["diagnostics"].([]any)) != 0 || out["truncated"] != false {
		t.Errorf("got %v", out)
	}
	const activity = `{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:111122223333:activity:a", "End": true}}}`
	if out := s.ask("ValidateStateMachineDefinition", object{"definition": activity}); out["result"] != "OK" {
		t.Errorf("STANDARD: %v", out)
	}
	out = s.ask("ValidateStateMachineDefinition", object{"definition": activity, "type": "EXPRESS"})
	d := out["diagnostics"].([]any)[0].(map[string]any)
	if out["result"] != "FAIL" || d["severity"] != "ERROR" || d["code"] != "SCHEMA_VALIDATION_FAILED" ||
		d["message"] != "Express state machine does not support Activity ARN" || d["location"] != "/States/T/Resource" {
		t.Errorf("EXPRESS: %v", out)
	}
	const faulty = `{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "X", "Color": 1, "Size": 2}, "B": {"Type": "Pass", "Next": "Y"}}}`
	out = s.ask("ValidateStateMachineDefinition", object{"definition": faulty, "maxResults": 1})
	if len(out["diagnostics"].([]any)) != 1 || out["truncated"] != true {
		t.Errorf("at most one: %v", out)
	}
}

func quote(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }
