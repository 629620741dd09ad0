package runtime

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"canto/asl/value"
	"canto/runtime/drive"
	"canto/runtime/interp"
	"canto/runtime/store"
)

// Execution is an execution that was started and may still run.
type Execution struct {
	ARN, Name  string
	MachineARN string
	// VersionARN and AliasARN are those that it was started by, if it was.
	VersionARN, AliasARN string
	Input                value.Value
	Start                time.Time
	TraceHeader          string

	begin   store.Begin
	watched bool // Look is asked for
	machine *Machine
	process atomic.Pointer[drive.Process]
	done    chan struct{}
	run     *Run
	err     error
}

// Start starts an execution and returns once its first turn is over; the execution
// ends with ctx at the latest. Since others can answer its tasks meanwhile, virtual
// time passes at the wall clock's rate for as long as a task waits for somebody outside.
func (e *Engine) Start(ctx context.Context, m *Machine, input value.Value, opts ...RunOption) (*Execution, error) {
	if err := e.prepare(m); err != nil {
		return nil, err
	}
	b := e.begin(m, input, opts)
	x := e.execution(m, b, e.arn("execution", b.MachineName, b.Name))
	x.watched = true
	x.process.Load().Watch()
	if !e.take(x) {
		return nil, fault("ExecutionAlreadyExists", "Execution Already Exists: '%s'", x.ARN)
	}
	ctx, cancel := context.WithCancel(ctx)
	unbind := context.AfterFunc(e.base, cancel)
	context.AfterFunc(ctx, func() { unbind() })
	if err := apart(ctx, func() error { return e.launch(handed(ctx), x, e.outside(e.driver.Journal)) }); err != nil {
		cancel()
		return nil, err
	}
	go func() { <-x.done; cancel() }()
	return x, nil
}

// execution makes an execution that is ready to run.
func (e *Engine) execution(m *Machine, b store.Begin, arn string) *Execution {
	x := begunBy(b, arn)
	x.machine = m
	x.renew(e)
	return x
}

// begunBy is the execution that has a beginning.
func begunBy(b store.Begin, arn string) *Execution {
	return &Execution{
		ARN: arn, Name: b.Name, MachineARN: b.MachineARN, VersionARN: b.VersionARN, AliasARN: b.AliasARN,
		Input: value.Raw(b.Input), Start: b.Start, TraceHeader: b.TraceHeader, begin: b, done: make(chan struct{}),
	}
}

// renew gives the execution a process that has not begun.
func (x *Execution) renew(e *Engine) *drive.Process {
	p := e.process(x.machine, x.begin, x.ARN)
	if x.watched {
		p.Watch()
	}
	x.process.Store(p)
	return p
}

// ended is an execution that has ended, as the store has it.
func ended(saved store.Saved) *Execution {
	b := saved.Begin
	x := begunBy(b, saved.ID)
	r := &Run{ARN: x.ARN, Name: x.Name, Machine: b.MachineName, Status: interp.Running, Input: x.Input, Start: x.Start, Stop: x.Start}
	if end := saved.End; end != nil {
		r.Status, r.Output, r.Error, r.Cause, r.Stop = interp.Status(end.Status), value.Raw(end.Output), end.Error, end.Cause, end.Stop
	}
	x.end(r, nil)
	return x
}

// outside is the driver of executions that others can reach, and that a journal keeps.
func (e *Engine) outside(journal store.Journal) *drive.Driver {
	d := e.driver
	d.Outside, d.Activities, d.Journal = true, e.activities, journal
	if d.Live && journal != nil {
		d.Park = longWait
	}
	return &d
}

// longWait is from how long on an execution that only waits is not kept in memory.
const longWait = 10 * time.Second

// launch runs the first turn of an execution that take has taken, and lets it run on
// until ctx ends or the engine is closed.
func (e *Engine) launch(ctx context.Context, x *Execution, d *drive.Driver) error {
	return e.drive(ctx, x, d, d.Start)
}

// drive lets an execution run on after its beginning.
func (e *Engine) drive(ctx context.Context, x *Execution, d *drive.Driver, begin func(context.Context, *drive.Process) (func() error, error)) error {
	if err := e.admit(); err != nil {
		e.dismiss(x, err)
		return err
	}
	began := time.Now()
	rest, err := begin(ctx, x.process.Load())
	if err != nil || rest == nil {
		e.finish(x, began, err)
		return err
	}
	go func() {
		err := e.attend(ctx, x, d, rest)
		if err != nil && ctx.Err() == nil {
			e.trouble(x.ARN, err)
		}
		e.finish(x, began, err)
	}()
	return nil
}

// admit counts one more execution that runs, unless the engine is closed.
func (e *Engine) admit() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.base.Err() != nil {
		return ErrClosed
	}
	e.open.Add(1)
	return nil
}

// The pauses before a journal that has failed is tried again.
const (
	firstPause   = time.Second
	longestPause = 30 * time.Second
)

