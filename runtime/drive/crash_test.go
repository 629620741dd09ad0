package drive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"testing"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/history"
	"canto/runtime/interp"
	"canto/runtime/store"
	"canto/runtime/store/memory"
	"canto/runtime/strand"
)

// dice makes a machine of bytes: the same of the same.
type dice struct {
	data   []byte
	states int
}

func (d *dice) roll(n int) int {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return int(b) % n
}

type fields = map[string]any

// machine is a chain of states, gone through once or by a counter up to three times.
// Names are the machine's own, inner ones' too.
func (d *dice) machine(depth int) fields {
	n, rounds, first := 1+d.roll(3), max(0, d.roll(6)-3), d.states
	d.states += n
	name := func(i int) string { return fmt.Sprintf("S%d", first+i) }
	count, end, start := fmt.Sprintf("n%d", first), fmt.Sprintf("End%d", first), name(0)
	states := fields{end: fields{"Type": "Succeed"}}
	next := func(i int) string {
		switch {
		case i < n:
			return name(i)
		case rounds > 0:
			return "Again" + count
		}
		return end
	}
	for i := range n {
		s := d.state(depth)
		s["Next"] = next(i + 1)
		if s["Retry"] != nil || s["Branches"] != nil || s["ItemProcessor"] != nil {
			d.caught(s, next(i+1+d.roll(n-i)))
		}
		states[name(i)] = s
	}
	if rounds > 0 {
		start = "Begin" + count
		states[start] = fields{"Type": "Pass", "Assign": fields{count: 0}, "Next": name(0)}
		states[next(n)] = fields{"Type": "Choice", "Default": end, "Choices": []fields{{
			"Variable": "$" + count, "NumericLessThan": rounds, "Next": name(0),
			"Assign": fields{count + ".$": "States.MathAdd($" + count + ", 1)"},
		}}}
	}
	return fields{"StartAt": start, "States": states}
}

// jobs are what tasks ask for: a function, a job, and callbacks that come or do not.
var jobs = []string{"f", glue, send, publish}

const publish = "arn:aws:states:::sns:publish.waitForTaskToken"

func (d *dice) state(depth int) fields {
	kinds := 4
	if depth > 0 {
		kinds = 7
	}
	switch d.roll(kinds) {
	case 1:
		return fields{"Type": "Wait", "Seconds": d.roll(7)}
	case 2, 3:
		s := fields{"Type": "Task", "Resource": jobs[d.roll(len(jobs))], "TimeoutSeconds": 2 + d.roll(6), "ResultPath": "$.r",
			"Parameters": fields{"id.$": "States.UUID()"}}
		if s["Resource"] == send {
			s["TimeoutSeconds"], s["HeartbeatSeconds"] = 30, 1+d.roll(20)
		}
		return d.retried(s)
	case 4:
		return d.retried(fields{"Type": "Parallel", "ResultPath": nil, "Branches": []fields{d.machine(depth - 1), d.machine(depth - 1)}})
	case 5, 6:
		return d.retried(fields{"Type": "Map", "ItemsPath": "$.items", "ItemSelector": fields{"items.$": "$.items", "u.$": "States.UUID()"},
			"MaxConcurrency": d.roll(4), "ResultPath": nil, "ItemProcessor": d.machine(depth - 1)})
	}
	return fields{"Type": "Pass", "Parameters": fields{"items.$": "$.items", "n.$": "States.MathRandom(1, 1000)"}}
}

// caught lets some states go on after a failure.
func (d *dice) caught(s fields, next string) {
	if name := []string{"", "F", "States.ALL"}[d.roll(3)]; name != "" {
		s["Catch"] = []fields{{"ErrorEquals": []string{name}, "ResultPath": nil, "Next": next}}
	}
}

func (d *dice) retried(s fields) fields {
	if d.roll(2) == 0 {
		return s
	}
	s["Retry"] = []fields{{"ErrorEquals": []string{"E", "States.Timeout"}, "IntervalSeconds": 1 + d.roll(3), "MaxAttempts": d.roll(3), "JitterStrategy": []string{"NONE", "FULL"}[d.roll(2)]}}
	return s
}

// fate decides how a call goes, by who asks and for the how-manieth time.
func fate(ctx context.Context, c handlers.Call) (value.Value, error) {
	h := fnv.New32a()
	fmt.Fprint(h, c.State, c.Path, c.Visit, c.Attempt, c.Invocation)
	n := int(h.Sum32() >> 8)
	if err := handlers.Sleep(ctx, time.Duration(n%9)*700*time.Millisecond); err != nil {
		return value.Value{}, err
	}
	switch n / 16 % 5 {
	case 0:
		return value.Value{}, &asl.Error{Name: "E", Cause: "again"}
	case 1:
		return value.Value{}, &asl.Error{Name: "F", Cause: "for good"}
	}
	return answer(c.State, c.Path, c.Input), nil
}

// answer says who has asked for it, and what.
func answer(state, path string, input value.Value) value.Value {
	return value.NewObject(
		value.Member{Name: "state", Value: value.String(state)},
		value.Member{Name: "path", Value: value.String(path)},
		value.Member{Name: "input", Value: input},
	)
}

// fates decide by fate for every resource; that of publish also brings the token back.
type fates struct{}

func (fates) Resolve(c handlers.Call) (handlers.Handler, error) {
	if c.Resource == publish {
		return completing{function(fate)}, nil
	}
	return function(fate), nil
}

type completing struct{ handlers.Handler }

func (completing) Completes() bool { return true }

