package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/drive"
	"canto/runtime/history"
	"canto/runtime/store"
	"canto/runtime/strand"
)

// StartInput is what an execution of a registered machine is started with.
type StartInput struct {
	StateMachine string // ARN
	Name         string // empty: one is made up
	Input        string // JSON; empty: {}
	TraceHeader  string
}

// StartExecution starts an execution of a registered machine, and returns once its
// beginning is kept. What comes of it is kept too, unless it is EXPRESS. Starting a
// STANDARD execution twice, by the same name and with the same input, gives the first
// one while it runs.
func (e *Engine) StartExecution(ctx context.Context, in StartInput) (*Execution, error) {
	return e.startExecution(ctx, in, e.store)
}

// StartSyncExecution starts an EXPRESS execution of which nothing is kept: whoever
// starts it waits for it.
func (e *Engine) StartSyncExecution(ctx context.Context, in StartInput) (*Execution, error) {
	return e.startExecution(ctx, in, nil)
}

func (e *Engine) startExecution(ctx context.Context, in StartInput, journal store.Journal) (*Execution, error) {
	t, err := e.target(in.StateMachine)
	if err != nil {
		return nil, err
	}
	m := t.Machine
	begin, err := e.beginning(ctx, t, in)
	if err != nil {
		return nil, err
	}
	x := e.execution(m.Machine, begin, e.executionARN(m, begin.Name))
	x.process.Load().Execution.Synchronous = journal == nil
	if !e.take(x) {
		return e.again(ctx, x)
	}
	if err := e.reconsider(in.StateMachine, x); err != nil {
		return nil, err
	}
	err = apart(ctx, func() error { return e.launch(e.base, x, e.outside(journal)) })
	if err == nil {
		return x, nil
	}
	e.mourned(m.ARN) // who deleted the machine meanwhile has left that to its executions
	if errors.Is(err, store.ErrExists) {
		return e.again(ctx, x)
	}
	return nil, err
}

// reconsider lets go of an execution that was taken where its machine was deleted
// meanwhile: whoever deletes it now sees the execution.
func (e *Engine) reconsider(arn string, x *Execution) error {
	if !e.deleted(x.MachineARN) {
		return nil
	}
	_, err := e.target(arn)
	if err == nil { // and made again
		err = deleting(x.MachineARN)
	}
	e.dismiss(x, err)
	e.mourned(x.MachineARN)
	return err
}

// beginning checks what an execution is to begin with.
func (e *Engine) beginning(ctx context.Context, t target, in StartInput) (store.Begin, error) {
	name := in.Name
	if name == "" {
		name = NewUUID()
	}
	if err := checkName(name); err != nil {
		return store.Begin{}, err
	}
	if in.Input == "" {
		in.Input = "{}"
	}
	input, err := parseInput(in.Input)
	if err != nil {
		return store.Begin{}, err
	}
	m := t.Machine
	return e.begin(m.Machine, input, []RunOption{func(b *store.Begin) {
		b.Name, b.RoleARN, b.MachineARN, b.Start = name, m.RoleARN, m.ARN, e.nowIn(ctx)
		b.Seed, b.Express = seedOf(e.seed, m.ARN, name), m.Express()
		b.VersionARN, b.AliasARN, b.Case, b.Revision = t.VersionARN, t.AliasARN, t.Case, m.snapshot
		origin := handlers.OriginOf(ctx)
		b.TraceHeader, b.Origin, b.Parent = in.TraceHeader, origin.Request, origin.Execution
	}}), nil
}

// parseInput reads the input of an execution, in which there has to be something
// (recorded behaviour).
func parseInput(text string) (value.Value, error) {
	input, err := value.Parse(text)
	switch {
	case err == nil:
		return input, nil
	case strings.Trim(text, " \t\r\n") == "":
		return input, fault("InvalidExecutionInput", "Invalid State Machine Execution Input: 'Invalid execution input.'")
	}
	return input, fault("InvalidExecutionInput", "Invalid State Machine Execution Input: '%s'", err)
}

