package check

import (
	"fmt"
	"unicode/utf8"

	"canto/asl"
	"canto/asl/source"
)

// machineKind tells a whole machine from those inside of states.
type machineKind int

const (
	wholeMachine machineKind = iota
	branch
	processor
)

// scope is a machine under judgement, and what is around it.
type scope struct {
	machine *asl.Machine
	label   source.Span // what the machine is called in the text, if anything
	kind    machineKind
	outer   *state // the state to which the machine belongs, or nil
	sealed  bool   // the processor of a distributed Map: outer variables end here
	express bool   // an Express workflow: nothing in it waits for others
	state   state  // under judgement

	assigned *variables // gathered when first asked for
}

var processorConfig = &shape{
	what: "a ProcessorConfig",
	fields: map[string]field{
		"Mode":          {anyType, anyLanguage, oneOf("INLINE", "DISTRIBUTED")},
		"ExecutionType": {anyType, anyLanguage, oneOf("STANDARD", "EXPRESS")},
	},
}

var machineFields = map[machineKind]*shape{
	wholeMachine: machineShape("a state machine", map[string]field{
		"Version":        {anyType, anyLanguage, oneOf("1.0")},
		"TimeoutSeconds": {anyType, anyLanguage, integer(1, longest)},
	}),
	branch: machineShape("a branch", nil),
	processor: machineShape("an ItemProcessor", map[string]field{
		"ProcessorConfig": {anyType, anyLanguage, of(processorConfig)},
	}),
}

// machineShape is what every machine may have, and more of its own.
func machineShape(what string, more map[string]field) *shape {
	fields := map[string]field{
		"Comment":       {anyType, anyLanguage, text},
		"StartAt":       {anyType, anyLanguage, text},
		"States":        {anyType, anyLanguage, states},
		"QueryLanguage": {anyType, anyLanguage, queryLanguage},
	}
	for name, f := range more {
		fields[name] = f
	}
	return &shape{what: what, fields: fields, counts: []count{one(anyType, "States"), one(anyType, "StartAt")}}
}

// machine judges a machine: its own fields, each of its states, then how they
// hang together.
func (c *checker) machine(s *scope) {
	n := s.machine.Node
	c.object(s.spot(), machineFields[s.kind])
	states := n.Field("States")
	if states == nil || states.Kind != source.Object {
		return
	}
	readable := s.machine.States
	for i := range states.Members {
		m := &states.Members[i]
		if m.Overridden {
			continue
		}
		var st asl.State
		if len(readable) > 0 && readable[0].Base().Node == m.Value {
			st, readable = readable[0], readable[1:]
		}
		c.state(spot{name: m.Name, label: m.NameSpan, node: m.Value}, s, st)
	}
	if !c.Alone || s.kind != wholeMachine {
		c.transitions(s)
	}
}

// spot is the machine as a value under judgement.
func (s *scope) spot() spot { return spot{label: s.label, node: s.machine.Node} }

func states(c *checker, f spot) {
	switch {
	case f.node.Kind != source.Object:
		c.wrongType(f, "an OBJECT")
	case len(f.node.Members) == 0 && !f.node.Broken:
		c.fail(f, "Value cannot be empty", `a machine has one state at least: {"Done": {"Type": "Succeed"}}`)
	}
}

// maxStateName is how many characters the name of a state may have.
const maxStateName = 80

// state judges one state of the machine of s; st is nil where it cannot be read.
func (c *checker) state(f spot, s *scope, st asl.State) {
	if misplaced(f) {
		c.warn(f, codeSchema, "'QueryLanguage' stands inside of States", "it is taken for the machine's own: move it out, beside StartAt and States")
		return
	}
	c.stateName(f, s)
	switch {
	case f.node.Open():
	case f.node.Kind != source.Object:
		c.wrongType(f, "an OBJECT")
	case st == nil:
		c.noType(f)
	default:
		s.state = state{Common: st.Base(), kind: typeOf(st.Base().Type), scope: s}
		f.state = &s.state
		c.object(f, stateShape)
		c.together(f)
	}
}

// noType reports a state without a type, or with one that there is not.
func (c *checker) noType(f spot) {
	t := f.node.Field("Type")
	switch {
	case t == nil && f.node.Broken, t != nil && t.Open():
	case t == nil:
		c.missing(f, "These fields are required: [Type]", advices["Type"])
	default:
		oneOf(typeNames...)(c, f.child(f.node.Member("Type")))
	}
}

// misplaced says whether what stands among the states is the QueryLanguage of the
// machine. A workflow that AWS publishes has it there.
func misplaced(f spot) bool {
	return f.name == "QueryLanguage" && f.node.Kind == source.String
}

func (c *checker) stateName(f spot, s *scope) {
	n := len(f.name)
	if n > maxStateName {
		n = utf8.RuneCountInString(f.name)
	}
	if n > 0 && n <= maxStateName {
		c.unique(f, s)
		return
	}
	d := source.Diagnostic{Code: codeStateName, Location: c.location(f.node), Span: f.label}
	d.Message, d.Help = "The name of a state must not be empty", "give it a name of 1 to 80 characters"
	if n > 0 {
		d.Message, d.Help = fmt.Sprintf("The name of a state must not be longer than %d characters", maxStateName), fmt.Sprintf("this one has %d", n)
	}
	c.report(d)
}

// unique reports a name that another state has, in whichever machine of the
// definition. In one and the same machine the parser has reported it.
func (c *checker) unique(f spot, s *scope) {
	first := c.names[f.name]
	if first == nil && s.outer != nil {
		first = c.outermost(f)
	}
	if first == nil {
		if s.outer != nil {
			c.names[f.name] = f.node
		}
		return
	}
	c.report(source.Diagnostic{
		Code: codeDuplicateName, Location: c.location(f.node), Span: f.label,
		Message: fmt.Sprintf("Duplicate state name: %s", f.name),
		Help:    fmt.Sprintf("another state has this name, in line %d: names are unique in the whole definition, branches and Maps included", first.Span.Position().Line),
	})
}

// outermost is the state of the whole machine that stands before f and has its
// name, or nil.
func (c *checker) outermost(f spot) *source.Node {
	m := c.root.Node.Field("States").Member(f.name)
	if m == nil || m.NameSpan.Start >= f.label.Start || misplaced(spot{name: m.Name, node: m.Value}) {
		return nil
	}
	return m.Value
}
