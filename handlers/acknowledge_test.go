package handlers

import (
	"strings"
	"testing"

	"canto/asl/value"
)

func TestWhatAServiceAnswersToARequestThatItTakes(t *testing.T) {
	const id = `"MessageId":"`
	for _, c := range []struct{ action, input, begins string }{
		{"sqs:sendMessage", `{"MessageBody": "hello"}`, `{"MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592",` + id},
		{"sqs:sendMessage", `{"MessageBody": { "a": 1 }}`, `{"MD5OfMessageBody":"bb6cb5c68df4652941caf652a366f2d8",` + id},
		{"sns:publish", `{"Message": "hello"}`, `{` + id},
		{"lambda:invoke", `{"FunctionName": "f"}`, `{"ExecutedVersion":"$LATEST","Payload":null,"SdkHttpMetadata":`},
		{"lambda:invoke", `{"FunctionName": "f", "InvocationType": "Event"}`, `{"ExecutedVersion":"$LATEST","Payload":"","SdkHttpMetadata":`},
		{"ecs:runTask", `{}`, `{}`},
	} {
		call := Call{Resource: "arn:aws:states:::" + c.action + ".waitForTaskToken", Input: value.Raw(c.input)}
		if got := Acknowledgement(call).Text(); !strings.HasPrefix(got, c.begins) {
			t.Errorf("%s %s: got %s", c.action, c.input, got)
		}
	}
}