// nowIn is when something begins that is asked for in ctx: by the clock of the
// execution that asks, or by the wall clock.
func (e *Engine) nowIn(ctx context.Context) time.Time {
	if now, ok := handlers.Now(ctx); ok {
		return now
	}
	return e.now()
}

func (e *Engine) now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// executionARN is the ARN of a new execution.
func (e *Engine) executionARN(m *StateMachine, name string) string {
	if m.Express() {
		return e.arn("express", m.Machine.Name, name, NewUUID())
	}
	return e.arn("execution", m.Machine.Name, name)
}

// again gives the execution that has the ARN of x already, where that is what
// starting x asks for: it runs and has the same input, or the same request of another
// execution has started it.
func (e *Engine) again(ctx context.Context, x *Execution) (*Execution, error) {
	old := e.live(x.ARN)
	if old != nil {
		old.begun()
	}
	if old == nil || !old.running() && errors.Is(old.err, store.ErrExists) { // it was not the first either
		saved, err := e.DescribeExecution(ctx, x.ARN)
		if err != nil {
			return nil, err
		}
		old = ended(saved)
	}
	switch {
	case !old.running() && old.err != nil:
		return nil, old.err
	case x.begin.Origin != "" && x.begin.Origin == old.begin.Origin:
	case !old.over() && old.begin.Input == x.begin.Input:
	default:
		return nil, fault("ExecutionAlreadyExists", "Execution Already Exists: '%s'", x.ARN)
	}
	return old, nil
}

// DescribeExecution is what is known of an execution, without its answers and its
// events: of those that StartExecution has started, and of the STANDARD children of
// their Map Runs.
func (e *Engine) DescribeExecution(ctx context.Context, arn string) (store.Saved, error) {
	saved, err := e.store.Find(ctx, arn)
	return saved, unknown(err, arn)
}

// GetExecutionHistory is a part of the history of an execution.
func (e *Engine) GetExecutionHistory(ctx context.Context, arn string, p store.Page) ([]history.Event, error) {
	events, err := e.store.Events(ctx, arn, p)
	return events, unknown(err, arn)
}

// ListExecutions are the executions that a query asks for, those that started last first.
func (e *Engine) ListExecutions(ctx context.Context, q store.Query) ([]store.Summary, error) {
	return e.store.List(ctx, q)
}

// unknown says of an execution that is not kept what the service says.
func unknown(err error, arn string) error {
	if errors.Is(err, store.ErrNotFound) {
		return fault("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", arn)
	}
	return err
}

// AwaitExecution waits until an execution has ended, or ctx ends.
func (e *Engine) AwaitExecution(ctx context.Context, arn string) error {
	if x := e.live(arn); x != nil {
		_, err := x.Wait(ctx)
		return err
	}
	saved, err := e.DescribeExecution(ctx, arn)
	if err == nil && saved.End == nil {
		return fmt.Errorf("execution %s is not run by this engine", arn)
	}
	return err
}

// StopExecution stops an execution, if it still runs, and says when it ended.
func (e *Engine) StopExecution(ctx context.Context, arn, name, cause string) (time.Time, error) {
	if e.base.Err() != nil {
		return time.Time{}, ErrClosed // what is given up with the engine is not stopped: it runs on later
	}
	if err := e.stop(ctx, arn, name, cause); err != nil {
		return time.Time{}, err
	}
	saved, err := e.DescribeExecution(ctx, arn)
	if err != nil {
		return time.Time{}, err
	}
	if saved.End == nil {
		return e.abort(ctx, arn, name, cause)
	}
	return saved.End.Stop, nil
}

// stop stops an execution that runs, or the child of a Map Run.
func (e *Engine) stop(ctx context.Context, arn, name, cause string) error {
	if x := e.live(arn); x != nil {
		if err := x.stop(ctx, name, cause); err != nil {
			return err
		}
		_, err := x.Wait(ctx)
		return err
	}
	if p, err := e.find(arn); err == nil {
		if err := p.Stop(ctx, name, cause); err != nil && !errors.Is(err, drive.ErrOver) {
			return err
		}
	}
	return nil
}

