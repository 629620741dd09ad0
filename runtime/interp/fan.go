package interp

import (
	"errors"

	"canto/runtime/history"
	"canto/runtime/strand"
)

// team is what a Parallel or Map state has running, and how the events of its
// members hang together (recorded behaviour):
//
//   - a member that starts at once hangs on the state's Started event; one that had
//     to wait, on the last state event of the member that made room for it;
//   - a member that fails brings the others down, and their Aborted events, and those
//     of the states they were in, hang on the event by which it failed.
type team struct {
	leader *visit
	crew   crew
	n      int
	limit  int // of members at once; 0: all
	places []history.Branch
	starts []int // ID of the event on which each member hangs; 0: not started
	fates  []fate
	halted map[int]*checkpoint // where members were that were brought down or failed
	values []value             // the results
	freed  []int               // IDs of the last events of members that made room
	last   int                 // ID of the last event of the member that ended last
	cause  int                 // ID of the event by which a member failed; 0: none has
	victim *branch             // the member
}

// crew is what Parallel and Map differ in.
type crew interface {
	// member prepares the i-th branch or iteration.
	member(b *branch, i int)
	// play runs it.
	play(b *branch, i int) (value, error)
	// note gives the event that says that a member has started, succeeded, ...;
	// ok is false where the state has no such events.
	note(moment moment, i int) (e history.Event, ok bool)
}

// moment is a turn in the life of a member.
type moment int

const (
	memberStarted moment = iota
	memberSucceeded
	memberFailed
	memberAborted
)

// fate is what has become of a member.
type fate uint8

const (
	waiting fate = iota // or begun
	done
	fallen // failed, or brought down after it had begun
)

// newTeam is a team of n members of the crew, at most limit at once (0: all).
func newTeam(n, limit int, c crew) *team {
	return &team{
		crew: c, n: n, limit: limit, places: make([]history.Branch, n),
		starts: make([]int, n), fates: make([]fate, n), values: make([]value, n),
	}
}

// fan runs the members of the team that begin gives, or, in a redrive, those of the
// last one that are not done. It gives the results of all in order.
func (v *visit) fan(begin func() (*team, error)) (_ []value, err error) {
	t := v.take().members
	if t != nil {
		t.regroup()
	} else if t, err = begin(); err != nil {
		return nil, err
	}
	t.leader, v.led, v.members = v, true, t
	err = v.JoinRest(t.n, t.limit, t.done, t.start, func(s *strand.Strand, i int) (err error) {
		t.values[i], err = t.run(s, i)
		return err
	})
	if err != nil {
		t.disband()
		return nil, err
	}
	v.members = nil
	if t.last > 0 {
		v.prev = t.last
	}
	return t.values, nil
}

func (t *team) done(i int) bool { return t.fates[i] == done }

// start lets member i hang where it belongs, just before it begins.
func (t *team) start(i int) {
	v := t.leader
	cause := v.prev
	t.places[i] = history.Branch{Parent: v.where, Index: i}
	if len(t.freed) > 0 {
		cause, t.freed = t.freed[0], t.freed[1:]
	}
	if from := t.halted[i]; from != nil {
		cause = from.prev
	}
	t.starts[i] = t.tell(v.branch, memberStarted, i, cause)
	if t.starts[i] == 0 {
		t.starts[i] = cause
	}
}

// tell records what happens to member i because of an event, where the state has
// such events, and gives the ID; else 0.
func (t *team) tell(b *branch, m moment, i, cause int) int {
	e, ok := t.crew.note(m, i)
	if !ok {
		return 0
	}
	e.Name, e.Previous, e.Branch = t.leader.state.name, cause, &t.places[i]
	return b.append(e)
}

// run is the life of member i.
func (t *team) run(s *strand.Strand, i int) (value, error) {
	v := t.leader
	b := &branch{
		Strand: s, x: v.x, input: v.branch.input, team: t, prev: t.starts[i],
		where: &t.places[i], item: v.branch.item, own: variables{outer: v.vars},
	}
	b.vars = &b.own
	t.crew.member(b, i)
	out, err := t.play(b, i)
	v.x.held -= b.vars.held
	if err != nil {
		t.halt(b, i)
	}
	switch {
	case err == nil:
		t.succeed(b, i)
	case isCanceled(err):
		t.abort(b, i)
	default:
		t.fail(b, i)
	}
	return out, err
}

// play runs member i from its beginning, or from where it was.
func (t *team) play(b *branch, i int) (value, error) {
	from := t.halted[i]
	if from == nil {
		return t.crew.play(b, i)
	}
	delete(t.halted, i)
	b.x.held += from.vars.held
	return b.resume(from)
}

// halt keeps where member i was when it failed, or was brought down.
func (t *team) halt(b *branch, i int) {
	t.fates[i] = fallen
	if t.halted == nil {
		t.halted = map[int]*checkpoint{}
	}
	t.halted[i] = b.checkpoint()
}

func isCanceled(err error) bool {
	var gone *strand.Canceled
	return errors.As(err, &gone)
}

func (t *team) succeed(b *branch, i int) {
	t.fates[i] = done
	t.freed = append(t.freed, b.prev)
	t.last = b.prev
	if id := t.tell(b, memberSucceeded, i, b.prev); id > 0 {
		t.last = id
	}
}

func (t *team) fail(b *branch, i int) {
	t.cause, t.victim = b.prev, b
	t.tell(b, memberFailed, i, b.prev)
}

// abort records that member i was brought down, after the state it was in.
func (t *team) abort(b *branch, i int) {
	cause := t.blame()
	b.aborted(cause)
	t.tell(b, memberAborted, i, cause)
}

// blame is the ID of the event that brought the team down: by which a member of it
// failed, or one of a team around it.
func (t *team) blame() int {
	for ; t != nil; t = t.leader.team {
		if t.cause > 0 {
			return t.cause
		}
	}
	return 0
}

// aborted records that the state in which the branch is was left because of an event.
func (b *branch) aborted(cause int) {
	if b.at != nil && b.at.events.aborted != history.None {
		b.prev = cause
		if b.stay != nil && b.stay.state == b.at && b.stay.mapRun != nil {
			b.aside(history.Event{Type: history.MapRunAborted, Name: b.at.name})
		}
		b.aside(history.Event{Type: b.at.events.aborted, Name: b.at.name})
	}
}

// disband ends a team that was brought down: members that had been started and
// never came to run, then the state in which the first failure was.
func (t *team) disband() {
	v := t.leader
	cause := t.blame()
	for i := range t.n {
		if t.starts[i] > 0 && t.fates[i] == waiting {
			t.tell(v.branch, memberAborted, i, cause)
		}
	}
	if t.victim != nil {
		t.victim.aborted(t.cause)
		v.prev = t.cause
	}
}
