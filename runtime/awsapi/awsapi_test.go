package awsapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/sfn"
	"canto/runtime"
	"canto/runtime/awsapi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// service is an endpoint, and who asks it.
type service struct {
	t        *testing.T
	url      string
	engine   *runtime.Engine
	registry *handlers.Registry
	header   http.Header // of every request, beside its own
}

const (
	prefix = "arn:aws:states:eu-north-1:111122223333:"
	role   = "arn:aws:iam::111122223333:role/r"
)

func serve(t *testing.T, opts ...runtime.Option) *service {
	t.Helper()
	registry := handlers.NewRegistry()
	engine := runtime.New(append([]runtime.Option{runtime.Functions(registry), runtime.In("111122223333", "eu-north-1")}, opts...)...)
	api := awsapi.New(engine, awsapi.Poll(50*time.Millisecond))
	if err := sfn.Register(registry, api); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api)
	t.Cleanup(func() {
		server.Close()
		engine.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return &service{t, server.URL, engine, registry, http.Header{}}
}

// post sends a request, and gives the status and the body.
func (s *service) post(operation, body string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header = s.header.Clone()
	req.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if id := res.Header.Get("X-Amzn-Requestid"); len(id) != 36 {
		s.t.Errorf("%s: the request's id is %q", operation, id)
	}
	return res.StatusCode, string(text)
}

// posted is the body of the answer to a request.
func (s *service) posted(operation, body string) string {
	s.t.Helper()
	_, text := s.post(operation, body)
	return text
}

// object is a request or an answer.
type object map[string]any

// ask sends a request that has to be answered.
func (s *service) ask(operation string, in object) object {
	s.t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		s.t.Fatal(err)
	}
	status, body := s.post(operation, string(text))
	if status != http.StatusOK {
		s.t.Fatalf("%s %s: %d %s", operation, text, status, body)
	}
	return decode(s.t, body)
}

func decode(t *testing.T, body string) object {
	t.Helper()
	out := object{}
	dec := json.NewDecoder(strings.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&out); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return out
}

// refused sends a request that has to be refused.
func (s *service) refused(operation string, in object, kind, message string) {
	s.t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		s.t.Fatal(err)
	}
	status, body := s.post(operation, string(text))
	got := decode(s.t, body)
	said, _ := got["message"].(string)
	if status != http.StatusBadRequest || got["__type"] != kind || said != message {
		s.t.Errorf("%s %s:\n%d %v %s\nwant\n%d %v %s", operation, shorten(string(text)), status, got["__type"], shorten(said), http.StatusBadRequest, kind, message)
	}
}

func shorten(text string) string {
	if len(text) > 1000 {
		return text[:1000] + "..."
	}
	return text
}

const (
	own   = "com.amazonaws.swf.service.v2.model#"
	coral = "com.amazon.coral.validate#"
)

// create makes a machine and gives its ARN.
func (s *service) create(name, definition string, more ...object) string {
	s.t.Helper()
	in := object{"name": name, "definition": definition, "roleArn": role}
	for _, m := range more {
		for k, v := range m {
			in[k] = v
		}
	}
	return s.ask("CreateStateMachine", in)["stateMachineArn"].(string)
}

// start starts an execution and gives its ARN.
func (s *service) start(machine, input string) string {
	s.t.Helper()
	return s.ask("StartExecution", object{"stateMachineArn": machine, "input": input})["executionArn"].(string)
}

// ended waits for the end of an execution and describes it.
func (s *service) ended(arn string) object {
	s.t.Helper()
	if err := s.engine.AwaitExecution(s.t.Context(), arn); err != nil {
		s.t.Fatal(err)
	}
	return s.ask("DescribeExecution", object{"executionArn": arn})
}

// types are the types of the events of an execution.
func (s *service) types(arn string) []string {
	s.t.Helper()
	var out []string
	for _, e := range s.ask("GetExecutionHistory", object{"executionArn": arn})["events"].([]any) {
		out = append(out, e.(map[string]any)["type"].(string))
	}
	return out
}

func (s *service) register(name string, f func(context.Context, handlers.Call) (value.Value, error)) {
	s.t.Helper()
	if err := s.registry.Register(name, handlers.HandlerFunc(f)); err != nil {
		s.t.Fatal(err)
	}
}

const (
	pass = `{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}`
	fail = `{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Sorry", "Cause": "not today"}}}`
	wait = `{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": true}}}`
)

func TestEveryOperationThatIsAnsweredIsInTheModel(t *testing.T) {
	s := serve(t)
	for _, name := range awsapi.Operations() {
		status, body := s.post(name, `[]`)
		if status != http.StatusBadRequest || decode(t, body)["__type"] != "SerializationException" {
			t.Errorf("%s of a list: %d %s", name, status, body)
		}
	}
}

