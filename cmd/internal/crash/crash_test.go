// Package crash_test kills canto serve again and again, with SIGKILL at random moments
// under load, and holds it to what it promises of --data: what was acknowledged is
// there, what was done is not done again, and every history is that of an execution
// that nobody disturbed.
package crash_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"canto/cmd/internal/cli"

	"github.com/google/go-cmp/cmp"
)

// TestMain lets the test binary be the server that is killed.
func TestMain(m *testing.M) {
	if args := os.Getenv("CANTO_CRASH_ARGS"); args != "" {
		os.Exit(cli.Main(strings.Split(args, "\n")))
	}
	os.Exit(m.Run())
}

// machine has a task that is retried, iterations one after the other, a Map Run with two
// children, a callback, a timer, a nested execution and a task that is caught.
const machine = `{"StartAt":"First","States":{
 "First":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:step","Parameters":{"id.$":"$$.Execution.Name","step":1,"fails.$":"$.fails","retry.$":"$$.State.RetryCount"},
  "ResultPath":"$.first","Retry":[{"ErrorEquals":["Flaky"],"IntervalSeconds":1,"MaxAttempts":2,"BackoffRate":1}],"Next":"Each"},
 "Each":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":1,"ResultPath":"$.each","ItemSelector":{"id.$":"$$.Execution.Name","step":2,"item.$":"$$.Map.Item.Value"},
  "ItemProcessor":{"StartAt":"Item","States":{"Item":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:step","End":true}}},"Next":"Many"},
 "Many":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":1,"ResultPath":"$.many","ItemSelector":{"id.$":"$$.Execution.Name","step":3,"item.$":"$$.Map.Item.Value"},
  "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"One","States":{"One":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:step","End":true}}},"Next":"Ask"},
 "Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask","Payload":{"id.$":"$$.Execution.Name","token.$":"$$.Task.Token"}},"ResultPath":"$.answer","Next":"Rest"},
 "Rest":{"Type":"Wait","Seconds":1,"Next":"Nested"},
 "Nested":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:child","Input":{"n.$":"$.items[0]"}},
  "OutputPath":"$.Output","Next":"Last"},
 "Last":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:broken","Catch":[{"ErrorEquals":["Broken"],"ResultPath":"$.caught","Next":"End"}],"End":true},
 "End":{"Type":"Pass","End":true}}}`