// journal is a store that fails after so many commits, and keeps the rest as bytes.
type journal struct {
	text []byte
	left int
}

func (j *journal) Commit(_ context.Context, turns ...store.Turn) (err error) {
	if j.left == 0 {
		return errFull
	}
	j.left--
	for _, t := range turns {
		if j.text, err = t.AppendLine(j.text); err != nil {
			return err
		}
	}
	return nil
}

func (j *journal) Load(ctx context.Context, id string) (store.Saved, error) {
	turns, err := store.ReadTurns(bytes.NewReader(j.text))
	if err != nil {
		return store.Saved{}, err
	}
	m := &memory.Store{}
	if err := m.Commit(ctx, turns...); err != nil {
		return store.Saved{}, err
	}
	return m.Load(ctx, id)
}

// FuzzCrashAnywhere runs a machine at random, whole and killed after each turn, and
// expects the same history of both, in which every state has the answers to its own
// requests.
func FuzzCrashAnywhere(f *testing.F) {
	for seed := range 24 {
		data := make([]byte, 64)
		for i := range data {
			data[i] = byte((i*i*31 + seed*97 + i*seed) >> 1)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &dice{data: data}
		text, err := json.Marshal(d.machine(2))
		if err != nil || d.states > 40 {
			t.Skip()
		}
		crashAnywhere(t, string(text))
	})
}

const someItems = `{ "items": [1, 2.0, "c"] }`

func crashAnywhere(t *testing.T, definition string) {
	all := &journal{left: -1}
	driver := Driver{Resolver: fates{}, Grace: time.Minute, Journal: all}
	whole, err := story(t, &driver, definition)
	if err != nil {
		t.Fatal(err)
	}
	if whole.Execution.Recorder.Len() > 1500 {
		t.Skip("it takes too long")
	}
	answersBelong(t, definition, whole)
	requestsDiffer(t, definition, all)
	want := lines(whole)
	step := 1 + whole.Execution.Recorder.Len()/40 // long histories are killed now and then
	for turns := 1; ; turns += step {
		j := &journal{left: turns}
		driver.Journal = j
		_, err := story(t, &driver, definition)
		if err == nil {
			return
		}
		if !errors.Is(err, errFull) {
			t.Fatal(err)
		}
		j.left = -1
		p, err := story(t, &driver, definition)
		if err != nil {
			t.Fatalf("killed after turn %d: %v\n%s", turns, err, definition)
		}
		if got := lines(p); got != want {
			t.Fatalf("killed after turn %d:\n%s\nwant\n%s\n%s", turns, got, want, definition)
		}
	}
}

// redrives is how often an execution is redriven that does not succeed.
const redrives = 2

// story runs an execution to its end, from where the journal has it, and redrives it
// while it does not succeed.
func story(t *testing.T, d *Driver, definition string) (p *Process, err error) {
	saved, err := d.Journal.Load(t.Context(), "arn:x")
	p = process(t, definition, someItems)
	switch {
	case errors.Is(err, store.ErrNotFound):
		err = d.Run(t.Context(), p)
	case err == nil:
		err = d.Resume(t.Context(), p)
	}
	if saved.Redrive != nil && p.Execution.RedriveCount != saved.Redrive.Count {
		t.Fatalf("redriven %d times, and kept as %d", p.Execution.RedriveCount, saved.Redrive.Count)
	}
	for err == nil && p.Execution.Status != interp.Succeeded && p.Execution.RedriveCount < redrives {
		at := p.Execution.Stop.Add(time.Minute)
		p = process(t, definition, someItems)
		err = d.Redrive(t.Context(), p, at, "")
	}
	return p, err
}

// answersBelong checks that each answer is to what its state has asked last, and that
// no two have asked the same: there is a random number in it.
func answersBelong(t *testing.T, definition string, p *Process) {
	asked := map[string]history.Event{} // by branch: the latest
	inputs := map[string]int{}
	for e := range p.Execution.Recorder.Events().All() {
		at := e.Branch.String()
		switch e.Type {
		case history.LambdaFunctionScheduled, history.TaskScheduled:
			if before := inputs[e.Data]; before > 0 {
				t.Fatalf("event %d asks what event %d has asked\n%s\n%s", e.ID, before, text(p), definition)
			}
			asked[at], inputs[e.Data] = e, e.ID
		case history.LambdaFunctionSucceeded, history.TaskSubmitted, history.TaskSucceeded:
			want := answer(asked[at].Name, at, value.Raw(asked[at].Data)).Text()
			if e.Data != want || e.Name != asked[at].Name {
				t.Fatalf("event %d of %s has the answer %s, want %s\n%s\n%s", e.ID, e.Name, e.Data, want, text(p), definition)
			}
		}
	}
}

// requestsDiffer runs an execution again from its journal, and checks that no two of
// its requests have the same ID.
func requestsDiffer(t *testing.T, definition string, j *journal) {
	p := process(t, definition, someItems)
	defer p.x.Close()
	saved, err := j.Load(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	_, asked := p.turn()
	for _, a := range append(saved.Answers, strand.Answer{}) { // the last only looks
		for _, r := range asked {
			if seen[r.ID] && !r.Withdraw {
				t.Fatalf("the request %s is made twice\n%s\n%s", r.ID, text(p), definition)
			}
			seen[r.ID] = true
		}
		_, asked = p.turn(a)
	}
}

// lines are all there is of a history.
func lines(p *Process) string {
	var b []byte
	for e := range p.Execution.Recorder.Events().All() {
		b = history.Event.AppendLine(e, b)
	}
	return string(b)
}
