// Package maprun does Map Runs: it reads the items of a distributed Map state, has
// their children run, counts what failed, and writes the results. It pages through
// everything, so that its memory does not grow with the number of items. What an
// item becomes is the state's own business (interp.MapRun), and how a child runs is
// the engine's: the package runs no machine itself.
package maprun

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/drive"
	"canto/runtime/interp"
)

// The errors of Map Runs.
const (
	ErrItemReader   = "States.ItemReaderFailed"
	ErrResultWriter = "States.ResultWriterFailed"
	ErrThreshold    = asl.ErrThreshold
)

// Runner does Map Runs. Its fields are set before the first; it is then safe for
// concurrent use.
type Runner struct {
	Runs    *Runs            // the records; nil: none are kept
	Buckets Buckets          // nil: there are none
	Formats map[string]Parse // by InputType; those of this package need not be in it
	Start   Start
	Live    bool // children run by the wall clock, each when it is asked to
	Workers int  // in virtual time: children that really run at once; at least 1
	// Abort aborts the children of a Map Run that are kept as running, though nobody drives
	// them, and counts all that are kept; nil: none are.
	Abort func(ctx context.Context, rec *Record) error
	// Abandon gets a Map Run that was withdrawn and could not be brought to its end; may be nil.
	Abandon func(arn string)
}

// Start runs a child to its end. That the child failed is no error: one is returned
// where it could not be run, as when ctx ends. In a redrive of the Map Run, a child
// that was run before is redriven, or run again. Where ctx ends by
// handlers.ErrWithdrawn, the child is to be aborted.
type Start func(ctx context.Context, run *interp.MapRun, c Child) (Result, error)

// Child is an execution that a Map Run starts.
type Child struct {
	Index int // from 0, in the order of the items
	Input value.Value
	Items int       // in the input
	At    time.Time // when it starts; zero by the wall clock
	Round time.Time // when the Map Run began, or was redriven: what ran before is of a round before
}

// Result is how a child ended.
type Result struct {
	ARN, Name    string
	MachineARN   string
	Status       interp.Status
	Output       value.Value
	Error, Cause string
	Start, Stop  time.Time
	Final        bool // it did not succeed, and cannot be redriven
}

// Handler does the Map Run.
func (r *Runner) Handler(run *interp.MapRun) handlers.Handler {
	return handlers.HandlerFunc(func(ctx context.Context, c handlers.Call) (value.Value, error) {
		return r.do(ctx, run, c.Scheduled)
	})
}

// do does the Map Run, and keeps its record.
func (r *Runner) do(ctx context.Context, m *interp.MapRun, at time.Time) (value.Value, error) {
	runs := r.Runs
	if runs == nil {
		runs = NewRuns(nil)
	}
	record, err := runs.begin(ctx, m, at)
	if err != nil {
		return value.Value{}, &drive.Unfinished{Err: err}
	}
	ended := false
	defer func() {
		runs.leave(record)
		if !ended && r.Abandon != nil && withdrawn(ctx) {
			r.Abandon(m.ARN)
		}
	}()
	before, err := runs.before(ctx, m)
	if err != nil {
		return value.Value{}, &drive.Unfinished{Err: err}
	}
	s := newSchedule(r, m, at, record, before)
	result, err := r.play(ctx, s)
	status, known := s.status(ctx, err)
	if !known { // the process shuts down, or the store fails: the Map Run will be asked for again
		return value.Value{}, err
	}
	if err := r.end(context.WithoutCancel(ctx), runs, s, status); err != nil {
		return value.Value{}, &drive.Unfinished{Err: err}
	}
	ended = true
	return result, err
}

// end keeps how the Map Run has ended. One that goes on after a crash and does not succeed
// may not have come to all of its children again.
func (r *Runner) end(ctx context.Context, runs *Runs, s *schedule, status Status) error {
	if s.record.resumed && status != Succeeded && r.Live && r.Abort != nil {
		rec := s.record.look()
		if err := r.Abort(ctx, &rec); err != nil {
			return err
		}
		s.record.set(rec)
	}
	return runs.end(ctx, s.record, status, s.stopped(), s.left(status))
}

// withdrawn says whether nobody waits for the Map Run any more.
func withdrawn(ctx context.Context) bool {
	return ctx.Err() != nil && errors.Is(context.Cause(ctx), handlers.ErrWithdrawn)
}

// status is how the Map Run has ended; false where it has not, or where not all of its
// children were brought to their ends.
func (s *schedule) status(ctx context.Context, err error) (Status, bool) {
	if s.lost != nil {
		return Failed, false
	}
	return statusOf(ctx, err)
}

// statusOf is how a Map Run has ended; false where it has not.
func statusOf(ctx context.Context, err error) (Status, bool) {
	var failed *asl.Error
	switch {
	case ctx.Err() != nil:
		return Aborted, withdrawn(ctx)
	case err == nil:
		return Succeeded, true
	case errors.As(err, &failed):
		return Failed, true
	}
	return Failed, false
}

// play runs the children, and writes the results.
func (r *Runner) play(ctx context.Context, s *schedule) (value.Value, error) {
	in := &inputs{run: s.run, read: source{r.Buckets, r.Formats}}
	if err := s.total(ctx, in); err != nil {
		return value.Value{}, err
	}
	out, err := r.results(ctx, s.run)
	if err != nil {
		return value.Value{}, err
	}
	defer out.drop()
	s.out = out
	out.recall(s.before)
	playing := s.play(ctx, in)
	if _, over := s.status(ctx, playing); !over {
		return value.Value{}, playing
	}
	result, err := out.close()
	if err != nil {
		return value.Value{}, cmp.Or(playing, err)
	}
	s.record.written(out.written())
	if playing == nil && !r.Live {
		playing = handlers.Sleep(ctx, s.end.Sub(s.began))
	}
	if playing == nil && s.failed {
		playing = &asl.Error{Name: ErrThreshold, Cause: "The specified tolerated failure threshold was exceeded"}
	}
	return result, playing
}

// failure is an error of a Map Run by which the machine sees what went wrong.
func failure(name string, err error) *asl.Error { return &asl.Error{Name: name, Cause: err.Error()} }

func failf(name, format string, args ...any) *asl.Error {
	return failure(name, fmt.Errorf(format, args...))
}