const child = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"Next":"P"},"P":{"Type":"Pass","Result":{"nested":true},"End":true}}}`

// world is what stands around the server: the functions that it calls, and who
// answers its callbacks.
type world struct {
	t       testing.TB
	invoke  *httptest.Server
	mu      sync.Mutex
	reached map[string]int // the last step that was asked for, by execution
	asked   chan callback
}

type callback struct{ id, token string }

func newWorld(t testing.TB) *world {
	w := &world{t: t, reached: map[string]int{}, asked: make(chan callback, 1<<16)}
	w.invoke = httptest.NewServer(http.HandlerFunc(w.function))
	t.Cleanup(w.invoke.Close)
	return w
}

// function is Lambda's Invoke. A step that is asked for after a later one was is done
// again, which only what was under way at a crash may be.
func (w *world) function(out http.ResponseWriter, r *http.Request) {
	var in struct {
		ID    string
		Step  int
		Item  int
		Fails bool
		Retry int
		Token string
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(out, err.Error(), http.StatusBadRequest)
		return
	}
	name := strings.Split(r.URL.Path, "/")[3]
	name = name[strings.LastIndexByte(name, ':')+1:]
	switch name {
	case "ask":
		w.reach(in.ID, 50)
		w.asked <- callback{in.ID, in.Token}
		_, _ = io.WriteString(out, `{}`)
	case "broken":
		fail(out, "Broken")
	default:
		w.reach(in.ID, 10*in.Step+in.Item+in.Retry)
		if in.Fails && in.Retry == 0 && in.Step == 1 {
			fail(out, "Flaky")
			return
		}
		fmt.Fprintf(out, `{"step":%d,"item":%d}`, in.Step, in.Item)
	}
}

func fail(out http.ResponseWriter, name string) {
	out.Header().Set("X-Amz-Function-Error", "Unhandled")
	fmt.Fprintf(out, `{"errorType":%q,"errorMessage":"as it should"}`, name)
}

func (w *world) reach(id string, step int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if last := w.reached[id]; step < last {
		w.t.Errorf("%s: step %d is asked for after step %d", id, step, last)
	}
	w.reached[id] = step
}

// server is canto serve as a process of its own.
type server struct {
	t    testing.TB
	addr string
	args []string
	mu   sync.Mutex
	cmd  *exec.Cmd
	gone chan struct{} // closed when the process has ended
	log  bytes.Buffer

	killed, ended atomic.Bool // it is being killed; it has ended by itself

	lost atomic.Int64 // requests that got no answer because it was killed meanwhile
	done atomic.Int64 // requests that it has answered
}

func newServer(t testing.TB, w *world, more ...string) *server {
	l, err := net.Listen("tcp", ownHost()+":0") //nolint:noctx // a free port
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	s := &server{t: t, addr: addr, args: append([]string{"serve", "--addr", addr, "--lambda-endpoint", w.invoke.URL}, more...)}
	s.start()
	t.Cleanup(s.kill)
	return s
}

// ownHost is a loopback address of this process's own, where there is more than one:
// there nobody takes the port while the server is down.
func ownHost() string {
	if runtime.GOOS != "linux" {
		return "127.0.0.1"
	}
	id := os.Getpid()
	return fmt.Sprintf("127.%d.%d.%d", 1+id>>16&0x7f, id>>8&0xff, id&0xff)
}

// start starts the server, which is not to end before it is killed.
func (s *server) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	cmd, gone := exec.Command(os.Args[0]), make(chan struct{})
	cmd.Env = append(os.Environ(), "CANTO_CRASH_ARGS="+strings.Join(s.args, "\n"))
	cmd.Stderr = &s.log
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.cmd, s.gone = cmd, gone
	go func() {
		defer close(gone)
		_ = cmd.Wait()
		if !s.killed.Load() {
			s.ended.Store(true)
			s.t.Errorf("the server ended by itself (%s): %s", cmd.ProcessState, s.log.String())
		}
	}()
}

func (s *server) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.killed.Store(true)
	_ = s.cmd.Process.Kill()
	<-s.gone
	s.killed.Store(false)
}

// fault is what the API refuses with.
type fault struct {
	Type string `json:"__type"`
}

func (f fault) Error() string { return f.Type }

// ask asks the API, until it answers, or there is no use in it.
func (s *server) ask(operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	for {
		text, status, err := s.post(operation, body)
		switch {
		case s.ended.Load():
			return errors.New("there is no server any more")
		case err != nil || status >= 500: // it was killed, or is not there yet
			if !errors.Is(err, syscall.ECONNREFUSED) {
				s.lost.Add(1)
			}
			time.Sleep(5 * time.Millisecond)
			continue
		case status != http.StatusOK:
			var f fault
			_ = json.Unmarshal(text, &f)
			err = f
		default:
			err = json.Unmarshal(text, out)
		}
		s.done.Add(1)
		return err
	}
}

// awaitAnswers waits until the server answers again.
func (s *server) awaitAnswers() {
	for before := s.done.Load(); s.done.Load() == before && !s.ended.Load(); {
		time.Sleep(time.Millisecond)
	}
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 20 * time.Second}

func (s *server) post(operation string, body []byte) (text []byte, status int, err error) {
	r, err := http.NewRequest(http.MethodPost, "http://"+s.addr, bytes.NewReader(body)) //nolint:noctx // the client has a timeout
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	answer, err := client.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer answer.Body.Close()
	text, err = io.ReadAll(answer.Body)
	return text, answer.StatusCode, err
}

type object = map[string]any

func (s *server) create(name, definition string) {
	in := object{"name": name, "definition": definition, "roleArn": "arn:aws:iam::123456789012:role/r"}
	if err := s.ask("CreateStateMachine", in, &object{}); err != nil {
		s.t.Fatal(err)
	}
}

const arns = "arn:aws:states:us-east-1:123456789012:"

// run starts the nth execution. Started twice because the first answer was lost, it is
// the same while it runs; that it exists already is as good.
func (s *server) run(n int) {
	in := object{
		"stateMachineArn": arns + "stateMachine:m", "name": name(n),
		"input": fmt.Sprintf(`{"fails":%v,"items":[%d,%d]}`, n%kinds == 0, 1, 2+n%kinds),
	}
	var f fault
	if err := s.ask("StartExecution", in, &object{}); err != nil && (!errors.As(err, &f) || !strings.HasSuffix(f.Type, "#ExecutionAlreadyExists")) {
		s.t.Error(err)
	}
}

func name(n int) string { return "x" + strconv.Itoa(n) }

// answer answers callbacks. One that was acknowledged is not taken a second time.
func (s *server) answer(w *world, done <-chan struct{}) {
	for {
		select {
		case c := <-w.asked:
			in := object{"taskToken": c.token, "output": `{"by":"` + c.id + `"}`}
			err := s.ask("SendTaskSuccess", in, &object{})
			if err == nil {
				err = s.ask("SendTaskSuccess", in, &object{})
			}
			if err == nil || !strings.HasSuffix(err.Error(), "#TaskTimedOut") {
				s.t.Errorf("%s: a callback that was taken is answered again by %v", c.id, err)
			}
		case <-done:
			return
		}
	}
}

// finish waits for the end of the nth execution, and gives its history without times.
func (s *server) finish(n int) []string {
	arn := arns + "execution:m:" + name(n)
	for {
		var d struct{ Status string }
		if err := s.ask("DescribeExecution", object{"executionArn": arn}, &d); err != nil {
			s.t.Fatal(name(n), err)
		}
		if d.Status != "RUNNING" {
			return s.history(arn)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *server) history(arn string) (lines []string) {
	var page struct {
		Events    []object
		NextToken string
	}
	in := object{"executionArn": arn, "maxResults": 7}
	for {
		page.Events, page.NextToken = nil, ""
		if err := s.ask("GetExecutionHistory", in, &page); err != nil {
			s.t.Fatal(err)
		}
		for _, e := range page.Events {
			delete(e, "timestamp")
			text, err := json.Marshal(e)
			if err != nil {
				s.t.Fatal(err)
			}
			lines = append(lines, common(string(text), arn[strings.LastIndexByte(arn, ':')+1:]))
		}
		if page.NextToken == "" {
			return lines
		}
		in["nextToken"] = page.NextToken
	}
}

// own are what executions of the same input differ in: times, tokens and ids.
var own = regexp.MustCompile(`Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b1[0-9]{9}[.0-9]*|\b1[0-9]{12}\b|"[A-Z][a-z]{2}, [^"]* GMT|\btoken\\*":\\*"[^"\\]*`)

// common is an event without what is the execution's own.
func common(event, name string) string {
	event = regexp.MustCompile(`\b`+name+`\b`).ReplaceAllString(event, "NAME")
	return own.ReplaceAllString(event, "OWN")
}

func TestKilledServerGoesOn(t *testing.T) {
	kills := 200
	if testing.Short() {
		kills = 10
	}
	w := newWorld(t)
	calm := newServer(t, w)
	want := play(w, calm, func(n int) bool { return n < kinds })
	calm.kill()

	w.reached = map[string]int{}
	dir := t.TempDir()
	events := filepath.Join(dir, "events.jsonl")
	s := newServer(t, w, "--data", filepath.Join(dir, "canto.db"), "--events", events)
	over := make(chan struct{})
	go func() {
		defer close(over)
		for n := range kills {
			if n%2 == 0 { // or a machine where it begins slowly would only see it begin
				s.awaitAnswers()
			}
			time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
			s.kill()
			s.start()
		}
	}()
	got := play(w, s, func(n int) bool {
		select {
		case <-over:
			return n < kinds // each at least once
		default:
			return true
		}
	})
	<-over
	for n, history := range got {
		if diff := cmp.Diff(want[n%kinds], history); diff != "" {
			t.Errorf("%s is not as one that nobody disturbed (-undisturbed +killed):\n%s", name(n), diff)
		}
	}
	told(t, events, len(got))
	t.Logf("%d executions while the server was killed %d times; %d requests were lost", len(got), kills, s.lost.Load())
	if s.lost.Load() < int64(kills)/4 {
		t.Error("the server was hardly ever killed while somebody asked it for something")
	}
	if t.Failed() {
		s.kill() // its log is written while it runs
		t.Log(s.log.String())
	}
}

// told waits until a file has the changes of status of so many executions, and of those
// that they have started: each at least once, and in their order.
func told(t *testing.T, path string, n int) {
	t.Helper()
	n *= 1 + 1 + 2 // a nested one, and the children of a Map Run
	var changes map[string]string
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		changes = changesIn(t, path)
		over := 0
		for _, c := range changes {
			if c == "RUNNING SUCCEEDED" {
				over++
			}
		}
		if over == n && over == len(changes) {
			return
		}
	}
	for arn, c := range changes {
		if c != "RUNNING SUCCEEDED" {
			t.Errorf("of %s it was told %s", arn, c)
		}
	}
	t.Errorf("it was told of %d executions, and there were %d", len(changes), n)
}

