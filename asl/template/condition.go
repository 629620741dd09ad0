package template

import (
	"fmt"
	"slices"

	"canto/asl/source"
)

// choose is Fn::If.
func (e *evaluation) choose(n *source.Node) *source.Node {
	arguments, ok := e.arguments(n, "Fn::If", 3)
	if !ok {
		return noValue
	}
	if e.condition(e.text(arguments[0]), arguments[0].Span) {
		return e.eval(arguments[1])
	}
	return e.eval(arguments[2])
}

// condition says whether the condition of that name in the section Conditions holds.
func (e *evaluation) condition(name string, span source.Span) bool {
	n := e.conditions[name]
	if n == nil {
		e.undefined(name, span, "condition", fieldNames(e.root.Field("Conditions")))
		return false
	}
	key := "condition " + name
	if e.resolving[key] {
		e.mistake(span, fmt.Sprintf("the condition %s depends on itself", name))
		return false
	}
	e.resolving[key] = true
	defer delete(e.resolving, key)
	return e.holds(n)
}

// holds works out Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition.
func (e *evaluation) holds(n *source.Node) bool {
	e.depth++
	defer func() { e.depth-- }()
	if e.steps--; e.steps < 0 || e.depth > 2*maxDepth || n.Kind != source.Object || len(n.Members) != 1 {
		e.mistake(n.Span, "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition")
		return false
	}
	name, argument := n.Members[0].Name, n.Members[0].Value
	switch name {
	case "Condition":
		return e.condition(argument.Text, argument.Span)
	case "Fn::Equals":
		sides, ok := e.arguments(argument, name, 2)
		return ok && e.text(sides[0]) == e.text(sides[1])
	case "Fn::And":
		return !slices.ContainsFunc(argument.Items, func(n *source.Node) bool { return !e.holds(n) })
	case "Fn::Or":
		return slices.ContainsFunc(argument.Items, e.holds)
	case "Fn::Not":
		inner, ok := e.arguments(argument, name, 1)
		return ok && !e.holds(inner[0])
	}
	e.mistake(n.Members[0].NameSpan, fmt.Sprintf("%s is no condition", name))
	return false
}
