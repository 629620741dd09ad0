package runtime

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/store"
)

// StartInput is what an execution of a registered machine is started with.
type StartInput struct {
	StateMachine string // ARN
	Name         string // empty: one is made up
	Input        string // JSON; empty: {}
	TraceHeader  string
}

// StartExecution starts an execution of a registered machine, and returns at once.
// The engine keeps it, and what came of it, unless it is EXPRESS. Starting a STANDARD execution twice, by
// the same name and with the same input, gives the first one while it runs.
func (e *Engine) StartExecution(ctx context.Context, in StartInput) (*Execution, error) {
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
	x.StateMachine, x.TraceHeader = m, in.TraceHeader
	first, err := e.keep(x)
	if err != nil || first != x {
		return first, err
	}
	if err := e.launch(e.base, x); err != nil {
		return nil, err
	}
	if e.driver.Journal != nil {
		x.begun()
	}
	return x, nil
}

// beginning checks what an execution is to begin with.
func (e *Engine) beginning(ctx context.Context, t target, in StartInput) (store.Begin, error) {
	m := t.Machine
	b := store.Begin{Name: in.Name, RoleARN: m.RoleARN, MachineARN: m.ARN, Start: e.nowIn(ctx)}
	if b.Name == "" {
		b.Name = uuid()
	}
	if err := checkName(b.Name); err != nil {
		return b, err
	}
	if in.Input == "" {
		in.Input = "{}"
	}
	v, err := value.Parse(in.Input)
	if err != nil {
		return b, fault("InvalidExecutionInput", "Invalid State Machine Execution Input: '%s'", err)
	}
	b.Input = v.Text()
	return e.begin(m.Machine, v, []RunOption{func(to *store.Begin) {
		to.Name, to.RoleARN, to.MachineARN, to.Start = b.Name, b.RoleARN, b.MachineARN, b.Start
		to.VersionARN, to.AliasARN, to.Case = t.VersionARN, t.AliasARN, t.Case
		to.Seed = seedOf(e.seed, m.ARN, b.Name)
	}}), nil
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
		return e.arn("express", m.Machine.Name, name, uuid())
	}
	return e.arn("execution", m.Machine.Name, name)
}

// keep takes a new execution in, or gives the one that has its ARN.
func (e *Engine) keep(x *Execution) (*Execution, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.executions[x.ARN]
	if old == nil {
		e.executions[x.ARN] = x
		e.started[x.MachineARN] = append(e.started[x.MachineARN], x)
		return x, nil
	}
	if old.running() && old.Input.Text() == x.Input.Text() {
		return old, nil
	}
	return nil, fault("ExecutionAlreadyExists", "Execution Already Exists: '%s'", x.ARN)
}

// Execution is the execution of that ARN, of those that StartExecution has started.
func (e *Engine) Execution(arn string) (*Execution, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if x := e.executions[arn]; x != nil {
		return x, nil
	}
	return nil, fault("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", arn)
}

// Executions are those of a registered machine, the newest first.
func (e *Engine) Executions(machine string) []*Execution {
	e.mu.Lock()
	all := slices.Clone(e.started[machine])
	e.mu.Unlock()
	slices.Reverse(all)
	slices.SortStableFunc(all, func(a, b *Execution) int { return b.Start.Compare(a.Start) })
	return all
}

// StopExecution stops an execution, if it still runs, and says when it ended.
func (e *Engine) StopExecution(ctx context.Context, arn, name, cause string) (time.Time, error) {
	x, err := e.Execution(arn)
	if err != nil {
		return time.Time{}, err
	}
	if p := x.process.Load(); p != nil {
		if err := p.Stop(ctx, name, cause); err != nil && ctx.Err() != nil {
			return time.Time{}, err
		}
		if _, err := x.Wait(ctx); err != nil {
			return time.Time{}, err
		}
	}
	return x.Look().Stop, nil
}

// launch runs an execution that is ready, until ctx ends or the engine is closed.
func (e *Engine) launch(ctx context.Context, x *Execution) error {
	if err := e.admit(); err != nil {
		return err
	}
	driver := e.driver
	driver.Outside, driver.Activities = true, e.activities
	p := x.process.Load()
	e.enlist(p)
	ctx, cancel := context.WithCancel(ctx)
	unbind := context.AfterFunc(e.base, cancel)
	go func() {
		defer e.open.Done()
		defer cancel()
		defer unbind()
		began := time.Now()
		err := driver.Run(ctx, p)
		e.discharge(p)
		e.release(x)
		_ = e.mourn(context.WithoutCancel(ctx), x.MachineARN) // where it fails, the next does it
		x.end(newRun(p, p.Final(), time.Since(began)), err)
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

// release lets go of an EXPRESS execution that has ended: nobody can ask for it.
func (e *Engine) release(x *Execution) {
	if x.StateMachine == nil || !x.StateMachine.Express() {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.executions, x.ARN)
	e.started[x.MachineARN] = slices.DeleteFunc(e.started[x.MachineARN], func(o *Execution) bool { return o == x })
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

// execution makes an execution that is ready to run.
func (e *Engine) execution(m *Machine, b store.Begin, arn string) *Execution {
	p := e.process(m, b, arn)
	p.Watch()
	x := &Execution{
		ARN: arn, Name: b.Name, MachineARN: b.MachineARN, VersionARN: b.VersionARN, AliasARN: b.AliasARN, Input: value.Raw(b.Input), Start: b.Start,
		done: make(chan struct{}),
	}
	x.process.Store(p)
	return x
}

// Close gives up the executions that still run, and waits for them.
func (e *Engine) Close() {
	e.mu.Lock()
	e.shut()
	e.mu.Unlock()
	e.open.Wait()
}

// uuid is a random UUID, version 4.
func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// seedOf gives every execution randomness of its own, from the engine's seed.
func seedOf(seed uint64, names ...string) uint64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.LittleEndian, seed)
	for _, name := range names {
		_, _ = h.Write([]byte(name))
	}
	return h.Sum64()
}
