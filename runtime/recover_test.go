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

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
	"canto/runtime/drive"
	"canto/runtime/history"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

const callbackThenWait = `{"StartAt":"T","States":{
 "T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"send","Payload":{"t.$":"$$.Task.Token"}},"Next":"W"},
 "W":{"Type":"Wait","Seconds":1,"End":true}}}`

// life is an engine on a store that outlives it.
func life(t *testing.T, s store.Store, send handlers.HandlerFunc) *runtime.Engine {
	t.Helper()
	r := handlers.NewRegistry()
	if err := r.Register("send", send); err != nil {
		t.Fatal(err)
	}
	return runtime.New(runtime.Functions(r), runtime.Store(s), runtime.RealTime(),
		runtime.Trouble(func(arn string, err error) { t.Errorf("%s: %v", arn, err) }))
}

func TestRecoverGoesOnWhereTheStoreHasExecutions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory.Store{}
		tokens := make(chan string, 2)
		send := func(_ context.Context, c handlers.Call) (value.Value, error) {
			tokens <- c.Token
			return value.Raw(`{}`), nil
		}
		first := life(t, s, send)
		m := register(t, first, "m", callbackThenWait)
		x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN, Name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		token := <-tokens
		synctest.Wait()
		first.Close()

		second := life(t, s, send)
		if err := second.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := second.SendTaskSuccess(t.Context(), token, value.Raw(`{"n":1}`)); err != nil {
			t.Fatal(err)
		}
		if err := second.SendTaskSuccess(t.Context(), token, value.Raw(`{"n":2}`)); !errors.Is(err, runtime.ErrTaskTimedOut) {
			t.Errorf("a second answer: %v", err)
		}
		time.Sleep(400 * time.Millisecond)
		second.Close()

		third := life(t, s, send)
		defer third.Close()
		if err := third.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := third.AwaitExecution(t.Context(), x.ARN); err != nil {
			t.Fatal(err)
		}
		got, err := third.DescribeExecution(t.Context(), x.ARN)
		if err != nil || got.End == nil || got.End.Output != `{"n":1}` || got.Count != 10 {
			t.Fatalf("%v: %+v", err, got)
		}
		if took := got.End.Stop.Sub(got.Begin.Start); took != time.Second {
			t.Errorf("it took %s: a timer that waits keeps its deadline", took)
		}
		if len(tokens) != 0 {
			t.Error("a task that was submitted was asked for again")
		}
	})
}

// A worker cannot reach a server that is down: its heartbeat is due a whole time after
// the restart. The task's own time goes on.
func TestHeartbeatIsDueAWholeTimeAfterARestart(t *testing.T) {
	for name, c := range map[string]struct {
		field, error string
		down, took   time.Duration
	}{
		"not due meanwhile": {`"HeartbeatSeconds":10`, "States.HeartbeatTimeout", 4 * time.Second, 22 * time.Second},
		"due meanwhile":     {`"HeartbeatSeconds":10`, "States.HeartbeatTimeout", 60 * time.Second, 78 * time.Second},
		"out of time":       {`"HeartbeatSeconds":10,"TimeoutSeconds":20`, "States.Timeout", 60 * time.Second, 68 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &memory.Store{}
				tokens := make(chan string, 1)
				send := func(_ context.Context, c handlers.Call) (value.Value, error) {
					tokens <- c.Token
					return value.Raw(`{}`), nil
				}
				first := life(t, s, send)
				m := register(t, first, "m", strings.Replace(callbackThenWait, `"Type":"Task",`, `"Type":"Task",`+c.field+`,`, 1))
				x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN})
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(8 * time.Second)
				if err := first.SendTaskHeartbeat(t.Context(), <-tokens); err != nil {
					t.Fatal(err)
				}
				first.Close()
				time.Sleep(c.down)

				second := life(t, s, send)
				defer second.Close()
				if err := second.Recover(t.Context()); err != nil {
					t.Fatal(err)
				}
				if err := second.AwaitExecution(t.Context(), x.ARN); err != nil {
					t.Fatal(err)
				}
				got, err := second.DescribeExecution(t.Context(), x.ARN)
				if err != nil || got.End == nil || got.End.Error != c.error || got.End.Stop.Sub(got.Begin.Start) != c.took {
					t.Errorf("%v: %+v, begun %s", err, got.End, got.Begin.Start)
				}
			})
		})
	}
}