// attend drives an execution to its end. One that only waits is put away meanwhile.
// Where its journal fails, as on a full disk, it goes back to what is kept, and tries
// again after a pause.
func (e *Engine) attend(ctx context.Context, x *Execution, d *drive.Driver, rest func() error) error {
	for pause := firstPause; rest != nil; {
		err := rest()
		var again error
		switch parked, rests := errors.AsType[*drive.Parked](err); {
		case rests:
			again, pause = e.park(ctx, x, parked), firstPause
		case err == nil || ctx.Err() != nil || d.Journal == nil || errors.Is(err, drive.ErrReplay):
			return err
		default:
			e.trouble(x.ARN, err)
			again, pause = e.afresh(ctx, x, pause), min(2*pause, longestPause)
		}
		if again != nil {
			return again
		}
		if rest, err = d.Restart(ctx, x.process.Load()); err != nil {
			rest = func() error { return err }
		}
	}
	return nil
}

// park lets an execution rest that only waits.
func (e *Engine) park(ctx context.Context, x *Execution, parked *drive.Parked) error {
	p := x.process.Load()
	fresh := e.meaning(x.machine, x.begin, x.ARN)
	e.mu.Lock()
	p.Reset(fresh)
	e.mu.Unlock()
	err := p.Rest(ctx, parked)
	if err != nil {
		p.Abandon(err) // whoever has a message for it is told
	}
	return err
}

// afresh gives an execution a new process after a pause.
func (e *Engine) afresh(ctx context.Context, x *Execution, pause time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pause):
	}
	p := x.renew(e)
	p.Keep()
	e.enlist(p)
	e.orphaned(ctx, p) // it may not have been told
	return nil
}

// finish takes leave of an execution that has ended or is given up.
func (e *Engine) finish(x *Execution, began time.Time, err error) {
	defer e.open.Done()
	p := x.process.Load()
	e.release(x)
	if err == nil { // one that is given up runs on later
		e.settle(x.ARN)
		e.mourned(x.MachineARN)
	}
	x.end(newRun(p, p.Final(), time.Since(began)), err)
}

// dismiss takes leave of an execution that was taken and is not begun.
func (e *Engine) dismiss(x *Execution, err error) {
	p := x.process.Load()
	p.Abandon(err)
	e.release(x)
	x.end(newRun(p, p.Final(), 0), err)
}

// take lets the engine know of an execution, unless it knows one of its ARN.
func (e *Engine) take(x *Execution) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	p := x.process.Load()
	if e.executions[x.ARN] != nil || p == nil && e.running[x.ARN] != nil {
		return false
	}
	e.executions[x.ARN] = x
	if p != nil {
		e.running[x.ARN] = p
	}
	return true
}

// release lets go of an execution.
func (e *Engine) release(x *Execution) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.running, x.ARN)
	if e.executions[x.ARN] == x {
		delete(e.executions, x.ARN)
	}
}

// live is the execution of that ARN, if it runs.
func (e *Engine) live(arn string) *Execution {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.executions[arn]
}

// Wait waits until the execution has ended and returns what Run returns, or until
// ctx ends, which does not end the execution.
func (x *Execution) Wait(ctx context.Context) (*Run, error) {
	select {
	case <-x.done:
		return x.run, x.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Look is how far the execution has come, of one that Start has started.
func (x *Execution) Look() *Run {
	if p := x.process.Load(); p != nil && x.running() {
		return newRun(p, p.Snapshot(), 0)
	}
	<-x.done
	return x.run
}

// stop stops the execution, unless it has ended.
func (x *Execution) stop(ctx context.Context, name, cause string) error {
	p := x.process.Load()
	if p == nil {
		return nil
	}
	if err := p.Stop(ctx, name, cause); err != nil && !errors.Is(err, drive.ErrOver) {
		return err
	}
	return nil
}

func (x *Execution) running() bool {
	select {
	case <-x.done:
		return false
	default:
		return true
	}
}

// over says whether the execution has ended, though it may not have been let go of.
func (x *Execution) over() bool {
	p := x.process.Load()
	return p == nil || p.Ended() || !x.running()
}

// begun waits until the beginning of the execution has been kept.
func (x *Execution) begun() {
	if p := x.process.Load(); p != nil {
		select {
		case <-p.Begun():
		case <-x.done:
		}
	}
}

func (x *Execution) end(r *Run, err error) {
	x.run, x.err = r, err
	close(x.done)
	x.process.Store(nil)
}

// Close gives up the executions that still run, and waits for them. Those that a
// store keeps run on when an engine recovers them.
func (e *Engine) Close() {
	e.mu.Lock()
	e.shut()
	e.mu.Unlock()
	e.open.Wait()
}

// NewUUID is a random UUID, version 4. It tells things apart: it is no secret.
func NewUUID() string { return value.RandomUUID(rand.Uint64) }

// seedOf gives every execution randomness of its own, from the engine's seed: FNV-1a.
func seedOf(seed uint64, names ...string) uint64 {
	h := uint64(14695981039346656037)
	mix := func(b byte) { h = (h ^ uint64(b)) * 1099511628211 }
	for range 8 {
		mix(byte(seed))
		seed >>= 8
	}
	for _, name := range names {
		for i := range len(name) {
			mix(name[i])
		}
	}
	return h
}
