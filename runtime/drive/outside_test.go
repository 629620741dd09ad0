package drive

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/store/memory"
	"canto/runtime/strand"
)

func types(p *Process) string {
	var out []string
	for e := range p.Execution.Recorder.Events().All() {
		out = append(out, e.Type.String())
	}
	return strings.Join(out, " ")
}

func TestCallbackThatComesBeforeItsHandlerHasReturned(t *testing.T) {
	for _, live := range []bool{false, true} {
		for _, after := range []error{nil, errors.New("after all")} {
			p := process(t, fmt.Sprintf(callback, ""), `{}`)
			f := func(ctx context.Context, c handlers.Call) (value.Value, error) {
				a := strand.Answer{ID: c.Token, Kind: strand.Succeeded, Output: value.Raw(`"early"`)}
				if err := p.Answer(ctx, a); err != nil {
					t.Error(err)
				}
				if err := p.Answer(ctx, a); !errors.Is(err, ErrNoTask) {
					t.Errorf("a second answer: %v", err)
				}
				return value.Raw(`{}`), after
			}
			run(t, &Driver{Resolver: functions{send: f}, Live: live, Outside: true}, p)
			want := "ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSubmitted TaskSucceeded TaskStateExited ExecutionSucceeded"
			if after != nil {
				want = strings.Replace(want, "TaskSubmitted ", "", 1)
			}
			if got := types(p); got != want || p.Execution.Output.Text() != `"early"` {
				t.Errorf("live %v, %v: %s\n%s", live, after, p.Execution.Output.Text(), got)
			}
		}
	}
}

const (
	glue   = "arn:aws:states:::glue:startJobRun.sync"
	waiter = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"` + glue + `","End":true}}}`
)

func TestJobIsSubmittedBeforeItEnds(t *testing.T) {
	for _, fails := range []bool{false, true} {
		p := process(t, waiter, `{}`)
		f := func(ctx context.Context, _ handlers.Call) (value.Value, error) {
			if err := handlers.Sleep(ctx, time.Second); err != nil {
				return value.Value{}, err
			}
			handlers.Submit(ctx, value.Raw(`"taken"`))
			handlers.Submit(ctx, value.Raw(`"taken again"`))
			if err := handlers.Sleep(ctx, time.Hour); err != nil {
				return value.Value{}, err
			}
			if fails {
				return value.Value{}, errors.New("broken")
			}
			return value.Raw(`"done"`), nil
		}
		run(t, &Driver{Resolver: functions{glue: f}}, p)
		events := p.Execution.Recorder.Events()
		submitted, ended := events.At(5), events.At(6)
		if submitted.Type.String() != "TaskSubmitted" || submitted.Data != `"taken"` || submitted.Time().Sub(epoch) != time.Second {
			t.Errorf("fails %v:\n%s", fails, text(p))
		}
		want := map[bool]string{false: "TaskSucceeded", true: "TaskFailed"}[fails]
		if ended.Type.String() != want || ended.Time().Sub(epoch) != time.Hour+time.Second {
			t.Errorf("fails %v:\n%s", fails, text(p))
		}
	}
}

// reporter is a job that is told its task's token.
const reporter = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"` + glue + `","End":true,
	"Parameters":{"token.$":"$$.Task.Token"}}}}`

