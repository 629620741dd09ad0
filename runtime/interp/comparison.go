package interp

import (
	"strings"
	"time"

	"canto/asl"
	"canto/asl/query"
	jsonvalue "canto/asl/value"
)

// comparison compiles a rule that tests one Variable. What is not of the type that
// the operator is about makes the rule false; it is no error.
func (c *compiler) comparison(n asl.Comparison) test {
	variable := c.path(&asl.Path{Text: n.Variable, Span: spanOf(n.Node)})
	if n.Operator == "IsPresent" {
		return present(variable, n.Operand)
	}
	get := find(variable, n.Variable)
	if is, ok := kinds[n.Operator]; ok {
		return isKind(get, is, n.Operand)
	}
	operand := literal(n.Operand)
	operator, isPath := strings.CutSuffix(n.Operator, "Path")
	if isPath {
		text, _ := n.Operand.AsString()
		operand = find(c.path(&asl.Path{Text: text, Span: spanOf(n.Node)}), text)
	}
	compare := comparers[operator]
	if compare == nil {
		c.fault(spanOf(n.Node), "there is no comparison %q", n.Operator)
	}
	return func(v *visit) (bool, error) {
		x, err := get(v)
		if err != nil {
			return false, err
		}
		y, err := operand(v)
		return err == nil && compare(x, y), err
	}
}

// getter gives one side of a comparison.
type getter func(v *visit) (value, error)

func literal(x value) getter { return func(*visit) (value, error) { return x, nil } }

// find evaluates a path that has to lead somewhere.
func find(e query.Expr, text string) getter {
	return func(v *visit) (value, error) {
		x, err := e.Eval(&v.scope)
		if err != nil {
			err = v.wrong("Invalid path '%s': The choice state's condition path references an invalid value.", text)
		}
		return x, err
	}
}

func present(variable query.Expr, want value) test {
	yes, _ := want.AsBool()
	return func(v *visit) (bool, error) {
		_, err := variable.Eval(&v.scope)
		return (err == nil) == yes, nil
	}
}

// kinds are the tests of a value's type.
var kinds = map[string]func(value) bool{
	"IsNull":      func(x value) bool { return x.Kind() == jsonvalue.NullKind },
	"IsNumeric":   func(x value) bool { return x.Kind() == jsonvalue.NumberKind },
	"IsString":    func(x value) bool { return x.Kind() == jsonvalue.StringKind },
	"IsBoolean":   func(x value) bool { return x.Kind() == jsonvalue.BoolKind },
	"IsTimestamp": func(x value) bool { _, ok := timestamp(x); return ok },
}

func isKind(get getter, is func(value) bool, want value) test {
	yes, _ := want.AsBool()
	return func(v *visit) (bool, error) {
		x, err := get(v)
		return err == nil && is(x) == yes, err
	}
}

func timestamp(x value) (time.Time, bool) {
	s, _ := x.AsString()
	return parseTimestamp(s)
}

// comparers are the operators that compare two values.
var comparers = func() map[string]func(x, y value) bool {
	out := map[string]func(x, y value) bool{"StringMatches": stringMatches, "BooleanEquals": booleanEquals}
	orders := map[string]func(int) bool{
		"Equals":            func(c int) bool { return c == 0 },
		"LessThan":          func(c int) bool { return c < 0 },
		"GreaterThan":       func(c int) bool { return c > 0 },
		"LessThanEquals":    func(c int) bool { return c <= 0 },
		"GreaterThanEquals": func(c int) bool { return c >= 0 },
	}
	types := map[string]func(x, y value) (int, bool){
		"String": compareStrings, "Numeric": compareNumbers, "Timestamp": compareTimestamps,
	}
	for t, compare := range types {
		for o, holds := range orders {
			out[t+o] = func(x, y value) bool {
				c, ok := compare(x, y)
				return ok && holds(c)
			}
		}
	}
	return out
}()

func compareStrings(x, y value) (int, bool) {
	a, ok1 := x.AsString()
	b, ok2 := y.AsString()
	return strings.Compare(a, b), ok1 && ok2
}

func compareNumbers(x, y value) (int, bool) {
	a, ok1 := x.AsNumber()
	b, ok2 := y.AsNumber()
	if !ok1 || !ok2 {
		return 0, false
	}
	return jsonvalue.Compare(a, b), true
}

func compareTimestamps(x, y value) (int, bool) {
	a, ok1 := timestamp(x)
	b, ok2 := timestamp(y)
	return a.Compare(b), ok1 && ok2
}

func booleanEquals(x, y value) bool {
	a, ok1 := x.AsBool()
	b, ok2 := y.AsBool()
	return ok1 && ok2 && a == b
}

// stringMatches matches a pattern in which * stands for any characters, \* for a
// star and \\ for a backslash.
func stringMatches(x, y value) bool {
	s, ok1 := x.AsString()
	pattern, ok2 := y.AsString()
	return ok1 && ok2 && wildcard(s, literals(pattern))
}

// literals parts a pattern at its stars.
func literals(pattern string) []string {
	var parts []string
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch ch := pattern[i]; {
		case ch == '\\' && i+1 < len(pattern) && (pattern[i+1] == '*' || pattern[i+1] == '\\'):
			i++
			b.WriteByte(pattern[i])
		case ch == '*':
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteByte(ch)
		}
	}
	return append(parts, b.String())
}

// wildcard says whether s is the parts, in their order, with anything between them.
func wildcard(s string, parts []string) bool {
	last := len(parts) - 1
	if last == 0 {
		return s == parts[0]
	}
	s, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1:last] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, parts[last])
}
