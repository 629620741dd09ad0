package interp

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"canto/asl/parse"
	"canto/asl/source"
	jsonvalue "canto/asl/value"
	"canto/runtime/strand"
)

// recording is an execution that was recorded from the service.
type recording struct {
	Kind, Definition, Input string
	Executions              []struct{ Match struct{ History string } }
	Transformers            []struct{ Replacement string }
	Recorded                map[string]json.RawMessage
}

// past is an event of a recording.
type past map[string]any

func (e past) id() int       { n, _ := e["id"].(float64); return int(n) }
func (e past) previous() int { n, _ := e["previousEventId"].(float64); return int(n) }
func (e past) kind() string  { s, _ := e["type"].(string); return s }

func (e past) details() map[string]any {
	for name, x := range e {
		if d, ok := x.(map[string]any); ok && strings.HasSuffix(name, "EventDetails") {
			return d
		}
	}
	return nil
}

// history gives the events of a recording that the interpreter alone can play
// again: one execution, its concurrent events in the order in which they came.
func (r *recording) history() []past {
	if r.Kind != "execution" || len(r.Executions) != 1 {
		return nil
	}
	var h struct{ Events []past }
	if json.Unmarshal(r.Recorded[r.Executions[0].Match.History], &h) != nil {
		return nil
	}
	if slices.ContainsFunc(h.Events, func(e past) bool { return e.id() == 0 || strings.HasPrefix(e.kind(), "MapRun") }) {
		return nil // sorted, or of a distributed Map
	}
	if n := len(h.Events); n < 2 || !strings.HasPrefix(h.Events[n-1].kind(), "Execution") {
		return nil // fetched while it ran
	}
	return h.Events
}

// otherwise are the recordings that come out otherwise, each with its reason.
var otherwise = map[string]string{
	"activities_test_activity_task_on_deleted-f15e7d14":                            "that the activity is gone is for a driver to say",
	"apigetway_task_service_test_invoke_with_headers_singleStringHeader-db72f0b6":  "that the parameters are no HTTP request is for a handler to say",
	"base_scenarios_test_lambda_invoke_with_retry_extended_input-d43f8f12":         "recorded before the context object had RedriveCount",
	"base_scenarios_test_lambda_service_invoke_with_retry_extended_input-fcd1214c": "recorded before the context object had RedriveCount",
	"timeouts_test_service_lambda_map_timeout-aaf7b1d3":                            "the tasks of four iterations time out at once, in any order",
}

func TestRecordedHistories(t *testing.T) {
	dir := os.Getenv("CANTO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	files, err := filepath.Glob(filepath.Join(dir, "conformance", "cases", "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Skip("no recorded executions: set CANTO_SHARED")
	}
	played := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var r recording
		if json.Unmarshal(text, &r) != nil {
			continue // of another shape
		}
		events := r.history()
		if events == nil {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if otherwise[name] != "" {
			continue
		}
		played++
		t.Run(name, func(t *testing.T) { replay(t, r, events) })
	}
	if played < 300 {
		t.Errorf("only %d recorded executions were played again", played)
	}
}

func replay(t *testing.T, r recording, events []past) {
	m, diags := parse.Parse(source.New("recorded.asl.json", r.Definition))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	p, diags := Compile(m)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	s := prepare(answersOf(events))
	s.run(t, p, r.Input)
	s.play()
	var ours []past
	b, err := s.Recorder.Events().MarshalJSON()
	if err != nil || json.Unmarshal(b, &ours) != nil {
		t.Fatal(err)
	}
	for i := range max(len(ours), len(events)) {
		if i >= len(ours) || i >= len(events) {
			t.Fatalf("%d events, recorded were %d:\n%s", len(ours), len(events), s.chain())
		}
		if d := r.difference(map[string]any(events[i]), map[string]any(ours[i])); d != "" {
			t.Fatalf("event %d: %s\nrecorded %v\ngot      %v", i+1, d, events[i], ours[i])
		}
	}
}

