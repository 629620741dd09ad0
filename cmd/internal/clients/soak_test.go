package clients_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	soakers   = 64
	soakTime  = 2 * time.Minute // unless CANTO_SOAK says otherwise
	malformed = 10              // each tenth request is
)

// TestSoak lets many clients use a server for minutes, as it should be used and as it
// should not. Each gets what it is owed, memory does not grow after the first half,
// and nothing is left of the clients when they have gone.
func TestSoak(t *testing.T) {
	slow(t)
	t.Setenv("GOGC", "100") // what is alive is half of the next collection's heap
	length := soakTime
	if text := os.Getenv("CANTO_SOAK"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t)
	before := measure(t, s)["go_goroutines"]
	ctx, stop := context.WithTimeout(t.Context(), length)
	defer stop()
	var clients sync.WaitGroup
	crowd := make([]*soaker, soakers)
	for i := range crowd {
		crowd[i] = newSoaker(s, i)
		clients.Go(func() { crowd[i].run(ctx, stop) })
	}
	live := watch(ctx, t, s)
	clients.Wait()
	var asked, answered int
	for _, c := range crowd {
		c.http.CloseIdleConnections()
		asked, answered = asked+c.asked, answered+c.executions
		if c.err != nil {
			t.Error(c.err)
		}
	}
	if answered == 0 {
		t.Error("no execution came to its end")
	}
	t.Logf("%d clients, %s: %d requests, a tenth of them malformed; %d executions", soakers, length, asked, answered)
	steady(t, live)
	soon(t, fmt.Sprintf("the server is left with the %.0f goroutines that it began with", before), func() bool {
		return measure(t, s)["go_goroutines"] <= before
	})
}

// watch gives the size of the heap that is alive, in bytes, until ctx ends: half of
// the size at which the next collection begins.
func watch(ctx context.Context, t *testing.T, s *server) []float64 {
	t.Helper()
	var live []float64
	for ctx.Err() == nil {
		live = append(live, measure(t, s)["go_memstats_next_gc_bytes"]/2)
		time.Sleep(100 * time.Millisecond)
	}
	return live
}

// steady wants the last quarter of the sizes to be no larger than the one before it:
// by the median, a tenth and two megabytes more are no growth.
func steady(t *testing.T, sizes []float64) {
	t.Helper()
	n := len(sizes)
	if n < 8 {
		t.Fatalf("%d sizes are too few", n)
	}
	third, last := median(sizes[n/2:n*3/4]), median(sizes[n*3/4:])
	t.Logf("alive: %.1f MB in the first half, %.1f MB in the third quarter, %.1f MB in the last", median(sizes[:n/2])/1e6, third/1e6, last/1e6)
	if last > third*1.1+2e6 {
		t.Errorf("memory grows after the first half: from %.1f to %.1f MB", third/1e6, last/1e6)
	}
}

func median(sizes []float64) float64 {
	sorted := slices.Sorted(slices.Values(sizes))
	return sorted[len(sorted)/2]
}

// measure gives the server's metrics that have no labels.
func measure(t *testing.T, s *server) map[string]float64 {
	t.Helper()
	res, err := http.Get(s.url() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		name, number, _ := strings.Cut(strings.TrimSpace(line), " ")
		if f, err := strconv.ParseFloat(number, 64); err == nil {
			out[name] = f
		}
	}
	return out
}

// soaker is a client with machines of its own.
type soaker struct {
	name       string
	url        string
	http       *http.Client
	asked      int
	executions int
	err        error
}

func newSoaker(s *server, n int) *soaker {
	return &soaker{name: fmt.Sprintf("s%d", n), url: s.url(), http: &http.Client{Transport: &http.Transport{}, Timeout: 2 * patience}}
}

// run goes round until ctx ends, and stops them all where it is not answered as it
// should be. It does not leave in the middle of a round, with executions that run.
func (c *soaker) run(ctx context.Context, stop func()) {
	for ctx.Err() == nil && c.err == nil {
		if err := c.round(context.WithoutCancel(ctx)); err != nil {
			c.err = fmt.Errorf("client %s: %w", c.name, err)
			stop()
		}
	}
}

