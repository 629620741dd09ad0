package awsapitest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"canto/handlers"
	"canto/runtime/awsapi/awsapitest"
)

// A test starts an endpoint in one line, and drives it by HTTP, or by an SDK with
// server.URL as its endpoint.
func Example() {
	functions := handlers.NewRegistry()
	_ = functions.Register("double", handlers.Func(func(_ context.Context, n int) (int, error) { return 2 * n, nil }))

	server := awsapitest.NewServer(functions)
	defer server.Close()

	ask(server.URL, "CreateStateMachine", `{"name": "m", "type": "EXPRESS", "roleArn": "arn:aws:iam::123456789012:role/r",
		"definition": "{\"StartAt\":\"D\",\"States\":{\"D\":{\"Type\":\"Task\",\"Resource\":\"arn:aws:lambda:us-east-1:123456789012:function:double\",\"End\":true}}}"}`)
	out := ask(server.URL, "StartSyncExecution", `{"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m", "input": "21"}`)
	fmt.Println(strings.Contains(out, `"status":"SUCCEEDED"`), strings.Contains(out, `"output":"42"`))
	// Output: true true
}

// ask sends a request as every SDK does, but for the signature.
func ask(url, operation, body string) string {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	r.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