func TestJobEndsWhenItsTaskTokenIsBroughtBack(t *testing.T) {
	for _, live := range []bool{false, true} {
		for _, before := range []bool{false, true} { // the job is said to be submitted
			p := process(t, reporter, `{}`)
			why := make(chan error, 1)
			f := func(ctx context.Context, c handlers.Call) (value.Value, error) {
				token, _ := c.Input.Field("token")
				id, _ := token.AsString()
				if !before {
					handlers.Submit(ctx, value.Raw(`"taken"`))
				}
				a := strand.Answer{ID: id, Kind: strand.Succeeded, Output: value.Raw(`"reported"`)}
				if err := p.Answer(t.Context(), a); err != nil {
					t.Error(err)
				}
				if err := p.Answer(t.Context(), a); !errors.Is(err, ErrNoTask) && !errors.Is(err, ErrOver) {
					t.Errorf("a second answer: %v", err)
				}
				if before {
					handlers.Submit(ctx, value.Raw(`"taken"`))
				}
				<-ctx.Done()
				why <- context.Cause(ctx)
				return value.Value{}, ctx.Err()
			}
			run(t, &Driver{Resolver: functions{glue: f}, Live: live, Outside: true}, p)
			const want = "ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSubmitted TaskSucceeded TaskStateExited ExecutionSucceeded"
			if got := types(p); got != want || p.Execution.Output.Text() != `"reported"` {
				t.Errorf("live %v, before %v: %s\n%s", live, before, p.Execution.Output.Text(), got)
			}
			if err := <-why; errors.Is(err, handlers.ErrWithdrawn) {
				t.Error("the job was withdrawn")
			}
		}
	}
}

func TestTokenOfAJobThatWasBroughtBackCountsAfterACrash(t *testing.T) {
	s := &memory.Store{}
	ctx, crash := context.WithCancel(t.Context())
	p := process(t, reporter, `{}`)
	f := func(ctx context.Context, c handlers.Call) (value.Value, error) {
		token, _ := c.Input.Field("token")
		id, _ := token.AsString()
		if err := p.Answer(ctx, strand.Answer{ID: id, Kind: strand.Succeeded, Output: value.Raw(`"reported"`)}); err != nil {
			t.Error(err)
		}
		crash()
		<-ctx.Done()
		return value.Value{}, ctx.Err()
	}
	if err := (&Driver{Resolver: functions{glue: f}, Journal: s}).Run(ctx, p); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	again := func(context.Context, handlers.Call) (value.Value, error) { return value.Raw(`"taken"`), nil }
	second := process(t, reporter, `{}`)
	if err := (&Driver{Resolver: functions{glue: again}, Journal: s}).Resume(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	if second.Execution.Output.Text() != `"reported"` {
		t.Errorf("%s\n%s", second.Execution.Output.Text(), text(second))
	}
}

func TestJobIsAskedForAgainAfterACrashAndSubmittedOnce(t *testing.T) {
	s := &memory.Store{}
	ctx, crash := context.WithCancel(t.Context())
	calls := 0
	f := func(ctx context.Context, _ handlers.Call) (value.Value, error) {
		calls++
		handlers.Submit(ctx, value.Raw(`"taken"`))
		if calls == 1 {
			<-ctx.Done()
			return value.Value{}, ctx.Err()
		}
		return value.Raw(`"done"`), nil
	}
	d := &Driver{Resolver: functions{glue: f}, Journal: s}
	first := process(t, waiter, `{}`)
	first.Watch()
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx, first) }()
	for first.Snapshot().Events.Len() < 5 {
	}
	crash()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	again := process(t, waiter, `{}`)
	if err := d.Resume(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	want := "ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSubmitted TaskSucceeded TaskStateExited ExecutionSucceeded"
	if got := types(again); got != want || calls != 2 {
		t.Errorf("%d calls:\n%s", calls, got)
	}
}

func TestSnapshotsAreTakenWhileTheExecutionRuns(t *testing.T) {
	p := process(t, `{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemsPath":"$","ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}}}}}`,
		"["+strings.Repeat("1,", 400)+"1]")
	p.Watch()
	ended := begin(t, &Driver{Resolver: functions{"f": echo}}, p)
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for last := 0; ; {
				s := p.Snapshot()
				n := 0
				for e := range s.Events.All() {
					if n++; e.ID != n {
						t.Errorf("event %d is the %dth", e.ID, n)
						return
					}
				}
				if n < last {
					t.Errorf("%d events after %d", n, last)
					return
				}
				if last = n; s.Status != "RUNNING" {
					return
				}
			}
		})
	}
	if err := ended(); err != nil {
		t.Fatal(err)
	}
	readers.Wait()
	if got, want := p.Snapshot().Events.Len(), p.Final().Events.Len(); got != want || got < 2000 {
		t.Errorf("%d events, want %d", got, want)
	}
}

