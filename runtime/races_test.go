package runtime_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
	"canto/runtime/history"
	"canto/runtime/maprun"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

const (
	pass     = `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`
	longWait = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"Next":"P"},"P":{"Type":"Pass","End":true}}}`
)

func code(err error) string {
	var f *runtime.Fault
	if !errors.As(err, &f) {
		return ""
	}
	return f.Code
}

// gated is a store whose commits wait for a gate.
type gated struct {
	memory.Store
	gate chan struct{}
}

func (g *gated) Commit(ctx context.Context, turns ...store.Turn) error {
	<-g.gate
	return g.Store.Commit(ctx, turns...)
}

func TestStartsOfAnOldNameAtTheSameTimeAreBothRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &gated{gate: make(chan struct{}, 3)}
		e := runtime.New(runtime.Store(s), runtime.RealTime())
		defer e.Close()
		in := runtime.StartInput{StateMachine: register(t, e, "m", pass).ARN, Name: "x"}
		s.gate <- struct{}{}
		if _, err := e.StartExecution(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if _, err := e.StartExecution(t.Context(), in); code(err) != "ExecutionAlreadyExists" {
					t.Errorf("got %v", err)
				}
			})
		}
		synctest.Wait()
		close(s.gate)
		both.Wait()
	})
}

func TestNobodyWaitsForAnEngineThatWasClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory.Store{}
		first := runtime.New(runtime.Store(s), runtime.RealTime())
		x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: register(t, first, "m", longWait).ARN})
		if err != nil {
			t.Fatal(err)
		}
		first.Close()
		second := runtime.New(runtime.Store(s), runtime.RealTime())
		second.Close()
		if err := second.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := second.AwaitExecution(ctx, x.ARN); errors.Is(err, context.DeadlineExceeded) {
			t.Error("it is waited for")
		}
	})
}

func TestMachineThatIsBeingDeletedOutlivesTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory.Store{}
		e := runtime.New(runtime.Store(s), runtime.RealTime())
		m := register(t, e, "m", longWait)
		x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.DeleteStateMachine(t.Context(), m.ARN); err != nil {
			t.Fatal(err)
		}
		e.Close()
		e = runtime.New(runtime.Store(s), runtime.RealTime())
		defer e.Close()
		if err := e.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, err := e.StateMachine(m.ARN); err != nil || !got.Deleting {
			t.Errorf("after a restart: %v, %+v", err, got)
		}
		if err := e.AwaitExecution(t.Context(), x.ARN); err != nil {
			t.Fatal(err)
		}
		if _, err := e.StateMachine(m.ARN); code(err) != "StateMachineDoesNotExist" {
			t.Errorf("after the last execution: %v", err)
		}
	})
}

func TestStartOfAMachineThatIsDeletedMeanwhileIsRefused(t *testing.T) {
	var e *runtime.Engine
	var m *runtime.StateMachine
	e = runtime.New(runtime.RealTime(), runtime.TestCases(func(*asl.Machine, string, string) error {
		return e.DeleteStateMachine(t.Context(), m.ARN)
	}))
	defer e.Close()
	m = register(t, e, "m", longWait)
	if _, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN + "#Case"}); code(err) != "StateMachineDoesNotExist" {
		t.Errorf("got %v", err)
	}
	if n := e.Running(); n != 0 {
		t.Errorf("%d run", n)
	}
}

func TestWhatHasEndedIsRedrivenThoughItsHandlersRunOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := handlers.NewRegistry()
		calls := 0
		for name, f := range map[string]handlers.HandlerFunc{
			"slow": func(context.Context, handlers.Call) (value.Value, error) {
				time.Sleep(500 * time.Millisecond) // it hears nothing
				return value.Raw(`{}`), nil
			},
			"bad": func(context.Context, handlers.Call) (value.Value, error) {
				if calls++; calls == 1 {
					return value.Value{}, errors.New("not yet")
				}
				return value.Raw(`{}`), nil
			},
		} {
			if err := r.Register(name, f); err != nil {
				t.Fatal(err)
			}
		}
		e := runtime.New(runtime.Functions(r), runtime.RealTime())
		defer e.Close()
		branch := func(name string) string {
			return `{"StartAt":"` + name + `","States":{"` + name + `":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:` + name + `","End":true}}}`
		}
		m := register(t, e, "m", `{"StartAt":"B","States":{"B":{"Type":"Parallel","Branches":[`+branch("slow")+`,`+branch("bad")+`],"End":true}}}`)
		in := runtime.StartInput{StateMachine: m.ARN, Name: "x"}
		x, err := e.StartExecution(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got, err := e.DescribeExecution(t.Context(), x.ARN); err != nil || got.End == nil {
			t.Fatalf("%v: %+v", err, got)
		}
		if _, err := e.StartExecution(t.Context(), in); code(err) != "ExecutionAlreadyExists" {
			t.Errorf("a start by the same name: %v", err)
		}
		if _, err := e.RedriveExecution(t.Context(), x.ARN, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := e.RedriveExecution(t.Context(), x.ARN, ""); code(err) != "ExecutionNotRedrivable" {
			t.Errorf("while it is redriven: %v", err)
		}
		if err := e.AwaitExecution(t.Context(), x.ARN); err != nil {
			t.Fatal(err)
		}
		if got, err := e.DescribeExecution(t.Context(), x.ARN); err != nil || got.End.Status != "SUCCEEDED" {
			t.Errorf("%v: %+v", err, got.End)
		}
	})
}