func TestWhatFollowsATimerThatWasMissedHasItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &memory.Store{}
		send := func(ctx context.Context, _ handlers.Call) (value.Value, error) {
			return value.Raw(`{}`), handlers.Sleep(ctx, time.Second)
		}
		first := life(t, s, send)
		m := register(t, first, "m", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":10,"Next":"T"},
			"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:send","TimeoutSeconds":5,"End":true}}}`)
		x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN})
		if err != nil {
			t.Fatal(err)
		}
		first.Close()
		time.Sleep(time.Minute)

		second := life(t, s, send)
		defer second.Close()
		if err := second.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := second.AwaitExecution(t.Context(), x.ARN); err != nil {
			t.Fatal(err)
		}
		got, err := second.DescribeExecution(t.Context(), x.ARN)
		if err != nil || got.End.Status != "SUCCEEDED" || got.End.Stop.Sub(got.Begin.Start) != 61*time.Second {
			t.Errorf("%v: %+v, begun %s", err, got.End, got.Begin.Start)
		}
	})
}

func TestCallbackThatComesEarlyIsKept(t *testing.T) {
	s := &memory.Store{}
	var e *runtime.Engine
	calls := 0
	answered := make(chan struct{})
	send := func(ctx context.Context, c handlers.Call) (value.Value, error) {
		if calls++; calls == 1 {
			if err := e.SendTaskSuccess(ctx, c.Token, value.Raw(`"early"`)); err != nil {
				t.Error(err)
			}
			close(answered)
			<-ctx.Done() // and then the process dies
			return value.Value{}, ctx.Err()
		}
		return value.Raw(`{}`), nil
	}
	e = life(t, s, send)
	m := register(t, e, "m", callbackThenWait)
	x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN})
	if err != nil {
		t.Fatal(err)
	}
	<-answered
	e.Close()
	e = life(t, s, send)
	defer e.Close()
	if err := e.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := e.AwaitExecution(t.Context(), x.ARN); err != nil {
		t.Fatal(err)
	}
	if got, err := e.DescribeExecution(t.Context(), x.ARN); err != nil || got.End.Output != `"early"` || calls != 2 {
		t.Errorf("%v: %+v after %d calls", err, got.End, calls)
	}
}

func TestWhatIsReplayedOtherwiseStaysUntilItIsStopped(t *testing.T) {
	s := &memory.Store{}
	first := life(t, s, nil)
	m := register(t, first, "m", longWait)
	x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN, Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	first.Close()
	odd := store.Turn{ID: x.ARN, Events: []history.Event{{ID: 3, Type: history.ExecutionStarted}}} // as another version may have
	if err := s.Commit(t.Context(), odd); err != nil {
		t.Fatal(err)
	}
	troubles := make(chan error, 1)
	e := runtime.New(runtime.Store(s), runtime.RealTime(), runtime.Trouble(func(_ string, err error) { troubles <- err }))
	defer e.Close()
	if err := e.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-troubles; !errors.Is(err, drive.ErrReplay) || !strings.Contains(err.Error(), "stays as it is until it is stopped, or the build of canto that began it (version "+runtime.Version+")") {
		t.Errorf("told %v", err)
	}
	if got, err := e.DescribeExecution(t.Context(), x.ARN); err != nil || got.End != nil {
		t.Errorf("%v: %+v", err, got.End)
	}
	if _, err := e.StopExecution(t.Context(), x.ARN, "", ""); err != nil {
		t.Fatal(err)
	}
	got, err := e.DescribeExecution(t.Context(), x.ARN)
	if err != nil || got.End == nil || got.Count != 4 {
		t.Errorf("%v: %+v", err, got)
	}
	if status, reason := e.Redrivable(got); status != "NOT_REDRIVABLE" || reason != "Execution was aborted when it could not be resumed" {
		t.Errorf("it is %s: %s", status, reason)
	}
	refusedRedrive(t, e, x.ARN)
}

// Earlier engines did not say in the first event by which version and alias it was.
func TestExecutionWhoseFirstEventNamesNoVersionGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before, s := &memory.Store{}, &memory.Store{}
		first := life(t, before, nil)
		m := register(t, first, "m", longWait)
		version, err := first.PublishStateMachineVersion(t.Context(), m.ARN, "", "")
		if err != nil {
			t.Fatal(err)
		}
		x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: version.VersionARN, Name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		first.Close()
		saved, err := before.Load(t.Context(), x.ARN)
		if err != nil || saved.Events[0].Info.VersionARN != version.VersionARN {
			t.Fatalf("%v: the first event is %+v", err, saved.Events[0].Info)
		}
		saved.Events[0].Info = &history.Info{RoleARN: saved.Events[0].Info.RoleARN}
		if err := s.Commit(t.Context(), store.Turn{ID: x.ARN, Begin: &saved.Begin, Answers: saved.Answers, Events: saved.Events}); err != nil {
			t.Fatal(err)
		}
		second := life(t, s, nil)
		defer second.Close()
		if err := second.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := second.AwaitExecution(t.Context(), x.ARN); err != nil {
			t.Fatal(err)
		}
		got, err := s.Load(t.Context(), x.ARN)
		if err != nil || got.End == nil || got.End.Status != string(runtime.Succeeded) {
			t.Fatalf("%v: %+v", err, got.End)
		}
		if first := got.Events[0].Info; first.VersionARN != "" || got.Begin.VersionARN != version.VersionARN {
			t.Errorf("the first event says now %+v, and it began with %+v", first, got.Begin)
		}
	})
}

func refusedRedrive(t *testing.T, e *runtime.Engine, arn string) {
	t.Helper()
	var f *runtime.Fault
	if _, err := e.RedriveExecution(t.Context(), arn, ""); !errors.As(err, &f) || f.Code != "ExecutionNotRedrivable" {
		t.Errorf("a redrive says %v", err)
	}
}

func TestWhatIsReplayedOtherwiseIsNotRedriven(t *testing.T) {
	for name, odd := range map[string]store.Turn{
		"a history of another version": {Events: []history.Event{{ID: 9, Type: history.ExecutionStarted}}},
		"a definition that nobody can read": {Begin: &store.Begin{Name: "y", MachineName: "m", Definition: "{", Input: "{}", Start: time.Now()},
			End: &store.End{Status: "FAILED", Stop: time.Now()}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &memory.Store{}
			var told []error
			e := runtime.New(runtime.Store(s), runtime.RealTime(), runtime.Trouble(func(_ string, err error) { told = append(told, err) }))
			defer e.Close()
			m := register(t, e, "m", `{"StartAt":"F","States":{"F":{"Type":"Fail"}}}`)
			x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN, Name: "x"})
			if err != nil {
				t.Fatal(err)
			}
			if odd.ID = x.ARN; odd.Begin != nil {
				odd.ID, odd.Begin.MachineARN = x.ARN+"y", m.ARN
			}
			if err := s.Commit(t.Context(), odd); err != nil {
				t.Fatal(err)
			}
			refusedRedrive(t, e, odd.ID)
			if len(told) != 1 {
				t.Errorf("told %v", told)
			}
		})
	}
}

// failing is a store whose commits fail while it is told to.
type failing struct {
	memory.Store
	mu   sync.Mutex
	left int // commits that succeed, before
	fail int // that many fail
}

var errDisk = errors.New("no space left")

func (f *failing) Commit(ctx context.Context, turns ...store.Turn) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left--; f.left < 0 && f.fail > 0 {
		f.fail--
		return errDisk
	}
	return f.Store.Commit(ctx, turns...)
}

func TestExecutionGoesOnWhenItsStoreDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &failing{left: 1, fail: 3}
		troubles := 0
		e := runtime.New(runtime.Store(s), runtime.RealTime(), runtime.Trouble(func(_ string, err error) {
			if troubles++; !errors.Is(err, errDisk) {
				t.Error(err)
			}
		}))
		defer e.Close()
		m := register(t, e, "m", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"End":true}}}`)
		x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN})
		if err != nil {
			t.Fatal(err)
		}
		r, err := x.Wait(t.Context())
		if err != nil || r.Status != runtime.Succeeded || troubles != 3 {
			t.Errorf("%v: %v after %d troubles", err, r.Status, troubles)
		}
	})
}

