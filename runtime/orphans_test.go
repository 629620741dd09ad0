package runtime_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
	"canto/runtime/maprun"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

// dying is a store that keeps nothing any more once it has kept the end of an execution
// of that machine, as when the process is killed then.
type dying struct {
	*memory.Store
	of   string
	dead atomic.Bool
}

func (d *dying) Commit(ctx context.Context, turns ...store.Turn) error {
	if d.dead.Load() {
		return errDisk
	}
	for _, t := range turns {
		if t.End != nil && strings.Contains(t.ID, ":"+d.of+":") {
			d.dead.Store(true)
		}
	}
	return d.Store.Commit(ctx, turns...)
}

func (d *dying) Put(ctx context.Context, docs ...store.Document) error {
	if d.dead.Load() {
		return errDisk
	}
	return d.Store.Put(ctx, docs...)
}

// sleepers has a Map Run, with one in it, whose tasks wait.
const sleepers = `{"StartAt":"M","States":{"M":{"Type":"Map","Label":"L","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
 "StartAt":"N","States":{"N":{"Type":"Map","Label":"K","ItemsPath":"$.of","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
 "StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}}}}}}}`

// statuses are those of all executions and Map Runs, by the state machines of these.
func statuses(t *testing.T, e *runtime.Engine, execution string) (all []string) {
	t.Helper()
	got, err := e.DescribeExecution(t.Context(), execution)
	if err != nil {
		t.Fatal(err)
	}
	status := store.Running
	if got.End != nil {
		status = got.End.Status
	}
	all = append(all, got.Begin.MachineName+" "+status)
	runs, err := e.ListMapRuns(t.Context(), execution)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		all = append(all, "run "+string(r.Status))
		children, err := e.ListExecutions(t.Context(), store.Query{MapRun: r.ARN})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range children {
			all = append(all, statuses(t, e, c.ID)...)
		}
	}
	return all
}

// TestMapRunIsAbortedThoughTheProcessDied stops an execution, and the process dies when
// that is kept, and before its Map Runs are aborted.
func TestMapRunIsAbortedThoughTheProcessDied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &dying{Store: &memory.Store{}, of: "m"}
		first := runtime.New(runtime.Store(s), runtime.RealTime())
		x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: register(t, first, "m", sleepers).ARN, Input: `[{"of":[1]},{"of":[2]}]`})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if _, err := first.StopExecution(t.Context(), x.ARN, "", ""); err != nil {
			t.Fatal(err)
		}
		first.Close()

		second := life(t, s.Store, nil)
		defer second.Close()
		if err := second.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		want := "m ABORTED, run ABORTED, m/L ABORTED, run ABORTED, m/K ABORTED, m/L ABORTED, run ABORTED, m/K ABORTED"
		if got := strings.Join(statuses(t, second, x.ARN), ", "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		runs, err := second.ListMapRuns(t.Context(), x.ARN)
		if err != nil || runs[0].Executions != (maprun.Counts{Aborted: 2}) || runs[0].Items != (maprun.Counts{Aborted: 2}) {
			t.Errorf("%v: %+v", err, runs)
		}

		time.Sleep(time.Second) // what was aborted can be redriven, as if the Map Run had done it
		if _, err := second.RedriveExecution(t.Context(), x.ARN, ""); err != nil {
			t.Fatal(err)
		}
		if err := second.AwaitExecution(t.Context(), x.ARN); err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(statuses(t, second, x.ARN), ", "), strings.ReplaceAll(want, "ABORTED", "SUCCEEDED"); got != want {
			t.Errorf("after a redrive\ngot  %s\nwant %s", got, want)
		}
	})
}

// TestChildrenOfAMapRunThatIsGivenUpAtARestartAreAborted has a Map Run withdrawn by what
// was due while the process was down, before it has come back to its children.
func TestChildrenOfAMapRunThatIsGivenUpAtARestartAreAborted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory.Store{}
		first := life(t, s, nil)
		x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: register(t, first, "m", givingUp).ARN, Input: `[1,2,3]`})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		first.Close()
		time.Sleep(2 * time.Minute)
		second := life(t, s, nil)
		defer second.Close()
		if err := second.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		all, err := second.ListMapRuns(t.Context(), x.ARN)
		if err != nil || len(all) != 2 || all[1].Status != maprun.Aborted || all[1].Executions != (maprun.Counts{Aborted: 3}) || all[1].Items != (maprun.Counts{Aborted: 3}) {
			t.Fatalf("%v: %+v", err, all)
		}
		if open, err := s.List(t.Context(), store.Query{MapRun: all[1].ARN, Status: store.Running}); err != nil || len(open) > 0 {
			t.Errorf("%v: %d children run on", err, len(open))
		}
	})
}

// TestMapRunOfWhatCannotBeRecoveredIsAborted stops an execution that no engine can run on.
func TestMapRunOfWhatCannotBeRecoveredIsAborted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory.Store{}
		first := life(t, s, nil)
		x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: register(t, first, "m", sleepers).ARN, Input: `[{"of":[1]}]`})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		first.Close()

		second := runtime.New(runtime.Store(&changed{s}), runtime.RealTime())
		defer second.Close()
		if err := second.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if _, err := second.StopExecution(t.Context(), x.ARN, "", ""); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		want := "m ABORTED, run ABORTED, m/L ABORTED, run ABORTED, m/K ABORTED"
		if got := strings.Join(statuses(t, second, x.ARN), ", "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

// changed is a store whose executions have another input than they had.
type changed struct{ *memory.Store }

func (c *changed) Find(ctx context.Context, id string) (store.Saved, error) {
	saved, err := c.Store.Find(ctx, id)
	saved.Begin.Input = `[{"of":[7]}]`
	return saved, err
}

// TestNewMachineGetsNothingOfOneThatWasDeleted makes a machine again while the disk is
// full, and then once more.
func TestNewMachineGetsNothingOfOneThatWasDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const definition = `{"StartAt":"M","States":{"M":{"Type":"Map","Label":"L","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
		 "StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:send","End":true}}}}}}`
		for fail := range 4 {
			s := &disk{Store: &memory.Store{}}
			calls := 0
			r := handlers.NewRegistry()
			err := r.Register("send", handlers.HandlerFunc(func(context.Context, handlers.Call) (value.Value, error) {
				calls++
				return value.Of(calls), nil
			}))
			if err != nil {
				t.Fatal(err)
			}
			e := runtime.New(runtime.Functions(r), runtime.Store(s), runtime.RealTime())
			u := user{t, &atomic.Pointer[runtime.Engine]{}}
			u.e.Store(e)
			for range 2 {
				m := u.machine("m", definition)
				u.await(u.start(m, "x", `[1]`))
				if err := e.DeleteStateMachine(t.Context(), m); err != nil {
					t.Fatal(err)
				}
				s.from = s.writes + 1 + fail
				s.to = s.from + 1
			}
			if calls != 2 {
				t.Errorf("the task was asked for %d times, want once for each machine", calls)
			}
			e.Close()
		}
	})
}
