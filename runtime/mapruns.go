package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"canto/runtime/maprun"
	"canto/runtime/store"
)

// ListMapRuns are the Map Runs that an execution has started, those that started last
// first.
func (e *Engine) ListMapRuns(ctx context.Context, execution string) ([]maprun.Record, error) {
	if _, err := e.DescribeExecution(ctx, execution); err != nil {
		return nil, err
	}
	return e.mapRuns.Of(execution), nil
}

// DescribeMapRun is how far a Map Run has come, or how it ended.
func (e *Engine) DescribeMapRun(arn string) (maprun.Record, error) {
	rec, err := e.mapRuns.Find(arn)
	return rec, unknownMapRun(err)
}

// UpdateMapRun changes the settings of a Map Run that runs.
func (e *Engine) UpdateMapRun(ctx context.Context, arn string, c maprun.Change) error {
	err := e.mapRuns.Update(ctx, arn, c)
	if errors.Is(err, maprun.ErrCompleted) {
		f := &Fault{}
		if errors.As(fault("ValidationException", "The Map Run '%s' has completed and cannot be updated", arn), &f) {
			f.Reason = "CANNOT_UPDATE_COMPLETED_MAP_RUN"
		}
		return f
	}
	return unknownMapRun(err)
}

func unknownMapRun(err error) error {
	if errors.Is(err, maprun.ErrNotFound) {
		return fault("ResourceNotFound", "Request references a resource that does not exist.")
	}
	return err
}

// PendingRedrive says whether a child of a Map Run that ended so, and began then, is
// to be run again: its Map Run was redriven, and has not come to it.
func (e *Engine) PendingRedrive(mapRun, status string, began time.Time) bool {
	if mapRun == "" || status == store.Running || status == string(Succeeded) {
		return false
	}
	rec, err := e.mapRuns.Find(mapRun)
	return err == nil && rec.Status == maprun.Running && rec.Redrives > 0 && began.Before(rec.Redriven)
}

// Leader is the execution that has started the Map Run of a child, or that of its
// leader: what is no child is its own.
func (e *Engine) Leader(ctx context.Context, x store.Saved) (store.Saved, error) {
	for x.Begin.MapRunARN != "" {
		rec, err := e.mapRuns.Find(x.Begin.MapRunARN)
		if err != nil {
			return x, fmt.Errorf("execution %s: %w", x.ID, err)
		}
		if x, err = e.DescribeExecution(ctx, rec.Execution); err != nil {
			return x, err
		}
	}
	return x, nil
}

// forget forgets the executions of a state machine that have ended, with their Map
// Runs and the children of these. The Map Runs go last: they say whose children these are.
func (e *Engine) forget(ctx context.Context, machine string) error {
	for _, m := range append(e.mapRuns.Machines(machine), machine) {
		if err := e.store.Forget(ctx, m); err != nil {
			return err
		}
	}
	return e.mapRuns.Forget(ctx, machine)
}
