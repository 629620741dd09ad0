package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ask sends a request to the endpoint, and gives its answer.
func ask(t *testing.T, url, operation, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url) //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return string(text)
}

// open starts canto serve, and gives its URLs, and what ends it.
func open(t *testing.T, flags serveFlags) (url, page string, stop func() error) {
	t.Helper()
	if flags.addr == "" {
		flags.addr = "127.0.0.1:0"
	}
	log := slog.New(slog.DiscardHandler)
	ctx, interrupt := context.WithCancel(t.Context())
	at, err := listenAll(ctx, flags, log)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newService(flags)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.deploy(ctx, io.Discard); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.serve(ctx, at, log) }()
	if at.site != nil {
		page = "http://" + at.site.Addr().String() + "/"
	}
	return "http://" + at.api.Addr().String(), page, func() error {
		interrupt()
		return errors.Join(<-ended, s.close())
	}
}

const (
	arns  = "arn:aws:states:eu-north-1:111122223333:"
	waits = `{"name": "m", "roleArn": "r", "definition": "{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":86400,\"End\":true}}}"}`
)

func TestServeAnswersUntilItIsInterrupted(t *testing.T) {
	url, _, stop := open(t, serveFlags{account: "111122223333", region: "eu-north-1", virtual: true})
	ask(t, url, "CreateStateMachine", waits)
	ask(t, url, "StartExecution", `{"stateMachineArn": "`+arns+`stateMachine:m", "name": "x"}`)
	for !strings.Contains(ask(t, url, "DescribeExecution", `{"executionArn": "`+arns+`execution:m:x"}`), `"status":"SUCCEEDED"`) {
	}
	if got := ask(t, url, "Invented", `{}`); !strings.Contains(got, "UnknownOperationException") {
		t.Errorf("got %s", got)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestServeReadsOnlyWhereItIsTold(t *testing.T) {
	url, _, stop := open(t, serveFlags{readOnly: true})
	if got := ask(t, url, "CreateStateMachine", waits); !strings.Contains(got, "AccessDeniedException") {
		t.Errorf("got %s", got)
	}
	if got := ask(t, url, "ListStateMachines", `{}`); got != `{"stateMachines":[]}` {
		t.Errorf("got %s", got)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestServeStartsExecutionsWithTestCases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mocks.json")
	mocks := `{"StateMachines": {"m": {"TestCases": {"Good": {"T": "One"}, "Bad": {"T": "Two"}}}},
		"MockedResponses": {"One": {"0": {"Return": 1}}, "Two": {"0": {"Throw": {"Error": "E"}}}}}`
	if err := os.WriteFile(path, []byte(mocks), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, way := range []string{"flag", "environment"} {
		flags := serveFlags{account: "111122223333", region: "eu-north-1", virtual: true}
		if way == "flag" {
			flags.mock = path + "#Good"
		} else {
			t.Setenv(mockEnv, path)
		}
		url, _, stop := open(t, flags)
		ask(t, url, "CreateStateMachine", `{"name": "m", "roleArn": "r", "definition": "{\"StartAt\":\"T\",\"States\":{\"T\":{\"Type\":\"Task\",\"Resource\":\"arn:aws:states:::sqs:sendMessage\",\"Parameters\":{},\"End\":true}}}"}`)
		for name, want := range map[string]string{"#Good": `"status":"SUCCEEDED"`, "#Bad": `"error":"E"`, "": map[string]string{"flag": `"status":"SUCCEEDED"`, "environment": "nobody answers for"}[way]} {
			id := strings.TrimPrefix(name+"x", "#")
			ask(t, url, "StartExecution", `{"stateMachineArn": "`+arns+`stateMachine:m`+name+`", "name": "`+id+`"}`)
			got := `"status":"RUNNING"`
			for strings.Contains(got, `"status":"RUNNING"`) {
				got = ask(t, url, "DescribeExecution", `{"executionArn": "`+arns+`execution:m:`+id+`"}`)
			}
			if !strings.Contains(got, want) || strings.Contains(got, "#") {
				t.Errorf("%s, %q: got %s", way, name, got)
			}
		}
		if got := ask(t, url, "StartExecution", `{"stateMachineArn": "`+arns+`stateMachine:m#Godo"}`); !strings.Contains(got, `did you mean \"Good\"?`) {
			t.Errorf("got %s", got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
}

// TestServeTellsOfExecutions runs one machine of each type, with their logs in files.
func TestServeTellsOfExecutions(t *testing.T) {
	dir := t.TempDir()
	url, _, stop := open(t, serveFlags{
		account: "111122223333", region: "eu-north-1", virtual: true, events: filepath.Join(dir, "events.jsonl"), logs: filepath.Join(dir, "logs"),
	})
	for _, kind := range []string{"STANDARD", "EXPRESS"} {
		ask(t, url, "CreateStateMachine", `{"name": "`+kind+`", "type": "`+kind+`", "roleArn": "r",
			"loggingConfiguration": {"level": "ALL", "includeExecutionData": true, "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:eu-north-1:111122223333:log-group:`+kind+`:*"}}]},
			"definition": "{\"StartAt\":\"F\",\"States\":{\"F\":{\"Type\":\"Fail\",\"Error\":\"E\"}}}"}`)
		ask(t, url, "StartExecution", `{"stateMachineArn": "`+arns+`stateMachine:`+kind+`", "name": "x"}`)
	}
	ask(t, url, "StartSyncExecution", `{"stateMachineArn": "`+arns+`stateMachine:EXPRESS", "name": "sync"}`)
	for _, want := range []string{`canto_executions_started_total 3`, `canto_executions_ended_total{status="FAILED"} 3`, `canto_executions_running 0`} {
		for !strings.Contains(fetch(t, url+"/metrics"), want) {
		}
	}
	if got := ask(t, url, "GetExecutionHistory", `{"executionArn": "`+arns+`execution:STANDARD:x"}`); !strings.Contains(got, "ExecutionFailed") {
		t.Errorf("got %s", got)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string][]string{
		"events.jsonl":        {`"status":"RUNNING"`, `"error":"E"`},
		"logs/STANDARD.jsonl": {`"type":"ExecutionStarted","details":{"input":"{}"`, `"type":"FailStateEntered"`, `"type":"ExecutionFailed","details":{"error":"E"}`},
		"logs/EXPRESS.jsonl": {`"type":"ExecutionStarted"`, `"type":"FailStateEntered"`, `:express:EXPRESS:x:`,
			`"type":"ExecutionStarted"`, `:express:EXPRESS:sync:`, `"type":"ExecutionFailed"`},
	} {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		if len(lines) != len(want) {
			t.Errorf("%s has %d lines:\n%s", file, len(lines), text)
		}
		for _, w := range want {
			if !strings.Contains(string(text), w) {
				t.Errorf("%s: no %s in\n%s", file, w, text)
			}
		}
	}
}

func TestServeServesThePage(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "other"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"index.html": "the poem", "other/index.html": "another"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for bucket, want := range map[string]string{"": "the poem", "other": "another"} {
		_, page, stop := open(t, serveFlags{handlerFlags: handlerFlags{out: dir}, siteAddr: "127.0.0.1:0", siteBucket: bucket})
		if text := fetch(t, page); text != want {
			t.Errorf("%q: got %s", bucket, text)
		}
		if text := fetch(t, page+"/other/index.html"); !strings.Contains(text, "404") {
			t.Errorf("%q: the other bucket is served: %s", bucket, text)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatIsPublishedHasNoFilesOfTheServer(t *testing.T) {
	dir := t.TempDir()
	at := func(path string) string { return filepath.Join(dir, filepath.FromSlash(path)) }
	for _, folder := range []string{"out/bucket/in", "else"} {
		if err := os.MkdirAll(at(folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(at("out/data.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"link": "out", "else/data.db": "out/data.db", "out/events": "else/events"} {
		if err := os.Symlink(at(to), at(link)); err != nil {
			t.Skip(err)
		}
	}
	for _, c := range []struct {
		bucket string
		flags  serveFlags
		want   string // the flag that is refused, or nothing
	}{
		{"", serveFlags{data: at("out/canto.db")}, "--data"},
		{"", serveFlags{data: at("link/canto.db")}, "--data"},
		{"", serveFlags{data: at("else/data.db")}, "--data"},
		{"", serveFlags{events: at("else/../out/e.jsonl")}, "--events"},
		{"", serveFlags{events: at("out/events")}, "--events"},
		{"", serveFlags{logs: at("out")}, "--logs"},
		{"", serveFlags{data: at("else/canto.db"), events: "http://127.0.0.1:1/out", logs: at("out/logs")}, ""},
		{"bucket", serveFlags{data: at("out/bucket/in/canto.db")}, "--data"},
		{"bucket", serveFlags{logs: at("out/bucket/in/new")}, "--logs"},
		{"bucket", serveFlags{data: at("out/canto.db")}, ""},
		{"far", serveFlags{data: at("out/canto.db")}, ""},
	} {
		c.flags.out, c.flags.siteAddr, c.flags.siteBucket = at("out"), "127.0.0.1:0", c.bucket
		b, err := newBuckets(c.flags.out, []string{"far=mem://"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = pages(b, c.flags)
		if (err != nil) != (c.want != "") || err != nil && !strings.HasPrefix(err.Error(), c.want+" ") {
			t.Errorf("%+v: got %v, want %q", c, err, c.want)
		}
	}
}

func TestServeListensToThisMachineAlone(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "localhost:8083", "[::1]:80", "127.9.9.9:1"} {
		if local, err := loopback("--addr", addr); err != nil || !local {
			t.Errorf("%s: %v", addr, err)
		}
	}
	log := slog.New(slog.DiscardHandler)
	for _, addr := range []string{":0", "0.0.0.0:0", "192.168.1.1:0", "example.org:0", "127.0.0.1"} {
		if _, err := listen(t.Context(), "--addr", addr, false, log); err == nil {
			t.Errorf("%s was taken", addr)
		}
	}
	var said strings.Builder
	l, err := listen(t.Context(), "--addr", "0.0.0.0:0", true, slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if !strings.Contains(said.String(), "level=WARN") {
		t.Errorf("the log says %q", said.String())
	}
}

func TestServeRefusesFlagsThatMeanNothing(t *testing.T) {
	for _, c := range []struct {
		flags serveFlags
		want  string
	}{
		{serveFlags{lambda: "localhost:9001"}, "--lambda-endpoint"},
		{serveFlags{mock: "missing.json"}, "--mock missing.json"},
		{serveFlags{events: "ftp://x"}, "--events ftp://x"},
		{serveFlags{logs: os.DevNull}, "--logs"},
		{serveFlags{siteBucket: "x"}, "nothing is served without --site-addr"},
		{serveFlags{siteAddr: ":0", siteBucket: "../x"}, "--site-bucket"},
	} {
		if _, err := newService(c.flags); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", c.want, err)
		}
	}
	log := slog.New(slog.DiscardHandler)
	for _, name := range []string{"", "a b", "http://x", "x:80", "*"} {
		if _, err := listenAll(t.Context(), serveFlags{addr: "127.0.0.1:0", allowHost: []string{name}}, log); err == nil {
			t.Errorf("--allow-host %q was taken", name)
		}
	}
	for _, c := range [][2]string{{"loud", "text"}, {"info", "xml"}, {"", "text"}} {
		if _, err := newLog(io.Discard, c[0], c[1]); err == nil {
			t.Errorf("%q were taken", c)
		}
	}
}

func TestDaysAreDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"90d": 90 * 24 * time.Hour, "12h": 12 * time.Hour, "1d": 24 * time.Hour, "0": 0} {
		var d days
		if err := d.Set(text); err != nil || time.Duration(d) != want {
			t.Errorf("%s: %v, %s", text, err, time.Duration(d))
		}
	}
	for _, text := range []string{"", "d", "-1d", "1w", "99999d"} {
		var d days
		if d.Set(text) == nil {
			t.Errorf("%q is taken for %s", text, time.Duration(d))
		}
	}
}

func TestServeIsRefusedWhatMakesNoARNs(t *testing.T) {
	for _, c := range []struct{ account, region, want string }{
		{"12", "us-east-1", "--account"}, {"", "us-east-1", "--account"}, {"12345678901x", "us-east-1", "--account"},
		{"123456789012", "", "--region"}, {"123456789012", "us east", "--region"}, {"123456789012", "a:b", "--region"},
		{"123456789012", "us-gov-west-1", ""},
	} {
		err := (&serveFlags{account: c.account, region: c.region}).checkARNs()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q %q: %v", c.account, c.region, err)
		}
	}
}

func TestAddressThatIsTakenSaysWhatToDo(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	addr := taken.Addr().String()
	_, err = listenAll(t.Context(), serveFlags{addr: "127.0.0.1:0", siteAddr: addr}, slog.New(slog.DiscardHandler))
	if want := "--site-addr " + addr + ": something listens there already"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAnnouncedAddressIsOneThatAnswers(t *testing.T) {
	for _, c := range []struct{ ip, want string }{{"127.0.0.1", "127.0.0.1:1"}, {"0.0.0.0", "localhost:1"}, {"::", "localhost:1"}, {"::1", "[::1]:1"}} {
		if got := within(&net.TCPAddr{IP: net.ParseIP(c.ip), Port: 1}); got != c.want {
			t.Errorf("%s: got %s", c.ip, got)
		}
	}
}
