package drive

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"canto/asl/parse"
	"canto/asl/source"
	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/history"
	"canto/runtime/interp"
	"canto/runtime/store"
	"canto/runtime/store/memory"
	"canto/runtime/strand"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var epoch = time.Date(2026, time.January, 4, 0, 0, 0, 0, time.UTC)

type function = handlers.HandlerFunc

// functions resolve a resource by its name.
type functions map[string]function

func (f functions) Resolve(c handlers.Call) (handlers.Handler, error) {
	if h := f[c.Resource]; h != nil {
		return h, nil
	}
	return nil, fmt.Errorf("nobody does %s", c.Resource)
}

func echo(_ context.Context, c handlers.Call) (value.Value, error) { return c.Input, nil }

// process makes a process of a definition.
func process(t *testing.T, definition, input string) *Process {
	t.Helper()
	m, diags := parse.Parse(source.New("test.asl.json", definition))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	program, diags := interp.Compile(m)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	x := &interp.Execution{
		ARN: "arn:x", Name: "run", MachineName: "machine", Start: epoch, Recorder: &history.Recorder{}, Status: interp.Running,
		Token: func(id string) string { return id },
	}
	return New(program, store.Begin{Name: "run", Input: input, Start: epoch}, x)
}

func run(t *testing.T, d *Driver, p *Process) {
	t.Helper()
	if err := d.Run(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

func text(p *Process) string { return p.Execution.Recorder.Events().Text() }

const (
	one      = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}}`
	callback = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:send.waitForTaskToken",%s"End":true}}}`
	send     = "arn:aws:states:::sqs:send.waitForTaskToken"
	all      = `{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}}}}}`
)

