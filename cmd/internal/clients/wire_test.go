package clients_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// misuses are requests that no client sends, and the exceptions that they are owed.
var misuses = []struct{ operation, body, refusal string }{
	{"StartExecution", ``, "ValidationException"},
	{"StartExecution", `{}`, "ValidationException"},
	{"StartExecution", `{"stateMachineArn": `, "SerializationException"},
	{"StartExecution", `not json`, "SerializationException"},
	{"StartExecution", `[]`, "SerializationException"},
	{"StartExecution", `null`, "SerializationException"},
	{"StartExecution", `"text"`, "SerializationException"},
	{"StartExecution", "\xff\xfe{}", "SerializationException"},
	{"StartExecution", `{} {}`, "SerializationException"},
	{"StartExecution", strings.Repeat(`[`, 100_000), "SerializationException"},
	{"StartExecution", `{"stateMachineArn": 1}`, "SerializationException"},
	{"StartExecution", `{"stateMachineArn": {"a": 1}}`, "SerializationException"},
	{"StartExecution", `{"stateMachineArn": null}`, "ValidationException"},
	{"StartExecution", `{"stateMachineArn": "nothing"}`, "InvalidArn"},
	{"StartExecution", `{"stateMachineArn": "` + prefix + `activity:a"}`, "InvalidArn"},
	{"StartExecution", `{"stateMachineArn": "` + prefix + `stateMachine:nobody"}`, "StateMachineDoesNotExist"},
	{"StartExecution", `{"stateMachineArn": "` + strings.Repeat("a", 3000) + `"}`, "InvalidArn"},
	{"DescribeExecution", `{"executionArn": "` + prefix + `execution:a:b"}`, "ExecutionDoesNotExist"},
	{"GetExecutionHistory", `{"executionArn": "` + prefix + `execution:a:b", "maxResults": "1"}`, "SerializationException"},
	{"GetExecutionHistory", `{"executionArn": "` + prefix + `execution:a:b", "maxResults": 1e400}`, "SerializationException"},
	{"GetExecutionHistory", `{"executionArn": "` + prefix + `execution:a:b", "maxResults": 1001}`, "ValidationException"},
	{"GetExecutionHistory", `{"executionArn": "` + prefix + `execution:a:b", "reverseOrder": "yes"}`, "SerializationException"},
	{"ListStateMachines", `{"nextToken": "invented"}`, "InvalidToken"},
	{"ListStateMachines", `{"maxResults": -1}`, "ValidationException"},
	{"CreateStateMachine", `{"name": "x", "roleArn": "` + role + `", "definition": "{"}`, "InvalidDefinition"},
	{"CreateActivity", `{"name": "x y"}`, "InvalidName"},
	{"SendTaskSuccess", `{"taskToken": "invented", "output": "1"}`, "InvalidToken"},
	{"SendTaskFailure", `{"taskToken": "invented"}`, "InvalidToken"},
	{"SendTaskHeartbeat", `{"taskToken": "` + strings.Repeat("x", 2048) + `"}`, "InvalidToken"},
	{"SendTaskHeartbeat", `{"taskToken": "` + strings.Repeat("x", 2049) + `"}`, "ValidationException"},
	{"GetActivityTask", `{"activityArn": "` + prefix + `activity:nobody"}`, "ActivityDoesNotExist"},
	{"NoSuchOperation", `{}`, "UnknownOperationException"},
	{"", `{}`, "UnknownOperationException"},
	{"startExecution", `{}`, "UnknownOperationException"},
}

