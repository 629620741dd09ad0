package model_test

import (
	"testing"

	"canto/asl/value"
	"canto/handlers/mock/model"
)

const prefix = "Mock result schema validation error: "

func TestCheckJudgesResultsByTheServicesModel(t *testing.T) {
	const arn = "arn:aws:states:::"
	for _, tt := range []struct {
		what, resource, result string
		mode                   model.Mode
		want                   string // without prefix; empty: fits
	}{
		{"a result that fits", "sqs:sendMessage", `{"MessageId":"m","SequenceNumber":"1"}`, model.Strict, ""},
		{"an unknown member", "sns:publish", `{"Colour":1}`, model.Strict, ""},
		{"a null is no member", "sns:publish", `{"MessageId":null}`, model.Strict, ""},
		{"a text", "sns:publish", `{"MessageId":7}`, model.Strict, "Field 'MessageId' must be a string"},
		{"a time is a text", "aws-sdk:sfn:describeActivity", `{"ActivityArn":"a","Name":"n","CreationDate":7}`, model.Strict, "Field 'CreationDate' must be a string"},
		{"a number", "dynamodb:updateItem", `{"ConsumedCapacity":{"ReadCapacityUnits":"1"}}`, model.Strict, "Field 'ReadCapacityUnits' must be a number"},
		{"a boolean", "aws-sdk:s3:getObject", `{"DeleteMarker":"yes"}`, model.Strict, "Field 'DeleteMarker' must be a boolean"},
		{"an array", "aws-sdk:sqs:listQueues", `{"QueueUrls":"u"}`, model.Strict, "Field 'QueueUrls' must be an array"},
		{"an element is called as its array", "aws-sdk:sqs:listQueues", `{"QueueUrls":["u",1]}`, model.Strict, "Field 'QueueUrls' must be a string"},
		{"an object", "aws-sdk:lambda:getFunction", `{"Configuration":[]}`, model.Strict, "Field 'Configuration' must be an object"},
		{"a value of a map is called by its key", "aws-sdk:lambda:getFunction", `{"Tags":{"team":1}}`, model.Strict, "Field 'team' must be a string"},
		{"an object inside of itself", "dynamodb:getItem", `{"Item":{"a":{"L":[{"M":{"b":{"S":1}}}]}}}`, model.Strict, "Field 'S' must be a string"},
		{"an enum", "aws-sdk:kms:describeKey", `{"KeyMetadata":{"KeyId":"k","KeyState":"Lost"}}`, model.Strict, "Field 'KeyState' is not an expected value"},
		{"a length at least", "aws-sdk:kms:encrypt", `{"KeyId":""}`, model.Strict, "Field 'KeyId' is smaller than the minimum length"},
		{"a length at most", "aws-sdk:sfn:startExecution", `{"ExecutionArn":"` + long(257) + `","StartDate":"d"}`, model.Strict, "Field 'ExecutionArn' exceeds the maximum length"},
		{"a number at least", "aws-sdk:lambda:getFunction", `{"Configuration":{"Timeout":0}}`, model.Strict, "Field 'Timeout' is less than the minimum value"},
		{"a number at most", "aws-sdk:lambda:getFunction", `{"Configuration":{"EphemeralStorage":{"Size":10241}}}`, model.Strict, "Field 'Size' exceeds the maximum value"},
		{"what is required", "aws-sdk:sfn:createActivity", `{"ActivityArn":"a"}`, model.Strict, "Required field 'CreationDate' is missing"},
		{"a null where a value is required", "aws-sdk:sfn:createActivity", `{"ActivityArn":null}`, model.Strict, "Required field 'ActivityArn' is missing"},
		{"what is required inside", "aws-sdk:kms:describeKey", `{"KeyMetadata":{}}`, model.Strict, "Required field 'KeyId' is missing"},
		{"the spelling of the API", "aws-sdk:sfn:createActivity", `{"activityArn":"a","creationDate":"d"}`, model.Strict, "Required field 'ActivityArn' is missing"},
		{"PRESENT requires nothing", "aws-sdk:sfn:createActivity", `{}`, model.Present, ""},
		{"PRESENT looks at what is there", "aws-sdk:sfn:createActivity", `{"CreationDate":true}`, model.Present, "Field 'CreationDate' must be a string"},
		{"NONE looks at nothing", "aws-sdk:sfn:createActivity", `{"CreationDate":true}`, model.None, ""},
		{"the payload of a function is text", "lambda:invoke", `{"Payload":{}}`, model.Strict, "Field 'Payload' must be a string"},
		{"acronyms of aws-sdk are words", "aws-sdk:s3:getObject", `{"SsekmsKeyId":1}`, model.Strict, "Field 'SsekmsKeyId' must be a string"},
		{"a job gives what polling gives", "states:startExecution.sync", `{"ExecutionArn":"a","StateMachineArn":"m","StartDate":"d"}`, model.Strict, "Required field 'Status' is missing"},
		{"its output is text", "states:startExecution.sync", `{"Output":{}}`, model.Present, "Field 'Output' must be a string"},
		{"or JSON", "states:startExecution.sync:2", `{"Output":{}}`, model.Present, ""},
		{"a callback gives anything", "lambda:invoke.waitForTaskToken", `{"Payload":{}}`, model.Strict, ""},
		{"a service that is not known", "glue:startJobRun", `{"JobRunId":1}`, model.Strict, ""},
		{"an operation that is not known", "aws-sdk:s3:foldObject", `{"ETag":1}`, model.Strict, ""},
		{"a service without an optimised integration", "s3:getObject", `{"ETag":1}`, model.Strict, ""},
	} {
		t.Run(tt.what, func(t *testing.T) {
			got := ""
			if err := model.Check(arn+tt.resource, value.Raw(tt.result), tt.mode); err != nil {
				got = err.Error()
			}
			want := tt.want
			if want != "" {
				want = prefix + want
			}
			if got != want {
				t.Errorf("%s of %s: %q, want %q", tt.result, tt.resource, got, want)
			}
		})
	}
}

func TestAFunctionByItsARNAnswersAnything(t *testing.T) {
	if err := model.Check("arn:aws:lambda:us-east-1:123456789012:function:f", value.Raw(`[1]`), model.Strict); err != nil {
		t.Error(err)
	}
}

func TestKnown(t *testing.T) {
	for resource, want := range map[string]bool{
		"sqs:sendMessage": true, "aws-sdk:eventbridge:putEvents": true, "states:startExecution.sync:2": true,
		"batch:submitJob": false, "aws-sdk:s3:foldObject": false,
	} {
		if got := model.Known("arn:aws:states:::" + resource); got != want {
			t.Errorf("Known(%s) = %t", resource, got)
		}
	}
}

func long(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a'
	}
	return string(b)
}
