// Package lambda_test runs the bootstraps as AWS Lambda does: each is a process that
// asks a Runtime API for invocations. What they answer has to be what the same
// functions answer in process.
package lambda_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/poem/crawler"
	"canto/handlers/poem/extractor"
	"canto/handlers/poem/reducer"
	"canto/handlers/poem/sentiment"
)

// bootstraps is the folder of the four executables, built for this machine.
var bootstraps string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "bootstraps")
	if err == nil {
		build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", folder, "canto/cmd/lambda/...")
		build.Stderr = os.Stderr
		err = build.Run()
	}
	code := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, "building the bootstraps:", err)
	} else {
		bootstraps = folder
		code = m.Run()
	}
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// answer is what a function posts for an invocation.
type answer struct {
	failed bool
	body   string
}

// runtimeAPI serves Lambda's Runtime API for one invocation.
type runtimeAPI struct {
	invocations chan string
	answers     chan answer
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const invocation = "/2018-06-01/runtime/invocation/"
	switch r.URL.Path {
	case invocation + "next":
		var payload string
		select {
		case payload = <-a.invocations:
		case <-r.Context().Done():
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:test")
		_, _ = io.WriteString(w, payload)
	case invocation + "1/response", invocation + "1/error":
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		a.answers <- answer{failed: strings.HasSuffix(r.URL.Path, "error"), body: string(body)}
	default:
		http.NotFound(w, r)
	}
}

// bootstrap is the command that starts a function with environment and nothing
// else of this process's own.
func bootstrap(ctx context.Context, name string, environment ...string) *exec.Cmd {
	executable := filepath.Join(bootstraps, name)
	if runtime.GOOS == "windows" {
		executable += ".exe"
	}
	cmd := exec.CommandContext(ctx, executable)
	cmd.Env = append([]string{"SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}, environment...)
	return cmd
}

// invoke runs a bootstrap for one invocation.
func invoke(t *testing.T, name, payload string, environment ...string) answer {
	t.Helper()
	api := &runtimeAPI{invocations: make(chan string, 1), answers: make(chan answer, 1)}
	api.invocations <- payload
	server := httptest.NewServer(api)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	address := strings.TrimPrefix(server.URL, "http://")
	cmd := bootstrap(ctx, name, append(environment, "AWS_LAMBDA_RUNTIME_API="+address)...)
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer server.Close()
	defer server.CloseClientConnections()
	defer cancel()
	select {
	case got := <-api.answers:
		cancel()
		<-ended
		return got
	case err := <-ended:
		t.Fatalf("%s ended without an answer: %v\n%s", name, err, log.String())
	}
	return answer{}
}

type function struct {
	name        string
	environment []string
	handler     handlers.Handler
}

// functions are the four as a registry holds them, and as the bootstraps start
// with the same configuration.
func functions(t *testing.T) map[string]function {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	environment := map[string]string{"POEM_DATE": "2026-11-22"}
	getenv := func(name string) string { return environment[name] }
	c, err := crawler.FromEnv(getenv)
	must(err)
	e, err := extractor.FromEnv(getenv)
	must(err)
	s, err := sentiment.FromEnv(getenv)
	must(err)
	analyzer, err := sentiment.New(s)
	must(err)
	r, err := reducer.FromEnv(getenv)
	must(err)
	poem := []string{"POEM_BUCKET=file://" + filepath.ToSlash(t.TempDir()), "POEM_DATE=" + environment["POEM_DATE"]}
	return map[string]function{
		"crawler":   {"crawler", nil, handlers.Func(crawler.New(c, nil).Crawl)},
		"extractor": {"extractor", nil, handlers.Func(extractor.New(e, nil).Extract)},
		"sentiment": {"sentiment", nil, handlers.Func(analyzer.Analyze)},
		"reducer":   {"reducer", poem, handlers.Func(reducer.New(r, handlers.Folder(t.TempDir())).Reduce)},
	}
}

func TestBootstrapsAnswerAsInProcess(t *testing.T) {
	all := functions(t)
	cases := []struct{ behaviour, function, payload, errorType string }{
		{"no query", "crawler", `{}`, "InvalidQuery"},
		{"a query of the wrong type", "crawler", `42`, "InvalidQuery"},
		{"a link to the metadata service", "extractor", `"http://169.254.169.254/latest/meta-data/"`, "PrivateAddress"},
		{"no link", "extractor", `{"Url": 1}`, "InvalidInput"},
		{"an article's sentences", "sentiment", `{"URL": "https://news.example/1", "Language": "en", "Text": "The shelling of the old hospital was a horrible crime. Neighbours rescued everyone with great courage and love."}`, ""},
		{"the error output of a Catch", "sentiment", `{"Error": "PrivateAddress", "Cause": "{}"}`, ""},
		{"an article of the wrong type", "sentiment", `["x"]`, "UnmarshalTypeError"},
		{"a poem", "reducer", `[null, [{"Text": "A terrible night fell upon the harbour.", "SentimentValue": -0.8, "Magnitude": 0.8, "URL": "https://news.example/1"}]]`, ""},
		{"the error output of the Map", "reducer", `{"Error": "States.TaskFailed", "Cause": "no web <today>"}`, ""},
		{"a poem of the wrong type", "reducer", `7`, "InputError"},
	}
	for _, c := range cases {
		t.Run(c.behaviour, func(t *testing.T) {
			f := all[c.function]
			got := invoke(t, f.name, c.payload, f.environment...)
			want, err := f.handler.Invoke(context.Background(), handlers.Call{Input: value.Raw(c.payload)})
			if err == nil {
				if got.failed || got.body != want.Text() {
					t.Errorf("the bootstrap answers %s\nin process it is %s", got.body, want.Text())
				}
				return
			}
			failure := handlers.Failure(err)
			if !got.failed || got.body != failure.Cause {
				t.Errorf("the bootstrap answers %s\nin process it is %s", got.body, failure.Cause)
			}
			if errorType := errorTypeOf(t, got.body); errorType != c.errorType || errorType != failure.Name {
				t.Errorf("errorType %s, in process %s, want %s", errorType, failure.Name, c.errorType)
			}
		})
	}
}

func errorTypeOf(t *testing.T, body string) string {
	t.Helper()
	var payload struct {
		ErrorType string `json:"errorType"`
	}
	if err := json.Unmarshal([]byte(body), &payload); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return payload.ErrorType
}

func TestReducerWritesIntoItsBucket(t *testing.T) {
	folder := t.TempDir()
	got := invoke(t, "reducer", `[]`, "POEM_BUCKET=file://"+filepath.ToSlash(folder))
	if got.failed {
		t.Fatal(got.body)
	}
	for _, key := range []string{reducer.PageKey, reducer.DataKey} {
		if written, err := os.ReadFile(filepath.Join(folder, key)); err != nil || len(written) == 0 {
			t.Errorf("%s: %d bytes, %v", key, len(written), err)
		}
	}
}

func TestBadConfigurationEndsTheStart(t *testing.T) {
	cases := []struct{ function, environment, variable string }{
		{"crawler", "CRAWLER_ENGINE=altavista", "CRAWLER_ENGINE"},
		{"extractor", "EXTRACTOR_TIMEOUT=soon", "EXTRACTOR_TIMEOUT"},
		{"sentiment", "SENTIMENT_ANALYZER=tea leaves", "SENTIMENT_ANALYZER"},
		{"sentiment", "SENTIMENT_ANALYZER=google", "GOOGLE_API_KEY"},
		{"reducer", "POEM_LINES=none", "POEM_LINES"},
		{"reducer", "POEM_BUCKET=", "POEM_BUCKET"},
		{"reducer", "POEM_BUCKET=ftp://poems", "POEM_BUCKET"},
	}
	for _, c := range cases {
		t.Run(c.environment, func(t *testing.T) {
			out, err := bootstrap(context.Background(), c.function, c.environment, "AWS_LAMBDA_RUNTIME_API=127.0.0.1:1").CombinedOutput()
			if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 1 {
				t.Errorf("exit code 1 is expected: %v", err)
			}
			if text := string(out); !strings.Contains(text, "cannot start") || !strings.Contains(text, c.variable) {
				t.Errorf("the message does not name %s: %s", c.variable, text)
			}
		})
	}
}
