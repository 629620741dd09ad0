package notices

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canto/runtime/history"
	"canto/runtime/store"
)

// TestTurnsAreToldOf tells of an execution that fails and is redriven in this
// process, of one that was redriven before it, and of an EXPRESS one.
func TestTurnsAreToldOf(t *testing.T) {
	dir := t.TempDir()
	events, err := OpenEvents(filepath.Join(dir, "events.jsonl"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	logs, err := OpenLogs(dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	f := &Follower{
		Events: events, Logs: logs, Logging: func(b *store.Begin) Logging { asked++; return Logging{Level: "ALL", Group: b.Revision} },
		Find: func(id string) (store.Saved, error) {
			return store.Saved{ID: id, Redrive: &store.Redrive{Count: 7, At: began}}, nil
		},
	}
	one := &store.Begin{Name: "one", MachineARN: machine, Start: began, Input: "{}", Revision: "group"}
	old := &store.Begin{Name: "old", MachineARN: machine, Start: began, Input: "{}", Revision: "group"}
	express := &store.Begin{Name: "express", MachineARN: machine, Start: began, Input: "{}", Revision: "group", Express: true}
	end := func(status string) *store.End {
		return &store.End{Status: status, Error: "E", Cause: "C", Stop: began.Add(time.Hour)}
	}
	event := func(kind history.Type) []history.Event { return []history.Event{{ID: 1, Type: kind}} }
	f.Follow(one, store.Turn{ID: "one", Begin: one, Events: event(history.ExecutionStarted)})
	f.Follow(one, store.Turn{ID: "one", Events: event(history.TaskScheduled)})
	f.Follow(one, store.Turn{ID: "one", End: end("FAILED"), Events: event(history.ExecutionFailed)})
	f.Follow(one, store.Turn{ID: "one", Redrive: &store.Redrive{Count: 1, At: began.Add(time.Minute)}, Events: event(history.ExecutionRedriven)})
	f.Follow(one, store.Turn{ID: "one", End: end("TIMED_OUT"), Events: event(history.ExecutionTimedOut)})
	f.Follow(old, store.Turn{ID: "old", End: end("ABORTED"), Events: event(history.ExecutionAborted)})
	f.Follow(express, store.Turn{ID: "express", Begin: express, End: end("FAILED"), Events: event(history.ExecutionFailed)})
	if err := events.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := logs.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, line := range lines(t, filepath.Join(dir, "events.jsonl")) {
		var e struct{ Detail detail }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		told = append(told, fmt.Sprintf("%s %s %d %t", e.Detail.Name, e.Detail.Status, e.Detail.RedriveCount, e.Detail.Error != nil))
	}
	if got := strings.Join(told, ", "); got != "one RUNNING 0 false, one FAILED 0 true, one RUNNING 1 false, one TIMED_OUT 1 false, old ABORTED 7 true" {
		t.Errorf("events: %s", got)
	}
	told = nil
	for _, line := range lines(t, filepath.Join(dir, "group.jsonl")) {
		var l logged
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		told = append(told, l.Execution+" "+l.Type+" "+l.Redrives)
	}
	if got := strings.Join(told, ", "); got != "one ExecutionStarted 0, one TaskScheduled 0, one ExecutionFailed 0, one ExecutionRedriven 1, one ExecutionTimedOut 1, old ExecutionAborted 7, express ExecutionFailed 0" {
		t.Errorf("logs: %s", got)
	}
	if asked != 1 {
		t.Errorf("the settings of one revision were read %d times", asked)
	}
	if len(f.redrives) > 0 {
		t.Errorf("%d executions that ended are remembered", len(f.redrives))
	}
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}
