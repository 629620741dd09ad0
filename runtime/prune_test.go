package runtime_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/sfn"
	"canto/runtime"
	"canto/runtime/awsapi"
	"canto/runtime/store"
	"canto/runtime/store/memory"
	"canto/runtime/strand"
)

// asked counts what a task is asked for, by its input.
type asked struct {
	mu    sync.Mutex
	times map[string]int
}

func (a *asked) task(_ context.Context, c handlers.Call) (value.Value, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.times == nil {
		a.times = map[string]int{}
	}
	a.times[c.Input.Text()]++
	return c.Input, nil
}

// deaf is a store that fails when parents are told how what they asked for has ended.
type deaf struct{ memory.Store }

func (d *deaf) Commit(ctx context.Context, turns ...store.Turn) error {
	for _, t := range turns {
		if strings.Contains(t.ID, ":m:") && len(t.Answers) > 0 && t.Answers[0].Kind == strand.Succeeded {
			return errDisk
		}
	}
	return d.Store.Commit(ctx, turns...)
}

// TestWhatARunningExecutionAskedForIsNotForgotten forgets all that has ended, while an
// execution has not been told how some of what it has asked for has ended, and crashes.
func TestWhatARunningExecutionAskedForIsNotForgotten(t *testing.T) {
	const child = `{"StartAt":"T","States":{
	 "T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:send","Next":"C"},
	 "C":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":1,"Next":"E"}],"Default":"W"},
	 "W":{"Type":"Wait","Seconds":60,"Next":"E"},"E":{"Type":"Succeed"}}`
	for name, definition := range map[string]string{
		"children of a Map Run": `{"StartAt":"M","States":{"M":{"Type":"Map","Label":"L","End":true,
		 "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},` + child[1:] + `}}}}`,
		"nested executions": `{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"N","States":{"N":{"Type":"Task","End":true,
		 "Resource":"arn:aws:states:::states:startExecution.sync:2","ResultSelector":{"o.$":"$.Output"},"OutputPath":"$.o",
		 "Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:child","Input.$":"$"}}}}}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				kept, tasks := &deaf{}, &asked{}
				engine := func(s store.Store) *runtime.Engine {
					r := handlers.NewRegistry()
					if err := r.Register("send", handlers.HandlerFunc(tasks.task)); err != nil {
						t.Fatal(err)
					}
					e := runtime.New(runtime.Functions(r), runtime.Store(s), runtime.RealTime())
					if err := sfn.Register(r, awsapi.New(e)); err != nil {
						t.Fatal(err)
					}
					return e
				}
				first := engine(kept)
				register(t, first, "child", child+"}")
				x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: register(t, first, "m", definition).ARN, Input: `[1,2]`})
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(30 * time.Second)
				first.Close()

				second := engine(&kept.Store)
				defer second.Close()
				forgets(t, second, 0)
				if err := second.Recover(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := second.AwaitExecution(t.Context(), x.ARN); err != nil {
					t.Fatal(err)
				}
				got, err := second.DescribeExecution(t.Context(), x.ARN)
				if err != nil || got.End == nil || got.End.Output != "[1,2]" {
					t.Errorf("%v: %+v", err, got.End)
				}
				if tasks.times["1"] != 1 || tasks.times["2"] != 1 {
					t.Errorf("the tasks were asked for %v times", tasks.times)
				}
				time.Sleep(time.Second)
				forgets(t, second, 3)
				if runs, err := second.ListMapRuns(t.Context(), x.ARN); err == nil {
					t.Errorf("the Map Runs of what was forgotten are %v", runs)
				}
				if docs, err := kept.Documents(t.Context(), "mapRun"); err != nil || len(docs) > 0 {
					t.Errorf("%v, and these stay: %v", err, docs)
				}
			})
		})
	}
}

// forgets prunes all that has ended, which are so many.
func forgets(t *testing.T, e *runtime.Engine, want int) {
	t.Helper()
	if n, err := e.Prune(t.Context(), time.Now()); n != want || err != nil {
		t.Errorf("Prune forgets %d, %v, want %d", n, err, want)
	}
}
