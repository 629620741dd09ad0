package maprun_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"canto/runtime"
	"canto/runtime/maprun"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

const waitItem = standard + `,"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}`

// begin starts an execution that is in its Map Run.
func begin(t *testing.T, s store.Store) (e *runtime.Engine, arn string) {
	t.Helper()
	e = runtime.New(runtime.RealTime(), runtime.Store(s))
	definition := mapOf(`"MaxConcurrency":1`, waitItem)
	m, err := runtime.Parse("m", definition)
	if err != nil {
		t.Fatal(err)
	}
	made, err := e.CreateStateMachine(t.Context(), runtime.StateMachine{Machine: m, Text: definition, Type: runtime.Standard})
	if err != nil {
		t.Fatal(err)
	}
	x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: made.ARN, Input: `[1,2,3]`})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return e, x.ARN
}

// A Map Run that runs, and that nobody has come back to since a restart, takes new
// settings, and begins with them.
func TestMapRunIsUpdatedBeforeItGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory.Store{}
		first, execution := begin(t, s)
		first.Close()
		runs := maprun.NewRuns(s)
		if err := runs.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		run := runs.Of(execution)[0].ARN
		two := 2
		if err := runs.Update(t.Context(), run, maprun.Change{Limit: &two}); err != nil {
			t.Fatal(err)
		}
		second := runtime.New(runtime.RealTime(), runtime.Store(s))
		defer second.Close()
		if err := second.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if r, err := second.DescribeMapRun(run); err != nil || r.Limit != 2 || r.Executions.Running != 2 {
			t.Errorf("%v: %+v", err, r)
		}
		if err := second.AwaitExecution(t.Context(), execution); err != nil {
			t.Fatal(err)
		}
		if err := second.UpdateMapRun(t.Context(), run, maprun.Change{Limit: &two}); err == nil || !strings.Contains(err.Error(), "has completed and cannot be updated") {
			t.Errorf("updated when it had ended: %v", err)
		}
	})
}

// full is a store that keeps no document of a Map Run for the first few times.
type full struct {
	memory.Store
	left atomic.Int64
}

func (f *full) Put(ctx context.Context, docs ...store.Document) error {
	if docs[0].Kind == "mapRun" && f.left.Add(-1) >= 0 {
		return errors.New("full")
	}
	return f.Store.Put(ctx, docs...)
}

func TestMapRunWhoseRecordCannotBeKeptIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &full{}
		s.left.Store(2)
		e, execution := begin(t, s)
		defer e.Close()
		if err := e.AwaitExecution(t.Context(), execution); err != nil {
			t.Fatal(err)
		}
		runs, err := e.ListMapRuns(t.Context(), execution)
		if err != nil || len(runs) != 1 || runs[0].Status != maprun.Succeeded || runs[0].Executions.Succeeded != 3 {
			t.Errorf("%v: %+v", err, runs)
		}
	})
}