// abort ends an execution that nobody drives, as one that could not be recovered.
func (e *Engine) abort(ctx context.Context, arn, name, cause string) (at time.Time, err error) {
	taken, err := e.holding(arn, func() error {
		at, err = e.endOpen(ctx, arn, name, cause)
		return err
	})
	if !taken { // somebody drives it after all
		return e.StopExecution(ctx, arn, name, cause)
	}
	return at, err
}

// holding does something with an execution while nobody drives it; false where somebody does.
func (e *Engine) holding(arn string, do func() error) (bool, error) {
	x := &Execution{ARN: arn, done: make(chan struct{})}
	if !e.take(x) {
		return false, nil
	}
	err := do()
	e.release(x)
	x.end(nil, err)
	return true, err
}

// endOpen keeps the end of an execution that the caller has taken.
func (e *Engine) endOpen(ctx context.Context, arn, name, cause string) (time.Time, error) {
	saved, err := e.DescribeExecution(ctx, arn)
	switch {
	case err != nil:
		return time.Time{}, err
	case saved.End != nil:
		return saved.End.Stop, nil
	}
	if leader, err := e.Leader(ctx, saved); err == nil && leader.ID != arn && e.live(leader.ID) != nil {
		return time.Time{}, fmt.Errorf("execution %s waits for its Map Run, which has not come back to it since the engine started: try again, or stop %s", arn, leader.ID)
	}
	end, err := e.halt(ctx, saved, store.End{Status: string(Aborted), Error: name, Cause: cause, Forced: true})
	if err != nil {
		return time.Time{}, err
	}
	return end.Stop, nil
}

// halt keeps the end of an execution that nobody drives: now, and not before its last
// event. Where it is not Forced, it is what the execution itself would make of a stop.
func (e *Engine) halt(ctx context.Context, saved store.Saved, end store.End) (*store.End, error) {
	last, err := e.store.Events(ctx, saved.ID, store.Page{From: saved.Count, Limit: 1})
	if err != nil {
		return nil, err
	}
	end.Stop = e.now()
	if len(last) > 0 && last[0].Time().After(end.Stop) {
		end.Stop = last[0].Time()
	}
	t := store.Turn{ID: saved.ID, End: &end, Events: []history.Event{{
		ID: saved.Count + 1, Type: history.ExecutionAborted, Millis: end.Stop.UnixMilli(), Info: &history.Info{Error: end.Error, Cause: end.Cause},
	}}}
	if !end.Forced {
		t.Answers = []strand.Answer{{Kind: strand.Stopped, At: end.Stop, Error: end.Error, Cause: end.Cause}}
	}
	if notices := e.driver.Notices; notices != nil {
		t.Notices = notices(&saved.Begin, saved.Redrive, t)
	}
	if err := e.store.Commit(ctx, t); err != nil {
		return nil, err
	}
	t.Notices = nil // the store has them
	if follow := e.driver.Follow; follow != nil {
		follow(&saved.Begin, t)
	}
	e.settle(saved.ID)
	e.mourned(saved.Begin.MachineARN)
	return &end, nil
}

// Prune forgets the executions that ended before t, and says how many those were. What
// an execution has asked for (the children of its Map Runs, nested executions) stays for
// as long as it does, since it may ask for it again.
func (e *Engine) Prune(ctx context.Context, t time.Time) (int, error) {
	n, err := e.store.Prune(ctx, t)
	if err != nil {
		return n, err
	}
	return n, e.mapRuns.Prune(ctx, t, func(execution string) (bool, error) {
		_, err := e.store.Find(ctx, execution)
		if errors.Is(err, store.ErrNotFound) {
			return true, nil
		}
		return false, err
	})
}