// round makes machines, uses them, and deletes them: making them anew frees what is
// kept of their executions.
func (c *soaker) round(ctx context.Context) error {
	steps := &script{ctx: ctx, c: c}
	activity := prefix + "activity:" + c.name
	machine, express, wait := prefix+"stateMachine:"+c.name, prefix+"stateMachine:e"+c.name, prefix+"stateMachine:w"+c.name
	steps.do("CreateActivity", body{"name": c.name})
	steps.do("CreateStateMachine", body{"name": c.name, "roleArn": role, "definition": unsure(&activity)})
	steps.do("CreateStateMachine", body{"name": "e" + c.name, "roleArn": role, "type": "EXPRESS", "definition": passing(`{"paid":true}`)})
	steps.do("CreateStateMachine", body{"name": "w" + c.name, "roleArn": role, "definition": waiting})
	for range 10 {
		steps.work(machine, activity)
		if out := steps.do("StartSyncExecution", body{"stateMachineArn": express}); steps.err == nil && out["output"] != `{"paid":true}` {
			steps.err = fmt.Errorf("StartSyncExecution gives %v", out)
		}
	}
	started := steps.do("StartExecution", body{"stateMachineArn": wait})
	steps.do("StopExecution", body{"executionArn": started["executionArn"]})
	steps.do("ListExecutions", body{"stateMachineArn": wait, "statusFilter": "ABORTED"})
	for _, m := range []string{machine, express, wait} {
		steps.do("DeleteStateMachine", body{"stateMachineArn": m})
	}
	return steps.err
}

// script asks one thing after the other, until one goes wrong.
type script struct {
	ctx context.Context
	c   *soaker
	err error
}

type body = map[string]any

// work runs an execution whose task this client does.
func (s *script) work(machine, activity string) {
	started := s.do("StartExecution", body{"stateMachineArn": machine, "input": `{"n": 1.0}`})
	task := s.do("GetActivityTask", body{"activityArn": activity})
	s.do("SendTaskHeartbeat", body{"taskToken": task["taskToken"]})
	s.do("SendTaskSuccess", body{"taskToken": task["taskToken"], "output": `{"done":true}`})
	for s.err == nil {
		out := s.do("DescribeExecution", body{"executionArn": started["executionArn"]})
		if out["status"] == "SUCCEEDED" {
			break
		}
	}
	s.do("GetExecutionHistory", body{"executionArn": started["executionArn"], "reverseOrder": true, "maxResults": 4})
	s.do("ListExecutions", body{"stateMachineArn": machine, "maxResults": 3})
	s.c.executions++
}

// do asks what has to be answered, and after each ninth what has to be refused.
func (s *script) do(operation string, in body) body {
	if s.err != nil {
		return nil
	}
	text, _ := json.Marshal(in) // texts, numbers and booleans: it cannot fail
	status, out, err := s.c.post(s.ctx, operation, text)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s %s: %d %v", operation, text, status, out)
	}
	if err == nil && s.c.asked%malformed == malformed-1 {
		err = s.c.misuse(s.ctx)
	}
	s.err = err
	return out
}

func (c *soaker) post(ctx context.Context, operation string, text []byte) (int, body, error) {
	c.asked++
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	res, err := c.http.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", operation, err)
	}
	defer res.Body.Close()
	out := body{}
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		return 0, nil, fmt.Errorf("%s: %d: the answer is no JSON: %w", operation, res.StatusCode, err)
	}
	return res.StatusCode, out, nil
}

// misuse sends what has to be refused: by turns one of misuses.
func (c *soaker) misuse(ctx context.Context) error {
	m := misuses[c.asked/malformed%len(misuses)]
	status, out, err := c.post(ctx, m.operation, []byte(m.body))
	if err != nil {
		return err
	}
	kind, _ := out["__type"].(string)
	if _, shape, own := strings.Cut(kind, "#"); own {
		kind = shape
	}
	if status != http.StatusBadRequest || kind != m.refusal {
		return fmt.Errorf("%s %.100s: %d %v, want a %s", m.operation, m.body, status, out, m.refusal)
	}
	return nil
}
