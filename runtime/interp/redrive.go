package interp

import (
	"time"

	jsonvalue "canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/strand"
)

// checkpoint is where a branch stood when it failed or was given up: in a state, or
// just behind one. It is nil where the branch had entered none.
type checkpoint struct {
	state   *state
	input   value // raw, of the state
	number  int   // of the visit
	entered time.Time
	id      int // of the Entered event
	before  int // of the event before it
	prev    int // the event on which the next one hangs
	vars    *variables
	undone
	left *outcome // of the state, where it had been left
}

// undone is what a state has begun and not come to the end of, in its last attempt.
type undone struct {
	members *team
	mapRun  *begunRun
}

// checkpoint is where the branch stands.
func (b *branch) checkpoint() *checkpoint {
	v := b.stay
	if v == nil {
		return nil
	}
	return &checkpoint{
		state: v.state, input: v.input, number: v.number, entered: v.entered, id: v.id, before: v.before,
		prev: b.prev, vars: b.vars, undone: v.undone, left: v.left,
	}
}

// halt is where an execution stood when it ended without success.
type halt struct {
	at    *checkpoint
	input value // of the execution
}

// Redrive goes on with an execution that has failed, timed out or was aborted, on a
// strand of its own: in the states in which it was, with their input and variables,
// as a retry would, whose count begins anew. Branches and iterations that are done
// are not run again; those that were not begun are begun. It leaves in x how it ended.
func (p *Program) Redrive(s *strand.Strand, x *Execution) error {
	from := x.halted
	x.RedriveCount++
	x.Redriven = s.Now()
	x.Status, x.Output, x.Error, x.Cause, x.Stop = Running, value{}, "", "", time.Time{}
	b := &branch{Strand: s, x: x, input: from.input, vars: &variables{}, prev: x.Recorder.Len()}
	b.record(history.Event{Type: history.ExecutionRedriven, Info: &history.Info{RedriveCount: x.RedriveCount}})
	p.limit(s)
	if from.at == nil {
		b.prev = 0
		return x.conclude(b, func() (value, error) { return b.run(p.root, from.input) })
	}
	b.prev = from.at.prev
	return x.conclude(b, func() (value, error) { return b.resume(from.at) })
}

// limit sets the execution's own limit of time.
func (p *Program) limit(s *strand.Strand) {
	if p.timeout > 0 {
		s.Deadline(s.Now().Add(p.timeout))
	}
}

// resume goes on where a branch was. The state is not entered once more; only a Fail
// state is, which does nothing else.
func (b *branch) resume(from *checkpoint) (jsonvalue.Value, error) {
	b.vars = from.vars
	v := &visit{
		branch: b, state: from.state, input: from.input, number: from.number, entered: from.entered,
		id: from.id, before: from.before, item: b.item, memo: &b.memo, undone: from.undone, left: from.left,
	}
	b.at, b.stay = v.state, v
	b.Revisit(v.number)
	if v.left != nil {
		return b.follow(v.left.next, v.left.output)
	}
	if _, fails := v.state.behavior.(*fail); fails {
		v.id = b.record(history.Event{Type: v.state.events.entered, Name: v.state.name, Data: v.input.Text()})
	}
	v.resumes = true
	out, err := v.finish()
	if err != nil {
		return out.output, err
	}
	return b.follow(out.next, out.output)
}

// take gives what the attempt before this one has begun, if this is the first one of a
// redrive. Every other attempt begins anew.
func (v *visit) take() undone {
	was, again := v.undone, v.resumes
	v.resumes, v.undone = false, undone{}
	if !again {
		return undone{}
	}
	return was
}

// regroup makes the team ready to run the members that are not done.
func (t *team) regroup() {
	clear(t.starts)
	for i, f := range t.fates {
		if f == fallen {
			t.fates[i] = waiting
		}
	}
	t.freed, t.cause, t.victim = nil, 0, nil
}