func TestWhatCannotBeRecoveredIsStoppedOnce(t *testing.T) {
	s := &memory.Store{}
	const arn = "arn:aws:states:us-east-1:123456789012:execution:m:x"
	begin := &store.Begin{Name: "x", MachineARN: "arn:aws:states:us-east-1:123456789012:stateMachine:m", MachineName: "m", Definition: "{", Input: "{}"}
	if err := s.Commit(t.Context(), store.Turn{ID: arn, Begin: begin, Events: []history.Event{{ID: 1, Type: history.ExecutionStarted}}}); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var told []string
	troubles := 0
	e := runtime.New(runtime.Store(s), runtime.RealTime(), runtime.Trouble(func(string, error) { troubles++ }),
		runtime.Follow(func(b *store.Begin, turn store.Turn) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, b.Name+" "+turn.End.Status)
		}))
	defer e.Close()
	if err := e.Recover(t.Context()); err != nil || troubles != 1 {
		t.Fatalf("%v, and %d troubles", err, troubles)
	}
	var stops sync.WaitGroup
	for range 8 {
		stops.Go(func() {
			if _, err := e.StopExecution(t.Context(), arn, "E", "c"); err != nil {
				t.Error(err)
			}
		})
	}
	stops.Wait()
	if got, err := e.DescribeExecution(t.Context(), arn); err != nil || got.End == nil || got.Count != 2 || got.End.Error != "E" {
		t.Errorf("%v: %+v", err, got)
	}
	if len(told) != 1 || told[0] != "x ABORTED" {
		t.Errorf("told %q", told)
	}
}

func TestChildOfAMapRunIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := runtime.New(runtime.RealTime())
		defer e.Close()
		m, err := e.CreateStateMachine(t.Context(), runtime.StateMachine{Settings: `{"a":1}`, Machine: named(t, "m", `{"StartAt":"M","States":{"M":{"Type":"Map","Label":"L",
			"ToleratedFailurePercentage":100,"End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
			"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}}}}`)})
		if err != nil {
			t.Fatal(err)
		}
		x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN, Input: `[1,2]`})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		runs, err := e.ListMapRuns(t.Context(), x.ARN)
		if err != nil || len(runs) != 1 {
			t.Fatal(err, runs)
		}
		children, err := e.ListExecutions(t.Context(), store.Query{MapRun: runs[0].ARN})
		if err != nil || len(children) != 2 {
			t.Fatal(err, children)
		}
		child := children[0].ID
		if _, err := e.StopExecution(t.Context(), child, "E", "c"); err != nil {
			t.Fatal(err)
		}
		if err := e.AwaitExecution(t.Context(), x.ARN); err != nil {
			t.Fatal(err)
		}
		got, err := e.DescribeExecution(t.Context(), child)
		if err != nil || got.End.Status != "ABORTED" || runtime.SettingsOf(&got.Begin) != `{"a":1}` {
			t.Errorf("%v: %+v, %+v", err, got.End, got.Begin)
		}
		if r, err := e.DescribeMapRun(runs[0].ARN); err != nil || r.Executions.Aborted != 1 || r.Executions.Succeeded != 1 {
			t.Errorf("%v: %+v", err, r.Executions)
		}
	})
}

