package query

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canto/asl/value"
)

// recorded is a case recorded from the service: a definition and what its
// executions did.
type recorded struct {
	Definition string
	Recorded   map[string]value.Value
}

// TestRecordedTemplates evaluates every payload template of the recorded cases
// that needs no context object, with the recorded input of its state, and
// compares with what the service made of it, keys in order.
func TestRecordedTemplates(t *testing.T) {
	dir := os.Getenv("CANTO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "conformance", "cases", "*", "*.json"))
	if len(files) == 0 {
		t.Skip("no recorded cases: set CANTO_SHARED")
	}
	checked := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c recorded
		if json.Unmarshal(text, &c) != nil || c.Definition == "" || strings.Contains(c.Definition, `"Parallel"`) {
			continue // events of branches are interleaved
		}
		definition, err := value.Parse(c.Definition)
		if err != nil {
			continue
		}
		r := replay{t: t, file: filepath.Base(file), templates: make(map[string]value.Value)}
		r.collect(definition)
		for _, match := range c.Recorded {
			events, _ := match.Field("events")
			r.run(events)
		}
		checked += r.checked
	}
	t.Logf("%d recorded templates were evaluated", checked)
	if checked < 100 {
		t.Errorf("only %d recorded templates were found", checked)
	}
}

type replay struct {
	t         *testing.T
	file      string
	templates map[string]value.Value // Parameters by name of their state
	checked   int
}

// collect finds the states whose Parameters see the state's raw input. A name
// that stands for two states is left out.
func (r *replay) collect(v value.Value) {
	for _, item := range v.Elements() {
		r.collect(item)
	}
	for _, m := range v.Members() {
		parameters, ok := m.Value.Field("Parameters")
		path := has(m.Value, "InputPath") || has(m.Value, "ResultPath") || has(m.Value, "OutputPath")
		kind, _ := m.Value.Field("Type")
		if ok && !path && (kind.Text() == `"Pass"` || kind.Text() == `"Task"`) {
			if _, twice := r.templates[m.Name]; twice {
				parameters = value.Raw(`"$$"`)
			}
			r.templates[m.Name] = parameters
		}
		r.collect(m.Value)
	}
}

func (r *replay) run(events value.Value) {
	variables := make(map[string]value.Value)
	var state string
	var input value.Value
	for _, event := range events.Elements() {
		for _, m := range event.Members() {
			switch m.Name {
			case "stateEnteredEventDetails":
				state = text(m.Value, "name")
				input = payload(m.Value, "input")
			case "taskScheduledEventDetails":
				r.check(state, input, payload(m.Value, "parameters"), variables)
			case "stateExitedEventDetails":
				if id, _ := event.Field("type"); id.Text() == `"PassStateExited"` && text(m.Value, "name") == state {
					r.check(state, input, payload(m.Value, "output"), variables)
				}
				assigned, _ := m.Value.Field("assignedVariables")
				for _, a := range assigned.Members() {
					variables[a.Name] = payload(assigned, a.Name)
				}
			}
		}
	}
}

func has(v value.Value, name string) bool {
	_, ok := v.Field(name)
	return ok
}

func text(v value.Value, name string) string {
	f, _ := v.Field(name)
	s, _ := f.AsString()
	return s
}

// payload returns JSON that stands in an event: objects were recorded parsed,
// anything else as text.
func payload(v value.Value, name string) value.Value {
	f, _ := v.Field(name)
	s, ok := f.AsString()
	if !ok {
		return f
	}
	parsed, err := value.Parse(s)
	if err != nil {
		return f
	}
	return parsed
}

func (r *replay) check(state string, input, want value.Value, variables map[string]value.Value) {
	template, ok := r.templates[state]
	if !ok || strings.Contains(template.Text(), "$$") || want.Kind() != value.ObjectKind {
		return
	}
	e, err := Template(template)
	if err != nil {
		r.t.Errorf("%s: %s: %v", r.file, state, err)
		return
	}
	got, err := e.Eval(&Scope{Input: input, Env: testEnv{variables, 4}})
	r.checked++
	if err != nil || !matches(got, want) {
		r.t.Errorf("%s: %s\n got %s, %v\nwant %s", r.file, state, got, err, want.Compact())
	}
}

// matches compares with what was recorded, in which some texts were replaced.
func matches(got, want value.Value) bool {
	if s, ok := want.AsString(); ok {
		replaced := strings.Contains(s, "<") || s == "RandomNumberGenerated" || s == "generated-uuid"
		return replaced || value.Equal(got, want)
	}
	if got.Kind() != want.Kind() || got.Len() != want.Len() {
		return false
	}
	for i, m := range want.Members() {
		if g := got.Members()[i]; g.Name != m.Name || !matches(g.Value, m.Value) {
			return false
		}
	}
	for i, item := range want.Elements() {
		if !matches(got.Elements()[i], item) {
			return false
		}
	}
	return want.Kind() >= value.ArrayKind || value.Equal(got, want)
}
