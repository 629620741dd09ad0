// Package interp gives each kind of state its meaning: one file per state, read
// as the language's specification reads. It compiles a machine once, and runs it
// on strands as often as wanted. It never touches a clock, a worker, a store or a
// random source: time is the strand's, and randomness is seeded by the execution.
package interp

import (
	"time"

	"canto/asl"
	"canto/asl/source"
	"canto/runtime/history"
)

// Program is a machine compiled: every path, template and rule once. It is
// immutable, and any number of executions may run it at once.
type Program struct {
	root    *machine
	timeout time.Duration // of the whole execution; 0: none
}

// Compile compiles m. What check.Machine accepts compiles.
func Compile(m *asl.Machine) (*Program, source.Diagnostics) {
	c := &compiler{}
	p := &Program{root: c.machine(m), timeout: time.Duration(m.TimeoutSeconds) * time.Second}
	if c.faults.HasErrors() {
		return nil, c.faults
	}
	return p, c.faults
}

// machine is a compiled machine, branch or processor.
type machine struct{ start *state }

// state is a compiled state.
type state struct {
	name     string
	behavior behavior
	io       dataflow
	exit     exit // its next is nil at the End, and where a rule says where to go on
	retry    []retrier
	catch    []catcher
	events   stateEvents
	compact  bool // what it is entered with loses its spaces in the history
}

// behavior is what a type of state does between its Entered and its Exited event.
type behavior interface {
	run(v *visit) (outcome, error)
}

// outcome is how a state ends: its output, and where the machine goes on.
type outcome struct {
	output   value
	next     *state // nil: the machine ends
	assigned []assignment
}

// stateEvents are the events that frame a type of state.
type stateEvents struct{ entered, exited, aborted history.Type }

var eventsOf = map[string]stateEvents{
	"Task":     {history.TaskStateEntered, history.TaskStateExited, history.TaskStateAborted},
	"Pass":     {history.PassStateEntered, history.PassStateExited, history.None},
	"Choice":   {history.ChoiceStateEntered, history.ChoiceStateExited, history.None},
	"Wait":     {history.WaitStateEntered, history.WaitStateExited, history.WaitStateAborted},
	"Succeed":  {history.SucceedStateEntered, history.SucceedStateExited, history.None},
	"Fail":     {history.FailStateEntered, history.None, history.None},
	"Parallel": {history.ParallelStateEntered, history.ParallelStateExited, history.ParallelStateAborted},
	"Map":      {history.MapStateEntered, history.MapStateExited, history.MapStateAborted},
}
