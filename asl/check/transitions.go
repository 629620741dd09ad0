package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"canto/asl"
	"canto/asl/source"
)

// graph is the states of one machine and the ways between them.
type graph struct {
	states   *source.Node
	vertices []vertex // by the places of the states among the members
	edges    []edge
}

// vertex is a state.
type vertex struct {
	first, last int // its edges are edges[first:last]
	counts      bool
	ends        bool // it ends the machine
	blind       bool // it does not say where it goes
	reached     bool
}

// edge is one way from a state to another, as a field names it.
type edge struct {
	field *source.Member
	to    int // the place of the other, or none
}

// none is the place of a state that is not there.
const none = -1

// transitions judges how the states of a machine hang together. Whether it ends,
// and which states are reached, is told only where every way is known.
func (c *checker) transitions(s *scope) {
	g := graphOf(s.machine.Node.Field("States"))
	if !slices.ContainsFunc(g.vertices, func(v vertex) bool { return v.counts }) {
		return
	}
	known := c.targets(g)
	field := s.machine.Node.Member("StartAt")
	if field == nil || field.Value.Kind != source.String || field.Value.HasPlaceholder() {
		return
	}
	start := edge{field, g.find(field.Value.Text)}
	known = c.target(g, &start) && known
	if known && c.terminal(s, g) {
		c.unreachable(g, start.to)
	}
}

func graphOf(states *source.Node) *graph {
	n := len(states.Members)
	g := &graph{states: states, vertices: make([]vertex, n), edges: make([]edge, 0, n)}
	for i := range states.Members {
		m := &states.Members[i]
		if !m.Overridden && !misplaced(spot{name: m.Name, node: m.Value}) {
			g.read(&g.vertices[i], m.Value)
		}
	}
	return g
}

// find is the place of the state of that name, or none.
func (g *graph) find(name string) int {
	if i := g.states.Place(name); i >= 0 && !misplaced(spot{name: name, node: g.states.Members[i].Value}) {
		return i
	}
	return none
}

// names are those of the states.
func (g *graph) names() []string {
	var names []string
	for i, v := range g.vertices {
		if v.counts {
			names = append(names, g.states.Members[i].Name)
		}
	}
	return names
}

// listed names the states, if they are few.
func (g *graph) listed() string {
	const few = 8
	names := g.names()
	if len(names) > few {
		return ""
	}
	for i, name := range names {
		names[i] = strconv.Quote(name)
	}
	return "the states here are " + strings.Join(names, ", ")
}

// nearest is the state that name is most likely a slip of, or none.
func (g *graph) nearest(name string) int { return g.find(source.Nearest(name, g.names())) }

// read finds the ways out of the state n in its fields.
func (g *graph) read(v *vertex, n *source.Node) {
	v.counts, v.first = true, len(g.edges)
	kind, next := pass, false
	for i := range n.Members {
		m := &n.Members[i]
		if m.Overridden {
			continue
		}
		switch m.Name {
		case "Type":
			kind = typeOf(m.Value.Text)
		case "Next":
			next = m.Value.Kind == source.String
			g.way(v, m)
		case "Default":
			g.way(v, m)
		case "Choices", "Catch":
			g.waysIn(v, m.Value)
		case "End":
			v.ends = m.Value.Text != "false"
		}
	}
	v.last = len(g.edges)
	v.ends = v.ends || kind == succeed || kind == fail
	if !v.ends && kind != choice && (kind == 0 || n.Broken || n.Open() || !next) {
		v.blind = true
	}
}

// way adds the way that the field m names.
func (g *graph) way(v *vertex, m *source.Member) {
	switch {
	case m == nil || m.Value.Kind != source.String:
	case m.Value.HasPlaceholder():
		v.blind = true
	default:
		g.edges = append(g.edges, edge{m, g.find(m.Value.Text)})
	}
}

// waysIn adds the Next of each rule or catcher.
func (g *graph) waysIn(v *vertex, list *source.Node) {
	for _, item := range list.Items {
		if !item.Open() {
			g.way(v, item.Member("Next"))
		}
	}
}

// targets reports the transitions to states that are not there, and says whether
// it is known where every state goes.
func (c *checker) targets(g *graph) (known bool) {
	known = true
	for i := range g.edges {
		known = c.target(g, &g.edges[i]) && known
	}
	for i := range g.vertices {
		known = known && !g.vertices[i].blind
	}
	return known
}

// target reports the way e if it leads to no state. It goes on as it was meant,
// if that can be told.
func (c *checker) target(g *graph, e *edge) (known bool) {
	if e.to == none {
		e.to = g.nearest(e.field.Value.Text)
		c.noTarget(g, e)
	}
	return e.to != none
}

func (c *checker) noTarget(g *graph, e *edge) {
	name, help := e.field.Value.Text, ""
	if other := stateNamed(c.root, name); other != nil {
		help = fmt.Sprintf("the state of that name in line %d belongs to another machine: no transition leads into or out of a branch or a Map", other.Span().Position().Line)
	} else if e.to != none {
		help = fmt.Sprintf("did you mean %q?", g.states.Members[e.to].Name)
	} else {
		help = g.listed()
	}
	c.report(source.Diagnostic{
		Code: codeTarget, Location: c.location(e.field.Value), Span: e.field.Value.Span,
		Message: fmt.Sprintf("Missing 'Next' target: %s", name), Help: help,
	})
}

// stateNamed finds a state in m or in a machine inside of it.
func stateNamed(m *asl.Machine, name string) asl.State {
	if s := m.State(name); s != nil {
		return s
	}
	for _, s := range m.States {
		for _, inner := range machinesIn(s) {
			if found := stateNamed(inner, name); found != nil {
				return found
			}
		}
	}
	return nil
}

// machinesIn are the branches of a Parallel, or the processor of a Map.
func machinesIn(s asl.State) []*asl.Machine {
	switch s := s.(type) {
	case *asl.Parallel:
		return s.Branches
	case *asl.Map:
		if s.Processor != nil {
			return []*asl.Machine{s.Processor}
		}
	}
	return nil
}

// terminal reports a machine in which no state ends it.
func (c *checker) terminal(s *scope, g *graph) bool {
	if slices.ContainsFunc(g.vertices, func(v vertex) bool { return v.ends }) {
		return true
	}
	if states := s.machine.Node.Field("States"); states.Broken {
		return false
	}
	span := s.machine.Node.Member("States").NameSpan
	c.report(source.Diagnostic{
		Code: codeEnd, Span: span, Message: "Workflow has no terminal state",
		Help: `give the last state "End": true, or add a state of type Succeed or Fail`,
	})
	return false
}

// unreachable reports each state to which no way leads from start.
func (c *checker) unreachable(g *graph, start int) {
	g.reach(start)
	for i, v := range g.vertices {
		if m := &g.states.Members[i]; v.counts && !v.reached {
			c.report(source.Diagnostic{
				Code: codeTarget, Location: c.location(m.Value), Span: m.NameSpan,
				Message: "State \"" + m.Name + "\" is not reachable.",
				Help:    "let a Next, a Choice or a Catch lead to it, or remove it",
			})
		}
	}
}

// reach marks the states to which a way leads from start.
func (g *graph) reach(start int) {
	g.vertices[start].reached = true
	for todo := []int{start}; len(todo) > 0; {
		v := g.vertices[todo[len(todo)-1]]
		todo = todo[:len(todo)-1]
		for _, e := range g.edges[v.first:v.last] {
			if to := &g.vertices[e.to]; !to.reached {
				to.reached = true
				todo = append(todo, e.to)
			}
		}
	}
}
