package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"canto/cmd/internal/server"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// api is an API that answers what its operations are called.
func api(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Amzn-Requestid", "the-id")
	switch name := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AWSStepFunctions."); name {
	case "DescribeExecution":
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"com.amazonaws.swf.service.v2.model#ExecutionDoesNotExist","message":"secret"}`))
	case "StopExecution":
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(`{"__type":"InternalFailure","message":"secret"}`))
	default:
		_, _ = w.Write([]byte(name))
	}
}

type setup struct {
	*server.Server
	log *bytes.Buffer
}

func start(t *testing.T, level slog.Level, change func(*server.Config)) setup {
	t.Helper()
	log := &bytes.Buffer{}
	c := server.Config{
		API: http.HandlerFunc(api), Metrics: server.NewMetrics([]string{"StartExecution", "DescribeExecution", "StopExecution"}),
		Guard: server.NewGuard(), Version: "1.2.3", Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: level})),
	}
	if change != nil {
		change(&c)
	}
	s := server.New(c)
	s.Ready()
	return setup{s, log}
}

func (s setup) ask(method, path, operation string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, "http://localhost:8083"+path, strings.NewReader("payload"))
	if operation != "" {
		r.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	}
	s.ServeHTTP(w, r)
	return w
}

func TestReadOnlyRefusesWhatChangesSomething(t *testing.T) {
	s := start(t, slog.LevelInfo, func(c *server.Config) { c.ReadOnly = true })
	for _, operation := range []string{"DescribeStateMachine", "ListExecutions", "GetExecutionHistory", "ValidateStateMachineDefinition"} {
		if w := s.ask(http.MethodPost, "/", operation); w.Code != 200 || w.Body.String() != operation {
			t.Errorf("%s: %d %s", operation, w.Code, w.Body)
		}
	}
	for _, operation := range []string{"StartExecution", "GetActivityTask", "TestState", "TagResource", "SendTaskSuccess", "Invented", ""} {
		w := s.ask(http.MethodPost, "/", operation)
		if w.Code != 400 || !strings.Contains(w.Body.String(), `"__type":"AccessDeniedException"`) || !strings.Contains(w.Body.String(), "--read-only") {
			t.Errorf("%s: %d %s", operation, w.Code, w.Body)
		}
	}
}

func TestHealthSaysWhetherTheAPIAnswers(t *testing.T) {
	c := server.Config{API: http.HandlerFunc(api), Metrics: server.NewMetrics(nil), Guard: server.NewGuard(), Version: "1.2.3", Log: slog.New(slog.DiscardHandler)}
	s := setup{Server: server.New(c)}
	if w := s.ask(http.MethodGet, "/healthz", ""); w.Code != 503 || strings.TrimSpace(w.Body.String()) != `{"status":"starting","version":"1.2.3"}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := s.ask(http.MethodPost, "/", "StartExecution"); w.Code != 503 || !strings.Contains(w.Body.String(), "ServiceUnavailableException") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s.Ready()
	if w := s.ask(http.MethodGet, "/healthz", ""); w.Code != 200 || strings.TrimSpace(w.Body.String()) != `{"status":"ready","version":"1.2.3"}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/healthz", "/metrics"} {
		if w := s.ask(http.MethodPost, path, "StartExecution"); w.Code != 405 {
			t.Errorf("POST %s: %d %s", path, w.Code, w.Body)
		}
		if w := s.ask(http.MethodHead, path, ""); w.Code != 200 {
			t.Errorf("HEAD %s: %d", path, w.Code)
		}
	}
}

// full is a store that keeps nothing.
type full struct{ store.Store }

func (full) Commit(context.Context, ...store.Turn) error  { return errors.New("no space left") }
func (full) Put(context.Context, ...store.Document) error { return errors.New("no space left") }

func TestMetricsCountByOperationAndError(t *testing.T) {
	s := start(t, slog.LevelInfo, nil)
	s.ask(http.MethodPost, "/", "StartExecution")
	s.ask(http.MethodPost, "/", "StartExecution")
	s.ask(http.MethodPost, "/", "DescribeExecution")
	s.ask(http.MethodPost, "/", "Invented")
	s.Metrics.Running(func() int { return 7 })
	s.Metrics.Execution("RUNNING")
	s.Metrics.Execution("TIMED_OUT")
	kept := s.Metrics.Store(&memory.Store{})
	if err := kept.Commit(t.Context(), store.Turn{ID: "a", Begin: &store.Begin{}}, store.Turn{ID: "b", Begin: &store.Begin{}}); err != nil {
		t.Fatal(err)
	}
	if err := kept.Commit(t.Context(), store.Turn{ID: "a", Begin: &store.Begin{}}); !errors.Is(err, store.ErrExists) {
		t.Fatal(err)
	}
	broken := s.Metrics.Store(full{})
	if err := errors.Join(broken.Commit(t.Context(), store.Turn{ID: "a"}), broken.Put(t.Context(), store.Document{})); err == nil {
		t.Fatal("it is kept")
	}
	text := s.ask(http.MethodGet, "/metrics", "").Body.String()
	for _, want := range []string{
		`canto_requests_total{code="",operation="StartExecution"} 2`,
		`canto_requests_total{code="ExecutionDoesNotExist",operation="DescribeExecution"} 1`,
		`canto_requests_total{code="",operation="other"} 1`,
		`canto_request_seconds_count{operation="StartExecution"} 2`,
		`canto_executions_started_total 1`, `canto_executions_ended_total{status="TIMED_OUT"} 1`, `canto_executions_running 7`,
		`canto_turns_total 2`, `canto_commit_seconds_count 1`, `canto_writes_failed_total 2`, `go_goroutines `, `process_start_time_seconds `,
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(text, "Invented") {
		t.Error("a client can make up labels")
	}
}

func TestRequestsAreLoggedWithoutWhatTheyHold(t *testing.T) {
	s := start(t, slog.LevelDebug, nil)
	s.ask(http.MethodPost, "/", "StartExecution")
	s.ask(http.MethodPost, "/", "DescribeExecution")
	s.ask(http.MethodPost, "/", "StopExecution")
	log := s.log.String()
	for _, want := range []string{
		"level=DEBUG msg=request operation=StartExecution status=200", "request=the-id",
		"operation=DescribeExecution status=400 code=ExecutionDoesNotExist", "level=ERROR msg=request operation=StopExecution status=500 code=InternalFailure",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("no %s in\n%s", want, log)
		}
	}
	if strings.Contains(log, "secret") || strings.Contains(log, "payload") {
		t.Errorf("the log tells too much:\n%s", log)
	}
	quiet := start(t, slog.LevelInfo, nil)
	quiet.ask(http.MethodPost, "/", "DescribeExecution")
	if quiet.log.Len() > 0 {
		t.Errorf("got %s", quiet.log)
	}
}

// poll is an API whose long poll ends with its context, and whose synchronous
// execution takes a while.
type poll struct{ begun, finish chan struct{} }

func (p poll) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.begun <- struct{}{}
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "GetActivityTask") {
		<-r.Context().Done()
		_, _ = w.Write([]byte("{}"))
		return
	}
	select {
	case <-p.finish:
		_, _ = w.Write([]byte("whole"))
	case <-r.Context().Done():
		_, _ = w.Write([]byte("given up"))
	}
}

func TestAStopEndsLongPollsAndFinishesTheRest(t *testing.T) {
	p := poll{make(chan struct{}), make(chan struct{})}
	s := start(t, slog.LevelInfo, func(c *server.Config) { c.API = p })
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	url := "http://" + l.Addr().String()
	polled, whole := make(chan string, 1), make(chan string, 1)
	go func() { polled <- post(t, url, "GetActivityTask") }()
	go func() { whole <- post(t, url, "StartSyncExecution") }()
	<-p.begun
	<-p.begun
	interrupt()
	if got := <-polled; got != "{}" {
		t.Errorf("the long poll got %q", got)
	}
	close(p.finish)
	if got := <-whole; got != "whole" {
		t.Errorf("the request under way got %q", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := net.DialTimeout("tcp", l.Addr().String(), time.Second); err == nil {
		t.Error("it still listens")
	}
	http.DefaultClient.CloseIdleConnections()
}

func post(t *testing.T, url, operation string) string {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("{}"))
	if err != nil {
		return err.Error()
	}
	r.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return string(text)
}