// changesIn are the changes of status of each execution in a file of events; one that
// comes again has the same id.
func changesIn(t *testing.T, path string) map[string]string {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changes, seen := map[string]string{}, map[string]bool{}
	for line := range strings.Lines(string(text)) {
		var e struct {
			ID     string
			Detail struct{ ExecutionARN, Status string }
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return nil // it is being written
		}
		if !seen[e.ID] {
			seen[e.ID] = true
			changes[e.Detail.ExecutionARN] = strings.TrimSpace(changes[e.Detail.ExecutionARN] + " " + e.Detail.Status)
		}
	}
	return changes
}

const kinds = 3 // of inputs

// play starts executions for as long as more says, and gives the histories of all.
func play(w *world, s *server, more func(n int) bool) map[int][]string {
	s.create("child", child)
	s.create("m", machine)
	done := make(chan struct{})
	defer close(done)
	for range 8 {
		go s.answer(w, done)
	}
	var clients sync.WaitGroup
	var mu sync.Mutex
	histories := map[int][]string{}
	const load = 32
	for c := range load {
		clients.Go(func() {
			for n := c; more(n); n += load {
				s.run(n)
				history := s.finish(n)
				mu.Lock()
				histories[n] = history
				mu.Unlock()
			}
		})
	}
	clients.Wait()
	return histories
}
