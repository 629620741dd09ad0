// Package maprun does Map Runs: it reads the items of a distributed Map state, has
// their children run, counts what failed, and writes the results. It pages through
// everything, so that its memory does not grow with the number of items. What an
// item becomes is the state's own business (interp.MapRun), and how a child runs is
// the engine's: the package runs no machine itself.
package maprun

import (
	"context"
	"fmt"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
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
	Buckets Buckets          // nil: there are none
	Formats map[string]Parse // by InputType; those of this package need not be in it
	Start   Start
	Live    bool // children run by the wall clock, each when it is asked to
	Workers int  // in virtual time: children that really run at once; at least 1
}

// Start runs a child to its end. That the child failed is no error: one is returned
// where it could not be run, as when ctx ends.
type Start func(ctx context.Context, run *interp.MapRun, c Child) (Result, error)

// Child is an execution that a Map Run starts.
type Child struct {
	Index int // from 0, in the order of the items
	Input value.Value
	At    time.Time // when it starts; zero by the wall clock
}

// Result is how a child ended.
type Result struct {
	ARN, Name    string
	MachineARN   string
	Status       interp.Status
	Output       value.Value
	Error, Cause string
	Start, Stop  time.Time
}

// Handler does the Map Run.
func (r *Runner) Handler(run *interp.MapRun) handlers.Handler {
	return handlers.HandlerFunc(func(ctx context.Context, c handlers.Call) (value.Value, error) {
		return r.do(ctx, run, c.Scheduled)
	})
}

func (r *Runner) do(ctx context.Context, m *interp.MapRun, at time.Time) (value.Value, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in := &inputs{run: m, read: source{r.Buckets, r.Formats}}
	all, err := in.count(ctx)
	if err != nil {
		return value.Value{}, err
	}
	out, err := r.results(ctx, m)
	if err != nil {
		return value.Value{}, err
	}
	defer out.drop()
	s := newSchedule(r, m, at)
	s.all, s.out = all, out
	if err := s.play(ctx, in); err != nil {
		return value.Value{}, err
	}
	result, err := out.close()
	if err != nil {
		return value.Value{}, err
	}
	if !r.Live {
		if err := handlers.Sleep(ctx, s.end.Sub(at)); err != nil {
			return value.Value{}, err
		}
	}
	if s.failed {
		return value.Value{}, &asl.Error{Name: ErrThreshold, Cause: "The specified tolerated failure threshold was exceeded"}
	}
	return result, nil
}

// failure is an error of a Map Run by which the machine sees what went wrong.
func failure(name string, err error) *asl.Error { return &asl.Error{Name: name, Cause: err.Error()} }

func failf(name, format string, args ...any) *asl.Error {
	return failure(name, fmt.Errorf(format, args...))
}
