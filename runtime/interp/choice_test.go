package interp

import (
	"fmt"
	"strings"
	"testing"
)

// ruleHolds says whether a rule holds for an input.
func ruleHolds(t *testing.T, rule, input string) string {
	t.Helper()
	rule = strings.TrimSuffix(strings.TrimSpace(rule), "}") + `,"Next":"Yes"}`
	s := perform(t, fmt.Sprintf(`{"StartAt":"S","States":{"S":{"Type":"Choice","Choices":[%s],"Default":"No"},
		"Yes":{"Type":"Pass","Result":true,"End":true},"No":{"Type":"Pass","Result":false,"End":true}}}`, rule), input, nil)
	return s.end()
}

func TestComparisons(t *testing.T) {
	cases := []struct{ operator, operand, variable, want string }{
		{"StringEquals", `"a"`, `"a"`, "true"},
		{"StringEquals", `"a"`, `"A"`, "false"},
		{"StringEquals", `"1"`, `1`, "false"},
		{"StringLessThan", `"b"`, `"a"`, "true"},
		{"StringLessThan", `"b"`, `"b"`, "false"},
		{"StringGreaterThan", `"a"`, `"b"`, "true"},
		{"StringLessThanEquals", `"b"`, `"b"`, "true"},
		{"StringGreaterThanEquals", `"b"`, `"a"`, "false"},
		{"StringMatches", `"*.log"`, `"a.log"`, "true"},
		{"StringMatches", `"*"`, `7`, "false"},
		{"NumericEquals", `1`, `1.0`, "true"},
		{"NumericEquals", `1`, `"1"`, "false"},
		{"NumericEquals", `0.1`, `0.10000000000000000001`, "false"},
		{"NumericLessThan", `1e400`, `1e399`, "true"},
		{"NumericGreaterThan", `-1`, `0`, "true"},
		{"NumericLessThanEquals", `9007199254740993`, `9007199254740992`, "true"},
		{"NumericGreaterThanEquals", `9007199254740993`, `9007199254740992`, "false"},
		{"BooleanEquals", `true`, `true`, "true"},
		{"BooleanEquals", `false`, `null`, "false"},
		{"TimestampEquals", `"2026-01-04T00:00:00Z"`, `"2026-01-04T01:00:00+01:00"`, "true"},
		{"TimestampLessThan", `"2026-01-04T00:00:00Z"`, `"2026-01-03T23:59:59.999Z"`, "true"},
		{"TimestampGreaterThan", `"2026-01-04T00:00:00Z"`, `"2026-01-04"`, "false"},
		{"TimestampLessThanEquals", `"2026-01-04T00:00:00Z"`, `"2026-01-04T00:00:00Z"`, "true"},
		{"TimestampGreaterThanEquals", `"2026-01-04T00:00:00Z"`, `"2026-01-04t00:00:00Z"`, "false"},
		{"IsNull", `true`, `null`, "true"},
		{"IsNull", `false`, `0`, "true"},
		{"IsNumeric", `true`, `1e5`, "true"},
		{"IsNumeric", `true`, `"1"`, "false"},
		{"IsString", `true`, `""`, "true"},
		{"IsBoolean", `false`, `"true"`, "true"},
		{"IsTimestamp", `true`, `"2026-01-04T00:00:00Z"`, "true"},
		{"IsTimestamp", `true`, `"yesterday"`, "false"},
		{"IsPresent", `true`, `null`, "true"},
		{"IsPresent", `false`, `null`, "false"},
	}
	for _, c := range cases {
		t.Run(c.operator+" "+c.operand+" of "+c.variable, func(t *testing.T) {
			rule := fmt.Sprintf(`{"Variable":"$.v",%q:%s}`, c.operator, c.operand)
			if got := ruleHolds(t, rule, `{"v":`+c.variable+`}`); got != c.want {
				t.Errorf("holds: %s, want %s", got, c.want)
			}
			if operandIsLiteral(c.operator) {
				return
			}
			rule = fmt.Sprintf(`{"Variable":"$.v","%sPath":"$.w"}`, c.operator)
			if got := ruleHolds(t, rule, fmt.Sprintf(`{"v":%s,"w":%s}`, c.variable, c.operand)); got != c.want {
				t.Errorf("by a path it holds: %s, want %s", got, c.want)
			}
		})
	}
}

func operandIsLiteral(operator string) bool {
	return strings.HasPrefix(operator, "Is") || operator == "StringMatches"
}

