package runtime

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/drive"
	"canto/runtime/history"
	"canto/runtime/interp"
	"canto/runtime/maprun"
	"canto/runtime/store"
)

// Buckets finds the buckets that distributed Map states read and write, by their
// names. Without it there are none.
func Buckets(find func(name string) (handlers.Bucket, error)) Option {
	return func(e *Engine) { e.maps.Buckets = find }
}

// ItemFormat adds an InputType of ItemReaders, as PARQUET by package
// runtime/maprun/parquet. CSV, JSON, JSONL and MANIFEST are known without it.
func ItemFormat(inputType string, parse maprun.Parse) Option {
	return func(e *Engine) {
		if e.maps.Formats == nil {
			e.maps.Formats = map[string]maprun.Parse{}
		}
		e.maps.Formats[inputType] = parse
	}
}

// childrenPerProcessor is how many children of a Map Run really run at once in
// virtual time: they may wait for functions that are busy elsewhere.
const childrenPerProcessor = 64

// jobs finds who does a job that a process asks for: a Map Run.
func (e *Engine) jobs(d *drive.Driver, p *drive.Process, job any) (handlers.Handler, error) {
	run, ok := job.(*interp.MapRun)
	if !ok {
		return nil, fmt.Errorf("nobody does a %T", job)
	}
	runner := e.maps
	runner.Live, runner.Workers = d.Live, childrenPerProcessor*runtime.GOMAXPROCS(0)
	runner.Start = e.children(d, p)
	if d.Journal != nil {
		runner.Runs, runner.Abort, runner.Abandon = e.mapRuns, e.abortChildren, e.abandoned
	}
	return runner.Handler(run), nil
}

// children starts the children of a Map Run that parent asks for: executions with a
// history of their own, or none where they are EXPRESS. The store keeps the others: a
// Map Run that is asked for again after a crash finds them by their names, and goes on.
func (e *Engine) children(d *drive.Driver, parent *drive.Process) maprun.Start {
	driver := *d
	driver.Observe, driver.Park = nil, 0
	return func(ctx context.Context, run *interp.MapRun, c maprun.Child) (maprun.Result, error) {
		x := child(parent.Execution, run, c)
		x.Recorder.Discard = run.Express && driver.Notices == nil // nobody asks for it
		result, err := e.runChild(ctx, driver, run, c, x, parent.Begin().Revision)
		if err != nil {
			return maprun.Result{}, &drive.Unfinished{Err: err}
		}
		return result, nil
	}
}

// runChild runs a child to its end, from its beginning or from where the store has it.
func (e *Engine) runChild(ctx context.Context, d drive.Driver, run *interp.MapRun, c maprun.Child, x *interp.Execution, revision string) (maprun.Result, error) {
	begin := store.Begin{
		Engine: Version, Input: c.Input.Text(), Parent: run.Execution, MapRunARN: run.ARN, Items: c.Items, Name: x.Name, RoleARN: x.RoleARN, MachineARN: x.MachineARN,
		MachineName: x.MachineName, Region: x.Region, Start: x.Start, Seed: x.Seed, NoLimits: x.NoLimits, Case: x.Case,
		Express: run.Express, Revision: revision,
	}
	play := d.Run
	if run.Express {
		d.Journal = nil
	}
	if d.Journal != nil {
		saved, err := d.Journal.Load(context.WithoutCancel(ctx), x.ARN) // what is given up now is aborted, and not left
		switch again := e.redrives(run, c, saved); {
		case err == nil && saved.End != nil && again.IsZero():
			return keptResult(saved), nil
		case err == nil:
			begin, x.Start, play = saved.Begin, saved.Begin.Start, goOn(&d, again)
		case !errors.Is(err, store.ErrNotFound):
			return maprun.Result{}, err
		}
	}
	p := drive.New(run.Children, begin, x)
	e.enlist(p)
	defer e.discharge(p)
	ctx, release := abortable(ctx, p, d.Live)
	defer release()
	e.orphaned(ctx, p)
	err := play(ctx, p)
	if err == nil {
		e.settle(x.ARN)
	}
	return maprun.Result{
		ARN: x.ARN, Name: x.Name, MachineARN: x.MachineARN, Status: x.Status,
		Output: x.Output, Error: x.Error, Cause: x.Cause, Start: x.Start, Stop: x.Stop,
		Final: !run.Express && x.Recorder.Len() > maxRedrivable,
	}, err
}

// keptResult is how a child has ended that is not run again.
func keptResult(saved store.Saved) maprun.Result {
	b, end := saved.Begin, saved.End
	r := maprun.Result{
		ARN: saved.ID, Name: b.Name, MachineARN: b.MachineARN, Status: interp.Status(end.Status),
		Error: end.Error, Cause: end.Cause, Start: b.Start, Stop: end.Stop,
		Final: saved.Count > maxRedrivable || end.Forced,
	}
	if r.Status == interp.Succeeded {
		r.Output = value.Raw(end.Output)
	}
	return r
}

// redrives is when a child is redriven that the store has; zero where it is not. One is
// that came to no success before its Map Run was redriven, if it can be.
func (e *Engine) redrives(run *interp.MapRun, c maprun.Child, saved store.Saved) time.Time {
	began := saved.Begin.Start
	if saved.Redrive != nil {
		began = saved.Redrive.At
	}
	at := c.At
	if at.IsZero() {
		at = e.now()
	}
	if run.Redrives == 0 || !began.Before(c.Round) || unredrivable(saved, at) != "" {
		return time.Time{}
	}
	return at
}

// goOn is how a child goes on that the store has, and that is redriven then, or has not
// ended.
func goOn(d *drive.Driver, redriven time.Time) func(context.Context, *drive.Process) error {
	if redriven.IsZero() {
		return d.Resume
	}
	return func(ctx context.Context, p *drive.Process) error { return d.Redrive(ctx, p, redriven, "") }
}

// abortable is the context for a child: where its Map Run gives it up, by the wall
// clock, it is aborted, and not left where it stands.
func abortable(ctx context.Context, p *drive.Process, live bool) (context.Context, func()) {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	unbind := context.AfterFunc(ctx, func() {
		if live && errors.Is(context.Cause(ctx), handlers.ErrWithdrawn) && p.Stop(own, "", "") == nil {
			return
		}
		cancel()
	})
	return own, func() { unbind(); cancel() }
}

// child is the execution that runs a child. Its randomness is its own, and the same
// in every run.
func child(parent *interp.Execution, run *interp.MapRun, c maprun.Child) *interp.Execution {
	name := run.ChildName(c.Index)
	x := &interp.Execution{
		ARN: run.ChildARN(name), Name: name, RoleARN: parent.RoleARN,
		MachineARN: run.MachineARN, MachineName: run.Machine, Region: parent.Region,
		Seed: parent.Seed + uint64(c.Index+1)*0x9e3779b97f4a7c15, Start: c.At, NoLimits: parent.NoLimits, Case: parent.Case,
		Recorder: &history.Recorder{}, Status: interp.Running,
	}
	if c.At.IsZero() {
		x.Start = time.Now().UTC().Truncate(time.Millisecond)
	}
	switch {
	case run.Express:
		x.MaxVisits = interp.MaxExpressVisits
	case !x.NoLimits:
		x.Recorder.Limit = history.MaxEvents
	}
	x.Token = func(request string) string { return token(x.ARN, request) }
	return x
}
