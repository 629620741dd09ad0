package awsapi

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"canto/runtime"
)

// TestEveryConstraintOfEveryOperation breaks each constraint that the model has,
// one at a time, in each operation that is answered.
func TestEveryConstraintOfEveryOperation(t *testing.T) {
	url := endpoint(t)
	n := 0
	for _, operation := range Operations() {
		t.Run(operation, func(t *testing.T) {
			for _, b := range breachesOf(operation) {
				n++
				status, body := send(t, url, operation, encoded(t, b.request))
				got := said(t, body)
				want := refusal{coralNamespace + "ValidationException", "1 validation error detected: " + b.said, ""}
				if b.said == "" {
					want = refusal{"SerializationException", got.Message, ""}
				}
				if status != http.StatusBadRequest || got != want {
					t.Errorf("%s: %d %s\nwant %+v", b.rule, status, cut(body), want)
				}
			}
		})
	}
	t.Logf("%d constraints", n)
}

// TestUnknownMembersAreIgnored sends each operation a good request, with and
// without members that no model has: what is said is the same.
func TestUnknownMembersAreIgnored(t *testing.T) {
	url := endpoint(t)
	for _, operation := range Operations() {
		var kinds []string
		for _, unknown := range []bool{false, true} {
			request := good(shapes[inputs[operation]], true).(map[string]any)
			if unknown {
				sprinkle(request)
			}
			status, body := send(t, url, operation, encoded(t, request))
			kind := said(t, body).Type
			kinds = append(kinds, kind)
			if status >= 500 || strings.HasPrefix(kind, coralNamespace) || kind == "SerializationException" {
				t.Errorf("%s: %d %s", operation, status, cut(body))
			}
		}
		if kinds[0] != kinds[1] && !strings.Contains(operation, "CreateStateMachine") { // the second time it exists
			t.Errorf("%s: %s without unknown members, and %s with them", operation, kinds[0], kinds[1])
		}
	}
}

// TestNullMembersAreAbsent sends each operation nulls for all that it does not need.
func TestNullMembersAreAbsent(t *testing.T) {
	url := endpoint(t)
	for _, operation := range Operations() {
		root := shapes[inputs[operation]]
		request := good(root, false).(map[string]any)
		for _, m := range root.members {
			if !m.required {
				request[m.name] = nil
			}
		}
		status, body := send(t, url, operation, encoded(t, request))
		if kind := said(t, body).Type; status >= 500 || strings.HasPrefix(kind, coralNamespace) || kind == "SerializationException" {
			t.Errorf("%s: %d %s", operation, status, cut(body))
		}
	}
}

// TestBodiesThatAreNoRequests sends each operation what is not JSON, or no object,
// or far too deep or too large.
func TestBodiesThatAreNoRequests(t *testing.T) {
	url := endpoint(t)
	bodies := map[string]struct {
		body, kind string
		status     int
	}{
		"text":         {"hello", "SerializationException", 400},
		"half":         {`{"name": "`, "SerializationException", 400},
		"no UTF-8":     {"{\"name\": \"\xff\xfe\"", "SerializationException", 400},
		"a list":       {`[]`, "SerializationException", 400},
		"null":         {`null`, "SerializationException", 400},
		"deep lists":   {strings.Repeat("[", 100_000), "SerializationException", 400},
		"deep and fit": {strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), "SerializationException", 400},
		"deep objects": {strings.Repeat(`{"name":`, 100_000) + "1" + strings.Repeat("}", 100_000), "SerializationException", 400},
		"ten megabytes": {
			`{"name": "` + strings.Repeat("x", 10<<20) + `"}`, "RequestEntityTooLargeException", 413,
		},
	}
	for _, operation := range append(Operations(), "NoSuchOperation") {
		for name, b := range bodies {
			if name == "ten megabytes" && operation != "CreateStateMachine" && operation != "StartExecution" {
				continue
			}
			status, body := send(t, url, operation, b.body)
			if kind := said(t, body).Type; status >= 500 || operation != "NoSuchOperation" && (kind != b.kind || status != b.status) {
				t.Errorf("%s, %s: %d %s", operation, name, status, cut(body))
			}
		}
	}
}