// unreadable is a store that cannot be read while it is told so.
type unreadable struct {
	memory.Store
	fail atomic.Int64 // that many loads
}

func (u *unreadable) Load(ctx context.Context, id string) (store.Saved, error) {
	if u.fail.Add(-1) >= 0 {
		return store.Saved{}, errDisk
	}
	return u.Store.Load(ctx, id)
}

func TestExecutionIsRecoveredOnceItsStoreCanBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &unreadable{}
		first := life(t, s, nil)
		x, err := first.StartExecution(t.Context(), runtime.StartInput{StateMachine: register(t, first, "m", longWait).ARN})
		if err != nil {
			t.Fatal(err)
		}
		first.Close()
		s.fail.Store(2)
		second := runtime.New(runtime.Store(s), runtime.RealTime())
		defer second.Close()
		if err := second.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := second.AwaitExecution(t.Context(), x.ARN); err != nil {
			t.Fatal(err)
		}
		if got, err := second.DescribeExecution(t.Context(), x.ARN); err != nil || got.End == nil || got.End.Status != "SUCCEEDED" {
			t.Errorf("%v: %+v", err, got.End)
		}
	})
}

func TestStartThatCannotBeKeptIsRefused(t *testing.T) {
	e := runtime.New(runtime.Store(&failing{fail: 1}), runtime.RealTime())
	defer e.Close()
	m := register(t, e, "m", `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`)
	in := runtime.StartInput{StateMachine: m.ARN, Name: "x"}
	if _, err := e.StartExecution(t.Context(), in); !errors.Is(err, errDisk) {
		t.Fatalf("got %v", err)
	}
	if _, err := e.StartExecution(t.Context(), in); err != nil {
		t.Errorf("once there is room: %v", err)
	}
}

