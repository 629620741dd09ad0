package history

import (
	"slices"
	"strings"
)

// place gives the events what their JSON does not tell: the state of those without
// a name, and, where no event has one, the place in the tree of branches. The places
// are worked out from what caused what; which of several siblings was aborted cannot
// always be known, and then it is the oldest.
func place(list []Event) {
	placed := slices.ContainsFunc(list, func(e Event) bool { return e.Branch != nil })
	p := &placing{of: make([]*lane, len(list)+1), events: list, byPath: map[string]*lane{}}
	p.root = p.lane(nil, 0)
	p.of[0] = p.root
	for i := range list {
		e := &list[i]
		l := p.root
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
	kind     string // of the state that it is in: "Map", "Task"
	state    string // the name of that state
	done     bool   // that state has said that it succeeded, failed or was aborted
	children int    // branches that the state has begun
}

// follow moves the lane on by an event in it.
func (l *lane) follow(e *Event) {
	kind, what := e.Type.split()
	switch what {
	case "Entered":
		l.kind, l.state, l.done = kind, e.Name, false
	case "Started":
		l.children = 0
	case "Succeeded", "Failed", "Aborted":
		l.done = l.done || kind == l.kind
	}
	if e.Name == "" && !strings.HasPrefix(e.Type.String(), "Execution") {
		e.Name = l.state
	}
}

// split parts the type of an event that a state has: "MapStateEntered" is Map and Entered.
func (t Type) split() (kind, what string) {
	kind, what, _ = strings.Cut(t.String(), "State")
	return kind, what
}

type placing struct {
	root   *lane
	lanes  []*lane // in the order of their beginning
	of     []*lane // of each event, by its ID
	events []Event
	byPath map[string]*lane
}

func (p *placing) lane(parent *lane, index int) *lane {
	l := &lane{parent: parent}
	if parent != nil {
		l.branch = &Branch{Parent: parent.branch, Index: index}
	}
	p.lanes = append(p.lanes, l)
	p.byPath[l.branch.String()] = l
	return l
}

// given is the lane of a branch that the trace tells.
func (p *placing) given(b *Branch) *lane {
	if l := p.byPath[b.String()]; l != nil {
		return l
	}
	return p.lane(p.given(b.Parent), b.Index)
}

// find works out the lane of e from the event that caused it.
func (p *placing) find(e *Event) *lane {
	from := p.of[e.Previous]
	kind, what := e.Type.split()
	switch {
	case e.Previous == 0 || e.Type.Terminal():
		return p.root
	case e.Type == MapIterationStarted:
		return p.lane(from.owner("Map", e.Name), int(e.Index))
	case strings.HasPrefix(kind, "MapIteration"):
		return p.iteration(from, e)
	case what == "Aborted":
		return p.victim(from, kind)
	case what == "Entered" && p.events[e.Previous-1].Type == ParallelStateStarted:
		from.children++
		return p.lane(from, from.children-1)
	case what != "" && what != "Entered":
		return from.owner(kind, e.Name)
	}
	return from
}

// owner is the lane, from this one outwards, that is in a state of that kind and
// name; where there is no name, in one that has not ended.
func (l *lane) owner(kind, name string) *lane {
	for o := l; o != nil; o = o.parent {
		if o.kind == kind && (o.state == name || name == "" && !o.done) {
			return o
		}
	}
	return l
}

// iteration is the lane of the iteration that e is about: around its cause, or else
// the latest of that index.
func (p *placing) iteration(from *lane, e *Event) *lane {
	is := func(l *lane) bool {
		return l.parent != nil && l.parent.state == e.Name && l.branch.Index == int(e.Index)
	}
	if e.Type != MapIterationAborted {
		for l := from; l != nil; l = l.parent {
			if is(l) {
				return l
			}
		}
	}
	for _, l := range slices.Backward(p.lanes) {
		if is(l) {
			return l
		}
	}
	return from
}

// victim is the oldest lane, other than the one that failed, that is still in a
// state of that kind.
func (p *placing) victim(failed *lane, kind string) *lane {
	for _, l := range p.lanes {
		if l != failed && l.kind == kind && !l.done {
			return l
		}
	}
	if failed.parent != nil {
		return failed.parent
	}
	return failed
}