func TestHandlerKnowsItsCall(t *testing.T) {
	var got []handlers.Call
	f := func(_ context.Context, c handlers.Call) (value.Value, error) {
		got = append(got, c)
		if c.Attempt == 0 {
			return value.Value{}, errors.New("once more")
		}
		return c.Input, nil
	}
	run(t, &Driver{Resolver: functions{"f": f}}, process(t, `{"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":1,"End":true,
		"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","Next":"T"},
		"T":{"Type":"Task","Resource":"f","TimeoutSeconds":9,"HeartbeatSeconds":3,"Retry":[{"ErrorEquals":["States.ALL"]}],"End":true}}}}}}`, `[7,8]`))
	var lines []string
	for _, c := range got {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %s visit %d attempt %d invocation %d input %s %s %s at %s",
			c.Resource, c.Execution, c.Machine, c.State, c.Path, c.Visit, c.Attempt, c.Invocation, c.Input.Text(), c.Timeout, c.Heartbeat, c.Scheduled.Sub(epoch)))
	}
	want := []string{
		"f run machine T /0 visit 2 attempt 0 invocation 0 input 7 9s 3s at 0s",
		"f run machine T /0 visit 2 attempt 1 invocation 1 input 7 9s 3s at 1s",
		"f run machine T /1 visit 2 attempt 0 invocation 2 input 8 9s 3s at 1s",
		"f run machine T /1 visit 2 attempt 1 invocation 3 input 8 9s 3s at 2s",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("the handler got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

func TestTaskThatNobodyDoesFails(t *testing.T) {
	p := process(t, one, `{}`)
	run(t, &Driver{Resolver: functions{}}, p)
	if p.Execution.Status != interp.Failed || !strings.Contains(p.Execution.Cause, "nobody does f") {
		t.Errorf("%s: %s", p.Execution.Status, p.Execution.Cause)
	}
}

func TestWorkersBoundTheHandlersThatRun(t *testing.T) {
	var now, most atomic.Int32
	f := func(_ context.Context, c handlers.Call) (value.Value, error) {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		defer now.Add(-1)
		return c.Input, nil
	}
	p := process(t, all, "["+strings.Repeat("1,", 99)+"1]")
	run(t, &Driver{Resolver: functions{"f": f}, Workers: 3}, p)
	if p.Execution.Status != interp.Succeeded || most.Load() > 3 {
		t.Errorf("%s with %d at a time", p.Execution.Status, most.Load())
	}
}

func TestHandlersReallyRunAtTheSameTime(t *testing.T) {
	var here atomic.Int32
	met := make(chan struct{})
	f := func(ctx context.Context, c handlers.Call) (value.Value, error) {
		if here.Add(1) == 3 {
			close(met)
		}
		select {
		case <-met:
			return c.Input, nil
		case <-ctx.Done():
			return value.Value{}, ctx.Err()
		}
	}
	p := process(t, all, `[1,2,3]`)
	run(t, &Driver{Resolver: functions{"f": f}}, p)
	if p.Execution.Output.Text() != "[1,2,3]" {
		t.Error(p.Execution.Output.Text())
	}
}

// full is a store that fails after so many commits, as a full disk does.
type full struct {
	memory.Store
	left int
}

var errFull = errors.New("no space left on device")

func (s *full) Commit(ctx context.Context, turns ...store.Turn) error {
	if s.left == 0 {
		return errFull
	}
	s.left--
	return s.Store.Commit(ctx, turns...)
}

func TestObserverGetsEachEventOnceItIsKept(t *testing.T) {
	s := &full{left: 3}
	var got []int
	d := &Driver{Resolver: functions{"f": echo}, Journal: s, Observe: func(e history.Event) {
		saved, err := s.Load(t.Context(), "arn:x")
		if err != nil || len(saved.Events) < e.ID {
			t.Errorf("event %d is told of, and %d are kept", e.ID, len(saved.Events))
		}
		got = append(got, e.ID)
	}}
	err := d.Run(t.Context(), process(t, all, `[1,2,3,4,5]`))
	if !errors.Is(err, errFull) || !strings.Contains(err.Error(), "arn:x") {
		t.Errorf("Run says %v", err)
	}
	saved, _ := s.Load(t.Context(), "arn:x")
	for i, id := range got {
		if id != i+1 {
			t.Fatalf("events come as %v", got)
		}
	}
	if len(got) != len(saved.Events) || len(got) == 0 {
		t.Errorf("%d events were told of, %d are kept", len(got), len(saved.Events))
	}
}

// killed runs a process until so many turns are kept.
func killed(t *testing.T, d Driver, p *Process, turns int) *full {
	t.Helper()
	s := &full{left: turns}
	d.Journal = s
	if err := d.Run(t.Context(), p); !errors.Is(err, errFull) {
		t.Fatalf("after %d turns: %v", turns, err)
	}
	s.left = -1
	return s
}

func TestLimitsCountFromTheFirstAskingAfterAResume(t *testing.T) {
	slow := func(ctx context.Context, _ handlers.Call) (value.Value, error) {
		return value.Raw(`{}`), handlers.Sleep(ctx, 30*time.Second)
	}
	cases := map[string]struct{ definition, error string }{
		"a timer":               {`{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":50,"End":true}}},{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}}]}}}`, ""},
		"an execution":          {`{"StartAt":"T","TimeoutSeconds":40,"States":{"T":{"Type":"Task","Resource":"f","Next":"T"}}}`, "States.Timeout"},
		"a task":                {fmt.Sprintf(callback, `"TimeoutSeconds":60,`), "States.Timeout"},
		"the silence of a task": {fmt.Sprintf(callback, `"TimeoutSeconds":600,"HeartbeatSeconds":60,`), "States.HeartbeatTimeout"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := Driver{Resolver: functions{"f": slow, send: slow}}
			whole := process(t, c.definition, `{}`)
			run(t, &d, whole)
			if whole.Execution.Error != c.error {
				t.Fatalf("ends with %s", whole.Execution.Error)
			}
			for turns := 1; turns < 3; turns++ {
				s := killed(t, d, process(t, c.definition, `{}`), turns)
				again := process(t, c.definition, `{}`)
				resumed := d
				resumed.Journal = s
				if err := resumed.Resume(t.Context(), again); err != nil {
					t.Fatal(err)
				}
				if got, want := text(again), text(whole); got != want {
					t.Errorf("killed after turn %d:\n%s\nwant\n%s", turns, got, want)
				}
			}
		})
	}
}

func TestResumeAsksOnlyForWhatHasNoAnswer(t *testing.T) {
	var calls atomic.Int32
	f := func(_ context.Context, c handlers.Call) (value.Value, error) {
		calls.Add(1)
		return c.Input, nil
	}
	d := Driver{Resolver: functions{"f": f}, Workers: 1}
	s := killed(t, d, process(t, all, `[1,2,3]`), 3) // the beginning and two answers
	calls.Store(0)
	d.Journal = s
	p := process(t, all, `[1,2,3]`)
	if err := d.Resume(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if calls.Load() != 1 || p.Execution.Output.Text() != "[1,2,3]" {
		t.Errorf("%d calls, output %s", calls.Load(), p.Execution.Output.Text())
	}
}

func TestResumeOfWhatHasEndedDoesNothing(t *testing.T) {
	d := Driver{Resolver: functions{"f": echo}, Journal: &memory.Store{}}
	run(t, &d, process(t, one, `1`))
	d.Resolver = functions{}
	p := process(t, one, `1`)
	if err := d.Resume(t.Context(), p); err != nil || p.Execution.Output.Text() != "1" {
		t.Errorf("%v: %s", err, p.Execution.Output.Text())
	}
}

func TestResumeOfWhatIsNotThere(t *testing.T) {
	d := Driver{Resolver: functions{}, Journal: &memory.Store{}}
	if err := d.Resume(t.Context(), process(t, one, `1`)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Resume says %v", err)
	}
}

// begin runs a process in the background.
func begin(t *testing.T, d *Driver, p *Process) (ended func() error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- d.Run(t.Context(), p) }()
	return func() error { return <-done }
}

// insist answers as soon as the task waits for it.
func insist(t *testing.T, p *Process, a strand.Answer) {
	t.Helper()
	for {
		err := p.Answer(t.Context(), a)
		if err == nil {
			return
		}
		if !errors.Is(err, ErrNoTask) {
			t.Fatal(err)
		}
	}
}

func TestAnswersFromOutsideNeverTurnTimeBack(t *testing.T) {
	release := make(chan struct{})
	slow := func(ctx context.Context, c handlers.Call) (value.Value, error) {
		select {
		case <-release:
		case <-ctx.Done():
		}
		return c.Input, nil
	}
	p := process(t, `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"`+send+`","End":true}}},
		{"StartAt":"B","States":{"B":{"Type":"Task","Resource":"f","End":true}}}]}}}`, `{}`)
	p.Watch()
	ended := begin(t, &Driver{Resolver: functions{"f": slow, send: echo}, Outside: true}, p)
	for !strings.Contains(p.Snapshot().Events.Text(), "TaskSubmitted") { // time passes while somebody outside is waited for
	}
	insist(t, p, strand.Answer{ID: "#1.1/0#1.1", Kind: strand.Started})
	for began := time.Now(); time.Since(began) < 5*time.Millisecond; {
	}
	insist(t, p, strand.Answer{ID: "#1.1/0#1.1", Kind: strand.Succeeded, Output: value.Raw(`1`)})
	close(release)
	if err := ended(); err != nil {
		t.Fatal(err)
	}
	last := int64(0)
	for e := range p.Execution.Recorder.Events().All() {
		if e.Millis < last {
			t.Fatalf("time goes back at event %d:\n%s", e.ID, text(p))
		}
		last = e.Millis
	}
	if last == epoch.UnixMilli() {
		t.Error("no time has passed while an answer from outside was waited for")
	}
}

func TestHeartbeatsKeepATaskAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(epoch))
		p := process(t, fmt.Sprintf(callback, `"HeartbeatSeconds":1,`), `{}`)
		ended := begin(t, &Driver{Resolver: functions{send: echo}, Live: true}, p)
		for range 5 {
			synctest.Wait() // until the task waits
			if err := p.Heartbeat(t.Context(), "#1.1"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(900 * time.Millisecond)
		}
		if err := p.Answer(t.Context(), strand.Answer{ID: "#1.1", Kind: strand.Succeeded, Output: value.Raw(`1`)}); err != nil {
			t.Fatal(err)
		}
		if err := ended(); err != nil || p.Execution.Status != interp.Succeeded {
			t.Errorf("%v:\n%s", err, text(p))
		}
	})
}

