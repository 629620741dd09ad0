package interp

import (
	"canto/asl"
	"canto/asl/query"
	"canto/runtime/history"
	"canto/runtime/strand"
)

// branch is a line of an execution that runs states: the machine itself, a branch
// of a Parallel state, or an iteration of a Map state.
type branch struct {
	*strand.Strand
	x     *Execution
	input value // of the whole execution: $$.Execution.Input
	where *history.Branch
	team  *team      // what it was started with; nil for the machine itself
	item  *mapItem   // the nearest iteration around it, if any
	vars  *variables // what it can see
	own   variables  // its own, mostly
	prev  int        // ID of the event that causes the next one
	at    *state     // the state it is in
	stay  *visit     // in it, once it was entered
	first visit      // where it stays, mostly
	memo  query.Memo // of the inputs of its states
}

// run goes from state to state until one ends the machine.
func (b *branch) run(m *machine, in value) (value, error) {
	return b.follow(m.start, in)
}

// follow is run from a state on.
func (b *branch) follow(st *state, in value) (value, error) {
	for st != nil {
		b.at = st
		out, err := b.enter(st, in)
		if err != nil {
			return out.output, err
		}
		st, in = out.next, out.output
		if d := b.Doom(); d != nil && st != nil {
			left := out // a copy: out itself stays off the heap
			b.stay.left = &left
			b.Fail(&asl.Error{Name: d.Name, Cause: d.Cause})
			return in, b.Err()
		}
	}
	return in, nil
}

// record appends an event that the event before it in the branch caused, and moves on to it.
func (b *branch) record(e history.Event) int {
	id := b.aside(e)
	if id > 0 {
		b.prev = id
	}
	return id
}

// aside appends an event that does not cause the next one of the branch.
func (b *branch) aside(e history.Event) int {
	e.Previous, e.Branch = b.prev, b.where
	return b.append(e)
}

// append appends an event that has its cause and its place.
func (b *branch) append(e history.Event) int {
	e.Millis = b.Now().UnixMilli()
	id := b.x.Recorder.Append(e)
	if id == 0 {
		b.Fail(errTooManyEvents)
	}
	return id
}
