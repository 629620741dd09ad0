package check

import (
	"fmt"
	"strings"

	"canto/asl"
	"canto/asl/source"
)

// edge is one way from a state to another, as a field of owner names it.
type edge struct {
	owner spot
	field *source.Member
	to    string
}

// node of the graph of a machine.
type vertex struct {
	name  spot
	edges []edge
	ends  bool // it ends the machine
	blind bool // it does not say where it goes

	reached bool
}

// transitions judges how the states of a machine hang together. Whether it ends,
// and which states are reached, is told only where every way is known.
func (c *checker) transitions(s *scope) {
	g := graphOf(s)
	if len(g.vertices) == 0 {
		return
	}
	known := c.targets(g)
	start := s.machine.Node.Member("StartAt")
	if start == nil || start.Value.Kind != source.String || start.Value.HasPlaceholder() {
		return
	}
	name := start.Value.Text
	if g.find(name) == nil {
		c.noTarget(g, edge{s.spot(), start, name})
		known = known && g.nearest(name) != nil
	}
	if known && c.terminal(s, g) {
		c.unreachable(g, name)
	}
}

// graph is the states of one machine, in the order of the text.
type graph struct {
	vertices []*vertex
	byName   map[string]*vertex
}

func graphOf(s *scope) *graph {
	states := s.machine.Node.Field("States")
	g := &graph{byName: make(map[string]*vertex, len(states.Members))}
	vertices := make([]vertex, len(states.Members))
	at := &place{s.at, "States", noIndex}
	for i := range states.Members {
		m := &states.Members[i]
		if m.Overridden {
			continue
		}
		v := &vertices[i]
		v.name = at.child(m, nil)
		if misplaced(v.name) {
			continue
		}
		v.read()
		g.vertices = append(g.vertices, v)
		g.byName[m.Name] = v
	}
	return g
}

func (g *graph) find(name string) *vertex { return g.byName[name] }

// listed names the states, if they are few.
func (g *graph) listed() string {
	const few = 8
	if len(g.vertices) > few {
		return ""
	}
	names := make([]string, len(g.vertices))
	for i, v := range g.vertices {
		names[i] = fmt.Sprintf("%q", v.name.name)
	}
	return "the states here are " + strings.Join(names, ", ")
}

// nearest is the state that name is most likely a slip of, or nil.
func (g *graph) nearest(name string) *vertex {
	names := make([]string, len(g.vertices))
	for i, v := range g.vertices {
		names[i] = v.name.name
	}
	return g.byName[source.Nearest(name, names)]
}

// read finds the ways out of a state in its fields.
func (v *vertex) read() {
	n := v.name.node
	kind := typeOf["Pass"]
	if t := n.Field("Type"); t != nil {
		kind = typeOf[t.Text]
	}
	v.edge(v.name, "Next")
	v.edge(v.name, "Default")
	v.edgesIn("Choices")
	v.edgesIn("Catch")
	next, end := n.Field("Next"), n.Field("End")
	switch {
	case kind == succeed || kind == fail, end != nil && end.Text != "false":
		v.ends = true
	case kind == choice:
	case kind == 0, n.Broken, n.Open(), next == nil, next.Open(), next.Kind != source.String:
		v.blind = true
	}
}

func (v *vertex) edge(f spot, field string) {
	switch m := f.node.Member(field); {
	case m == nil || m.Value.Kind != source.String:
	case m.Value.HasPlaceholder():
		v.blind = true
	default:
		v.edges = append(v.edges, edge{f, m, m.Value.Text})
	}
}

// edgesIn finds the Next of each rule or catcher.
func (v *vertex) edgesIn(field string) {
	list, ok := v.name.field(field)
	if !ok {
		return
	}
	for _, item := range list.items() {
		v.edge(item, "Next")
	}
}

// targets reports the transitions to states that are not there, and says whether
// it is known where every state goes.
func (c *checker) targets(g *graph) (known bool) {
	known = true
	for _, v := range g.vertices {
		known = known && !v.blind
		for i, e := range v.edges {
			if g.find(e.to) != nil {
				continue
			}
			c.noTarget(g, e)
			near := g.nearest(e.to)
			if near == nil {
				known = false
				continue
			}
			v.edges[i].to = near.name.name // go on as it was meant
		}
	}
	return known
}

func (c *checker) noTarget(g *graph, e edge) {
	help := g.listed()
	if near := g.nearest(e.to); near != nil {
		help = fmt.Sprintf("did you mean %q?", near.name.name)
	}
	if other := stateNamed(c.root, e.to); other != nil {
		help = fmt.Sprintf("the state of that name in line %d belongs to another machine: no transition leads into or out of a branch or a Map", other.Span().Position().Line)
	}
	c.report(source.Diagnostic{
		Code: codeTarget, Location: e.owner.at().child(e.field, nil).at().String(), Span: e.field.Value.Span,
		Message: fmt.Sprintf("Missing 'Next' target: %s", e.to), Help: help,
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
	for _, v := range g.vertices {
		if v.ends {
			return true
		}
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
func (c *checker) unreachable(g *graph, start string) {
	first := g.find(start)
	if first == nil {
		first = g.nearest(start)
	}
	if first == nil {
		return
	}
	first.reached = true
	for todo := []*vertex{first}; len(todo) > 0; {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, e := range v.edges {
			if to := g.find(e.to); to != nil && !to.reached {
				to.reached = true
				todo = append(todo, to)
			}
		}
	}
	for _, v := range g.vertices {
		if !v.reached {
			c.report(source.Diagnostic{
				Code: codeTarget, Location: v.name.at().String(), Span: v.name.label,
				Message: "State \"" + v.name.name + "\" is not reachable.",
				Help:    "let a Next, a Choice or a Catch lead to it, or remove it",
			})
		}
	}
}
