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
type compiler struct{ faults source.Diagnostics }

func (c *compiler) fault(span source.Span, format string, args ...any) {
	c.faults = append(c.faults, source.Diagnostic{
		Severity: source.Error, Code: "SCHEMA_VALIDATION_FAILED", Message: fmt.Sprintf(format, args...), Span: span,
	})
}

// machine compiles m in two steps, so that a state may go on to a later one.
func (c *compiler) machine(m *asl.Machine) *machine {
	if m == nil {
		return &machine{}
	}
	states := make(map[string]*state, len(m.States))
	for _, s := range m.States {
		states[s.Base().Name] = &state{name: s.Base().Name, events: eventsOf[s.Base().Type]}
	}
	for _, s := range m.States {
		c.state(states[s.Base().Name], s, states)
	}
	start := states[m.StartAt]
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

func (c *compiler) state(st *state, node asl.State, states map[string]*state) {
	common := node.Base()
	if common.QueryLanguage == asl.JSONata {
		c.fault(common.Span(), "the state %q is written in JSONata, which this version of canto cannot run", common.Name)
		return
	}
	st.io = c.paths(common)
	st.exit = exit{assign: c.template(common.Assign), output: c.ioPath(common.OutputPath)}
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
	}
}

func (c *compiler) target(name string, span source.Span, states map[string]*state) *state {
	if st := states[name]; st != nil {
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

// template compiles a payload template; nil where the field is absent.
func (c *compiler) template(t *asl.Template) query.Expr {
	if t == nil {
		return nil
	}
	e, err := query.Template(t.Value)
	if err != nil {
		c.fault(spanOf(t.Node), "%v", err)
	}
	return e
}

// reference compiles a ResultPath.
func (c *compiler) reference(p *asl.Path) *jsonpath.Reference {
	r, err := jsonpath.CompileReference(p.Text)
	if err != nil {
		c.fault(p.Span, "%v", err)
	}
	return r
}