func TestRequestsThatAreNone(t *testing.T) {
	s := serve(t)
	tests := []struct{ operation, body, kind string }{
		{"StartExecution", `{"stateMachineArn":`, "SerializationException"},
		{"StartExecution", `{"stateMachineArn": 7}`, "SerializationException"},
		{"ListActivities", `{"maxResults": "7"}`, "SerializationException"},
		{"ListActivities", `{"maxResults": 1.5}`, "SerializationException"},
		{"GetExecutionHistory", `{"executionArn": "` + prefix + `execution:m:x", "reverseOrder": "yes"}`, "SerializationException"},
		{"CreateActivity", `{"name": "a", "tags": {}}`, "SerializationException"},
		{"CreateActivity", `{"name": "a", "tags": ["x"]}`, "SerializationException"},
		{"NoSuchOperation", `{}`, "UnknownOperationException"},
		{"StartExecution", `{"stateMachineArn": "` + strings.Repeat("(", 1<<16), "SerializationException"},
	}
	for _, tt := range tests {
		status, body := s.post(tt.operation, tt.body)
		if got := decode(t, body); status != http.StatusBadRequest || got["__type"] != tt.kind {
			t.Errorf("%s %s: %d %s", tt.operation, shorten(tt.body), status, body)
		}
	}
}

func TestBodyOfTenMegabytesIsRefused(t *testing.T) {
	s := serve(t)
	status, body := s.post("CreateStateMachine", `{"definition": "`+strings.Repeat("x", 10<<20)+`"}`)
	if status != http.StatusRequestEntityTooLarge || decode(t, body)["__type"] != "RequestEntityTooLargeException" {
		t.Errorf("%d %s", status, body)
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	s := serve(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil || res.StatusCode != http.StatusBadRequest || !strings.Contains(body.String(), "UnknownOperationException") {
		t.Errorf("%d %s %v", res.StatusCode, body.String(), err)
	}
}

func TestConstraints(t *testing.T) {
	s := serve(t)
	long := strings.Repeat("a", 300)
	const one, two = "1 validation error detected: ", "2 validation errors detected: "
	tests := []struct {
		operation string
		in        object
		message   string
	}{
		{"StartExecution", object{}, one + "Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null"},
		{"CreateActivity", object{"name": ""}, one + "Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"CreateActivity", object{"name": strings.Repeat("a", 81)}, one + "Value '" + strings.Repeat("a", 81) + "' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80"},
		{"ListActivities", object{"maxResults": 1001}, one + "Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000"},
		{"ListActivities", object{"maxResults": -1}, one + "Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		{"ListActivities", object{"maxResults": 1001, "nextToken": ""}, two + "Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000; Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"SendTaskSuccess", object{"taskToken": "t", "output": strings.Repeat("é", 131073)}, one + "Value at 'output' failed to satisfy constraint: Member must have size less than or equal to 262144 bytes in UTF-8 encoding"},
		{"SendTaskFailure", object{"taskToken": "t", "error": long}, one + "Value at 'error' failed to satisfy constraint: Member must have length less than or equal to 256"},
		{
			"CreateStateMachine", object{"name": "n", "definition": pass, "roleArn": role, "type": "FAST"},
			one + "Value 'FAST' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [EXPRESS, STANDARD]",
		},
		{
			"CreateStateMachine",
			object{"name": "n", "definition": pass, "roleArn": role, "loggingConfiguration": object{"level": "LOUD"}},
			one + "Value 'LOUD' at 'loggingConfiguration.level' failed to satisfy constraint: Member must satisfy enum value set: [ALL, FATAL, ERROR, OFF]",
		},
		{
			"ListExecutions", object{"statusFilter": "failed"},
			one + "Value 'failed' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
		},
		{
			"CreateStateMachine",
			object{"name": "n", "definition": pass, "roleArn": role, "tags": []any{object{"key": long}}},
			one + "Value '" + long + "' at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128",
		},
	}
	for _, tt := range tests {
		s.refused(tt.operation, tt.in, coral+"ValidationException", tt.message)
	}
}

func TestMembersThatTheModelDoesNotKnowAreIgnored(t *testing.T) {
	s := serve(t)
	out := s.ask("CreateActivity", object{"name": "a", "Name": "b", "colour": "red", "encryptionConfiguration": nil})
	if out["activityArn"] != prefix+"activity:a" {
		t.Errorf("got %v", out)
	}
}

func TestARNsAreJudgedFirst(t *testing.T) {
	s := serve(t)
	s.refused("StartExecution", object{"stateMachineArn": "m", "name": strings.Repeat("a", 81)}, own+"InvalidArn", "Invalid Arn: 'Invalid ARN prefix: m'")
	s.refused("GetActivityTask", object{"activityArn": "a"}, own+"InvalidArn", "Invalid Arn: 'Invalid ARN prefix: a'")
	for _, operation := range []string{"DescribeExecution", "GetExecutionHistory", "StopExecution"} {
		s.refused(operation, object{"executionArn": prefix + "express:m:x:u"}, own+"InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'")
	}
}

func ExampleNew() {
	engine := runtime.New(runtime.RealTime())
	defer engine.Close()
	endpoint := httptest.NewServer(awsapi.New(engine)) // give an SDK endpoint.URL
	defer endpoint.Close()

	req, _ := http.NewRequest(http.MethodPost, endpoint.URL, strings.NewReader(`{}`)) //nolint:noctx // an example
	req.Header.Set("X-Amz-Target", "AWSStepFunctions.ListStateMachines")
	res, err := endpoint.Client().Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	fmt.Println(string(body))
	// Output: {"stateMachines":[]}
}