// board is an Activities that notes what it gets.
type board struct {
	mu        sync.Mutex
	offered   []ActivityTask
	withdrawn int
}

func (b *board) Exists(string) bool { return true }

func (b *board) Offer(t ActivityTask) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.offered = append(b.offered, t)
}

func (b *board) Withdraw(ActivityTask) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.withdrawn++
}

func (b *board) first() *ActivityTask {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.offered) == 0 {
		return nil
	}
	return &b.offered[0]
}

const manual = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:111122223333:activity:a",%s"End":true}}}`

func TestActivityIsAnsweredByWhoeverHasTakenIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(epoch))
		b := &board{}
		p := process(t, fmt.Sprintf(manual, `"TimeoutSeconds":1,`), `{"x":1}`)
		ended := begin(t, &Driver{Activities: b, Live: true, Outside: true}, p)
		synctest.Wait() // until it is offered
		task := b.first()
		if task.Input.Text() != `{"x":1}` {
			t.Errorf("the input is %s", task.Input.Text())
		}
		done := strand.Answer{ID: task.Request, Kind: strand.Succeeded, Output: value.Raw(`1`)}
		if err := p.Answer(t.Context(), done); !errors.Is(err, ErrNoTask) {
			t.Errorf("an answer before anybody has taken it: %v", err)
		}
		taken := strand.Answer{ID: task.Request, Kind: strand.Started, Worker: "w"}
		if err := p.Answer(t.Context(), taken); err != nil {
			t.Fatal(err)
		}
		if err := p.Answer(t.Context(), taken); !errors.Is(err, ErrNoTask) {
			t.Errorf("taken twice: %v", err)
		}
		if err := p.Answer(t.Context(), done); err != nil {
			t.Fatal(err)
		}
		if err := ended(); err != nil || b.withdrawn != 0 {
			t.Errorf("%v, withdrawn %d times", err, b.withdrawn)
		}
		want := "ExecutionStarted TaskStateEntered ActivityScheduled ActivityStarted ActivitySucceeded TaskStateExited ExecutionSucceeded"
		if got := types(p); got != want {
			t.Errorf("got %s", got)
		}
	})
}

func TestActivityOfAStoppedExecutionIsWithdrawn(t *testing.T) {
	b := &board{}
	p := process(t, fmt.Sprintf(manual, ""), `{}`)
	ended := begin(t, &Driver{Activities: b, Outside: true}, p)
	for b.first() == nil {
	}
	if err := p.Stop(t.Context(), "", ""); err != nil {
		t.Fatal(err)
	}
	if err := ended(); err != nil || b.withdrawn != 1 {
		t.Errorf("%v, withdrawn %d times", err, b.withdrawn)
	}
}

func TestActivityOfAnExecutionThatIsGivenUpIsWithdrawn(t *testing.T) {
	b := &board{}
	p := process(t, fmt.Sprintf(manual, ""), `{}`)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- (&Driver{Activities: b, Live: true, Outside: true}).Run(ctx, p) }()
	for b.first() == nil {
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) || b.withdrawn != 1 {
		t.Errorf("%v, withdrawn %d times", err, b.withdrawn)
	}
}

func TestHandlerThatIsNoLongerWantedLearnsIt(t *testing.T) {
	const definition = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}}`
	begun, why := make(chan struct{}), make(chan error, 1)
	d := Driver{Live: true, Resolver: functions{"f": func(ctx context.Context, _ handlers.Call) (value.Value, error) {
		close(begun)
		<-ctx.Done()
		why <- context.Cause(ctx)
		return value.Value{}, ctx.Err()
	}}}
	p := process(t, definition, `{}`)
	ended := make(chan error, 1)
	go func() { ended <- d.Run(t.Context(), p) }()
	<-begun
	if err := p.Stop(t.Context(), "", ""); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if err := <-why; !errors.Is(err, handlers.ErrWithdrawn) {
		t.Errorf("the handler was told %v", err)
	}
}
