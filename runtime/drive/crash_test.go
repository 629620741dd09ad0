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
	"canto/runtime/store"
	"canto/runtime/store/memory"
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

// machine is a chain of states. Inner ones have names of their own.
func (d *dice) machine(depth int) fields {
	n := 1 + d.roll(3)
	first := d.states
	d.states += n
	name := func(i int) string { return fmt.Sprintf("S%d", first+i) }
	states := fields{}
	for i := range n {
		s := d.state(depth)
		if i+1 < n {
			s["Next"] = name(i + 1)
		} else {
			s["End"] = true
		}
		if s["Retry"] != nil && i+1 < n {
			s["Catch"] = []fields{{"ErrorEquals": []string{"F"}, "ResultPath": nil, "Next": name(n - 1)}}
		}
		states[name(i)] = s
	}
	return fields{"StartAt": name(0), "States": states}
}

func (d *dice) state(depth int) fields {
	kinds := 4
	if depth > 0 {
		kinds = 7
	}
	switch d.roll(kinds) {
	case 1:
		return fields{"Type": "Wait", "Seconds": d.roll(7)}
	case 2:
		return d.retried(fields{"Type": "Task", "Resource": "f", "TimeoutSeconds": 1 + d.roll(6), "ResultPath": "$.r"})
	case 3:
		return d.retried(fields{"Type": "Task", "Resource": send, "TimeoutSeconds": 30, "HeartbeatSeconds": 1 + d.roll(20), "ResultPath": nil})
	case 4:
		return d.retried(fields{"Type": "Parallel", "ResultPath": nil, "Branches": []fields{d.machine(depth - 1), d.machine(depth - 1)}})
	case 5, 6:
		return d.retried(fields{"Type": "Map", "ItemsPath": "$.items", "ItemSelector": fields{"items.$": "$.items", "u.$": "States.UUID()"},
			"MaxConcurrency": d.roll(4), "ResultPath": nil, "ItemProcessor": d.machine(depth - 1)})
	}
	return fields{"Type": "Pass", "Parameters": fields{"items.$": "$.items", "n.$": "States.MathRandom(1, 1000)"}}
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
	return value.Of(n % 100), nil
}

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
// expects the same history of both.
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

func crashAnywhere(t *testing.T, definition string) {
	const input = `{ "items": [1, 2.0, "c"] }`
	driver := Driver{Resolver: functions{"f": fate, send: fate}, Grace: time.Minute}
	whole := process(t, definition, input)
	run(t, &driver, whole)
	want := lines(whole)
	step := 1 + whole.Execution.Recorder.Len()/200 // long histories are killed now and then
	for turns := 1; ; turns += step {
		j := &journal{left: turns}
		driver.Store = j
		err := driver.Run(t.Context(), process(t, definition, input))
		if err == nil {
			return
		}
		if !errors.Is(err, errFull) {
			t.Fatal(err)
		}
		j.left = -1
		p := process(t, definition, input)
		if err := driver.Resume(t.Context(), p); err != nil {
			t.Fatalf("killed after turn %d: %v\n%s", turns, err, definition)
		}
		if got := lines(p); got != want {
			t.Fatalf("killed after turn %d:\n%s\nwant\n%s\n%s", turns, got, want, definition)
		}
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
