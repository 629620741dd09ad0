package runtime

import (
	"fmt"
	"time"

	"canto/asl/value"
	"canto/runtime/drive"
	"canto/runtime/history"
	"canto/runtime/interp"
)

// Run is an execution that was run, or how far it came.
type Run struct {
	ARN, Name    string
	Machine      string // its name
	Status       interp.Status
	Input        value.Value
	Output       value.Value // of a run that succeeded
	Error, Cause string      // of one that did not
	Start, Stop  time.Time   // by the execution's clock
	Wall         time.Duration
	History      history.Events
	Retries      int
	Catches      int
}

// newRun is how far a process had come when it looked like s.
func newRun(p *drive.Process, s drive.Snapshot, wall time.Duration) *Run {
	x := p.Execution
	r := &Run{
		ARN: x.ARN, Name: x.Name, Machine: x.MachineName, Status: s.Status, Output: s.Output,
		Error: s.Error, Cause: s.Cause, Start: x.Start, Stop: x.Start, Wall: wall,
		History: s.Events, Retries: s.Retries, Catches: s.Catches,
	}
	if n := r.History.Len(); n > 0 {
		r.Input = value.Raw(r.History.At(1).Data)
		r.Stop = r.History.At(n).Time()
	}
	return r
}

// Duration is how long the execution took by its own clock.
func (r *Run) Duration() time.Duration { return r.Stop.Sub(r.Start) }

// Err is the error that the execution ended with, or nil if it succeeded.
func (r *Run) Err() error {
	if r.Status == interp.Succeeded {
		return nil
	}
	return fmt.Errorf("execution %s %s: %s: %s", r.Name, r.Status, r.Error, r.Cause)
}

// The statuses of executions.
const (
	Running   = interp.Running
	Succeeded = interp.Succeeded
	Failed    = interp.Failed
	TimedOut  = interp.TimedOut
	Aborted   = interp.Aborted
)
