package awsapi_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"canto/runtime"
	"canto/runtime/awsapi"
)

const threePasses = `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Result":{"x":1},"ResultPath":"$.b","Next":"C"},"C":{"Type":"Pass","End":true}}}`

// BenchmarkRequest is what the API itself takes for an execution of three states:
// without the network, and without what net/http does to a request.
func BenchmarkRequest(b *testing.B) {
	api := awsapi.New(runtime.New(runtime.RealTime()))
	do := func(operation, body string) string {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Body.String())
		}
		return w.Body.String()
	}
	for _, kind := range []string{"STANDARD", "EXPRESS"} {
		do("CreateStateMachine", fmt.Sprintf(`{"name":%q,"type":%q,"roleArn":"arn:aws:iam::123456789012:role/r","definition":%q}`, kind, kind, threePasses))
	}
	arn := "arn:aws:states:us-east-1:123456789012:stateMachine:"
	input := `","input":"{\"orderId\":\"o-1\",\"items\":[1,2,3]}"}`
	b.Run("StartExecution", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			do("StartExecution", `{"stateMachineArn":"`+arn+"STANDARD"+input)
		}
	})
	do("StartExecution", `{"name":"x","stateMachineArn":"`+arn+"STANDARD"+input)
	b.Run("DescribeExecution", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			do("DescribeExecution", `{"executionArn":"arn:aws:states:us-east-1:123456789012:execution:STANDARD:x"}`)
		}
	})
	b.Run("StartSyncExecution", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			do("StartSyncExecution", `{"stateMachineArn":"`+arn+"EXPRESS"+input)
		}
	})
}
