package notices

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"canto/runtime/history"
	"canto/runtime/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// idle is where nothing waits.
func idle(log *slog.Logger) Waiting { return Waiting{Keeper: &memory.Store{}, Log: log} }

var quiet = idle(slog.New(slog.DiscardHandler))

// tell tells of a change in an execution that nobody keeps.
func (e *Events) tell(c Change) { e.queue.follow(e.notice(nil, []Change{c})) }

func (l *Logs) tell(to Logging, redrives int, e history.Event) {
	l.queue.follow(l.notice(nil, to, execution, redrives, []history.Event{e}))
}

const (
	machine   = "arn:aws:states:eu-north-1:111122223333:stateMachine:m"
	execution = "arn:aws:states:eu-north-1:111122223333:execution:m:x"
)

var began = time.Date(2026, 3, 1, 6, 0, 0, 5e6, time.UTC)

func change(name string) Change {
	return Change{ExecutionARN: execution + name, StateMachineARN: machine, Name: "x" + name, Status: "RUNNING", Start: began, Input: "{}"}
}

// event is what of an event a receiver looks at.
type event struct{ Detail detail }

func TestAnEventHasTheShapeOfEventBridge(t *testing.T) {
	running := change("")
	ended := running
	ended.Status, ended.Stop, ended.Output = "SUCCEEDED", began.Add(1500*time.Millisecond), `{"a": "b"}`
	failed := running
	failed.Status, failed.Stop, failed.Error, failed.Cause = "FAILED", began.Add(time.Second), "E", "because"
	failed.VersionARN, failed.AliasARN, failed.Redrives, failed.Redriven = machine+":1", machine+":a", 2, began.Add(time.Minute)
	const head = `"detail-type":"Step Functions Execution Status Change","source":"aws.states","account":"111122223333",`
	for _, c := range []struct {
		change Change
		want   string
	}{
		{running, head + `"time":"2026-03-01T06:00:00Z","region":"eu-north-1","resources":["` + execution + `"],"detail":{` +
			`"executionArn":"` + execution + `","stateMachineArn":"` + machine + `","name":"x","status":"RUNNING","startDate":1772344800005,"stopDate":null,` +
			`"input":"{}","output":null,"stateMachineVersionArn":null,"stateMachineAliasArn":null,"redriveCount":0,"redriveDate":null,` +
			`"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution is RUNNING and cannot be redriven",` +
			`"inputDetails":{"included":true},"outputDetails":null,"error":null,"cause":null}}`},
		{ended, `"stopDate":1772344801505,"input":"{}","output":"{\"a\": \"b\"}",`},
		{ended, `"inputDetails":{"included":true},"outputDetails":{"included":true},"error":null`},
		{failed, `"stateMachineVersionArn":"` + machine + `:1","stateMachineAliasArn":"` + machine + `:a","redriveCount":2,"redriveDate":1772344860005,` +
			`"redriveStatus":"REDRIVABLE","redriveStatusReason":null,"inputDetails":{"included":true},"outputDetails":null,"error":"E","cause":"because"`},
	} {
		if got := string(c.change.JSON()); !strings.Contains(got, c.want) || !strings.HasPrefix(got, `{"version":"0","id":"`) {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	later := running
	later.Start = began.Add(time.Hour) // of the same name, when the first is forgotten
	if a, b := running.id(), change("").id(); a != b || len(a) != 36 || a == ended.id() || a == later.id() {
		t.Errorf("ids %s and %s", a, b)
	}
}

func TestLargeDataIsLeftOut(t *testing.T) {
	big := `"` + strings.Repeat("x", maxData-100) + `"`
	for _, c := range []struct{ input, output, want string }{
		{big, `1`, `"inputDetails":{"included":true},"outputDetails":{"included":true}`},
		{big, big, `"inputDetails":{"included":false},"outputDetails":{"included":true}`},
		{`1`, big + big, `"inputDetails":{"included":false},"outputDetails":{"included":false}`},
	} {
		x := change("")
		x.Input, x.Output = c.input, c.output
		if got := string(x.JSON()); !strings.Contains(got, c.want) {
			t.Errorf("no %s", c.want)
		}
	}
}

// receiver is a webhook that answers with the statuses, one after the other, and
// then takes everything.
type receiver struct {
	mu       sync.Mutex
	statuses []int
	names    []string
	came     chan struct{}
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() { r.came <- struct{}{} }()
	if len(r.statuses) > 0 {
		status := r.statuses[0]
		r.statuses = r.statuses[1:]
		if status != 200 {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			return
		}
	}
	var e event
	if err := json.NewDecoder(req.Body).Decode(&e); err != nil || req.Header.Get("Content-Type") != "application/json" || req.URL.Path != "/hook" {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	r.names = append(r.names, e.Detail.Name)
}

func TestAWebhookGetsEventsInTheirOrder(t *testing.T) {
	r := &receiver{statuses: []int{503, 429, 200, 307, 400}, came: make(chan struct{}, 100)}
	server := httptest.NewServer(r)
	defer server.Close()
	var log bytes.Buffer
	e, err := OpenEvents(server.URL+"/hook", idle(slog.New(slog.NewTextHandler(&log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		e.tell(change(strconv.Itoa(i)))
	}
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := "x0" // after two tries; 1 and 2 were refused for good
	for i := 3; i < 20; i++ {
		want += " x" + strconv.Itoa(i)
	}
	if got := strings.Join(r.names, " "); got != want {
		t.Errorf("got %s", got)
	}
	tried, given := strings.Count(log.String(), "it is tried again"), strings.Count(log.String(), "an event was not delivered")
	if tried != 1 || given != 2 || strings.Contains(log.String(), execution) {
		t.Errorf("the log says\n%s", log.String())
	}
}

func TestAStopGivesUpAWebhookThatIsDown(t *testing.T) {
	r := &receiver{statuses: []int{503, 503, 503, 503, 503, 503, 503, 503, 503, 503}, came: make(chan struct{}, 100)}
	server := httptest.NewServer(r)
	defer server.Close()
	var log bytes.Buffer
	e, err := OpenEvents(server.URL, idle(slog.New(slog.NewTextHandler(&log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	e.tell(change("1"))
	<-r.came
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if told := strings.Count(log.String(), "level=ERROR"); told != 1 || !strings.Contains(log.String(), "not all was told before the end") {
		t.Errorf("the log says\n%s", log.String())
	}
	if len(r.names) != 0 {
		t.Errorf("got %s", r.names)
	}
}

// records gives what is written to it, record by record.
type records chan string

func (r records) Write(b []byte) (int, error) {
	r <- string(b)
	return len(b), nil
}

func TestTheLogDoesNotSayWhereAWebhookIs(t *testing.T) {
	said := make(records, 100)
	e, err := OpenEvents("http://127.0.0.1:1/secret", idle(slog.New(slog.NewTextHandler(said, nil))))
	if err != nil {
		t.Fatal(err)
	}
	e.tell(change("1"))
	log := <-said // of the first try
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.Close(ctx); err != nil {
		t.Fatal(err)
	}
	close(said)
	for more := range said {
		log += more
	}
	if strings.Contains(log, "secret") {
		t.Errorf("the log says\n%s", log)
	}
}

func TestAFileGetsALineAnEvent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	for run := range 2 { // it is appended to
		e, err := OpenEvents(path, quiet)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 100 {
			e.tell(change(strconv.Itoa(100*run + i)))
		}
		if err := e.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		e.tell(change("late")) // after the end, nothing is taken
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for i, line := range lines {
		var e event
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Detail.Name != "x"+strconv.Itoa(i) {
			t.Fatalf("line %d: %v %s", i, err, line)
		}
	}
	if len(lines) != 200 {
		t.Errorf("%d lines", len(lines))
	}
}

func TestTargetsThatCannotBe(t *testing.T) {
	for _, target := range []string{"ftp://x/", "http://", "http://%zz", filepath.Join(t.TempDir(), "no", "file")} {
		if _, err := OpenEvents(target, quiet); err == nil {
			t.Errorf("%s was taken", target)
		}
	}
}

// full is a disk that takes a few bytes at a time.
type full struct {
	bytes.Buffer
	fails int
}

func (f *full) Write(b []byte) (int, error) {
	if f.fails > 0 {
		f.fails--
		n, _ := f.Buffer.Write(b[:3])
		return n, errors.New("no space left on device")
	}
	return f.Buffer.Write(b)
}

func TestWhatAFullDiskHasNotTakenIsWrittenLater(t *testing.T) {
	disk := &full{fails: 2}
	appender{file: disk, log: quiet.Log}.deliver(t.Context(), []string{"first\n", "second\n"})
	if got := disk.String(); got != "first\nsecond\n" {
		t.Errorf("got %q", got)
	}
}

func TestNobodyWaitsForAQueueThatIsFull(t *testing.T) {
	var log bytes.Buffer
	free, taken := make(chan struct{}), make(chan struct{}, 10)
	var got []string
	q := newQueue("test", 10, idle(slog.New(slog.NewTextHandler(&log, nil))), func(_ context.Context, texts []string) int {
		taken <- struct{}{}
		<-free
		got = append(got, texts...)
		return len(texts)
	})
	q.limit = 10
	put := func(text string) { q.follow(q.notice(nil, text)) }
	put("first.")
	<-taken
	put("2nd.")
	put("third")
	put("4")
	close(free)
	for room := false; !room; { // until all has been delivered
		q.mu.Lock()
		room = q.bytes == 0
		q.mu.Unlock()
	}
	put("nothing else waits") // it may be of any size
	q.close(t.Context())
	if all := strings.Join(got, " "); all != "first. 2nd. nothing else waits" {
		t.Errorf("got %s", all)
	}
	if text := log.String(); !strings.Contains(text, "the queue is full") || !strings.Contains(text, "lost=2") {
		t.Errorf("the log says %s", text)
	}
}

const group = "arn:aws:logs:eu-north-1:111122223333:log-group:/aws/vendedlogs/states/m:*"

func started(id, previous int, kind history.Type, data string) history.Event {
	return history.Event{ID: id, Previous: previous, Type: kind, Millis: began.UnixMilli(), Name: "S", Data: data, Info: &history.Info{RoleARN: "role", Error: "E"}}
}

func TestLogsHaveTheShapeOfCloudWatch(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	l, err := OpenLogs(dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	all := Logging{Level: "ALL", Data: true, Group: group}
	bare := Logging{Level: "ALL", Group: group}
	l.tell(all, 0, started(1, 0, history.ExecutionStarted, `{"a": "<"}`))
	l.tell(bare, 1, started(1, 0, history.ExecutionStarted, `{}`))
	l.tell(bare, 0, started(3, 2, history.PassStateExited, `{}`))
	l.tell(bare, 0, started(4, 3, history.ExecutionSucceeded, `{}`))
	l.tell(bare, 0, started(5, 3, history.ParallelStateStarted, ``))
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "+aws+vendedlogs+states+m.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	const tail = `,"event_timestamp":"1772344800005","execution_arn":"` + execution + `","redrive_count":`
	want := `{"id":"1","type":"ExecutionStarted","details":{"input":"{\"a\": \"<\"}","inputDetails":{"truncated":false},"roleArn":"role"},"previous_event_id":"0"` + tail + `"0"}
{"id":"1","type":"ExecutionStarted","details":{"roleArn":"role"},"previous_event_id":"0"` + tail + `"1"}
{"id":"3","type":"PassStateExited","details":{"name":"S"},"previous_event_id":"2"` + tail + `"0"}
{"id":"4","type":"ExecutionSucceeded","details":{},"previous_event_id":"3"` + tail + `"0"}
{"id":"5","type":"ParallelStateStarted","details":{},"previous_event_id":"3"` + tail + `"0"}
`
	if string(text) != want {
		t.Errorf("got\n%swant\n%s", text, want)
	}
}

func TestALevelChoosesEvents(t *testing.T) {
	for kind, want := range map[string]string{
		"ExecutionStarted": "ALL", "ExecutionSucceeded": "ALL", "TaskScheduled": "ALL", "PassStateEntered": "ALL", "MapIterationStarted": "ALL",
		"FailStateEntered": "ALL ERROR", "TaskFailed": "ALL ERROR", "TaskTimedOut": "ALL ERROR", "LambdaFunctionScheduleFailed": "ALL ERROR",
		"MapIterationAborted": "ALL ERROR", "WaitStateAborted": "ALL ERROR", "MapRunFailed": "ALL ERROR",
		"ExecutionFailed": "ALL ERROR FATAL", "ExecutionTimedOut": "ALL ERROR FATAL", "ExecutionAborted": "ALL ERROR FATAL",
	} {
		var levels []string
		for _, level := range []string{"ALL", "ERROR", "FATAL", "OFF", ""} {
			if (Logging{Level: level}).wants(kind) {
				levels = append(levels, level)
			}
		}
		if got := strings.Join(levels, " "); got != want {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

func TestNoGroupLeadsOutOfTheFolder(t *testing.T) {
	outside := t.TempDir()
	dir := filepath.Join(outside, "logs")
	l, err := OpenLogs(dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, name := range []string{"..", ".", "../x", "/../../x", `..\x`, "a/b", "a+b", "a_b", "/", "x\x00y", "ä", strings.Repeat("/", 250), strings.Repeat("/", 249) + "a"} {
		g := "arn:aws:logs:r:1:log-group:" + name + ":*"
		if other, taken := seen[fileName(g)]; taken {
			t.Errorf("%q and %q have one file", name, other)
		}
		seen[fileName(g)] = name
		l.tell(Logging{Level: "ALL", Group: g}, 0, started(1, 0, history.ExecutionStarted, `{}`))
	}
	l.tell(Logging{Level: "ALL"}, 0, started(1, 0, history.ExecutionStarted, `{}`))
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != len(seen) {
		t.Errorf("%d files, %v", len(files), err)
	}
	if beside, err := os.ReadDir(outside); err != nil || len(beside) != 1 {
		t.Errorf("%v, %v", beside, err)
	}
}
