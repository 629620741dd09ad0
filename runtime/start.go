package runtime

import (
	"context"
	"sync/atomic"
	"time"

	"canto/asl/value"
	"canto/runtime/drive"
)

// Execution is an execution that was started and may still run.
type Execution struct {
	ARN, Name  string
	MachineARN string
	// VersionARN and AliasARN are those that it was started by, if it was.
	VersionARN, AliasARN string
	// StateMachine is the registered machine as it was at the start, of those that
	// StartExecution has started.
	StateMachine *StateMachine
	Input        value.Value
	Start        time.Time
	TraceHeader  string

	process atomic.Pointer[drive.Process] // nil once it has ended
	done    chan struct{}
	run     *Run
	err     error
}

// Start starts an execution and returns at once; the execution ends with ctx at
// the latest. Since others can answer its tasks meanwhile, virtual time passes at
// the wall clock's rate for as long as a task waits for somebody outside.
func (e *Engine) Start(ctx context.Context, m *Machine, input value.Value, opts ...RunOption) (*Execution, error) {
	if err := e.prepare(m); err != nil {
		return nil, err
	}
	b := e.begin(m, input, opts)
	x := e.execution(m, b, e.arn("execution", b.MachineName, b.Name))
	if err := e.launch(ctx, x); err != nil {
		return nil, err
	}
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

// Look is how far the execution has come.
func (x *Execution) Look() *Run {
	p := x.process.Load()
	if p == nil || !x.running() {
		<-x.done
		return x.run
	}
	return newRun(p, p.Snapshot(), 0)
}

func (x *Execution) running() bool {
	select {
	case <-x.done:
		return false
	default:
		return true
	}
}

func (x *Execution) end(r *Run, err error) {
	x.run, x.err = r, err
	close(x.done)
	x.process.Store(nil)
}
