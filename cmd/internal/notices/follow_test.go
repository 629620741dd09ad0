package notices

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"canto/runtime/history"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

// TestTurnsAreToldOf tells of an execution that fails and is redriven in this
// process, of one that was redriven before it, and of an EXPRESS one.
func TestTurnsAreToldOf(t *testing.T) {
	dir := t.TempDir()
	kept := &memory.Store{}
	waiting := Waiting{Keeper: kept, Log: quiet.Log}
	events, err := OpenEvents(filepath.Join(dir, "events.jsonl"), waiting)
	if err != nil {
		t.Fatal(err)
	}
	logs, err := OpenLogs(dir, waiting)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	f := &Follower{
		Events: events, Logs: logs, Logging: func(b *store.Begin) Logging { asked++; return Logging{Level: "ALL", Group: b.Revision} },
	}
	one := &store.Begin{Name: "one", MachineARN: machine, Start: began, Input: "{}", Revision: "group"}
	old := &store.Begin{Name: "old", MachineARN: machine, Start: began, Input: "{}", Revision: "group"}
	express := &store.Begin{Name: "express", MachineARN: machine, Start: began, Input: "{}", Revision: "group", Express: true}
	end := func(status string) *store.End {
		return &store.End{Status: status, Error: "E", Cause: "C", Stop: began.Add(time.Hour)}
	}
	event := func(kind history.Type) []history.Event { return []history.Event{{ID: 1, Type: kind}} }
	follow := func(begin *store.Begin, redrive *store.Redrive, turn store.Turn) {
		turn.Notices = f.Notices(begin, redrive, turn)
		if !begin.Express {
			if err := kept.Commit(t.Context(), turn); err != nil {
				t.Fatal(err)
			}
			turn.Notices = nil
		}
		f.Follow(begin, turn)
	}
	if err := kept.Commit(t.Context(), store.Turn{ID: "old", Begin: old}); err != nil {
		t.Fatal(err)
	}
	again := &store.Redrive{Count: 1, At: began.Add(time.Minute)}
	follow(one, nil, store.Turn{ID: "one", Begin: one, Events: event(history.ExecutionStarted)})
	follow(one, nil, store.Turn{ID: "one", Events: event(history.TaskScheduled)})
	follow(one, nil, store.Turn{ID: "one", End: end("FAILED"), Events: event(history.ExecutionFailed)})
	follow(one, again, store.Turn{ID: "one", Redrive: again, Events: event(history.ExecutionRedriven)})
	follow(one, again, store.Turn{ID: "one", End: end("TIMED_OUT"), Events: event(history.ExecutionTimedOut)})
	follow(old, &store.Redrive{Count: 7, At: began}, store.Turn{ID: "old", End: end("ABORTED"), Events: event(history.ExecutionAborted)})
	follow(express, nil, store.Turn{ID: "express", Begin: express, End: end("FAILED"), Events: event(history.ExecutionFailed)})
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
	slices.Sort(told) // executions are in no order
	if got := strings.Join(told, ", "); got != "express ExecutionFailed 0, old ExecutionAborted 7, one ExecutionFailed 0, one ExecutionRedriven 1, one ExecutionStarted 0, one ExecutionTimedOut 1, one TaskScheduled 0" {
		t.Errorf("logs: %s", got)
	}
	if asked != 1 {
		t.Errorf("the settings of one revision were read %d times", asked)
	}
	for _, queue := range []string{"events", "logs"} {
		if left, err := kept.Notices(t.Context(), queue, 10); err != nil || len(left) > 0 {
			t.Errorf("%v, and these still wait: %v", err, left)
		}
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
