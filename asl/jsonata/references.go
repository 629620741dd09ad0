package jsonata

import "slices"

// References is what an expression refers to outside of itself, each name once, in
// the order of the expression.
type References struct {
	// Variables are the names of variables, without the $, that the expression does not
	// bind itself. Functions that are called or passed on are not among them, and
	// states is not.
	Variables []string
	// TopLevel are the fields of the top level that are named, and $, $$, *, ** and %
	// where they stand for it or what is in it. The service refuses them: "Reference to
	// 'phone' at the top level is not supported."
	TopLevel []string
	// States are the fields of $states: input, context, result, errorOutput. The empty name
	// stands for $states as a whole.
	States []string
}

// References finds what the expression refers to.
func (e *Expr) References() References {
	var r referrer
	r.walk(e.tree, &names{top: true})
	return r.References
}

type referrer struct{ References }

// names is a place in an expression: the variables that are bound there, and
// whether the context is that of the top level.
type names struct {
	outer *names
	bound []string
	top   bool
}

func (n *names) has(name string) bool {
	for ; n != nil; n = n.outer {
		if slices.Contains(n.bound, name) {
			return true
		}
	}
	return false
}

// within is a scope of its own, below the top level unless top says so.
func (n *names) within(top bool) *names { return &names{outer: n, top: n.top && top} }

func add(list *[]string, name string) {
	if !slices.Contains(*list, name) {
		*list = append(*list, name)
	}
}

func (r *referrer) walk(s *syntax, n *names) {
	if s == nil {
		return
	}
	r.node(s, n)
	below := n.within(false)
	for _, stages := range [][]stage{s.predicate, s.stages} {
		for _, stage := range stages {
			r.walk(stage.filter, below)
		}
	}
	if s.group != nil && s.kind != "path" {
		r.pairs(s.group.pairs, below)
	}
}

func (r *referrer) node(s *syntax, n *names) {
	switch s.kind {
	case "path":
		r.path(s, n)
	case "name":
		r.topLevel(s.data.str(), n)
	case "wildcard", "descendant", "parent":
		r.topLevel(map[string]string{"wildcard": "*", "descendant": "**", "parent": "%"}[s.kind], n)
	case "variable":
		r.variable(s.data.str(), n)
	case "bind":
		r.bind(s, n)
	case "lambda":
		r.lambda(s, n)
	case "function", "partial":
		r.function(s, n)
	case "apply":
		r.walk(s.lhs, n)
		r.callable(s.rhs, n)
	case "transform":
		below := n.within(false)
		r.walk(s.lhs, below)
		r.walk(s.rhs, below)
		r.walk(s.third, below)
	case "block":
		r.list(s.list, n.within(true))
	default:
		r.list([]*syntax{s.lhs, s.rhs, s.third}, n)
		r.list(s.list, n)
		r.pairs(s.pairs, n)
	}
}

func (r *referrer) list(list []*syntax, n *names) {
	for _, s := range list {
		r.walk(s, n)
	}
}

func (r *referrer) pairs(pairs [][2]*syntax, n *names) {
	for _, pair := range pairs {
		r.list(pair[:], n)
	}
}

func (r *referrer) topLevel(name string, n *names) {
	if n.top {
		add(&r.TopLevel, name)
	}
}

func (r *referrer) variable(name string, n *names) {
	switch {
	case name == "":
		r.topLevel("$", n)
	case name == "$":
		add(&r.TopLevel, "$$")
	case n.has(name):
	case name == "states":
		add(&r.States, "")
	default:
		add(&r.Variables, name)
	}
}

// callable is what is called or passed on: it may be a function.
func (r *referrer) callable(s *syntax, n *names) {
	if s.kind == "variable" && builtins[s.data.str()] != nil && s.predicate == nil {
		return
	}
	r.walk(s, n)
}

func (r *referrer) function(s *syntax, n *names) {
	r.callable(s.lhs, n)
	for _, arg := range s.list {
		r.callable(arg, n)
	}
}

// bind walks := and binds the name for what follows; a function may also call itself by it.
func (r *referrer) bind(s *syntax, n *names) {
	name := s.lhs.data.str()
	if s.rhs.kind == "lambda" {
		n.bound = append(n.bound, name)
	}
	r.walk(s.rhs, n)
	n.bound = append(n.bound, name)
}

func (r *referrer) lambda(s *syntax, n *names) {
	inner := n.within(true)
	for _, param := range s.list {
		inner.bound = append(inner.bound, param.data.str())
	}
	r.walk(s.rhs, inner)
}

// path walks the steps: the first has the context of the path, the others are below it.
func (r *referrer) path(s *syntax, n *names) {
	below := n.within(false)
	steps := s.list
	if first := steps[0]; r.isStates(first, n) && len(steps) > 1 && steps[1].kind == "name" {
		add(&r.States, steps[1].data.str())
		steps = steps[1:]
		r.step(steps[0], below)
	} else {
		below.bind(first)
		r.step(first, &names{outer: below, top: n.top})
	}
	for _, step := range steps[1:] {
		below.bind(step)
		r.step(step, below)
	}
	if s.group != nil {
		r.pairs(s.group.pairs, below)
	}
}

func (r *referrer) isStates(s *syntax, n *names) bool {
	return s.kind == "variable" && s.data.str() == "states" && s.predicate == nil && s.stages == nil && !n.has("states")
}

func (r *referrer) step(s *syntax, n *names) {
	for _, term := range s.terms {
		r.walk(term.by, n.within(false))
	}
	r.walk(s, n)
}

// bind binds the variables of a step for the steps behind it, and for its predicates.
func (n *names) bind(s *syntax) {
	n.bound = append(n.bound, s.focus, s.index)
	for _, stage := range s.stages {
		n.bound = append(n.bound, stage.index)
	}
}
