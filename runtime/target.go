package runtime

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"

	"canto/asl"
	"canto/handlers"
	"canto/runtime/drive"
)

// target is what an execution is started by.
type target struct {
	Machine    *StateMachine // the revision that runs
	VersionARN string        // empty where the machine itself was named
	AliasARN   string        // empty where no alias was named
	Case       string        // the test case of mocks; empty: none
}

// TestCases lets executions be started by a test case of mocks, as Step Functions
// Local does: by the ARN of the machine with "#" and the name of the case after it.
// fits is nil, or says why the machine, of that name, cannot be run with the case. Handlers find the case of
// their execution in the Call.
func TestCases(fits func(m *asl.Machine, machine, name string) error) Option {
	return func(e *Engine) { e.cases = fits }
}

// target is what an ARN names to start, with the test case after it.
func (e *Engine) target(arn string) (target, error) {
	base, name, tested := strings.Cut(arn, "#")
	if !tested || e.cases == nil {
		return e.plainTarget(arn)
	}
	t, err := e.plainTarget(base)
	if err != nil {
		return t, err
	}
	if err := e.cases(t.Machine.Machine.AST, t.Machine.Name(), name); err != nil {
		return target{}, fault("InvalidName", "Invalid Name: '%s': %s", name, err)
	}
	t.Case = name
	return t, nil
}

// plainTarget is what an ARN names to start: a machine, a version of it, or an alias,
// which chooses one of its versions by their weights.
func (e *Engine) plainTarget(arn string) (target, error) {
	x, qualifier := e.catalog.resolve(arn)
	switch {
	case labelled(arn):
		return target{}, unlabelled(arn)
	case x == nil:
		return target{}, noMachine(arn)
	case x.deleting:
		return target{}, deleting(x.ARN)
	case qualifier == "":
		m, err := x.current.ready()
		return target{Machine: m}, err
	}
	var t target
	if a := x.aliases[qualifier]; a != nil {
		t.AliasARN = a.ARN
		_, qualifier = unqualified(a.choose(rand.IntN(100)))
	}
	v := x.version(qualifier)
	if v == nil {
		return target{}, noMachine(arn)
	}
	var err error
	t.Machine, err = v.ready()
	t.VersionARN = v.state.VersionARN
	return t, err
}

// Startable is the machine that StartExecution would run by that ARN: of an alias,
// one of its versions.
func (e *Engine) Startable(arn string) (*StateMachine, error) {
	t, err := e.target(arn)
	return t.Machine, err
}

// resolve is the machine that an ARN names, or nil, and the version or alias of it.
func (c *catalog) resolve(arn string) (x *entry, qualifier string) {
	if x := c.find(arn); x != nil {
		return x, ""
	}
	base, qualifier := unqualified(arn)
	if qualifier == "" {
		return nil, ""
	}
	return c.find(base), qualifier
}

// labelled says whether an ARN names a distributed Map in a machine.
func labelled(arn string) bool {
	return strings.Contains(arn, ":stateMachine:") && strings.Contains(arn, "/")
}

// unlabelled refuses an ARN that has a label. The text is a guess; the reason is the model's.
func unlabelled(arn string) error {
	f := &Fault{Code: "ValidationException", Message: "Labeled ARNs are not supported: '" + arn + "'", Reason: "API_DOES_NOT_SUPPORT_LABELED_ARNS"}
	f.Service = handlers.StepFunctions
	return f
}

func noMachine(arn string) error {
	return fault("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", arn)
}

func deleting(arn string) error {
	return fault("StateMachineDeleting", "State Machine Deleting: '%s'", arn)
}

// openOf are the executions of a machine that run, and the children of its Map Runs
// where those are asked for.
func (e *Engine) openOf(machine string, children bool) []*drive.Process {
	e.mu.Lock()
	defer e.mu.Unlock()
	var open []*drive.Process
	for _, p := range e.running {
		of, _, child := strings.Cut(p.Begin().MachineARN, "/")
		if of == machine && (children || !child) {
			open = append(open, p)
		}
	}
	return open
}

// orphan tells the executions of a machine, and the children of its Map Runs, that it
// was deleted, and says whether executions of it still run. They fail when they come to
// their next state (recorded behaviour).
func (e *Engine) orphan(ctx context.Context, machine string) bool {
	var told sync.WaitGroup
	for _, p := range e.openOf(machine, true) {
		told.Go(func() { doom(ctx, p) })
	}
	told.Wait()
	return len(e.openOf(machine, false)) > 0
}

// doom tells an execution that its machine was deleted. One that ends meanwhile needs
// no telling.
func doom(ctx context.Context, p *drive.Process) {
	name, _, _ := strings.Cut(p.Begin().MachineName, "/")
	_ = p.Doom(ctx, asl.ErrRuntime, "State machine "+name+" has been deleted")
}

// orphaned is orphan for a process that begins when its machine is being deleted already:
// the child of a Map Run, or one in place of a process whose journal failed.
func (e *Engine) orphaned(ctx context.Context, p *drive.Process) {
	machine, _, _ := strings.Cut(p.Begin().MachineARN, "/")
	if x := e.catalog.find(machine); x != nil && x.deleting {
		go doom(ctx, p)
	}
}