func TestFollowTellsOfBeginningsAndEnds(t *testing.T) {
	var told []string
	e := runtime.New(runtime.Follow(drive.Follow(func(b *store.Begin, turn store.Turn) {
		if turn.Begin != nil {
			told = append(told, b.Name+" begins")
		}
		if turn.End != nil {
			told = append(told, b.Name+" "+turn.End.Status)
		}
	})))
	m := register(t, e, "m", `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`)
	if _, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN, Name: "x"}); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || told[0] != "x begins" || told[1] != "x SUCCEEDED" {
		t.Errorf("told %v", told)
	}
}

func TestAnExecutionStartedAgainOnBehalfOfTheSameRequestIsTheSame(t *testing.T) {
	e := runtime.New()
	m := register(t, e, "m", `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`)
	ctx := handlers.WithOrigin(t.Context(), handlers.Origin{Request: "request"})
	in := runtime.StartInput{StateMachine: m.ARN, Name: "x"}
	first, err := e.StartExecution(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	again, err := e.StartExecution(ctx, in)
	if err != nil || again.ARN != first.ARN || !again.Start.Equal(first.Start) {
		t.Errorf("%v: %+v", err, again)
	}
	var f *runtime.Fault
	if _, err := e.StartExecution(t.Context(), in); !errors.As(err, &f) || f.Code != "ExecutionAlreadyExists" {
		t.Errorf("somebody else gets %v", err)
	}
}

func TestWhoeverAsksAnExecutionThatIsPutAwayHearsThatTheEngineClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := runtime.New(runtime.RealTime())
		m := register(t, e, "m", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}`)
		x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		e.Close()
		if err := e.Stop(context.WithoutCancel(t.Context()), x.ARN, "", ""); err == nil {
			t.Error("it was stopped")
		}
		if _, err := x.Wait(t.Context()); !errors.Is(err, context.Canceled) {
			t.Errorf("who waits hears %v", err)
		}
	})
}

func TestExecutionThatWaitsForLongIsPutAwayAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := map[int]int{}
		e := runtime.New(runtime.RealTime(), runtime.Follow(func(_ *store.Begin, turn store.Turn) {
			for _, event := range turn.Events {
				told[event.ID]++
			}
		}))
		defer e.Close()
		m := register(t, e, "m", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"Next":"V"},"V":{"Type":"Wait","Seconds":60,"End":true}}}`)
		start := func(name string) *runtime.Execution {
			x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN, Name: name})
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		x := start("x")
		time.Sleep(time.Minute)
		if again := start("x"); again != x {
			t.Error("started again while it waits, it is another")
		}
		r, err := x.Wait(t.Context())
		if err != nil || r.Status != runtime.Succeeded || r.Duration() != 61*time.Minute || r.History.Len() != 6 {
			t.Errorf("%v: %s after %s\n%s", err, r.Status, r.Duration(), r.History.Text())
		}
		for id := 1; id <= 6; id++ {
			if told[id] != 1 {
				t.Errorf("event %d was told %d times", id, told[id])
			}
		}
		y := start("y")
		time.Sleep(time.Minute)
		if _, err := e.StopExecution(t.Context(), y.ARN, "Enough", ""); err != nil {
			t.Fatal(err)
		}
		if got, err := e.DescribeExecution(t.Context(), y.ARN); err != nil || got.End.Status != string(runtime.Aborted) || got.End.Error != "Enough" {
			t.Errorf("%v: %+v", err, got.End)
		}
	})
}
