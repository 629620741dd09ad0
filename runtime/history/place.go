package history

import (
	"slices"
	"strings"
)

// place gives the events what their JSON does not tell: the state of those without
// a name, and, where no event has one, the place in the tree of branches. The places
// are worked out from what caused what. Which of several siblings was aborted cannot
// always be known: then it is the innermost, and of these the first.
func place(list []Event) {
	placed := slices.ContainsFunc(list, func(e Event) bool { return e.Branch != nil })
	root := &lane{}
	p := &placing{root: root, of: make([]*lane, len(list)+1), events: list}
	p.of[0] = root
	for i := range list {
		e := &list[i]
		l := root
		switch {
		case placed:
			l = p.given(e.Branch)
		case e.Previous < e.ID:
			l = p.find(e)
		}
		e.Branch, p.of[e.ID] = l.branch, l
		l.follow(e)
	}
}

// lane is a branch, as the events so far tell it.
type lane struct {
	parent   *lane
	branch   *Branch
	kind     string  // of the state that it is in: "Map", "Task"
	state    string  // the name of that state
	done     bool    // that state was left, or has said how it ended
	left     bool    // it was left
	ended    bool    // the iteration has ended
	children []*lane // branches that the state has begun
}

// begin adds a branch to the state that the lane is in.
func (l *lane) begin(index int) *lane {
	child := &lane{parent: l, branch: &Branch{Parent: l.branch, Index: index}}
	l.children = append(l.children, child)
	return child
}

// follow moves the lane on by an event in it.
func (l *lane) follow(e *Event) {
	kind, what := e.Type.split()
	switch what {
	case "Entered":
		l.kind, l.state, l.done, l.left = kind, e.Name, false, false
	case "Started":
		l.children = nil
	case "Succeeded", "Failed", "Aborted", "Exited":
		l.done = l.done || kind == l.kind
		l.left = l.left || kind == l.kind && what == "Exited"
	}
	switch e.Type {
	case ExecutionRedriven:
		l.reopen()
	case MapIterationStarted:
		l.ended = false
	case MapIterationSucceeded, MapIterationFailed, MapIterationAborted:
		l.ended = true
	}
	if e.Name == "" && !strings.HasPrefix(e.Type.String(), "Execution") {
		e.Name = l.state
	}
}

// reopen takes back how the states that were not left, in the lane and in those in it,
// have ended: a redrive goes on with them.
func (l *lane) reopen() {
	l.done = l.left
	for _, child := range l.children {
		child.reopen()
	}
}

// iteration is the lane of that iteration of the state that the lane is in: a new one,
// or, in a redrive, that of before.
func (l *lane) iteration(index int) *lane {
	for _, child := range l.children {
		if child.branch.Index == index {
			return child
		}
	}
	return l.begin(index)
}

// split parts the type of an event that a state has: "MapStateEntered" is Map and Entered.
func (t Type) split() (kind, what string) {
	kind, what, _ = strings.Cut(t.String(), "State")
	return kind, what
}

type placing struct {
	root   *lane
	of     []*lane // of each event, by its ID
	events []Event
}

// given is the lane of a branch that the trace tells.
func (p *placing) given(b *Branch) *lane {
	if b == nil {
		return p.root
	}
	parent := p.given(b.Parent)
	for _, l := range slices.Backward(parent.children) {
		if l.branch.Index == b.Index {
			return l
		}
	}
	return parent.begin(b.Index)
}

// find works out the lane of e from the event that caused it.
func (p *placing) find(e *Event) *lane {
	from := p.of[e.Previous]
	kind, what := e.Type.split()
	switch {
	case what == "Aborted":
		return p.victim(from, func(l *lane) bool { return l.kind == kind && !l.done })
	case e.Type == MapIterationAborted:
		return p.victim(from, func(l *lane) bool { return !l.ended && l.isIteration(e) })
	case e.Previous == 0 || e.Type.Terminal():
		return p.root
	case e.Type == MapIterationStarted:
		return from.owner("Map", e.Name).iteration(int(e.Index))
	case e.Type == MapIterationSucceeded || e.Type == MapIterationFailed:
		return from.outwards(func(l *lane) bool { return l.isIteration(e) })
	case what == "Entered" && p.events[e.Previous-1].Type == ParallelStateStarted:
		return from.begin(len(from.children))
	case what != "" && what != "Entered":
		return from.owner(kind, e.Name)
	}
	return from
}

// isIteration says whether the lane is the iteration that e is about.
func (l *lane) isIteration(e *Event) bool {
	return l.parent != nil && l.parent.state == e.Name && l.branch.Index == int(e.Index)
}

// owner is the lane, from this one outwards, that is in a state of that kind and
// name; where there is no name, in one that has not ended.
func (l *lane) owner(kind, name string) *lane {
	return l.outwards(func(o *lane) bool {
		return o.kind == kind && (o.state == name || name == "" && !o.done)
	})
}

// outwards is the first lane that is so, from this one outwards; else this one.
func (l *lane) outwards(is func(*lane) bool) *lane {
	for o := l; o != nil; o = o.parent {
		if is(o) {
			return o
		}
	}
	return l
}

// victim is the lane that was brought down because failed has failed: one beside it,
// the innermost first, that is so; else failed itself. Where nothing has failed, as
// when the execution was stopped, it may be any lane.
func (p *placing) victim(failed *lane, is func(*lane) bool) *lane {
	around := failed
	if failed.parent != nil {
		around = failed.parent
	}
	for _, l := range around.children {
		if l == failed {
			continue
		}
		if found := l.inwards(is); found != nil {
			return found
		}
	}
	return failed
}

// inwards is the innermost lane in this one that is so, or nil.
func (l *lane) inwards(is func(*lane) bool) *lane {
	for _, child := range l.children {
		if found := child.inwards(is); found != nil {
			return found
		}
	}
	if is(l) {
		return l
	}
	return nil
}
