package notices

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"canto/runtime/history"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

// keep keeps the beginnings of executions with their notices, as an engine does.
func keep(t *testing.T, s store.Store, f *Follower, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		b := &store.Begin{Name: "x" + strconv.Itoa(i), MachineARN: machine, Start: began, Input: "{}"}
		turn := store.Turn{ID: execution + strconv.Itoa(i), Begin: b, Events: []history.Event{{ID: 1, Type: history.ExecutionStarted}}}
		turn.Notices = f.Notices(b, nil, turn)
		if err := s.Commit(t.Context(), turn); err != nil {
			t.Fatal(err)
		}
		turn.Notices = nil
		f.Follow(b, turn)
	}
}

// crash ends a queue at once, as well as a process that lives on can.
func crash(q *queue) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	q.close(ended)
}

func TestAWebhookThatWasDownGetsAllAfterACrash(t *testing.T) {
	down := &receiver{statuses: []int{200, 503, 503, 503, 503, 503, 503}, came: make(chan struct{}, 100)}
	server := httptest.NewServer(down)
	defer server.Close()
	w := Waiting{Keeper: &memory.Store{}, Durable: true, Log: quiet.Log}
	kept := w.Keeper.(store.Store)
	first, err := OpenEvents(server.URL+"/hook", w)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, kept, &Follower{Events: first}, 0, 40)
	<-down.came
	<-down.came
	crash(first.queue)
	_ = first.close()

	down.mu.Lock()
	down.statuses = nil
	down.mu.Unlock()
	second, err := OpenEvents(server.URL+"/hook", w)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, kept, &Follower{Events: second}, 40, 50)
	if err := second.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	inOrder(t, down.names, 50)
}

// inOrder checks that all came, each perhaps again with those after it.
func inOrder(t *testing.T, names []string, n int) {
	t.Helper()
	next := 0
	for _, name := range names {
		i, err := strconv.Atoi(strings.TrimPrefix(name, "x"))
		if err != nil || i > next {
			t.Fatalf("%s comes where x%d is to: %s", name, next, names)
		}
		next = i + 1
	}
	if next != n {
		t.Errorf("the last of %d is %d", n, next-1)
	}
}

// forgetful is a store that does not note what was told.
type forgetful struct{ memory.Store }

func (*forgetful) Told(context.Context, string, int64) error { return errors.New("no room") }

func TestAFileThatACrashCutsOffIsWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "events.jsonl")
	kept := &forgetful{}
	first, err := OpenEvents(path, Waiting{Keeper: kept, Durable: true, Log: quiet.Log})
	if err != nil {
		t.Fatal(err)
	}
	keep(t, kept, &Follower{Events: first}, 0, 20)
	for len(fileOf(t, path)) == 0 { // until some have been written
	}
	crash(first.queue)
	_ = first.close()
	text := fileOf(t, path)
	for cut := len(text) - 1; cut > len(text)-300; cut -= 7 {
		if err := os.WriteFile(path, []byte(text[:cut]), 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := OpenEvents(path, Waiting{Keeper: &memory.Store{}, Durable: true, Log: quiet.Log})
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := fileOf(t, path); got != text && got != text[:strings.LastIndexByte(text[:len(text)-1], '\n')+1] {
			t.Fatalf("cut off at %d, it ends with %q", cut, got[len(got)-100:])
		}
	}
	last, err := OpenEvents(path, Waiting{Keeper: &kept.Store, Durable: true, Log: quiet.Log})
	if err != nil {
		t.Fatal(err)
	}
	if err := last.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, line := range lines(t, path) {
		var e struct{ Detail detail }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		names = append(names, e.Detail.Name)
	}
	inOrder(t, names, 20)
}

func fileOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAFileOfOthersIsNotCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes")
	for text, want := range map[string]string{"to do": "to do\n", "to do\n": "to do\n", `{"a":1}`: "{\"a\":1}\n", "to do\n{\"a\":": "to do\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := OpenEvents(path, quiet)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := fileOf(t, path); got != want {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

func TestLogsOfKeptTurnsAreThereAfterACrash(t *testing.T) {
	dir := t.TempDir()
	kept := &memory.Store{}
	w := Waiting{Keeper: kept, Durable: true, Log: quiet.Log}
	follower := func(l *Logs) *Follower {
		return &Follower{Logs: l, Logging: func(*store.Begin) Logging { return Logging{Level: "ALL", Group: "g"} }}
	}
	first, err := OpenLogs(dir, w)
	if err != nil {
		t.Fatal(err)
	}
	crash(first.queue) // what comes from now on is kept alone
	keep(t, kept, follower(first), 0, 300)
	_ = first.root.Close()
	if err := os.WriteFile(filepath.Join(dir, "g.jsonl"), []byte(`{"id":"1","ty`), 0o600); err != nil {
		t.Fatal(err)
	}
	second, err := OpenLogs(dir, w)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := lines(t, filepath.Join(dir, "g.jsonl"))
	for i, line := range all {
		if !strings.Contains(line, `"execution_arn":"`+execution+strconv.Itoa(i)+`"`) {
			t.Errorf("line %d is %s", i, line)
		}
	}
	if len(all) != 300 {
		t.Errorf("%d lines", len(all))
	}
}
