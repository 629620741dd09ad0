package handlers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"canto/asl/value"
	"canto/handlers"
)

type article struct {
	Title string   `json:"title"`
	Words int      `json:"words"`
	Tags  []string `json:"tags,omitempty"`
}

// function is one Go function, as Lambda runs it and as Func does.
type function struct {
	name    string
	input   string
	native  any
	handler handlers.Handler
}

func pair[In, Out any](name, input string, f func(context.Context, In) (Out, error)) function {
	return function{name, input, f, handlers.Func(f)}
}

func functions() []function {
	same := func(_ context.Context, a article) (article, error) { return a, nil }
	anything := func(_ context.Context, v any) (any, error) { return v, nil }
	return []function{
		pair("struct", `{ "title": "<a> & b", "words": 3, "unknown": [1] }`, same),
		pair("case-insensitive names", `{"TITLE":"x"}`, same),
		pair("wrong type", `{"title":"x","words":"three"}`, same),
		pair("not an object", `[1, 2]`, same),
		pair("null", `null`, same),
		pair("any", `{"b": 1.0, "a": 12345678901234567890, "u": "\u00e9 \u2028 <"}`, anything),
		pair("nil result", `1`, func(context.Context, any) (any, error) { return nil, nil }),
		pair("no result", `1`, func(context.Context, any) (*struct{}, error) { return nil, nil }),
		pair("string", `"a\tb"`, func(_ context.Context, s string) (string, error) { return s, nil }),
		pair("bytes are base64", `"aGk="`, func(_ context.Context, b []byte) ([]byte, error) { return b, nil }),
		pair("bytes of an object", `{"a":1}`, func(_ context.Context, b []byte) ([]byte, error) { return b, nil }),
		pair("raw message", ` { "a" : "\u003c<" } `, func(_ context.Context, m json.RawMessage) (json.RawMessage, error) { return m, nil }),
		pair("value", `{ "a" : "\u003c<" }`, func(_ context.Context, v value.Value) (value.Value, error) { return v, nil }),
		pair("reader", `1`, func(context.Context, any) (io.Reader, error) {
			return strings.NewReader(`{"x": [ 1 ]}`), nil
		}),
		pair("not to be encoded", `1`, func(context.Context, any) (chan int, error) { return nil, nil }),
		pair("error", `1`, func(context.Context, any) (any, error) { return "dropped", errors.New(`"quoted" <x>`) }),
		pair("custom error", `1`, func(context.Context, any) (any, error) { return nil, &customError{"mine"} }),
		pair("response error", `1`, func(context.Context, any) (any, error) {
			return nil, messages.InvokeResponse_Error{Type: "Site.Down", Message: "503"}
		}),
		pair("error that panics", `1`, func(context.Context, any) (any, error) { return nil, panickyError{} }),
		pair("panic", `1`, func(context.Context, any) (any, error) { panic("no more") }),
		pair("panic with an error", `1`, func(context.Context, any) (any, error) { panic(&customError{"mine"}) }),
		pair("nil map", `1`, func(context.Context, any) (any, error) { var m map[string]int; m["x"] = 1; return m, nil }),
	}
}

// functionVariable tells the test binary, run again, which function to be.
const functionVariable = "CANTO_TEST_FUNCTION"

func serveLambda(name string) {
	for _, f := range functions() {
		if f.name == name {
			lambda.Start(f.native)
		}
	}
}

// lambdaRuntime is the runtime API for one invocation.
type lambdaRuntime struct {
	input  string
	asked  bool
	answer chan string
}

func (l *lambdaRuntime) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !strings.HasSuffix(r.URL.Path, "/next"):
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		l.answer <- r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:] + " " + string(body)
	case l.asked:
		<-r.Context().Done()
	default:
		l.asked = true
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "9999999999999")
		_, _ = io.WriteString(w, l.input)
	}
}

// onLambda runs f as aws-lambda-go's own process does, and returns "response" or
// "error" and the bytes that it sent.
func onLambda(t *testing.T, f function) string {
	t.Helper()
	api := &lambdaRuntime{input: f.input, answer: make(chan string, 1)}
	server := httptest.NewServer(api)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	process := exec.CommandContext(ctx, os.Args[0])
	process.Env = append(os.Environ(), functionVariable+"="+f.name, "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"))
	var log bytes.Buffer
	process.Stderr = &log
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cancel(); _ = process.Wait() }()
	select {
	case answer := <-api.answer:
		return answer
	case <-ctx.Done():
		t.Fatalf("no answer: %s", &log)
		return ""
	}
}

func inProcess(t *testing.T, f function) string {
	t.Helper()
	input, err := value.Parse(f.input)
	if err != nil {
		t.Fatal(err)
	}
	out, err := handlers.Invoke(t.Context(), f.handler, handlers.Call{Input: input})
	if err != nil {
		return "error " + handlers.Failure(err).Cause
	}
	return "response " + out.Text()
}

// stack is compared apart: aws-lambda-go's has frames of its own.
var stack = regexp.MustCompile(`,"stackTrace":\[.*\]`)

func TestFuncAnswersAsLambdaStartDoes(t *testing.T) {
	for _, f := range functions() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			got, want := inProcess(t, f), onLambda(t, f)
			if stack.MatchString(got) != stack.MatchString(want) {
				t.Errorf("a stack on one side only:\n%s\nLambda: %s", got, want)
			}
			if got, want = stack.ReplaceAllString(got, ""), stack.ReplaceAllString(want, ""); got != want {
				t.Errorf("got    %s\nLambda %s", got, want)
			}
		})
	}
}

func TestFuncRefusesAReaderThatIsNotJSON(t *testing.T) {
	h := handlers.Func(func(context.Context, any) (io.Reader, error) { return strings.NewReader("<html>"), nil })
	if _, err := handlers.Invoke(t.Context(), h, handlers.Call{}); err == nil {
		t.Error("taken")
	}
}

func BenchmarkFunc(b *testing.B) {
	for name, h := range map[string]handlers.Handler{
		"struct": handlers.Func(func(_ context.Context, a article) (article, error) { return a, nil }),
		"value":  handlers.Func(func(_ context.Context, v value.Value) (value.Value, error) { return v, nil }),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			c := handlers.Call{Input: value.Raw(`{"title":"x","words":3}`)}
			for b.Loop() {
				if _, err := h.Invoke(b.Context(), c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkInvoke(b *testing.B) {
	h := handlers.HandlerFunc(func(_ context.Context, c handlers.Call) (value.Value, error) { return c.Input, nil })
	for b.Loop() {
		if _, err := handlers.Invoke(b.Context(), h, handlers.Call{}); err != nil {
			b.Fatal(err)
		}
	}
}