func TestMessagesThatComeTooLate(t *testing.T) {
	ctx := t.Context()
	p := process(t, fmt.Sprintf(callback, ``), `{}`)
	ended := begin(t, &Driver{Resolver: functions{send: echo}, Live: true}, p)
	if err := p.Answer(ctx, strand.Answer{ID: "#1.1/9#1.1", Kind: strand.Succeeded}); !errors.Is(err, ErrNoTask) {
		t.Errorf("an answer to no task: %v", err)
	}
	insist(t, p, strand.Answer{ID: "#1.1", Kind: strand.Failed, Error: "E"})
	if err := ended(); err != nil || p.Execution.Error != "E" {
		t.Errorf("%v: %s", err, p.Execution.Error)
	}
	for what, err := range map[string]error{
		"an answer": p.Answer(ctx, strand.Answer{ID: "#1.1", Kind: strand.Succeeded}), "a heartbeat": p.Heartbeat(ctx, "#1.1"), "a stop": p.Stop(ctx, "", ""),
	} {
		if !errors.Is(err, ErrOver) {
			t.Errorf("%s after the end: %v", what, err)
		}
	}
}

func TestContextEndsHandlersAndTheRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var told atomic.Bool
	f := func(ctx context.Context, _ handlers.Call) (value.Value, error) {
		cancel()
		<-ctx.Done()
		told.Store(true)
		return value.Value{}, ctx.Err()
	}
	s := &memory.Store{}
	p := process(t, one, `{}`)
	err := (&Driver{Resolver: functions{"f": f}, Journal: s}).Run(ctx, p)
	saved, _ := s.Load(t.Context(), "arn:x")
	if !errors.Is(err, context.Canceled) || !told.Load() || saved.End != nil || p.Execution.Status != interp.Running {
		t.Errorf("%v, handler told %v, end %v, %s", err, told.Load(), saved.End, p.Execution.Status)
	}
}

