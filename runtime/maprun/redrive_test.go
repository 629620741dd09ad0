package maprun_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
)

// again is an engine whose function f fails for the items that are negative, until
// it is mended.
func (s *stage) again(t *testing.T, mended *atomic.Bool, calls *atomic.Int64) *runtime.Engine {
	t.Helper()
	registry := handlers.NewRegistry()
	err := registry.Register("f", handlers.HandlerFunc(func(_ context.Context, c handlers.Call) (value.Value, error) {
		calls.Add(1)
		if !mended.Load() && strings.HasPrefix(c.Input.Text(), "-") {
			return value.Value{}, errors.New("negative")
		}
		return c.Input, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	e := runtime.New(append(s.options, runtime.RealTime(), runtime.Functions(registry))...)
	t.Cleanup(e.Close)
	return e
}

// redriven runs an execution that fails, mends the function, and redrives it.
func redriven(t *testing.T, s *stage, definition string) (r *runtime.Run, arn string, calls int64) {
	t.Helper()
	m, err := runtime.Parse("m", definition)
	if err != nil {
		t.Fatal(err)
	}
	var mended atomic.Bool
	var called atomic.Int64
	e := s.again(t, &mended, &called)
	made, err := e.CreateStateMachine(t.Context(), runtime.StateMachine{Machine: m, Text: definition, Type: runtime.Standard})
	if err != nil {
		t.Fatal(err)
	}
	x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: made.ARN, Input: `[1, -2, 3]`})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = x.Wait(t.Context()); err != nil || r.Status != runtime.Failed {
		t.Fatalf("it is %v: %v", r, err)
	}
	mended.Store(true)
	if _, err := e.RedriveExecution(t.Context(), x.ARN, ""); err != nil {
		t.Fatal(err)
	}
	if err := e.AwaitExecution(t.Context(), x.ARN); err != nil {
		t.Fatal(err)
	}
	saved, err := e.DescribeExecution(t.Context(), x.ARN)
	if err != nil {
		t.Fatal(err)
	}
	r.Status, r.Output = runtime.Running, value.Raw(saved.End.Output)
	if saved.End.Status == string(runtime.Succeeded) {
		r.Status = runtime.Succeeded
	}
	runs, err := e.ListMapRuns(t.Context(), x.ARN)
	if err != nil || len(runs) != 1 {
		t.Fatalf("the Map Runs are %v: %v", runs, err)
	}
	return r, runs[0].ARN, called.Load()
}

const taskItem = `"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}`

func TestRedriveRunsWhatHasNotSucceeded(t *testing.T) {
	for _, kind := range []string{standard, express} {
		r, _, calls := redriven(t, newStage(t), mapOf(`"MaxConcurrency":1`, kind+","+taskItem))
		wantOutput(t, r, `[1,-2,3]`)
		if calls != 4 {
			t.Errorf("%s: %d calls", kind, calls)
		}
	}
}

func TestRedriveWritesItsOwnFilesAndKeepsThoseOfBefore(t *testing.T) {
	for _, kind := range []string{standard, express} {
		s := newStage(t)
		r, run, calls := redriven(t, s, mapOf(`"MaxConcurrency":1,"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject",
			"Parameters":{"Bucket":"b","Prefix":"out"},"WriterConfig":{"Transformation":"COMPACT","OutputType":"JSON"}}`, kind+","+taskItem))
		id := run[strings.LastIndex(run, ":")+1:]
		folder := "out/" + id + "/"
		wantOutput(t, r, fmt.Sprintf(`{"MapRunArn":"%s","ResultWriterDetails":{"Bucket":"b","Key":"%sRedrive-1/manifest.json"}}`, run, folder))
		if before, after := s.file(t, folder+"SUCCEEDED_0.json"), s.file(t, folder+"Redrive-1/SUCCEEDED_0.json"); before != "[1]" || after != "[-2,3]" || calls != 4 {
			t.Errorf("%s: %s and %s, with %d calls", kind, before, after, calls)
		}
		manifest := s.file(t, folder+"Redrive-1/manifest.json")
		if !strings.Contains(manifest, `"SUCCEEDED":[{"Key":"`+folder+`SUCCEEDED_0.json","Size":3},{"Key":"`+folder+`Redrive-1/SUCCEEDED_0.json","Size":6}]`) {
			t.Errorf("the manifest is %s", manifest)
		}
	}
}
