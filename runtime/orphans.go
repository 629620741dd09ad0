package runtime

import (
	"context"
	"errors"
	"fmt"

	"canto/runtime/interp"
	"canto/runtime/maprun"
	"canto/runtime/store"
)

// A Map Run whose execution has ended, or does not wait for it any more, is aborted with
// its children by the handler that is at it. Where the process has died before that was
// done, or it could not be kept, the engine does it.

// settle ends what is left of the Map Runs of an execution that has ended; "" is all
// executions that have.
func (e *Engine) settle(execution string) {
	if len(e.mapRuns.Running(execution)) == 0 {
		return
	}
	e.aside(execution, func() error {
		for _, rec := range e.mapRuns.Running(execution) {
			over, err := e.ended(rec.Execution)
			if err == nil && over {
				err = e.abandon(rec.ARN, e.ended)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// abandoned ends a Map Run that its execution has withdrawn.
func (e *Engine) abandoned(mapRun string) {
	e.aside(mapRun, func() error {
		return e.abandon(mapRun, func(string) (bool, error) { return true, nil })
	})
}

// aside does eventually what nobody waits for, and what may wait for others.
func (e *Engine) aside(of string, do func() error) {
	if e.admit() != nil {
		return
	}
	go func() {
		defer e.open.Done()
		e.eventually(of, do)
	}()
}

// ended says whether an execution has ended.
func (e *Engine) ended(execution string) (bool, error) {
	saved, err := e.store.Find(e.base, execution)
	if errors.Is(err, store.ErrNotFound) {
		return true, nil
	}
	return saved.End != nil, err
}

// abandon ends a Map Run with its children, where its execution is over.
func (e *Engine) abandon(mapRun string, over func(execution string) (bool, error)) error {
	return e.mapRuns.Abandon(e.base, mapRun, func(rec maprun.Record) (maprun.Record, error) {
		if yes, err := over(rec.Execution); err != nil || !yes {
			return rec, err
		}
		if err := e.abortChildren(e.base, &rec); err != nil {
			return rec, err
		}
		rec.Status, rec.Stop = maprun.Aborted, e.now()
		return rec, nil
	})
}

// childrenAtATime is how many children are listed at once.
const childrenAtATime = 1000

// abortChildren aborts the children of a Map Run that the store has as running and nobody
// drives, and counts all that it has.
func (e *Engine) abortChildren(ctx context.Context, rec *maprun.Record) error {
	for {
		open, err := e.store.List(ctx, store.Query{MapRun: rec.ARN, Status: store.Running, Limit: childrenAtATime})
		if err != nil {
			return err
		}
		if len(open) == 0 {
			return e.recount(ctx, rec)
		}
		for _, c := range open {
			if err := e.abortChild(ctx, c.ID); err != nil {
				return err
			}
		}
	}
}

// recount counts the children that the store has of a Map Run.
func (e *Engine) recount(ctx context.Context, rec *maprun.Record) error {
	if rec.Express { // of these nothing is kept
		return nil
	}
	var executions, items maprun.Counts
	q := store.Query{MapRun: rec.ARN, Limit: childrenAtATime}
	for more := true; more; {
		children, err := e.store.List(ctx, q)
		if err != nil {
			return err
		}
		for _, c := range children {
			executions.Count(interp.Status(c.Status), 1)
			items.Count(interp.Status(c.Status), c.Items)
			q.After = c.Cursor
		}
		more = len(children) == childrenAtATime
	}
	rec.Executions.Recount(executions, rec.Opened.Executions)
	rec.Items.Recount(items, rec.Opened.Items)
	return nil
}

// abortChild aborts a child that nobody drives, as its Map Run would have done.
func (e *Engine) abortChild(ctx context.Context, arn string) error {
	taken, err := e.holding(arn, func() error {
		saved, err := e.DescribeExecution(ctx, arn)
		if err == nil && saved.End == nil {
			_, err = e.halt(ctx, saved, store.End{Status: string(Aborted)})
		}
		return err
	})
	if !taken {
		return fmt.Errorf("execution %s is being stopped already", arn)
	}
	return err
}
