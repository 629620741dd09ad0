package parse

import (
	"canto/asl"
	"canto/asl/source"
)

func choices(n *source.Node) []asl.ChoiceRule {
	var out []asl.ChoiceRule
	for _, c := range items(n.Field("Choices")) {
		if c.Kind != source.Object {
			continue
		}
		out = append(out, asl.ChoiceRule{
			Node:    c,
			Rule:    rule(c),
			Next:    text(c.Field("Next")),
			Output:  template(c.Field("Output")),
			Assign:  template(c.Field("Assign")),
			Comment: text(c.Field("Comment")),
		})
	}
	return out
}

// rule reads what a rule tests; nil where it tests nothing.
func rule(n *source.Node) asl.Rule {
	for _, m := range n.Members {
		switch m.Name {
		case "And":
			return asl.And{Rules: rules(m.Value)}
		case "Or":
			return asl.Or{Rules: rules(m.Value)}
		case "Not":
			if m.Value.Kind == source.Object {
				return asl.Not{Rule: rule(m.Value)}
			}
			return nil
		case "Condition":
			return asl.Condition{Scalar: asl.Scalar{Value: Value(m.Value), Span: m.Value.Span}}
		}
	}
	return comparison(n)
}

func rules(n *source.Node) []asl.Rule {
	var out []asl.Rule
	for _, item := range n.Items {
		if item.Kind != source.Object {
			continue
		}
		if r := rule(item); r != nil {
			out = append(out, r)
		}
	}
	return out
}

// comparison reads Variable and the operator: the first field that is one.
func comparison(n *source.Node) asl.Rule {
	for _, m := range n.Members {
		if _, ok := asl.Operators[m.Name]; ok {
			return asl.Comparison{Node: n, Variable: text(n.Field("Variable")), Operator: m.Name, Operand: Value(m.Value)}
		}
	}
	return nil
}
