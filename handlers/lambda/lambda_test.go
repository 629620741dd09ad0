package lambda_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/lambda"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const arn = "arn:aws:lambda:eu-north-1:111122223333:function:f"

// endpoint answers what a test wants, and notes what it was asked.
type endpoint struct {
	status       int
	header, body string // the header as "Name: text"
	path, query  string
	got          string
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, _ := io.ReadAll(r.Body)
	e.path, e.query, e.got = r.URL.Path, r.URL.RawQuery, string(text)
	if name, text, ok := strings.Cut(e.header, ": "); ok {
		w.Header().Set(name, text)
	}
	w.WriteHeader(e.status)
	_, _ = io.WriteString(w, e.body)
}

// registry has no functions but those of the endpoint.
func registry(t *testing.T, h http.Handler) *handlers.Registry {
	t.Helper()
	server := httptest.NewServer(h)
	functions, err := lambda.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { functions.Close(); server.Close() })
	r := handlers.NewRegistry()
	r.Fallback(functions.Function)
	return r
}

func invoke(t *testing.T, r *handlers.Registry, resource, input string) (value.Value, error) {
	t.Helper()
	h, err := r.Lookup(resource)
	if err != nil {
		t.Fatal(err)
	}
	return h.Invoke(t.Context(), handlers.Call{Resource: resource, Input: value.Raw(input)})
}

func TestPayloadsGoAndComeAsTheyAre(t *testing.T) {
	e := &endpoint{status: 200}
	r := registry(t, e)
	for _, tt := range []struct{ answer, want string }{
		{`{"b":  1.0, "a": [ ]}`, `{"b":  1.0, "a": [ ]}`},
		{`"text"`, `"text"`},
		{`no json`, `"no json"`},
		{``, `null`},
	} {
		e.body = tt.answer
		out, err := invoke(t, r, arn+":live", `{"x":  "é"}`)
		if err != nil || out.Text() != tt.want {
			t.Errorf("%q: %s, %v; want %s", tt.answer, out.Text(), err, tt.want)
		}
	}
	if e.got != `{"x":  "é"}` || e.path != "/2015-03-31/functions/f/invocations" || e.query != "Qualifier=live" {
		t.Errorf("asked %s?%s for %s", e.path, e.query, e.got)
	}
}

func TestFailuresOfFunctionsAndOfTheService(t *testing.T) {
	const missing = `{"Type": "User", "Message": "Function not found: arn:x:$LATEST"}`
	const payload = `{"errorMessage": "no", "errorType": "Custom"}`
	tests := []struct {
		title    string
		endpoint endpoint
		resource string
		input    string
		name     string
		cause    string // its beginning
	}{
		{"a function's own", endpoint{200, "X-Amz-Function-Error: Unhandled", payload, "", "", ""}, arn, `{}`, "Custom", payload},
		{"the same through the integration", endpoint{200, "X-Amz-Function-Error: Unhandled", payload, "", "", ""}, "arn:aws:states:::lambda:invoke", `{"FunctionName": "f"}`, "Custom", `{"errorMessage":"no","errorType":"Custom"}`},
		{"one without a name", endpoint{200, "X-Amz-Function-Error: Unhandled", "out of memory", "", "", ""}, arn, `{}`, "Lambda.Unknown", "The cause could not be determined because Lambda did not return an error type. Returned payload: out of memory"},
		{
			"no such function", endpoint{404, "X-Amzn-Errortype: ResourceNotFoundException", missing, "", "", ""}, arn, `{}`,
			"Lambda.ResourceNotFoundException", "Function not found: arn:x:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ",
		},
		{
			"no such function for the SDK", endpoint{404, "", missing, "", "", ""}, "arn:aws:states:::aws-sdk:lambda:invoke", `{"FunctionName": "f"}`,
			"Lambda.ResourceNotFoundException", "Function not found: arn:x:$LATEST (Service: Lambda, Status Code: 404, Request ID: ",
		},
		{"too many calls", endpoint{429, "", `{"message": "Rate exceeded"}`, "", "", ""}, arn, `{}`, "Lambda.TooManyRequestsException", "Rate exceeded (Service: AWSLambda; Status Code: 429; "},
		{"a fault of the service", endpoint{500, "", `oops`, "", "", ""}, arn, `{}`, "Lambda.ServiceException", "500 Internal Server Error (Service: AWSLambda; Status Code: 500; "},
		{"too long an answer", endpoint{200, "", strings.Repeat("1", lambda.MaxPayload+1), "", "", ""}, arn, `{}`, "Function.ResponseSizeTooLarge", `{"errorMessage":"Response payload size exceeded`},
		{"too long a request", endpoint{200, "", "", "", "", ""}, arn, `"` + strings.Repeat("x", lambda.MaxPayload) + `"`, "Lambda.RequestTooLargeException", "Request must be smaller than"},
	}
	for _, tt := range tests {
		r := registry(t, &tt.endpoint)
		out, err := invoke(t, r, tt.resource, tt.input)
		if err == nil {
			t.Errorf("%s: got %s", tt.title, out.Text())
			continue
		}
		if f := handlers.Failure(err); f.Name != tt.name || !strings.HasPrefix(f.Cause, tt.cause) {
			t.Errorf("%s: %s: %s", tt.title, f.Name, f.Cause)
		}
	}
}

func TestCallEndsWithItsContext(t *testing.T) {
	asked := make(chan struct{})
	r := registry(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(asked)
		<-r.Context().Done()
	}))
	h, err := r.Lookup(arn)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	go func() { <-asked; cancel() }()
	if _, err := h.Invoke(ctx, handlers.Call{Resource: arn}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestEndpointThatIsNotThere(t *testing.T) {
	functions, err := lambda.New("http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	_, err = functions.Function(arn).Invoke(t.Context(), handlers.Call{Resource: arn})
	if f := handlers.Failure(err); f.Name != "Lambda.SdkClientException" || !strings.Contains(f.Cause, "127.0.0.1:1") {
		t.Errorf("got %s: %s", f.Name, f.Cause)
	}
}

func TestEndpointThatIsNotThereIsNoFailureOfTheFunction(t *testing.T) {
	functions, err := lambda.New("http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	r := handlers.NewRegistry()
	r.Fallback(functions.Function)
	for _, resource := range []string{"arn:aws:states:::lambda:invoke", "arn:aws:states:::aws-sdk:lambda:invoke"} {
		h, err := r.Lookup(resource)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Invoke(t.Context(), handlers.Call{Resource: resource, Input: value.Raw(`{"FunctionName": "f", "Payload": "{}"}`)})
		if f := handlers.Failure(err); f == nil || f.Name != "Lambda.SdkClientException" || !strings.Contains(f.Cause, "'f' was looked for behind http://127.0.0.1:1") {
			t.Errorf("%s: %v", resource, f)
		}
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, address := range []string{"", "127.0.0.1:9001", "ftp://x", "http://", "http://a b"} {
		if _, err := lambda.New(address); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}

func TestIntegrationsAreNoFunctions(t *testing.T) {
	r := registry(t, &endpoint{status: 200})
	for _, resource := range []string{"arn:aws:states:::sqs:sendMessage", "arn:aws:states:us-east-1:111122223333:activity:a"} {
		if _, err := r.Lookup(resource); err == nil {
			t.Errorf("%s was found", resource)
		}
	}
}