func TestHandlerThatHearsNothingIsLeftBehindAfterTheGrace(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	f := func(context.Context, handlers.Call) (value.Value, error) {
		cancel()
		<-release
		return value.Value{}, nil
	}
	err := (&Driver{Resolver: functions{"f": f}, Grace: time.Millisecond}).Run(ctx, process(t, one, `{}`))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Run says %v", err)
	}
}

func TestRealTimeWaits(t *testing.T) {
	p := process(t, `{"StartAt":"W","States":{"W":{"Type":"Wait","Timestamp":"2026-01-04T00:00:01Z","End":true}}}`, `{}`)
	run(t, &Driver{Resolver: functions{}, Live: true}, p) // a time of the past: at once
	if p.Execution.Status != interp.Succeeded {
		t.Error(p.Execution.Status)
	}
}

func TestHandlersThatWereLeftBehindHoldNoWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		deaf := func(_ context.Context, c handlers.Call) (value.Value, error) {
			if c.Path == "/0" {
				<-release
			}
			return c.Input, nil
		}
		p := process(t, `{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"T","States":{
			"T":{"Type":"Task","Resource":"f","TimeoutSeconds":1,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Late"}],"End":true},
			"Late":{"Type":"Pass","Result":"late","End":true}}}}}}`, `[1,2]`)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		d := &Driver{Resolver: functions{"f": deaf}, Workers: 1, Grace: time.Millisecond}
		if err := d.Run(ctx, p); err != nil || p.Execution.Output.Text() != `["late",2]` {
			t.Errorf("%v: %s\n%s", err, p.Execution.Output.Text(), text(p))
		}
	})
}

func TestTaskThatNobodyCanAnswerFailsAndSaysSo(t *testing.T) {
	p := process(t, fmt.Sprintf(callback, ``), `{}`)
	run(t, &Driver{Resolver: functions{send: echo}}, p)
	if p.Execution.Error != "States.Runtime" || !strings.Contains(p.Execution.Cause, "'T'") || !strings.Contains(p.Execution.Cause, "TimeoutSeconds") {
		t.Errorf("ends with %s: %s", p.Execution.Error, p.Execution.Cause)
	}
}

func TestHandlerThatEndsItsGoroutineLeavesAWorkerBehind(t *testing.T) {
	f := func(_ context.Context, c handlers.Call) (value.Value, error) {
		if c.Path == "/0" {
			runtime.Goexit()
		}
		return c.Input, nil
	}
	p := process(t, `{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"T","States":{
		"T":{"Type":"Task","Resource":"f","Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}],"End":true},"C":{"Type":"Pass","Result":"caught","End":true}}}}}}`, `[1,2,3]`)
	run(t, &Driver{Resolver: functions{"f": f}, Workers: 1}, p)
	if p.Execution.Output.Text() != `["caught",2,3]` {
		t.Errorf("output %s\n%s", p.Execution.Output.Text(), text(p))
	}
}

func TestReplayThatGoesAnotherWayIsAnError(t *testing.T) {
	d := Driver{Resolver: functions{"f": echo}}
	const two = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","Next":"U"},"U":{"Type":"Task","Resource":"f","End":true}}}`
	d.Journal = killed(t, d, process(t, two, `{}`), 2)
	other := strings.Replace(two, `"Next":"U"`, `"ResultPath":"$.r","Next":"U"`, 1)
	err := d.Resume(t.Context(), process(t, other, `{}`))
	if err == nil || !strings.Contains(err.Error(), "event 6 was kept as") || !strings.Contains(err.Error(), "arn:x") {
		t.Errorf("Resume says %v", err)
	}
}
