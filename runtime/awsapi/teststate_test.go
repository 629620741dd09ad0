package awsapi_test

import (
	"encoding/json"
	"testing"
)

const publish = `{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Retry":[{"ErrorEquals":["R"],"IntervalSeconds":4}],"Catch":[{"ErrorEquals":["C"],"Next":"N"}],"End":true}`

func TestTestStateTellsByTheLevel(t *testing.T) {
	s := serve(t)
	mocked := object{"result": `{"MessageId": "m"}`}
	failing := func(name string) object { return object{"errorOutput": object{"error": name, "cause": "why"}} }
	for _, tt := range []struct {
		what string
		in   object
		want string
	}{
		{
			"without a level, what came of it", object{"definition": publish, "mock": mocked},
			`{"output":"{\"MessageId\": \"m\"}","status":"SUCCEEDED"}`,
		},
		{
			"DEBUG has the data, too", object{"definition": publish, "mock": mocked, "inspectionLevel": "DEBUG", "variables": `{"b":1,"a":2}`},
			`{"inspectionData":{"afterInputPath":"{}","afterParameters":"{}","afterResultPath":"{\"MessageId\": \"m\"}","afterResultSelector":"{\"MessageId\": \"m\"}",` +
				`"input":"{}","result":"{\"MessageId\": \"m\"}","variables":"{\"a\":2,\"b\":1}"},"output":"{\"MessageId\": \"m\"}","status":"SUCCEEDED"}`,
		},
		{
			"an error that is tried again", object{"definition": publish, "mock": failing("R"), "inspectionLevel": "TRACE", "stateConfiguration": object{"retrierRetryCount": 1}},
			`{"cause":"why","error":"R","inspectionData":{"afterInputPath":"{}","afterParameters":"{}","errorDetails":{"retryBackoffIntervalSeconds":8,"retryIndex":0},"input":"{}"},"status":"RETRIABLE"}`,
		},
		{
			"an error that is caught", object{"definition": publish, "mock": failing("C")},
			`{"cause":"why","error":"C","nextState":"N","output":"{\"Error\":\"C\",\"Cause\":\"why\"}","status":"CAUGHT_ERROR"}`,
		},
	} {
		got, err := json.Marshal(s.ask("TestState", tt.in))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %v\ngot  %s\nwant %s", tt.what, err, got, tt.want)
		}
	}
}

func TestTestStateRefusesInTheServicesWords(t *testing.T) {
	s := serve(t)
	s.refused("TestState", object{"definition": publish}, own+"ValidationException", "RoleArn must be specified when testing a Task state")
	s.refused("TestState", object{"definition": `{"Type":"Pass","End":true}`, "input": "{"}, own+"InvalidExecutionInput", "Invalid State Machine Execution Input: 'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)\"{\"; line: 1, column: 1])'")
	s.refused("TestState", object{"definition": `{"Type":"Pass","End":1}`}, own+"InvalidDefinition",
		"Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The value for the field 'End' must be true at /States/StateName/End'")
	s.refused("TestState", object{"definition": publish, "mock": object{"fieldValidationMode": "SOFT"}}, "com.amazon.coral.validate#ValidationException",
		"1 validation error detected: Value 'SOFT' at 'mock.fieldValidationMode' failed to satisfy constraint: Member must satisfy enum value set: [STRICT, NONE, PRESENT]")
}
