package awsapi_test

import (
	"encoding/json"
	"strings"
	"testing"
)

const (
	second  = `{"Comment": "2", "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}`
	invalid = own + "ValidationException"
)

// text is a member of an answer, as JSON.
func text(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestUpdateStateMachine(t *testing.T) {
	s := serve(t)
	arn := s.create("m", pass)
	u := s.ask("UpdateStateMachine", object{"stateMachineArn": arn, "definition": second, "publish": true, "versionDescription": "two"})
	if u["stateMachineVersionArn"] != arn+":1" || len(u["revisionId"].(string)) != 36 || u["updateDate"] == nil {
		t.Errorf("updated to %v", u)
	}
	v := s.ask("DescribeStateMachine", object{"stateMachineArn": arn + ":1"})
	if v["stateMachineArn"] != arn+":1" || v["description"] != "two" || v["definition"] != second || v["revisionId"] != u["revisionId"] {
		t.Errorf("the version is %v", v)
	}
	s.ask("UpdateStateMachine", object{"stateMachineArn": arn, "tracingConfiguration": object{"enabled": true}})
	d := s.ask("DescribeStateMachine", object{"stateMachineArn": arn})
	if got := text(t, d["tracingConfiguration"]); got != `{"enabled":true}` || d["definition"] != second {
		t.Errorf("the machine is %v", d)
	}
	if v := s.ask("DescribeStateMachine", object{"stateMachineArn": arn + ":1"}); text(t, v["tracingConfiguration"]) != `{"enabled":false}` {
		t.Errorf("the version is now %v", v)
	}
}

func TestUpdatesThatAreRefused(t *testing.T) {
	s := serve(t)
	arn := s.create("m", pass, object{"publish": true})
	tests := []struct {
		in            object
		kind, message string
	}{
		{object{"stateMachineArn": arn}, own + "MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified"},
		{object{"stateMachineArn": arn, "definition": pass, "versionDescription": "x"}, invalid, "Version description can only be set when publish is true"},
		{object{"stateMachineArn": arn + ":1", "definition": pass}, own + "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + arn + ":1'"},
		{object{"stateMachineArn": arn + "x", "definition": "?"}, own + "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + arn + "x'"},
		{
			object{"stateMachineArn": arn, "definition": "{}"},
			own + "InvalidDefinition", "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /'",
		},
		{
			object{"stateMachineArn": arn, "loggingConfiguration": object{"level": "ALL"}},
			own + "InvalidLoggingConfiguration", "Invalid Logging Configuration: Must specify exactly one Log Destination.",
		},
		{
			object{"stateMachineArn": arn, "loggingConfiguration": object{"level": "ALL", "destinations": []any{object{}}}},
			own + "InvalidLoggingConfiguration", "Invalid Logging Configuration: Log Destination not found.",
		},
	}
	for _, tt := range tests {
		s.refused("UpdateStateMachine", tt.in, tt.kind, tt.message)
	}
}

func TestExecutionsByVersionAndAlias(t *testing.T) {
	s := serve(t)
	arn := s.create("m", pass, object{"publish": true})
	s.ask("UpdateStateMachine", object{"stateMachineArn": arn, "definition": fail})
	alias := s.ask("CreateStateMachineAlias", object{"name": "live", "routingConfiguration": []any{object{"stateMachineVersionArn": arn + ":1", "weight": 100}}})["stateMachineAliasArn"].(string)
	for _, tt := range []struct{ by, status, version, alias string }{
		{arn, "FAILED", "", ""}, {arn + ":1", "SUCCEEDED", arn + ":1", ""}, {alias, "SUCCEEDED", arn + ":1", alias},
	} {
		d := s.ended(s.start(tt.by, `{}`))
		version, _ := d["stateMachineVersionArn"].(string)
		by, _ := d["stateMachineAliasArn"].(string)
		if d["status"] != tt.status || d["stateMachineArn"] != arn || version != tt.version || by != tt.alias {
			t.Errorf("by %s: %v", tt.by, d)
		}
		first := s.ask("GetExecutionHistory", object{"executionArn": d["executionArn"], "maxResults": 1})["events"].([]any)[0].(map[string]any)
		began := first["executionStartedEventDetails"].(map[string]any)
		version, _ = began["stateMachineVersionArn"].(string)
		by, _ = began["stateMachineAliasArn"].(string)
		if version != tt.version || by != tt.alias {
			t.Errorf("by %s its history begins with %v", tt.by, began)
		}
	}
	s.refused("StartExecution", object{"stateMachineArn": arn + ":2"}, own+"StateMachineDoesNotExist", "State Machine Does Not Exist: '"+arn+":2'")
}

func TestAliasesAndVersionsAreListedInPages(t *testing.T) {
	s := serve(t)
	arn := s.create("m", pass, object{"publish": true})
	for _, name := range []string{"c", "a", "b"} {
		s.ask("UpdateStateMachine", object{"stateMachineArn": arn, "definition": strings.Replace(second, "2", name, 1), "publish": true})
		s.ask("CreateStateMachineAlias", object{"name": name, "routingConfiguration": []any{object{"stateMachineVersionArn": arn + ":1", "weight": 100}}})
	}
	for operation, list := range map[string][]string{
		"ListStateMachineAliases":  {"stateMachineAliases", "stateMachineAliasArn", ":a", ":b", ":c"},
		"ListStateMachineVersions": {"stateMachineVersions", "stateMachineVersionArn", ":4", ":3", ":2", ":1"},
	} {
		var got []string
		for in := (object{"stateMachineArn": arn, "maxResults": 2}); in != nil; {
			page := s.ask(operation, in)
			for _, item := range page[list[0]].([]any) {
				got = append(got, strings.TrimPrefix(item.(map[string]any)[list[1]].(string), arn))
			}
			if in["nextToken"] = page["nextToken"]; page["nextToken"] == nil {
				in = nil
			}
		}
		if strings.Join(got, " ") != strings.Join(list[2:], " ") {
			t.Errorf("%s: %v", operation, got)
		}
		s.refused(operation, object{"stateMachineArn": arn, "nextToken": "?"}, own+"InvalidToken", "Invalid Token: 'Invalid token'")
	}
	s.refused("ListStateMachineAliases", object{"stateMachineArn": arn + "x"}, own+"StateMachineDoesNotExist", "State Machine Does Not Exist: '"+arn+"x'")
	if none := s.ask("ListStateMachineVersions", object{"stateMachineArn": arn + "x"}); text(t, none) != `{"stateMachineVersions":[]}` {
		t.Errorf("versions of nothing: %v", none)
	}
}

func TestAliasesThatAreRefused(t *testing.T) {
	s := serve(t)
	arn := s.create("m", pass, object{"publish": true})
	other := s.create("n", pass, object{"publish": true})
	route := func(version string, weight int) object {
		return object{"stateMachineVersionArn": version, "weight": weight}
	}
	in := func(routes ...any) object { return object{"name": "x", "routingConfiguration": routes} }
	const missing = "Request references a resource that does not exist."
	tests := []struct {
		in            object
		kind, message string
	}{
		{in(route(arn, 100)), invalid, "Routing configuration must contain state machine version ARNs. Received: [" + arn + "]"},
		{in(route(arn+":live", 100)), invalid, "Routing configuration must contain state machine version ARNs. Received: [" + arn + ":live]"},
		{in(route(arn+":1", 50), route(arn+":1", 50)), invalid, "Routing configuration must contain distinct state machine version ARNs. Received: [" + arn + ":1, " + arn + ":1]"},
		{in(route(arn+":1", 99)), invalid, "Sum of routing configuration weights must equal 100. Received: [99]"},
		{in(route(arn+":2", 100)), own + "ResourceNotFound", missing},
		{in(route(arn+"x:1", 100)), own + "ResourceNotFound", missing},
		{in(route(arn+":1", 50), route(other+":1", 50)), own + "ResourceNotFound", missing},
		{
			in(route("a", 1), route("b", 1), route("c", 1)), coral + "ValidationException",
			"1 validation error detected: Value '[RoutingConfigurationListItem(stateMachineVersionArn=a, weight=1), RoutingConfigurationListItem(stateMachineVersionArn=b, weight=1), " +
				"RoutingConfigurationListItem(stateMachineVersionArn=c, weight=1)]' at 'routingConfiguration' failed to satisfy constraint: Member must have length less than or equal to 2",
		},
	}
	for _, tt := range tests {
		s.refused("CreateStateMachineAlias", tt.in, tt.kind, tt.message)
	}
	s.refused("DescribeStateMachineAlias", object{"stateMachineAliasArn": arn + ":x"}, own+"ResourceNotFound", missing)
	s.refused("UpdateStateMachineAlias", object{"stateMachineAliasArn": arn + ":x", "description": ""}, own+"ResourceNotFound", missing)
}

func TestUpdatingAnAliasAgainChangesNothing(t *testing.T) {
	s := serve(t)
	arn := s.create("m", pass, object{"publish": true})
	routes := []any{object{"stateMachineVersionArn": arn + ":1", "weight": 100}}
	made := s.ask("CreateStateMachineAlias", object{"name": "x", "routingConfiguration": routes})
	again := s.ask("UpdateStateMachineAlias", object{"stateMachineAliasArn": arn + ":x", "description": "", "routingConfiguration": routes})
	if again["updateDate"] != made["creationDate"] {
		t.Errorf("made at %v, and updated at %v", made["creationDate"], again["updateDate"])
	}
	changed := s.ask("UpdateStateMachineAlias", object{"stateMachineAliasArn": arn + ":x", "description": "d"})
	if d := s.ask("DescribeStateMachineAlias", object{"stateMachineAliasArn": arn + ":x"}); d["description"] != "d" || d["updateDate"] != changed["updateDate"] {
		t.Errorf("changed to %v, and described as %v", changed, d)
	}
}

func TestTagsOfMachinesAndActivities(t *testing.T) {
	s := serve(t)
	tag := func(key, value string) object { return object{"key": key, "value": value} }
	for _, arn := range []string{
		s.create("m", pass, object{"tags": []any{tag("a", "1"), tag("b", "")}}),
		s.ask("CreateActivity", object{"name": "desk", "tags": []any{tag("a", "1"), tag("b", "")}})["activityArn"].(string),
	} {
		s.ask("TagResource", object{"resourceArn": arn, "tags": []any{tag("c", "3"), tag("a", "2")}})
		s.ask("UntagResource", object{"resourceArn": arn, "tagKeys": []any{"b", "no"}})
		got := text(t, s.ask("ListTagsForResource", object{"resourceArn": arn}))
		if want := `{"tags":[{"key":"a","value":"2"},{"key":"c","value":"3"}]}`; got != want {
			t.Errorf("%s has %s", arn, got)
		}
		s.refused("ListTagsForResource", object{"resourceArn": arn + ":1"}, own+"ResourceNotFound", "Resource not found: '"+arn+":1'")
	}
	s.refused("TagResource", object{"resourceArn": "m", "tags": []any{}}, own+"InvalidArn", "Invalid Arn: 'Invalid ARN prefix: m'")
	execution := prefix + "execution:m:x"
	s.refused("TagResource", object{"resourceArn": execution, "tags": []any{}}, own+"InvalidArn", "Invalid Arn: 'Resource type not valid in this context: execution'")
}

func TestEncryptionConfiguration(t *testing.T) {
	s := serve(t)
	key := object{"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k", "kmsDataKeyReusePeriodSeconds": 60}
	arn := s.create("m", pass, object{"encryptionConfiguration": key})
	activity := s.ask("CreateActivity", object{"name": "a", "encryptionConfiguration": key})["activityArn"]
	for _, d := range []object{s.ask("DescribeStateMachine", object{"stateMachineArn": arn}), s.ask("DescribeActivity", object{"activityArn": activity})} {
		if got := text(t, d["encryptionConfiguration"]); got != `{"kmsDataKeyReusePeriodSeconds":60,"kmsKeyId":"k","type":"CUSTOMER_MANAGED_KMS_KEY"}` {
			t.Errorf("got %s", got)
		}
	}
	s.refused("CreateActivity", object{"name": "a"}, own+"ActivityAlreadyExists", "Activity Already Exists: '"+prefix+"activity:a'")
	s.refused("CreateActivity", object{"name": "b", "encryptionConfiguration": object{"type": "CUSTOMER_MANAGED_KMS_KEY"}},
		own+"InvalidEncryptionConfiguration", "Invalid Encryption Configuration: kmsKeyId must be specified when type is CUSTOMER_MANAGED_KMS_KEY.")
}

func TestCreatingAgainLooksAtWhatIsPublished(t *testing.T) {
	s := serve(t)
	in := object{"name": "m", "definition": pass, "roleArn": role, "publish": true, "versionDescription": "one"}
	first := s.ask("CreateStateMachine", in)
	if again := s.ask("CreateStateMachine", in); text(t, again) != text(t, first) || again["stateMachineVersionArn"] != prefix+"stateMachine:m:1" {
		t.Errorf("%v and then %v", first, again)
	}
	in["versionDescription"] = "other"
	s.refused("CreateStateMachine", in, own+"StateMachineAlreadyExists", "State Machine Already Exists: '"+prefix+"stateMachine:m'")
	delete(in, "publish")
	s.refused("CreateStateMachine", in, invalid, "Version description can only be set when publish is true")
}

func TestQualifiedARNsDeleteNoMachine(t *testing.T) {
	s := serve(t)
	arn := s.create("m", pass, object{"publish": true})
	for _, ending := range []string{":1", ":live", "/label"} {
		text, err := json.Marshal(object{"stateMachineArn": arn + ending})
		if err != nil {
			t.Fatal(err)
		}
		if status, body := s.post("DeleteStateMachine", string(text)); status != 400 || decode(t, body)["__type"] != invalid {
			t.Errorf("%s: %d %s", ending, status, body)
		}
	}
	s.ask("DescribeStateMachine", object{"stateMachineArn": arn})
}
