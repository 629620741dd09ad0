// Package check judges definitions as ValidateStateMachineDefinition does: the
// same codes, locations and messages where they were recorded, and a place in the
// file and a hint for people. It reads no text and runs nothing; whether a
// resource exists is beyond it.
package check

import (
	"canto/asl"
	"canto/asl/source"
)

// Options are what the rules depend on beside the definition itself.
type Options struct {
	Express bool // judge as an Express workflow: no .sync, .waitForTaskToken, activities, distributed Maps
	Alone   bool // the machine is a state by itself: where it goes on need not be there
}

// Machine judges a definition as a Standard workflow. The diagnostics are in the
// order in which the rules found them; Sort puts them in the order of the text.
func Machine(m *asl.Machine) source.Diagnostics { return Options{}.Machine(m) }

// Machine judges a definition. One of which nothing could be read has no
// diagnostics here: the parser has said why.
func (o Options) Machine(m *asl.Machine) source.Diagnostics {
	if m == nil || m.Node == nil {
		return nil
	}
	c := &checker{Options: o, root: m, names: map[string]*source.Node{}, labels: map[string]*source.Node{}}
	c.machine(&scope{machine: m, kind: wholeMachine, express: o.Express})
	return c.diags
}

// The codes of AWS that the rules use.
const (
	codeSchema        = "SCHEMA_VALIDATION_FAILED"
	codeTarget        = "MISSING_TRANSITION_TARGET"
	codeEnd           = "MISSING_END_STATE"
	codeDuplicateName = "DUPLICATE_STATE_NAME"
	codeStateName     = "INVALID_STATE_NAME"
	codeDuplicateTag  = "DUPLICATE_LABEL_NAME"
	codeLabel         = "INVALID_LABEL_NAME"
	codeJSONata       = "INVALID_JSONATA_EXPRESSION"
	codeUnsupported   = "UNSUPPORTED_JSONATA_EXPRESSION"
	codeNoDollar      = "NO_DOLLAR"
	codeNoPath        = "NO_PATH"
	codeStaticResult  = "PASS_RESULT_IS_STATIC"
)

// checker collects what the rules find in one definition.
type checker struct {
	Options
	root   *asl.Machine
	names  map[string]*source.Node // every state so far, of all machines inside of states
	labels map[string]*source.Node // every Label of a Map so far
	places map[*source.Node]place  // made for the first diagnostic
	diags  source.Diagnostics
}

func (c *checker) report(d source.Diagnostic) { c.diags = append(c.diags, d) }

// fail reports that the value f breaks a rule. Of a value that had to be guessed
// the parser has said enough.
func (c *checker) fail(f spot, message, help string) {
	if f.node.Broken {
		return
	}
	c.report(source.Diagnostic{Code: codeSchema, Location: c.location(f.node), Message: message, Help: help, Span: f.node.Span})
}

// warn reports that the value f is doubtful.
func (c *checker) warn(f spot, code, message, help string) {
	c.report(source.Diagnostic{Severity: source.Warning, Code: code, Location: c.location(f.node), Message: message, Help: help, Span: f.node.Span})
}

// spot is a value under judgement: what it is called, where it stands, and the
// state to which it belongs (of a machine's own fields none).
type spot struct {
	name  string      // of an element: that of its array
	label source.Span // its name, or nowhere for an element of an array
	node  *source.Node
	state *state
	sees  bindings // of $states, beside input and context
}

// state is what the rules need to know of the state around a value.
type state struct {
	*asl.Common
	kind  types
	scope *scope
}

// jsonata says whether the value stands in a state whose language is JSONata.
func (f spot) jsonata() bool { return f.state != nil && f.state.QueryLanguage == asl.JSONata }

// field is the value of a field of the object f; ok is false where it has none,
// or one that only deployment will give.
func (f spot) field(name string) (_ spot, ok bool) {
	m := f.node.Member(name)
	if m == nil || m.Value.Open() {
		return spot{}, false
	}
	return f.child(m), true
}

// child is the spot of a member of f.
func (f spot) child(m *source.Member) spot {
	return spot{name: m.Name, label: m.NameSpan, node: m.Value, state: f.state, sees: f.sees}
}

// items are the elements of the array f that are known.
func (f spot) items() []spot {
	out := make([]spot, 0, len(f.node.Items))
	for _, n := range f.node.Items {
		if !n.Open() {
			out = append(out, spot{name: f.name, node: n, state: f.state, sees: f.sees})
		}
	}
	return out
}
