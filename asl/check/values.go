package check

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"canto/asl"
	"canto/asl/source"
	"canto/asl/value"
)

// wrongType reports a value of the wrong kind, in the service's words for the
// parameters of a task; those for other fields were never recorded.
func (c *checker) wrongType(f spot, want string) {
	help := fmt.Sprintf("this is %s", f.node.Kind)
	switch {
	case f.node.Kind != source.String:
	case want == "an INTEGER", want == "a NUMBER", want == "a BOOLEAN":
		help = "this is a string: remove the quotes"
	}
	c.fail(f, fmt.Sprintf("The value for the field '%s' must be %s", f.name, want), help)
}

func text(c *checker, f spot) {
	if f.node.Kind != source.String {
		c.wrongType(f, "a STRING")
	}
}

func isTrue(c *checker, f spot) {
	if f.node.Kind != source.Bool || f.node.Text != "true" {
		c.fail(f, "The value for the field 'End' must be true", `remove "End" where a "Next" is meant`)
	}
}

// integer takes whole numbers between low and high.
func integer(low, high int64) judge {
	return func(c *checker, f spot) {
		if f.node.Kind != source.Number {
			c.wrongType(f, "an INTEGER")
			return
		}
		n := value.Number(f.node.Text)
		if !n.IsInteger() {
			c.wrongType(f, "an INTEGER")
			return
		}
		if i, ok := n.Int64(); !ok || i < low || i > high {
			c.outOfRange(f, strconv.FormatInt(low, 10), strconv.FormatInt(high, 10))
		}
	}
}

// number takes numbers between low and high.
func number(low, high float64) judge {
	return func(c *checker, f spot) {
		if f.node.Kind != source.Number {
			c.wrongType(f, "a NUMBER")
			return
		}
		if n := value.Number(f.node.Text).Float64(); n < low || n > high {
			c.outOfRange(f, strconv.FormatFloat(low, 'f', -1, 64), strconv.FormatFloat(high, 'f', -1, 64))
		}
	}
}

func (c *checker) outOfRange(f spot, low, high string) {
	message := fmt.Sprintf("The value for the field '%s' must be between %s and %s", f.name, low, high)
	if n := value.Number(high).Float64(); n >= math.MaxInt64 || math.IsInf(n, 1) || high == "+Inf" {
		message = fmt.Sprintf("The value for the field '%s' must be greater than or equal to %s", f.name, low)
	}
	c.fail(f, message, "")
}

// The bounds of the service: "Quotas" and the States Language.
const (
	longest  = 99_999_999 // seconds, and attempts
	longDays = 31_622_400 // seconds of MaxDelaySeconds: 366 days
)

// oneOf takes the strings of a list.
func oneOf(allowed ...string) judge {
	return func(c *checker, f spot) {
		if f.node.HasPlaceholder() || f.node.Kind == source.String && slices.Contains(allowed, f.node.Text) {
			return
		}
		c.fail(f, fmt.Sprintf("The field '%s' should have one of these values: [%s]", f.name, strings.Join(allowed, ", ")), didYouMean(f.node.Text, allowed))
	}
}

func didYouMean(name string, names []string) string {
	if near := source.Nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// array judges each element of an array.
func array(item judge) judge {
	return func(c *checker, f spot) {
		if f.node.Kind != source.Array {
			c.wrongType(f, "an ARRAY")
			return
		}
		for _, i := range f.items() {
			item(c, i)
		}
	}
}

// nonEmpty is array, for arrays that must not be empty.
func nonEmpty(item judge) judge {
	return func(c *checker, f spot) {
		if f.node.Kind == source.Array && len(f.node.Items) == 0 && !f.node.Broken {
			c.fail(f, "Value cannot be empty", "put in one element at least, or remove the field")
			return
		}
		array(item)(c, f)
	}
}

// of judges an object by its shape.
func of(s *shape) judge { return func(c *checker, f spot) { c.object(f, s) } }

// evaluated is a value that may be a JSONata expression in a JSONata state.
func evaluated(otherwise judge) judge {
	return func(c *checker, f spot) {
		if f.jsonata() && f.node.Kind == source.String && looksLikeExpression(f.node.Text) {
			c.expression(f)
			return
		}
		otherwise(c, f)
	}
}

// timestamp takes the instants that a state machine knows: RFC 3339 with a
// capital T and Z. Whether the numbers make a date is part of it.
func timestamp(c *checker, f spot) {
	if f.node.Kind != source.String {
		c.wrongType(f, "a STRING")
		return
	}
	if !f.node.HasPlaceholder() && !validTimestamp(f.node.Text) {
		c.fail(f, "String does not match RFC3339 timestamp", `write it like this: "2026-01-31T12:00:00Z", or with an offset: "2026-01-31T12:00:00+01:00"`)
	}
}

func validTimestamp(text string) bool {
	if strings.ContainsAny(text, "tz,") {
		return false
	}
	_, err := time.Parse(time.RFC3339Nano, text)
	return err == nil
}

// queryLanguage keeps a machine of JSONata from having JSONPath states.
func queryLanguage(c *checker, f spot) {
	oneOf(string(asl.JSONPath), string(asl.JSONata))(c, f)
	if f.state == nil || f.node.Text != string(asl.JSONPath) || f.state.scope.machine.QueryLanguage != asl.JSONata {
		return
	}
	c.report(source.Diagnostic{
		Code: codeSchema, Location: c.location(f.state.Node), Span: f.node.Span,
		Message: "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
		Help:    "leave QueryLanguage out of the machine and give it to each JSONata state instead",
	})
}
