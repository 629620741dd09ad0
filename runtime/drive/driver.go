// Package drive gives executions what they ask for: it owns the clocks, the
// workers and the goroutines. One loop drives one execution; a clock, virtual or
// live, tells it what happens next. It knows nothing of what a state means.
package drive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"canto/handlers"
	"canto/runtime/history"
	"canto/runtime/interp"
	"canto/runtime/store"
	"canto/runtime/strand"
)

// Driver drives executions. Its fields are set before the first Run; it is then
// safe for concurrent use.
type Driver struct {
	Resolver   handlers.Resolver   // finds who does a call
	Jobs       Jobs                // does requests that have a Job; nil: they fail
	Live       bool                // the wall clock; else virtual time
	Outside    bool                // outside workers may answer open tasks; virtual time then waits for them at the wall clock's rate
	Workers    int                 // handlers at a time in one execution; 0: 64 for each processor
	Journal    store.Journal       // keeps every turn; nil: nothing is kept
	Observe    func(history.Event) // gets each event once its turn is kept; may be nil
	Notices    Notices             // what of each turn is to be told outside; may be nil
	Follow     Follow              // gets each turn once it is kept; may be nil
	Activities Activities          // hands tasks to the workers of activities; nil: nobody comes for them
	Park       time.Duration       // by the wall clock, and with a journal: an execution that only waits for so long is Parked; 0: none is
	Grace      time.Duration       // how long the end waits for handlers that were given up; 0: a second
}

// Follow gets what an execution began with, and a turn of it that was kept, with the
// notices that no journal has. What it gets is not its own to change. The execution
// waits for it.
type Follow func(begin *store.Begin, t store.Turn)

// Notices makes of a turn that is about to be kept what is to be told outside, which is
// then kept with it. redrive is the last redrive of the execution; nil: there was none.
type Notices func(begin *store.Begin, redrive *store.Redrive, t store.Turn) []store.Notice

func (d *Driver) workers() int {
	if d.Workers > 0 {
		return d.Workers
	}
	return 64 * runtime.GOMAXPROCS(0)
}

func (d *Driver) grace() time.Duration {
	if d.Grace > 0 {
		return d.Grace
	}
	return time.Second
}

// Run drives the process from its beginning to its end. The end of the execution,
// however it ended, is no error: one is returned when ctx ends or the journal fails,
// and the execution is then given up where it stands.
func (d *Driver) Run(ctx context.Context, p *Process) error { return finish(d.Start(ctx, p)) }

// Resume drives a process on from where the journal has it. Calls without an answer
// are made again, and their limits count from when they were first made.
func (d *Driver) Resume(ctx context.Context, p *Process) error { return finish(d.Restart(ctx, p)) }

func finish(rest func() error, err error) error {
	if err != nil || rest == nil {
		return err
	}
	return rest()
}

// Start runs the first turn of a process, and keeps it. rest drives the process from
// there to its end; it is nil where the process has ended with its first turn.
func (d *Driver) Start(ctx context.Context, p *Process) (rest func() error, err error) {
	p.kept = d.Journal != nil || d.Notices != nil || d.Follow != nil
	return d.begin(ctx, p, func() ([]strand.Request, error) {
		t, asked := p.turn()
		return asked, d.commit(ctx, p, t)
	})
}