// A child that was stopped before its Map Run came back to it has that end.
func TestChildOfAMapRunIsStoppedBeforeThatGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory.Store{}
		first := life(t, s, nil)
		m := register(t, first, "m", `{"StartAt":"M","States":{"M":{"Type":"Map","ToleratedFailurePercentage":100,"End":true,
			"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
			"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}}}}`)
		x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN, Input: `[1,2]`})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		first.Close()
		idle := life(t, s, nil)
		defer idle.Close()
		children, err := s.List(t.Context(), store.Query{MapRun: mapRunOf(t, s)})
		if err != nil || len(children) != 2 {
			t.Fatal(err, children)
		}
		if _, err := idle.StopExecution(t.Context(), children[0].ID, "E", "c"); err != nil {
			t.Fatal(err)
		}
		last := life(t, s, nil)
		defer last.Close()
		if err := last.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := last.AwaitExecution(t.Context(), x.ARN); err != nil {
			t.Fatal(err)
		}
		if r, err := last.DescribeMapRun(mapRunOf(t, s)); err != nil || r.Executions.Aborted != 1 || r.Executions.Succeeded != 1 || r.Executions.NotRedrivable != 1 {
			t.Errorf("%v: %+v", err, r.Executions)
		}
	})
}

// mapRunOf is the ARN of the only Map Run in a store.
func mapRunOf(t *testing.T, s store.Store) string {
	t.Helper()
	docs, err := s.Documents(t.Context(), "mapRun")
	if err != nil || len(docs) != 1 {
		t.Fatal(err, docs)
	}
	return docs[0].Key
}

// slowUpdates is a store that keeps the records of Map Runs with a limit of 7 when it is
// told to.
type slowUpdates struct {
	memory.Store
	come, gate chan struct{}
}

func (s *slowUpdates) Put(ctx context.Context, docs ...store.Document) error {
	if docs[0].Kind == "mapRun" && strings.Contains(docs[0].Text, `"Limit":7,`) && strings.Contains(docs[0].Text, `"Status":"RUNNING"`) {
		close(s.come)
		<-s.gate
	}
	return s.Store.Put(ctx, docs...)
}

func TestMapRunThatEndsWhileItIsUpdatedHasEnded(t *testing.T) {
	s := &slowUpdates{come: make(chan struct{}), gate: make(chan struct{})}
	work := make(chan struct{})
	e := life(t, s, func(context.Context, handlers.Call) (value.Value, error) {
		<-work
		return value.Raw(`{}`), nil
	})
	m := register(t, e, "m", `{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
		"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:send","End":true}}}}}}`)
	x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN, Input: `[1,2]`})
	if err != nil {
		t.Fatal(err)
	}
	work <- struct{}{}
	runs, err := e.ListMapRuns(t.Context(), x.ARN)
	if err != nil || len(runs) != 1 {
		t.Fatal(err, runs)
	}
	var update sync.WaitGroup
	update.Go(func() {
		seven := 7
		if err := e.UpdateMapRun(t.Context(), runs[0].ARN, maprun.Change{Limit: &seven}); err != nil {
			t.Error(err)
		}
	})
	<-s.come
	work <- struct{}{}
	soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_ = e.AwaitExecution(soon, x.ARN) // it may wait for what is kept before its end
	close(s.gate)
	update.Wait()
	if err := e.AwaitExecution(t.Context(), x.ARN); err != nil {
		t.Fatal(err)
	}
	e.Close()
	e = life(t, &s.Store, nil)
	defer e.Close()
	if err := e.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r, err := e.DescribeMapRun(runs[0].ARN); err != nil || r.Status != maprun.Succeeded || r.Limit != 7 {
		t.Errorf("%v: %+v", err, r)
	}
}

// held is a store that gives what it was first asked for when it is told to.
type held struct {
	memory.Store
	asked      atomic.Bool
	read, gate chan struct{}
}

func (h *held) Load(ctx context.Context, id string) (store.Saved, error) {
	saved, err := h.Store.Load(ctx, id)
	if !h.asked.Swap(true) {
		close(h.read)
		<-h.gate
	}
	return saved, err
}

// Of two requests with one client token, one redrives, however quickly that fails again.
func TestRequestsWithOneTokenRedriveOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &held{read: make(chan struct{}), gate: make(chan struct{})}
		e := life(t, s, func(context.Context, handlers.Call) (value.Value, error) { return value.Value{}, errors.New("never") })
		defer e.Close()
		m := register(t, e, "m", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:send","End":true}}}`)
		x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		times := make(chan time.Time, 2)
		redrive := func() {
			at, err := e.RedriveExecution(t.Context(), x.ARN, "token")
			if err != nil {
				t.Error(err)
			}
			times <- at
		}
		go redrive()
		<-s.read
		go redrive()
		time.Sleep(time.Second)
		close(s.gate)
		if a, b := <-times, <-times; !a.Equal(b) {
			t.Errorf("it was redriven at %s and at %s", a, b)
		}
		synctest.Wait()
		if got, err := e.DescribeExecution(t.Context(), x.ARN); err != nil || got.Redrive.Count != 1 {
			t.Errorf("%v: %+v", err, got.Redrive)
		}
	})
}
