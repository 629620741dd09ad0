package awsapitest_test

import (
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"canto/runtime"
	"canto/runtime/awsapi/awsapitest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestTasksCallTheirOwnEndpoint runs an execution that starts another, and leaves a
// third waiting: the end of the server is the end of it.
func TestTasksCallTheirOwnEndpoint(t *testing.T) {
	server := awsapitest.NewServer(nil, runtime.RealTime(), runtime.In("111122223333", "eu-north-1"))
	const machine = "arn:aws:states:eu-north-1:111122223333:stateMachine:"
	create := func(name, definition string) {
		ask(server.URL, "CreateStateMachine", `{"name": "`+name+`", "roleArn": "r", "definition": "`+strings.NewReplacer(`"`, `\"`, "\n", " ", "\t", " ").Replace(definition)+`"}`)
	}
	create("inner", `{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}`)
	create("outer", `{"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
		"Parameters": {"StateMachineArn": "`+machine+`inner", "Input": {}}, "End": true}}}`)
	create("waits", `{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 86400, "End": true}}}`)
	ask(server.URL, "StartExecution", `{"stateMachineArn": "`+machine+`waits"}`)
	ask(server.URL, "StartExecution", `{"stateMachineArn": "`+machine+`outer", "name": "x"}`)
	got := `"status":"RUNNING"`
	for strings.Contains(got, `"status":"RUNNING"`) {
		got = ask(server.URL, "DescribeExecution", `{"executionArn": "arn:aws:states:eu-north-1:111122223333:execution:outer:x"}`)
	}
	if !strings.Contains(got, `"status":"SUCCEEDED"`) {
		t.Errorf("got %s", got)
	}
	server.Close()
	http.DefaultClient.CloseIdleConnections()
}