// answersOf is what the world said to each state, as a recording tells it.
func answersOf(events []past) script {
	byID := map[int]past{}
	for _, e := range events {
		byID[e.id()] = e
	}
	lines := script{}
	for _, e := range events {
		if !strings.HasSuffix(e.kind(), "Scheduled") {
			continue
		}
		name := ""
		for at := e; at != nil && name == ""; at = byID[at.previous()] {
			if strings.HasSuffix(at.kind(), "StateEntered") {
				name, _ = at.details()["name"].(string)
			}
		}
		lines[name] = append(lines[name], answerTo(events, e))
	}
	return lines
}

// answerTo follows the chain of events from one that schedules work.
func answerTo(events []past, from past) reply {
	var first *strand.Answer
	at := from.id()
	for _, e := range events {
		if e.previous() != at {
			continue
		}
		d := e.details()
		error, _ := d["error"].(string)
		switch {
		case strings.HasSuffix(e.kind(), "Started"):
			if e.kind() == "ActivityStarted" {
				worker, _ := d["workerName"].(string)
				first = &strand.Answer{Kind: strand.Started, Worker: worker}
			}
			at = e.id()
		case strings.HasSuffix(e.kind(), "Submitted"):
			first = &strand.Answer{Kind: strand.Submitted, Output: payload(d["output"])}
			at = e.id()
		case strings.HasSuffix(e.kind(), "Succeeded"):
			return reply{Answer: strand.Answer{Kind: strand.Succeeded, Output: payload(d["output"])}, first: first}
		case strings.HasSuffix(e.kind(), "TimedOut"):
			return reply{Answer: timesOut(error).Answer, first: first}
		case strings.HasSuffix(e.kind(), "Failed"):
			return reply{Answer: fails(error, cause(d["cause"])).Answer, first: first}
		}
	}
	return reply{Answer: strand.Answer{Kind: strand.Failed, Error: "Unrecorded"}, first: first}
}

// payload is a recorded input or output: JSON text, or what was made of a text that
// holds an object.
func payload(x any) jsonvalue.Value {
	if s, ok := x.(string); ok {
		return jsonvalue.Raw(s)
	}
	b, _ := json.Marshal(x)
	return jsonvalue.Raw(string(b))
}

func cause(x any) string {
	if s, ok := x.(string); ok || x == nil {
		return s
	}
	b, _ := json.Marshal(x)
	return string(b)
}

// difference says where got is not as recorded. A recording has other words for
// what differs from run to run, and trees for texts that hold JSON.
func (r *recording) difference(recorded, got any) string {
	switch want := recorded.(type) {
	case map[string]any:
		tree, _ := parsed(got).(map[string]any)
		return r.differentMembers(want, tree)
	case []any:
		list, ok := parsed(got).([]any)
		if !ok || len(list) != len(want) {
			return fmt.Sprintf("%v is not %v", got, want)
		}
		for i := range want {
			if d := r.difference(want[i], list[i]); d != "" {
				return fmt.Sprintf("[%d]: %s", i, d)
			}
		}
		return ""
	case string:
		if r.hides(want) {
			return ""
		}
	case float64:
		got = parsed(got)
	}
	if recorded != got {
		return fmt.Sprintf("%v is not %v", got, recorded)
	}
	return ""
}

// parsed is the JSON in a text.
func parsed(x any) any {
	s, ok := x.(string)
	if !ok {
		return x
	}
	var tree any
	_ = json.Unmarshal([]byte(s), &tree)
	return tree
}

func (r *recording) differentMembers(want, got map[string]any) string {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, there := got[name]; !there {
			return name + " is missing"
		}
		if d := r.difference(want[name], got[name]); d != "" {
			return name + ": " + d
		}
	}
	for name := range got {
		if _, there := want[name]; !there {
			return name + " is too much"
		}
	}
	return ""
}

// hides says whether a text of the recording stands for what differs from run to run.
func (r *recording) hides(s string) bool {
	for _, t := range r.Transformers {
		if t.Replacement != "" && strings.Contains(s, t.Replacement) {
			return true
		}
	}
	return strings.ContainsRune(s, '<') || slices.Contains([]string{"timestamp", "datetime", "date", "111111111111"}, strings.Trim(s, `"`))
}