// Restart is Start for a process that the journal has: it brings it to where it was.
func (d *Driver) Restart(ctx context.Context, p *Process) (rest func() error, err error) {
	p.kept = true
	return d.begin(ctx, p, func() ([]strand.Request, error) {
		saved, err := d.Journal.Load(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		p.before, err = p.replay(saved)
		return nil, err
	})
}

// ErrNotRedrivable is that an execution was to be redriven that runs, or has succeeded.
var ErrNotRedrivable = errors.New("only an execution that has ended without success can be redriven")

// Redrive drives a process that the journal has, and that ended without success, on
// from where it stood (interp.Program.Redrive). at is when, and not before its end.
// Tasks have new tokens: those of before are good for nothing. request says which
// request of the API asked for it, and is kept with the answer (RedriveRequest).
func (d *Driver) Redrive(ctx context.Context, p *Process, at time.Time, request string) error {
	return finish(d.StartRedrive(ctx, p, at, request))
}

// RedriveRequest is the request of the API by which an answer of the journal says that
// the execution was redriven.
func RedriveRequest(a strand.Answer) (request string, ok bool) {
	return a.Worker, a.Kind == strand.Redriven
}

// StartRedrive is to Redrive what Start is to Run.
func (d *Driver) StartRedrive(ctx context.Context, p *Process, at time.Time, request string) (rest func() error, err error) {
	return d.begin(ctx, p, func() ([]strand.Request, error) {
		saved, err := d.Journal.Load(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		p.kept = true
		if _, err := p.replay(saved); err != nil {
			return nil, err
		}
		if !p.done() || p.Execution.Status == interp.Succeeded {
			return nil, fmt.Errorf("execution %s is %s: %w", p.ID, p.Execution.Status, ErrNotRedrivable)
		}
		p.observed = p.told
		if last := p.x.Now(); at.Before(last) {
			at = last
		}
		t, asked := p.turn(strand.Answer{Kind: strand.Redriven, At: at, Worker: request})
		return asked, d.commit(ctx, p, t)
	})
}

func (d *Driver) begin(ctx context.Context, p *Process, first func() ([]strand.Request, error)) (rest func() error, err error) {
	stop := context.AfterFunc(ctx, p.x.Abandon)
	over := func(err error) error {
		stop()
		p.x.Close()
		p.err = err
		close(p.gone)
		return err
	}
	p.look(d.Activities)
	asked, err := first()
	if err != nil || p.done() {
		return nil, over(err)
	}
	return func() error {
		l := newLoop(d, p)
		defer l.close()
		err := l.run(ctx, asked)
		if parked := (*Parked)(nil); errors.As(err, &parked) {
			stop()
			p.x.Close()
			return err
		}
		return over(err)
	}, nil
}

// commit keeps a turn, then tells of it.
func (d *Driver) commit(ctx context.Context, p *Process, t store.Turn) error {
	if err := ctx.Err(); err != nil {
		return err // what an abandoned turn did must not be kept
	}
	if d.Notices != nil {
		t.Notices = d.Notices(&p.begin, p.redriven(), t)
	}
	if d.Journal != nil {
		if err := d.Journal.Commit(ctx, t); err != nil {
			return fmt.Errorf("execution %s: %w", p.ID, err)
		}
		t.Notices = nil // the journal has them
	}
	p.show()
	if d.Follow != nil {
		d.Follow(&p.begin, t)
	}
	d.observe(p)
	return nil
}

// observe tells of the events that are new.
func (d *Driver) observe(p *Process) {
	if d.Observe == nil {
		return
	}
	events := p.Execution.Recorder.Events()
	for e := range events.From(p.observed + 1) {
		d.Observe(e)
	}
	p.observed = events.Len()
}

// The errors of what comes from outside, and of a replay.
var (
	ErrNoTask = errors.New("no task waits for that token")
	ErrOver   = errors.New("the execution has ended")
	ErrReplay = errors.New("it cannot be resumed")
)

// message is what reaches a loop from outside: a callback, a heartbeat, a stop.
type message struct {
	answer strand.Answer // for a heartbeat, Kind is beat
	reply  chan error    // gets the outcome, once it is kept
}

// Stop stops the execution with an error name and a cause, both of which may be empty.
func (p *Process) Stop(ctx context.Context, name, cause string) error {
	return p.send(ctx, strand.Answer{Kind: strand.Stopped, Error: name, Cause: cause})
}

// Doom makes the execution fail, with an error name and a cause, when it comes to
// its next state. What is under way goes on until then.
func (p *Process) Doom(ctx context.Context, name, cause string) error {
	return p.send(ctx, strand.Answer{Kind: strand.Doomed, Error: name, Cause: cause})
}

// Answer answers the callback task or activity of that request, as an outside worker does.
func (p *Process) Answer(ctx context.Context, a strand.Answer) error { return p.send(ctx, a) }

// Heartbeat says that the worker of that request is alive.
func (p *Process) Heartbeat(ctx context.Context, id string) error {
	return p.send(ctx, strand.Answer{ID: id, Kind: beat})
}

func (p *Process) send(ctx context.Context, a strand.Answer) error {
	reply := make(chan error, 1)
	p.senders.Add(1)
	defer p.senders.Add(-1)
	select {
	case p.knock <- struct{}{}:
	default:
	}
	select {
	case p.inbox <- message{answer: a, reply: reply}:
	case <-p.gone:
		return p.why()
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-reply:
		return err
	case <-p.gone:
		select {
		case err := <-reply:
			return err
		default:
			return p.why()
		}
	}
}

// Abandon gives up a process that no driver has begun.
func (p *Process) Abandon(err error) {
	p.err = err
	close(p.gone)
}

// why is why nobody answers any more, of a process that is gone.
func (p *Process) why() error { return cmp.Or(p.err, ErrOver) }
