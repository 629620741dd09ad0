package check

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"canto/asl"
	"canto/asl/source"
)

// branchMachine judges one branch of a Parallel state.
func branchMachine(c *checker, f spot) { c.inner(f, branch) }

// processorMachine judges the processor of a Map state.
func processorMachine(c *checker, f spot) {
	c.inner(f, processor)
	config, ok := f.field("ProcessorConfig")
	if !ok {
		return
	}
	mode, ok := config.field("Mode")
	if !ok || mode.node.Text != distributed {
		return
	}
	if !config.node.Has("ExecutionType") {
		c.missing(config, "These fields are required: [ExecutionType]", advices["ExecutionType"])
	}
	if f.state.scope.express {
		c.fail(mode, "Express state machine does not support distributed Map states", `make it a Standard workflow, or let the items run inside of it: "Mode": "INLINE"`)
	}
}

const distributed = "DISTRIBUTED"

// inner judges a machine inside of a state.
func (c *checker) inner(f spot, kind machineKind) {
	if f.node.Kind != source.Object {
		c.wrongType(f, "an OBJECT")
		return
	}
	state := f.state.scope.machine.State(f.state.Name)
	for _, m := range machinesIn(state) {
		if m.Node == f.node {
			s := &scope{machine: m, label: f.label, kind: kind, outer: f.state}
			s.express = f.state.scope.express
			if m.Processor != nil && m.Processor.Mode == distributed {
				s.sealed, s.express = true, s.express || m.Processor.ExecutionType == "EXPRESS"
			}
			c.machine(s)
		}
	}
}

// distributedOnly reports fields that a Map does not have when its items run
// inside of the execution itself. The tolerated failures are not among them:
// recorded executions have them.
func (c *checker) distributedOnly(f spot) {
	m, ok := f.state.scope.machine.State(f.state.Name).(*asl.Map)
	if !ok || m.Processor == nil || m.Distributed() || m.Processor.Node.Broken {
		return
	}
	for _, name := range []string{"ItemReader", "ItemBatcher", "ResultWriter", "Label"} {
		if field, ok := f.field(name); ok {
			c.report(source.Diagnostic{
				Code: codeSchema, Location: c.location(f.node), Span: field.label,
				Message: fmt.Sprintf("Field '%s' is not supported", name),
				Help:    `only a Map in DISTRIBUTED mode has it: add "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"} to its ItemProcessor`,
			})
		}
	}
}

// maxLabel is how many characters the Label of a Map may have.
const maxLabel = 40

// forbidden are the characters that no Label has ("CreateStateMachine", name).
const forbidden = "<>{}[]?*\"#%\\^|~`$&,;:/"

// label judges the Label of a Map: it becomes a part of ARNs.
func label(c *checker, f spot) {
	if f.node.Kind != source.String {
		c.wrongType(f, "a STRING")
		return
	}
	d := source.Diagnostic{Code: codeLabel, Location: c.location(f.node), Span: f.node.Span}
	n, bad := utf8.RuneCountInString(f.node.Text), strings.IndexFunc(f.node.Text, notInLabel)
	switch first, twice := c.labels[f.node.Text]; {
	case n == 0:
		d.Message, d.Help = "Label cannot be empty", "give it 1 to 40 characters, or leave the field out"
	case n > maxLabel:
		d.Message, d.Help = fmt.Sprintf("Label cannot exceed %d characters", maxLabel), fmt.Sprintf("this one has %d", n)
	case bad >= 0:
		r, _ := utf8.DecodeRuneInString(f.node.Text[bad:])
		d.Message, d.Help = fmt.Sprintf("Label contains invalid character %q", r), "use letters, digits, - and _"
	case twice:
		d.Code, d.Message = codeDuplicateTag, fmt.Sprintf("Duplicate label: %s", f.node.Text)
		d.Help = fmt.Sprintf("the Map of line %d has it already", first.Span.Position().Line)
	default:
		c.labels[f.node.Text] = f.node
		return
	}
	c.report(d)
}

func notInLabel(r rune) bool {
	switch {
	case r <= ' ', r >= 0x7f && r <= 0xa0, r == 0x1680, r >= 0x2000 && r <= 0x200a, r == 0x2028, r == 0x2029, r == 0x202f, r == 0x205f, r == 0x3000:
		return true
	case r == utf8.RuneError, r >= 0xfffe && r <= 0xffff, r == utf8.MaxRune:
		return true
	}
	return strings.ContainsRune(forbidden, r)
}
