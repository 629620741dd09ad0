// Package scheduler starts the executions of an engine by their schedules, as
// EventBridge Scheduler does: in flexible windows, with retries, and a firing that
// was missed is made up at most once. What an expression means is in asl/schedule.
// The package keeps what fired last as documents, and no list of its own beside them.
package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"canto/asl/schedule"
	"canto/runtime"
	"canto/runtime/store"
)

// Engine is what a scheduler needs of a runtime.Engine.
type Engine interface {
	StartExecution(ctx context.Context, in runtime.StartInput) (*runtime.Execution, error)
}

// Documents is what a scheduler needs of a store.Store.
type Documents interface {
	Put(ctx context.Context, docs ...store.Document) error
	Documents(ctx context.Context, kind string) ([]store.Document, error)
}

// Scheduler starts executions by the wall clock.
type Scheduler struct {
	Engine    Engine
	Documents Documents
	Log       *slog.Logger
}

// Run starts the executions of the schedules that are enabled until ctx ends, or
// nothing fires any more. A schedule that is kept goes on after its last firing; one
// whose expression has changed, or that was disabled, begins anew.
func (s *Scheduler) Run(ctx context.Context, schedules []Schedule) error {
	kept, err := s.load(ctx)
	if err != nil {
		return err
	}
	var all []*clockwork
	for _, one := range schedules {
		if !one.Enabled {
			continue
		}
		timing, err := one.Timing()
		if err != nil {
			return err
		}
		all = append(all, &clockwork{Scheduler: s, schedule: one, timing: timing, kept: one.begin(kept[one.ID])})
		delete(kept, one.ID)
	}
	if err := s.forget(ctx, kept); err != nil {
		return err
	}
	var running sync.WaitGroup
	for _, c := range all {
		running.Go(func() { c.run(ctx) })
	}
	running.Wait()
	return nil
}

// clockwork is a schedule that runs.
type clockwork struct {
	*Scheduler
	schedule Schedule
	timing   *schedule.Schedule
	kept     past
}

// maxSleep is how long a clockwork sleeps at most. The clock of the wall may be set,
// and timers stand still while the machine is asleep.
const maxSleep = 15 * time.Second

// run fires until ctx ends. It goes from firing to firing by the time that was
// scheduled, so that it depends on nothing but what is kept.
func (c *clockwork) run(ctx context.Context) {
	if c.timing.Rated() && c.timing.Start.IsZero() {
		c.timing.Start = c.kept.Since
	}
	if err := c.keep(ctx, c.kept.Last); err != nil {
		c.complain("cannot be kept", err)
	}
	for ctx.Err() == nil {
		f, found := c.next(now())
		if !found {
			return
		}
		if wait := f.due.Sub(now()); wait > 0 {
			sleep(ctx, min(wait, maxSleep))
			continue
		}
		if !c.late(f) && !c.fire(ctx, f) {
			return // not kept: it is made up at the next start
		}
		if err := c.keep(context.WithoutCancel(ctx), f.scheduled); err != nil {
			c.complain("fired, but that cannot be kept", err)
		}
	}
}

// firing is a moment that the schedule gives, and when in the window it fires.
type firing struct{ scheduled, due time.Time }

// next is what fires next. Of several that are due it is the last: the others were
// missed, and a firing is made up at most once. What is too old is not looked at.
func (c *clockwork) next(now time.Time) (firing, bool) {
	after := c.kept.Last
	if old := now.Add(-c.schedule.MaximumAge - c.schedule.window() - time.Second); after.Before(old) {
		after = old
	}
	t, found := c.timing.Next(after)
	if !found {
		return firing{}, false
	}
	for {
		following, more := c.timing.Next(t)
		f := firing{t, c.schedule.due(t, following, more)}
		if !more || now.Before(following) {
			return f, true
		}
		later, again := c.timing.Next(following)
		if now.Before(c.schedule.due(following, later, again)) {
			return f, true
		}
		t = following
	}
}

// late says whether a firing is older than the schedule lets it be, and tells so.
func (c *clockwork) late(f firing) bool {
	late := now().Sub(f.due)
	if late <= c.schedule.MaximumAge {
		return false
	}
	c.Log.Warn("a firing was missed, and is too old to be made up", "schedule", c.schedule.ID, "scheduled", f.scheduled, "maximumEventAge", c.schedule.MaximumAge)
	return true
}

// fire starts the execution, and tries again as the retry policy says, or until the
// next firing is due. It is false where ctx ended before that was over.
func (c *clockwork) fire(ctx context.Context, f firing) bool {
	wait := time.Second
	for attempt := 1; ; attempt++ {
		in := runtime.StartInput{StateMachine: c.schedule.Machine, Name: c.schedule.ExecutionName(f.scheduled), Input: c.schedule.Event(f.scheduled, attempt)}
		_, err := c.Engine.StartExecution(ctx, in)
		switch {
		case err == nil:
			c.Log.Info("a schedule has fired", "schedule", c.schedule.ID, "scheduled", f.scheduled, "execution", in.Name)
			return true
		case started(err):
			return true
		case ctx.Err() != nil, errors.Is(err, runtime.ErrClosed):
			return false
		case final(err) || attempt > c.schedule.Retries || now().Add(wait).Sub(f.due) > c.schedule.MaximumAge:
			c.complain("cannot start "+in.Name, err)
			return true
		}
		sleep(ctx, wait)
		if newer, found := c.next(now()); found && newer.scheduled.After(f.scheduled) {
			c.complain("cannot start "+in.Name, err)
			return true
		}
		wait = min(2*wait, 5*time.Minute)
	}
}

func (c *clockwork) complain(what string, err error) {
	c.Log.Error("the schedule "+c.schedule.ID+" "+what, "machine", c.schedule.Machine, "error", err)
}

// started says whether the firing had started its execution before.
func started(err error) bool {
	return errors.Is(err, &runtime.Fault{Code: "ExecutionAlreadyExists"})
}

// final says whether the engine refuses the execution, and would do so again.
func final(err error) bool {
	var fault *runtime.Fault
	return errors.As(err, &fault)
}

// now is the clock on the wall, which may jump.
func now() time.Time { return time.Now().Round(0) }

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
