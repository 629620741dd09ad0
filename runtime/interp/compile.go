package interp

import (
	"fmt"

	"canto/asl"
	"canto/asl/jsonpath"
	"canto/asl/query"
	"canto/asl/source"
	jsonvalue "canto/asl/value"
)

type value = jsonvalue.Value

// compiler collects what is wrong on the way.
type compiler struct {
	faults   source.Diagnostics
	language asl.QueryLanguage // of the state that is being compiled
}

func (c *compiler) fault(span source.Span, format string, args ...any) {
	c.faults = append(c.faults, source.Diagnostic{
		Severity: source.Error, Code: "SCHEMA_VALIDATION_FAILED", Message: fmt.Sprintf(format, args...), Span: span,
	})
}

// lookup gives the state of that name, which need not be compiled yet, or nil.
type lookup func(name string) *state

// machine compiles m. All its states have their places before the first is compiled, so
// that one may go on to a later one.
func (c *compiler) machine(m *asl.Machine) *machine {
	if m == nil {
		return &machine{}
	}
	list := make([]state, len(m.States))
	states := func(name string) *state {
		if i := m.Place(name); i >= 0 {
			return &list[i]
		}
		return nil
	}
	for i, s := range m.States {
		list[i].name, list[i].events = s.Base().Name, eventsOf[s.Base().Type]
		c.state(&list[i], s, states)
	}
	start := states(m.StartAt)
	if start == nil {
		c.fault(spanOf(m.Node), "StartAt names %q, which is not a state of this machine", m.StartAt)
	}
	return &machine{start: start}
}

func spanOf(n *source.Node) source.Span {
	if n == nil {
		return source.Span{}
	}
	return n.Span
}

func (c *compiler) state(st *state, node asl.State, states lookup) {
	common := node.Base()
	outer := c.language
	c.language = common.QueryLanguage
	defer func() { c.language = outer }()
	st.io = c.dataflow(common)
	st.exit = c.exit("", common.Assign, common.Output, common.OutputPath)
	st.retry = c.retry(common.Retry)
	st.catch = c.catch(common.Catch, states)
	if common.Next != "" {
		st.exit.next = c.target(common.Next, common.Span(), states)
	}
	switch n := node.(type) {
	case *asl.Task:
		st.behavior = c.task(n)
	case *asl.Pass:
		st.behavior = c.pass(n)
	case *asl.Choice:
		st.behavior = c.choice(n, states)
	case *asl.Wait:
		st.behavior = c.wait(n)
	case *asl.Succeed:
		st.behavior = succeed{}
	case *asl.Fail:
		st.behavior = c.fail(n)
	case *asl.Parallel:
		st.behavior = c.parallel(n)
	case *asl.Map:
		st.behavior = c.mapState(n)
		st.compact = n.Distributed() && n.Label != "" // recorded behaviour
	}
}

func (c *compiler) target(name string, span source.Span, states lookup) *state {
	if st := states(name); st != nil {
		return st
	}
	c.fault(span, "there is no state %q to go on to", name)
	return nil
}

// path compiles a field that holds a path; nil where the field is absent.
func (c *compiler) path(p *asl.Path) query.Expr {
	if p == nil || p.Null {
		return nil
	}
	e, err := query.Path(p.Text)
	if err != nil {
		c.fault(p.Span, "%v", err)
	}
	return e
}

// template compiles a field in which paths, or expressions, may stand; nil where the
// field is absent.
func (c *compiler) template(field string, t *asl.Template) query.Expr {
	if t == nil {
		return nil
	}
	compile := func(x value, _ string) (query.Expr, error) { return query.Template(x) }
	if c.language == asl.JSONata {
		compile = query.JSONata
	}
	e, err := compile(t.Value, field)
	if err != nil {
		c.fault(spanOf(t.Node), "%v", err)
	}
	return e
}

// scalar compiles a field that holds a value of one kind, or in JSONata an
// expression that gives one; nil where the field is absent.
func (c *compiler) scalar(field string, s *asl.Scalar, kind jsonvalue.Kind) query.Expr {
	if s == nil {
		return nil
	}
	if c.language != asl.JSONata {
		return constant{s.Value}
	}
	e, err := query.Typed(s.Value, field, kind)
	if err != nil {
		c.fault(s.Span, "%v", err)
	}
	return e
}

// exit compiles a way out of a state; field is where it stands: "", "Choices[1]/".
func (c *compiler) exit(field string, assign, output *asl.Template, outputPath *asl.Path) exit {
	x := exit{assign: c.template(field+"Assign", assign)}
	if c.language == asl.JSONata {
		x.output = c.template(field+"Output", output)
	} else {
		x.output = c.ioPath(outputPath)
	}
	return x
}

func (c *compiler) dataflow(s *asl.Common) dataflow {
	if c.language == asl.JSONata {
		return &expressions{c.template("Arguments", s.Arguments)}
	}
	return c.paths(s)
}

// reference compiles a ResultPath.
func (c *compiler) reference(p *asl.Path) *jsonpath.Reference {
	r, err := jsonpath.CompileReference(p.Text)
	if err != nil {
		c.fault(p.Span, "%v", err)
	}
	return r
}
