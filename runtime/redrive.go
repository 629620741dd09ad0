package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"canto/runtime/drive"
	"canto/runtime/history"
	"canto/runtime/store"
	"canto/runtime/strand"
)

// The limits of redrives (quotas).
const (
	redrivePeriod = 14 * 24 * time.Hour   // since the execution ended
	maxExecution  = 365 * 24 * time.Hour  // since it began
	maxRedrivable = history.MaxEvents - 2 // events: two more have to have room
	keptTokens    = 10                    // client tokens that are known again,
	tokenPeriod   = 15 * time.Minute      // for so long
)

// RedriveExecution runs a STANDARD execution that has failed, timed out or was aborted
// on from where it stood, and says when that was. A request with the client token of
// one that was carried out is the same request, and gives what that one gave.
func (e *Engine) RedriveExecution(ctx context.Context, arn, clientToken string) (time.Time, error) {
	for {
		saved, err := e.store.Load(ctx, arn)
		if err != nil {
			return time.Time{}, unknown(err, arn)
		}
		if at, ok := redrivenBy(saved.Answers, clientToken, e.now()); ok {
			return at, nil
		}
		if _, reason := e.Redrivable(saved); reason != "" {
			return time.Time{}, notRedrivable(reason)
		}
		m, err := programs{}.of(saved.Begin)
		if err != nil {
			return time.Time{}, e.unresumable(arn, fmt.Errorf("its definition: %w", err))
		}
		x := e.execution(m, saved.Begin, arn)
		if !e.take(x) {
			err = e.released(ctx, arn)
		} else if err = e.unchanged(ctx, saved); err == nil {
			at := e.redriveTime(ctx, saved)
			return at, apart(ctx, func() error { return e.redrive(x, at, clientToken) })
		} else {
			e.dismiss(x, err)
		}
		if err != nil && !errors.Is(err, errChanged) {
			return time.Time{}, err
		}
	}
}

// errChanged is that an execution was redriven since it was read.
var errChanged = errors.New("the execution was redriven meanwhile")

// unchanged says whether an execution that was taken is as it was read before.
func (e *Engine) unchanged(ctx context.Context, saved store.Saved) error {
	now, err := e.DescribeExecution(ctx, saved.ID)
	if err == nil && (now.End == nil || now.Count != saved.Count) {
		return errChanged
	}
	return err
}

// redrive redrives an execution that was taken.
func (e *Engine) redrive(x *Execution, at time.Time, clientToken string) error {
	d := e.outside(e.store)
	err := e.drive(e.base, x, d, func(ctx context.Context, p *drive.Process) (func() error, error) {
		return d.StartRedrive(ctx, p, at, clientToken)
	})
	if errors.Is(err, drive.ErrReplay) {
		err = e.unresumable(x.ARN, err)
	}
	return err
}

// unresumable is what whoever redrives an execution hears that cannot be brought to
// where it was; why is told to Trouble.
func (e *Engine) unresumable(arn string, err error) error {
	e.trouble(arn, fmt.Errorf("it cannot be redriven: %w", err))
	return notRedrivable("Execution cannot be resumed by canto " + Version)
}

// released waits for whoever has an execution that has ended: until its last handlers
// are let go of, or until another has redriven it.
func (e *Engine) released(ctx context.Context, arn string) error {
	x := e.live(arn)
	if x == nil {
		return nil
	}
	if x.begun(); !x.over() {
		return nil
	}
	select {
	case <-x.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// redriveTime is when an execution is redriven that is to be now: after its end, so
// that what began before can be told from what begins after.
func (e *Engine) redriveTime(ctx context.Context, saved store.Saved) time.Time {
	at, earliest := e.nowIn(ctx), saved.End.Stop.Add(time.Millisecond)
	if at.Before(earliest) {
		return earliest
	}
	return at
}

// redrivenBy is when the client token was used to redrive the execution, if it was one
// of the last, and not long ago.
func redrivenBy(answers []strand.Answer, token string, now time.Time) (time.Time, bool) {
	seen := 0
	for _, a := range slices.Backward(answers) {
		request, ok := drive.RedriveRequest(a)
		if !ok {
			continue
		}
		if seen++; seen > keptTokens || token == "" || now.Sub(a.At) > tokenPeriod {
			break
		}
		if request == token {
			return a.At, true
		}
	}
	return time.Time{}, false
}

func notRedrivable(reason string) error {
	return fault("ExecutionNotRedrivable", "Execution Not Redrivable: '%s'", reason)
}

func cannot(status string) string { return "Execution is " + status + " and cannot be redriven" }

// The values of redriveStatus.
const (
	redrivable         = "REDRIVABLE"
	redrivableByMapRun = "REDRIVABLE_BY_MAP_RUN"
	notRedrivableAtAll = "NOT_REDRIVABLE"
)

// Redrivable is the redriveStatus of an execution, and why RedriveExecution refuses it
// (API reference, DescribeExecution); "" where it does not. A child of a Map Run is
// redriven with it, and not by itself.
func (e *Engine) Redrivable(saved store.Saved) (status, reason string) {
	reason = unredrivable(saved, e.now())
	switch {
	case reason != "":
		return notRedrivableAtAll, reason
	case saved.Begin.MapRunARN != "":
		return redrivableByMapRun, "Execution can be redriven by its Map Run only"
	case e.deleted(saved.Begin.MachineARN):
		return notRedrivableAtAll, "State machine is in DELETING status"
	}
	return redrivable, ""
}

// deleted says whether there is no such machine, or not for long.
func (e *Engine) deleted(machine string) bool {
	x := e.catalog.find(machine)
	return x == nil || x.deleting
}

// unredrivable is why an execution cannot be redriven, or "".
func unredrivable(saved store.Saved, now time.Time) string {
	status := store.Running
	if saved.End != nil {
		status = saved.End.Status
	}
	switch {
	case status == store.Running || status == string(Succeeded):
		return cannot(status)
	case saved.Begin.Express:
		return cannot("EXPRESS")
	case saved.End.Forced:
		return "Execution was aborted when it could not be resumed"
	case max(saved.Count, len(saved.Events)) > maxRedrivable:
		return "Execution history event limit exceeded"
	case now.Sub(saved.Begin.Start) > maxExecution:
		return "Execution has exceeded the max execution time"
	case now.Sub(saved.End.Stop) > redrivePeriod:
		return "Execution redrivable period exceeded"
	}
	return ""
}
