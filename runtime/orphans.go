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
		executions, items, err := e.abortChildren(e.base, rec)
		if err != nil {
			return rec, err
		}
		if !rec.Express { // of these nothing is kept
			executions.Pending = max(0, rec.Opened.Executions.Total()-executions.Total())
			items.Pending = max(0, rec.Opened.Items.Total()-items.Total())
			rec.Executions, rec.Items = executions, items
		}
		rec.Status, rec.Stop = maprun.Aborted, e.now()
		return rec, nil
	})
}

// childrenAtATime is how many children are listed at once.
const childrenAtATime = 1000

// abortChildren aborts the children of a Map Run that the store has as running, and counts
// all that it has.
func (e *Engine) abortChildren(ctx context.Context, rec maprun.Record) (executions, items maprun.Counts, err error) {
	q := store.Query{MapRun: rec.ARN, Limit: childrenAtATime}
	for {
		children, err := e.store.List(ctx, q)
		if err != nil {
			return executions, items, err
		}
		for _, c := range children {
			status := interp.Status(c.Status)
			if status == Running {
				if status, err = e.abortChild(ctx, c.ID); err != nil {
					return executions, items, err
				}
			}
			executions.Count(status, 1)
			items.Count(status, c.Items)
			q.After = c.Cursor
		}
		if len(children) < childrenAtATime {
			return executions, items, nil
		}
	}
}

// abortChild aborts a child that nobody drives, as its Map Run would have done, and gives
// the status with which it has ended.
func (e *Engine) abortChild(ctx context.Context, arn string) (status interp.Status, err error) {
	taken, err := e.holding(arn, func() error {
		saved, err := e.DescribeExecution(ctx, arn)
		if err == nil && saved.End == nil {
			saved.End, err = e.halt(ctx, saved, store.End{Status: string(Aborted)})
		}
		if err == nil {
			status = interp.Status(saved.End.Status)
		}
		return err
	})
	if !taken {
		return "", fmt.Errorf("execution %s is being stopped already", arn)
	}
	return status, err
}
