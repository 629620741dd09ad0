package check

import (
	"fmt"
	"sort"
	"strings"

	"canto/asl"
	"canto/asl/source"
)

// The shapes of a Choice rule: of one at the top, and of one inside of And, Or or
// Not, which leads nowhere by itself.
var topRule, innerRule *shape

func init() {
	topRule = ruleShape("a Choice rule")
	topRule.fields["Next"] = field{choice, anyLanguage, text}
	topRule.fields["Assign"] = field{choice, anyLanguage, assign}
	topRule.fields["Output"] = field{choice, jsonataOnly, template}
	topRule.fields["Condition"] = field{choice, jsonataOnly, condition}
	topRule.counts = []count{one(choice, "Next")}
	topRule.notes = map[string]string{"End": "a Choice ends nothing: let Next lead to a Succeed state"}
	innerRule = ruleShape("a rule inside of And, Or or Not")
	innerRule.notes = map[string]string{
		"Next":   "only a rule at the top of Choices leads somewhere",
		"Assign": "only a rule at the top of Choices assigns variables",
		"Output": "only a rule at the top of Choices has an output",
	}
}

// operators are the names of the comparison operators, sorted.
var operators = sortedOperators()

func sortedOperators() []string {
	var names []string
	for name := range asl.Operators {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func ruleShape(what string) *shape {
	fields := map[string]field{
		"Comment":  {choice, anyLanguage, text},
		"Variable": {choice, pathOnly, path},
		"And":      {choice, pathOnly, nonEmpty(innerChoiceRule)},
		"Or":       {choice, pathOnly, nonEmpty(innerChoiceRule)},
		"Not":      {choice, pathOnly, innerChoiceRule},
	}
	for _, name := range operators {
		fields[name] = field{choice, pathOnly, operand(asl.Operators[name])}
	}
	return &shape{what: what, fields: fields}
}

func choiceRule(c *checker, f spot) {
	c.object(f, topRule)
	c.tests(f)
}

func innerChoiceRule(c *checker, f spot) {
	c.object(f, innerRule)
	c.tests(f)
}

// tests keeps a JSONPath rule to one test: a comparison, or And, Or or Not. A
// JSONata rule has a Condition.
func (c *checker) tests(f spot) {
	if f.node.Kind != source.Object {
		return
	}
	if f.jsonata() {
		if !f.node.Has("Condition") {
			c.noTest(f, "These fields are required: [Condition]", advices["Condition"])
		}
		return
	}
	var have []*source.Member
	comparison := false
	for i := range f.node.Members {
		m := &f.node.Members[i]
		_, operator := asl.Operators[m.Name]
		if operator || m.Name == "And" || m.Name == "Or" || m.Name == "Not" {
			have = append(have, m)
			comparison = comparison || operator
		}
	}
	variable := f.node.Member("Variable")
	switch {
	case len(have) > 1:
		c.tooMany(f, have)
	case len(have) == 0:
		c.noTest(f, "One of these fields is required: [And, Or, Not, or a comparison operator]", advices["And"])
	case comparison && variable == nil && !f.node.Broken:
		c.missing(f, "These fields are required: [Variable]", advices["Variable"])
	case !comparison && variable != nil:
		c.tooMany(f, []*source.Member{variable, have[0]})
	}
}

// noTest reports a rule that tests nothing, unless a field of it has been refused
// already: that was the test then.
func (c *checker) noTest(f spot, message, help string) {
	if f.node.Broken {
		return
	}
	for _, m := range f.node.Members {
		if rule, ok := topRule.fields[m.Name]; !ok || !rule.allows(f) {
			return
		}
	}
	c.missing(f, message, help)
}

// operand judges the right side of a comparison.
func operand(kind asl.Operand) judge {
	switch kind {
	case asl.OperandNumber:
		return func(c *checker, f spot) {
			if f.node.Kind != source.Number {
				c.wrongType(f, "a NUMBER")
			}
		}
	case asl.OperandBool:
		return func(c *checker, f spot) {
			if f.node.Kind != source.Bool {
				c.wrongType(f, "a BOOLEAN")
			}
		}
	case asl.OperandTimestamp:
		return timestamp
	case asl.OperandPath:
		return path
	}
	return text
}

// condition takes a boolean or an expression.
func condition(c *checker, f spot) {
	if f.node.Kind == source.Bool {
		return
	}
	evaluated(func(c *checker, f spot) {
		c.fail(f, "The value for the field 'Condition' must be a BOOLEAN or a JSONata expression", expressionHelp(f.node.Text))
	})(c, f)
}

func expressionHelp(text string) string {
	return fmt.Sprintf(`write "{%% %s %%}"`, strings.TrimSpace(text))
}