func TestWireRefusesWhatNoClientSends(t *testing.T) {
	s := serve(t)
	c := newSoaker(s, 0)
	defer c.http.CloseIdleConnections()
	for i := range misuses {
		c.asked = malformed * i
		if err := c.misuse(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// TestWireTokensAreGoodOnce uses a token twice, and one whose task is over.
func TestWireTokensAreGoodOnce(t *testing.T) {
	s := serve(t)
	c := newSoaker(s, 0)
	defer c.http.CloseIdleConnections()
	steps := &script{ctx: t.Context(), c: c}
	activity, machine := prefix+"activity:a", prefix+"stateMachine:m"
	steps.do("CreateActivity", body{"name": "a"})
	steps.do("CreateStateMachine", body{"name": "m", "roleArn": role, "definition": unsure(&activity)})
	token := func() string {
		steps.do("StartExecution", body{"stateMachineArn": machine, "name": fmt.Sprint(c.asked)})
		text, _ := steps.do("GetActivityTask", body{"activityArn": activity})["taskToken"].(string)
		return text
	}
	used := token()
	steps.do("SendTaskSuccess", body{"taskToken": used, "output": "1"})
	stopped := token()
	steps.do("StopExecution", body{"executionArn": fmt.Sprintf("%sexecution:m:%d", prefix, c.asked-2)})
	if steps.err != nil {
		t.Fatal(steps.err)
	}
	for name, token := range map[string]string{"used": used, "stopped": stopped} {
		for operation, more := range map[string]string{"SendTaskSuccess": `, "output": "1"`, "SendTaskFailure": ``, "SendTaskHeartbeat": ``} {
			status, out, err := c.post(t.Context(), operation, []byte(`{"taskToken": "`+token+`"`+more+`}`))
			kind, _ := out["__type"].(string)
			if err != nil || status != http.StatusBadRequest || !strings.HasSuffix(kind, "#TaskTimedOut") {
				t.Errorf("%s with a %s token: %d %v, %v", operation, name, status, out, err)
			}
		}
	}
}

func TestWireRefusesTenMegabytes(t *testing.T) {
	s := serve(t)
	c := newSoaker(s, 0)
	defer c.http.CloseIdleConnections()
	text := []byte(`{"name": "` + strings.Repeat("x", 10<<20) + `"}`)
	status, out, err := c.post(t.Context(), "CreateActivity", text)
	if err != nil || status < 400 || status >= 500 || out["__type"] == nil {
		t.Errorf("ten megabytes: %d %v, %v", status, out, err)
	}
	if status, out, err = c.post(t.Context(), "ListActivities", []byte(`{}`)); err != nil || status != http.StatusOK {
		t.Errorf("afterwards: %d %v, %v", status, out, err)
	}
}

// say sends bytes as they are, and gives the status of the first answer; 0 is that
// the server hung up without one.
func say(t *testing.T, s *server, text string, then func(net.Conn)) (status int, answer string) {
	t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(2 * patience))
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	if then != nil {
		then(conn)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		t.Fatalf("no answer to %.80q in %s", text, 2*patience)
	}
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	all, _ := io.ReadAll(res.Body) // what came of it
	return res.StatusCode, string(all)
}

// frame is a request as it goes over the wire.
func frame(version, target, body string, headers ...string) string {
	return "POST / HTTP/" + version + "\r\nHost: 127.0.0.1\r\nX-Amz-Target: AWSStepFunctions." + target + "\r\n" +
		strings.Join(append(headers, ""), "\r\n") + "\r\n" + body
}

func length(n int) string { return fmt.Sprintf("Content-Length: %d", n) }

func TestWireTakesOddRequests(t *testing.T) {
	s := serve(t)
	good := frame("1.1", "ListActivities", `{}`, length(2))
	closing := func(c net.Conn) { _ = c.(*net.TCPConn).CloseWrite() }
	cases := map[string]struct {
		text   string
		then   func(net.Conn)
		status []int
	}{
		"HTTP/1.0":                        {frame("1.0", "ListActivities", `{}`, length(2)), nil, []int{200}},
		"HTTP/1.0 without a host":         {"POST / HTTP/1.0\r\nX-Amz-Target: AWSStepFunctions.ListActivities\r\nContent-Length: 2\r\n\r\n{}", nil, []int{200, 400, 403, 421}},
		"HTTP/1.1 without a host":         {"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", nil, []int{400}},
		"HTTP/3.0":                        {frame("3.0", "ListActivities", `{}`, length(2)), nil, []int{505}},
		"HTTP/2 out of the blue":          {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", nil, []int{0, 400, 403, 505}},
		"in chunks":                       {frame("1.1", "ListActivities", "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), nil, []int{200}},
		"in broken chunks":                {frame("1.1", "ListActivities", "zz\r\n{}\r\n", "Transfer-Encoding: chunked"), nil, []int{400}},
		"with two lengths":                {frame("1.1", "ListActivities", `{}`, length(2), length(3)), nil, []int{400}},
		"with a negative length":          {frame("1.1", "ListActivities", `{}`, length(-1)), nil, []int{400}},
		"that ends early":                 {frame("1.1", "ListActivities", `{`, length(100)), closing, []int{0, 400}},
		"whose header ends early":         {"POST / HTTP/1.1\r\nHost: 127", closing, []int{0, 400}},
		"with a huge header":              {frame("1.1", "ListActivities", `{}`, length(2), "X-Huge: "+strings.Repeat("x", 2<<20)), nil, []int{0, 431}},
		"that is no HTTP":                 {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", nil, []int{0, 400}},
		"with a header of control signs":  {frame("1.1", "ListActivities", `{}`, length(2), "X: \x00"), nil, []int{400}},
		"that expects to be let continue": {frame("1.1", "ListActivities", `{}`, length(2), "Expect: 100-continue"), nil, []int{100, 200}},
		"for another target":              {"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Length: 2\r\n\r\n{}", nil, []int{400}},
		"by GET":                          {"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", nil, []int{400, 404, 405}},
		"by CONNECT":                      {"CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", nil, []int{400, 403, 404, 405, 421}},
		"to a proxy":                      {strings.Replace(good, "POST /", "POST http://sync-127.0.0.1/", 1), nil, []int{200}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, answer := say(t, s, c.text, c.then)
			for _, want := range c.status {
				if status == want {
					return
				}
			}
			t.Errorf("%d %s, want %v", status, answer, c.status)
		})
	}
}

// TestWireAnswersBeforeGarbage sends a good request and garbage after it at once.
func TestWireAnswersBeforeGarbage(t *testing.T) {
	s := serve(t)
	good := frame("1.1", "ListActivities", `{}`, length(2))
	if status, answer := say(t, s, good+"\x00\x01garbage\r\n\r\n", nil); status != http.StatusOK || !json.Valid([]byte(answer)) {
		t.Errorf("%d %s", status, answer)
	}
}

// TestWireEndsSlowRequests sends a header, and a body, that never end: the server
// hangs up, and lets others in all the while.
func TestWireEndsSlowRequests(t *testing.T) {
	slow(t)
	s := serve(t)
	dribble := func(c net.Conn) {
		for end := time.Now().Add(2 * patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			if _, err := c.Write([]byte("x")); err != nil {
				return // hung up on
			}
			_ = c.SetReadDeadline(time.Now().Add(time.Millisecond))
			var b [1]byte
			if _, err := c.Read(b[:]); !errors.Is(err, errTimeout(err)) {
				return
			}
		}
		t.Error("the server listens to it for ever")
	}
	for name, text := range map[string]string{
		"header": "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
		"body":   frame("1.1", "ListActivities", ``, length(1<<20)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", s.address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_, _ = io.Copy(conn, bytes.NewReader([]byte(text)))
			if status, _ := say(t, s, frame("1.1", "ListActivities", `{}`, length(2)), nil); status != http.StatusOK {
				t.Errorf("meanwhile another gets %d", status)
			}
			dribble(conn)
		})
	}
}

// errTimeout is err if it says that nothing came yet, or else one that no error is.
func errTimeout(err error) error {
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		return err
	}
	return errors.New("another")
}
