// Package drive gives executions what they ask for: it owns the clocks, the
// workers and the goroutines. One loop drives one execution; a clock, virtual or
// live, tells it what happens next. It knows nothing of what a state means.
package drive

import (
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
	Activities Activities          // hands tasks to the workers of activities; nil: nobody comes for them
	Grace      time.Duration       // how long the end waits for handlers that were given up; 0: a second
}

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
// however it ended, is no error: one is returned when ctx ends or the store fails,
// and the execution is then given up where it stands.
func (d *Driver) Run(ctx context.Context, p *Process) error {
	return d.drive(ctx, p, func() ([]strand.Request, error) {
		p.kept = d.Journal != nil
		t, asked := p.turn()
		return asked, d.commit(ctx, p, t)
	})
}

// Resume drives a process on from where the store has it. Calls without an answer
// are made again, and their limits count from when they were first made.
func (d *Driver) Resume(ctx context.Context, p *Process) error {
	return d.drive(ctx, p, func() ([]strand.Request, error) {
		saved, err := d.Journal.Load(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		p.kept = true
		return p.replay(saved)
	})
}

// ErrNotRedrivable is that an execution was to be redriven that runs, or has succeeded.
var ErrNotRedrivable = errors.New("only an execution that has ended without success can be redriven")

// Redrive drives a process that the store has, and that ended without success, on
// from where it stood (interp.Program.Redrive). at is when, and not before its end.
// Tasks have new tokens: those of before are good for nothing.
func (d *Driver) Redrive(ctx context.Context, p *Process, at time.Time) error {
	return d.drive(ctx, p, func() ([]strand.Request, error) {
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
		t, asked := p.turn(strand.Answer{Kind: strand.Redriven, At: at})
		return asked, d.commit(ctx, p, t)
	})
}

func (d *Driver) drive(ctx context.Context, p *Process, begin func() ([]strand.Request, error)) error {
	defer close(p.gone)
	defer p.x.Close()
	stop := context.AfterFunc(ctx, p.x.Abandon)
	defer stop()
	p.look(d.Activities)
	asked, err := begin()
	if err != nil || p.done() {
		return err
	}
	l := newLoop(d, p)
	defer l.close()
	return l.run(ctx, asked)
}

// commit keeps a turn, then tells of its events.
func (d *Driver) commit(ctx context.Context, p *Process, t store.Turn) error {
	if err := ctx.Err(); err != nil {
		return err // what an abandoned turn did must not be kept
	}
	if d.Journal != nil {
		if err := d.Journal.Commit(ctx, t); err != nil {
			return fmt.Errorf("execution %s: %w", p.ID, err)
		}
	}
	p.show()
	if d.Observe == nil {
		return nil
	}
	events := p.Execution.Recorder.Events()
	for e := range events.From(p.observed + 1) {
		d.Observe(e)
	}
	p.observed = events.Len()
	return nil
}

// The errors of what comes from outside.
var (
	ErrNoTask = errors.New("no task waits for that token")
	ErrOver   = errors.New("the execution has ended")
)

// message is what reaches a loop from outside: a callback, a heartbeat, a stop.
type message struct {
	answer strand.Answer // for a heartbeat, Kind is beat
	reply  chan error    // gets the outcome, once it is kept
}

const beat strand.Kind = "heartbeat"

// Stop stops the execution with an error name and a cause, both of which may be empty.
func (p *Process) Stop(ctx context.Context, name, cause string) error {
	return p.send(ctx, strand.Answer{Kind: strand.Stopped, Error: name, Cause: cause})
}

// Answer answers the callback task or activity of that request, as an outside worker does.
func (p *Process) Answer(ctx context.Context, a strand.Answer) error { return p.send(ctx, a) }

// Heartbeat says that the worker of that request is alive.
func (p *Process) Heartbeat(ctx context.Context, id string) error {
	return p.send(ctx, strand.Answer{ID: id, Kind: beat})
}

func (p *Process) send(ctx context.Context, a strand.Answer) error {
	reply := make(chan error, 1)
	select {
	case p.inbox <- message{answer: a, reply: reply}:
	case <-p.gone:
		return ErrOver
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
			return ErrOver
		}
	}
}