func TestRulesCombine(t *testing.T) {
	const yes, no, wrong = `{"Variable":"$.v","NumericEquals":1}`, `{"Variable":"$.v","NumericEquals":2}`, `{"Variable":"$.no","NumericEquals":1}`
	cases := map[string]struct{ rule, want string }{
		"And of all that hold":                   {`{"And":[` + yes + `,` + yes + `]}`, "true"},
		"And of one that does not":               {`{"And":[` + yes + `,` + no + `]}`, "false"},
		"And looks no further than it must":      {`{"And":[` + no + `,` + wrong + `]}`, "false"},
		"Or of one that holds":                   {`{"Or":[` + no + `,` + yes + `]}`, "true"},
		"Or of none":                             {`{"Or":[` + no + `,` + no + `]}`, "false"},
		"Or looks no further than it must":       {`{"Or":[` + yes + `,` + wrong + `]}`, "true"},
		"Not":                                    {`{"Not":` + no + `}`, "true"},
		"Not of the wrong type":                  {`{"Not":{"Variable":"$.v","StringEquals":"1"}}`, "true"},
		"deeper":                                 {`{"Not":{"Or":[{"And":[` + yes + `,` + no + `]},{"Not":` + yes + `}]}}`, "true"},
		"the context object":                     {`{"Variable":"$$.State.Name","StringEquals":"S"}`, "true"},
		"a variable that leads nowhere":          {wrong, `!States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). Invalid path '$.no': The choice state's condition path references an invalid value.`},
		"a comparison path that leads nowhere":   {`{"Variable":"$.v","NumericEqualsPath":"$.no"}`, `!States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). Invalid path '$.no': The choice state's condition path references an invalid value.`},
		"nothing is present where there is none": {`{"Variable":"$.a.b[0].c","IsPresent":false}`, "true"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := ruleHolds(t, c.rule, `{"v":1}`); got != c.want {
				t.Errorf("holds: %s, want %s", got, c.want)
			}
		})
	}
}

func TestChoice(t *testing.T) {
	const some = `{"Variable":"$.v","NumericGreaterThan":0,"Next":"Other"}`
	states{
		"the first rule that holds": {`{"Type":"Choice","Choices":[` + some + `,{"Variable":"$.no","IsNull":true,"Next":"S"}]}`, `{"v":1}`, `"other"`},
		"nothing holds":             {`{"Type":"Choice","Choices":[` + some + `]}`, `{"v":0}`, `!States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.`},
		"the rules see InputPath":   {`{"Type":"Choice","InputPath":"$.a","Choices":[` + some + `]}`, `{"a":{"v":1}}`, `"other"`},
	}.check(t, nil)
}

func TestChoiceHandsOnItsInput(t *testing.T) {
	s := perform(t, `{"StartAt":"S","States":{
		"S":{"Type":"Choice","InputPath":"$.a","OutputPath":"$.v","Choices":[{"Variable":"$.v","IsPresent":true,"Next":"End"}]},
		"End":{"Type":"Succeed"}}}`, `{"a":{"v":[1]}}`, nil)
	if s.end() != `[1]` {
		t.Errorf("ends with %s", s.end())
	}
	expectChain(t, s, `
1<0 ExecutionStarted
2<0 ChoiceStateEntered S
3<2 ChoiceStateExited S
4<3 SucceedStateEntered End
5<4 SucceedStateExited End
6<5 ExecutionSucceeded
`)
}

func TestWildcard(t *testing.T) {
	cases := []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "any\nthing", true}, {"a*", "a", true}, {"a*", "ba", false},
		{"*a", "ba", true}, {"*a", "ab", false}, {"a*a", "a", false}, {"a*a", "aa", true}, {"a*b*c", "aXbYc", true},
		{"a*b*c", "acb", false}, {"*ab*ab*", "ab", false}, {"*ab*ab*", "xabab", true}, {"**", "", true}, {"a**b", "ab", true},
		{`\*`, "*", true}, {`\*`, "a", false}, {`a\\*`, `a\b`, true}, {`\a`, `\a`, true}, {`a\`, `a\`, true}, {"é*", "élan", true},
		{"?", "a", false}, {"[a]", "a", false}, {".*", "ab", false},
	}
	for _, c := range cases {
		if got := wildcard(c.s, literals(c.pattern)); got != c.want {
			t.Errorf("%q matches %q: %v, want %v", c.pattern, c.s, got, c.want)
		}
	}
}
