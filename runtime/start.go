package runtime

import (
	"context"
	"time"

	"canto/asl/value"
)

// Execution is an execution that was started and may still run.
type Execution struct {
	ARN, Name string
	done      chan struct{}
	run       *Run
	err       error
}

// Start starts an execution and returns at once; the execution ends with ctx at
// the latest. Since others can answer its tasks meanwhile, virtual time passes at
// the wall clock's rate for as long as a task waits for somebody outside.
func (e *Engine) Start(ctx context.Context, m *Machine, input value.Value, opts ...RunOption) (*Execution, error) {
	if err := e.prepare(m); err != nil {
		return nil, err
	}
	began := time.Now()
	p := e.process(m, e.begin(m, input, opts))
	x := &Execution{ARN: p.ID, Name: p.Execution.Name, done: make(chan struct{})}
	driver := e.driver
	driver.Outside = true
	e.enlist(p)
	go func() {
		defer close(x.done)
		defer e.discharge(p)
		x.err = driver.Run(ctx, p)
		x.run = newRun(p, time.Since(began))
	}()
	return x, nil
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
