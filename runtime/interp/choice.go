package interp

import (
	"fmt"

	"canto/asl"
	"canto/asl/query"
	jsonvalue "canto/asl/value"
)

// choice goes on at the first rule that holds.
type choice struct {
	rules    []choiceRule
	fallback *state
}

type choiceRule struct {
	holds test
	exit  exit
}

// test says whether a rule holds. It looks at the visit's scope.
type test func(v *visit) (bool, error)

func (c *compiler) choice(n *asl.Choice, states lookup) behavior {
	ch := &choice{}
	for i, r := range n.Choices {
		field := fmt.Sprintf("Choices[%d]/", i)
		way := c.exit(field, r.Assign, r.Output, n.OutputPath)
		way.next = c.target(r.Next, spanOf(r.Node), states)
		ch.rules = append(ch.rules, choiceRule{c.rule(field, r.Rule), way})
	}
	if n.Default != "" {
		ch.fallback = c.target(n.Default, n.Span(), states)
	}
	return ch
}

func (c *compiler) rule(field string, r asl.Rule) test {
	switch r := r.(type) {
	case asl.And:
		return all(c.rules(field, r.Rules))
	case asl.Or:
		return either(c.rules(field, r.Rules))
	case asl.Not:
		return not(c.rule(field, r.Rule))
	case asl.Comparison:
		return c.comparison(r)
	case asl.Condition:
		return condition(c.scalar(field+"Condition", &r.Scalar, jsonvalue.BoolKind))
	}
	return func(v *visit) (bool, error) { return false, v.wrong("a choice rule of an unknown kind") }
}

func (c *compiler) rules(field string, rs []asl.Rule) []test {
	out := make([]test, len(rs))
	for i, r := range rs {
		out[i] = c.rule(field, r)
	}
	return out
}

func all(tests []test) test {
	return func(v *visit) (bool, error) {
		for _, t := range tests {
			if ok, err := t(v); !ok || err != nil {
				return false, err
			}
		}
		return true, nil
	}
}

func either(tests []test) test {
	return func(v *visit) (bool, error) {
		for _, t := range tests {
			if ok, err := t(v); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	}
}

func not(t test) test {
	return func(v *visit) (bool, error) {
		ok, err := t(v)
		return !ok, err
	}
}

// condition is a rule in JSONata.
func condition(e query.Expr) test {
	return func(v *visit) (bool, error) {
		x, err := v.eval(e, v.input)
		holds, _ := x.AsBool()
		return holds, err
	}
}

func (ch *choice) run(v *visit) (outcome, error) {
	in, err := v.state.io.effective(v)
	if err != nil {
		return outcome{}, err
	}
	way, err := ch.pick(v, in)
	if err != nil {
		return outcome{}, err
	}
	if way.next == nil { // recorded behaviour: not States.NoChoiceMatched
		return outcome{}, v.wrong("Failed to transition out of the state. The state does not point to a next state.")
	}
	return v.state.io.hand(v, in, way)
}

func (ch *choice) pick(v *visit, in value) (exit, error) {
	for _, r := range ch.rules {
		v.seen(in)
		ok, err := r.holds(v)
		if ok || err != nil {
			return r.exit, err
		}
	}
	way := v.state.exit
	way.next = ch.fallback
	return way, nil
}
