package asl_test

import (
	"testing"

	"canto/asl"
	"canto/asl/value"
)

func TestParametersWithWhichNoTaskCanBeStarted(t *testing.T) {
	const invoke, nested = "lambda:invoke", "states:startExecution.sync:2"
	for _, tt := range []struct{ action, parameters, want string }{
		{invoke, `{"FunctionName":"f","Payload":[],"LogType":"Tail","Qualifier":null}`, ""},
		{invoke, `{"FunctionName":"f","TenantId":"t","DurableExecutionName":"d"}`, ""},
		{"aws-sdk:lambda:invoke", `{"FunctionName":"f","TenantId":"t","DurableExecutionName":"d"}`, ""},
		{invoke, `{"FunctionName":"f","payload":1}`, `The field "payload" is not supported by Step Functions`},
		{invoke, `{"Payload":1,"x":2}`, "The field 'FunctionName' is required but was missing"},
		{invoke, `{"FunctionName":1,"Qualifier":[]}`, "The value for the field 'FunctionName' must be a STRING, The value for the field 'Qualifier' must be a STRING"},
		{invoke + ".waitForTaskToken", `[]`, "The field 'FunctionName' is required but was missing"},
		{"aws-sdk:lambda:invoke", `{"FunctionName":"f","Payload":{}}`, "The value for the field 'Payload' must be a STRING"},
		{nested, `{"StateMachineArn":"arn:m","Input":{"a":1},"Name":"n"}`, ""},
		{nested, `{"StateMachineArn":"arn:m","input":"{}","Nam":1}`, `The field "input" is not supported by Step Functions, The field "Nam" is not supported by Step Functions`},
		{"apigateway:invoke", `{"ApiEndpoint":"a","Method":"GET","Headers":{"h":["x","y"],"i":[]},"QueryParameters":{}}`, ""},
		{"apigateway:invoke", `{"ApiEndpoint":"a","Method":"GET","QueryParameters":{"page":[1,true]}}`, ""},
		{"apigateway:invoke", `{"ApiEndpoint":"a","Method":"GET","Headers":{"h":["x"],"i":"y"}}`, "The value of the field 'Headers' has an invalid format"},
		{"apigateway:invoke", `{"ApiEndpoint":"a","Method":"GET","Headers":[],"QueryParameters":{"q":[[1]]}}`, "The value of the field 'Headers' has an invalid format, The value of the field 'QueryParameters' has an invalid format"},
		{"sqs:sendMessage", `1`, ""},
	} {
		p := asl.ParseResource("arn:aws:states:::" + tt.action).Parameters()
		if got := p.Refuse(value.Raw(tt.parameters)); got != tt.want {
			t.Errorf("%s with %s: %q, want %q", tt.action, tt.parameters, got, tt.want)
		}
	}
	if p := asl.ParseResource("arn:aws:lambda:eu-north-1:111122223333:function:f").Parameters(); p != nil {
		t.Errorf("a function takes %+v", p)
	}
}