// TestDefinitionsAndInputsThatAreDeep sends the texts in requests that are JSON
// themselves, too deep or broken.
func TestDefinitionsAndInputsThatAreDeep(t *testing.T) {
	url := endpoint(t)
	deep := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	machine := prefixed("stateMachine") + "m"
	role := "arn:aws:iam::111122223333:role/r"
	create := map[string]any{"name": "m", "roleArn": role, "definition": `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`}
	if status, body := send(t, url, "CreateStateMachine", encoded(t, create)); status != http.StatusOK {
		t.Fatal(body)
	}
	for _, definition := range []string{deep, `{"StartAt":` + deep + `}`, `{"StartAt":"P","States":{"P":{"Type":"Pass","Result":` + deep + `,"End":true}}}`} {
		for _, operation := range []string{"CreateStateMachine", "UpdateStateMachine", "ValidateStateMachineDefinition"} {
			status, body := send(t, url, operation, encoded(t, map[string]any{
				"name": "d", "roleArn": role, "definition": definition, "stateMachineArn": machine,
			}))
			if status >= 500 {
				t.Errorf("%s: %d %s", operation, status, cut(body))
			}
		}
	}
	for _, input := range []string{deep, strings.Repeat("[", 100_000), "{", ""} {
		status, body := send(t, url, "StartExecution", encoded(t, map[string]any{"stateMachineArn": machine, "input": input}))
		if status >= 500 || input != deep && said(t, body).Type != ownNamespace+"InvalidExecutionInput" {
			t.Errorf("StartExecution: %d %s", status, cut(body))
		}
	}
}

func TestTargetsThatAreNone(t *testing.T) {
	engine := runtime.New()
	defer engine.Close()
	for _, tt := range []struct{ target, kind string }{
		{"", "text/plain"}, {"AWSStepFunctions", contentType}, {"AWSStepFunctions.", contentType},
		{"AWSStepFunctions.ListStateMachines", "text/plain"}, {"AWSStepFunctions.ListStateMachines", "application/x-www-form-urlencoded"},
		{"DynamoDB_20120810.ListTables", contentType}, {"AWSStepFunctions.ListStateMachines\x7f", contentType},
	} {
		req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
		req.Header.Set("X-Amz-Target", tt.target)
		req.Header.Set("Content-Type", tt.kind)
		w := httptest.NewRecorder()
		New(engine).ServeHTTP(w, req)
		if w.Code != http.StatusBadRequest || said(t, w.Body.String()).Type != "UnknownOperationException" {
			t.Errorf("%q: %d %s", tt.target, w.Code, w.Body)
		}
	}
}

func TestNamesOfJSON(t *testing.T) {
	for _, kind := range []string{"", contentType, "application/x-amz-json-1.1", "application/json; charset=utf-8", "Application/X-Amz-JSON-1.0"} {
		if !isJSON(kind) {
			t.Errorf("%q is refused", kind)
		}
	}
}

func endpoint(t *testing.T) string {
	t.Helper()
	engine := runtime.New(runtime.In("111122223333", "eu-north-1"))
	server := httptest.NewServer(New(engine, Poll(10*time.Millisecond)))
	t.Cleanup(func() {
		server.Close()
		engine.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return server.URL
}

func send(t *testing.T, url, operation, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", target+operation)
	req.Header.Set("Content-Type", contentType)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func said(t *testing.T, body string) refusal {
	t.Helper()
	var r refusal
	if err := json.Unmarshal([]byte(body), &r); err != nil {
		t.Fatalf("%v in %s", err, cut(body))
	}
	return r
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func cut(text string) string { return text[:min(len(text), 600)] }

func prefixed(kind string) string { return "arn:aws:states:eu-north-1:111122223333:" + kind + ":" }

// TestEveryShapeIsOfAKnownKind holds the generated constraints to what the checker knows.
func TestEveryShapeIsOfAKnownKind(t *testing.T) {
	known := []string{"structure", "list", "string", "integer", "long", "float", "boolean"}
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		s := shapes[name]
		if !slices.Contains(known, s.kind) {
			t.Errorf("%s is a %s", name, s.kind)
		}
		for _, m := range append(s.members, member{shape: s.element}) {
			if _, ok := shapes[m.shape]; m.shape != "" && !ok {
				t.Errorf("%s has a %s, which is not there", name, m.shape)
			}
		}
	}
}
