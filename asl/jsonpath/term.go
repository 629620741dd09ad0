package jsonpath

import (
	"regexp"
	"strconv"
	"strings"

	"canto/asl/value"
)

// scope is where a filter is evaluated.
type scope struct{ at, root value.Value }

// test is a condition of a filter.
type test interface{ holds(s scope) bool }

type (
	and        []test
	or         []test
	not        struct{ test test }
	comparison struct {
		left, right term
		op          operator
	}
	exists struct {
		path *Path
		want bool
	}
)

func (a and) holds(s scope) bool {
	for _, t := range a {
		if !t.holds(s) {
			return false
		}
	}
	return true
}

func (o or) holds(s scope) bool {
	for _, t := range o {
		if t.holds(s) {
			return true
		}
	}
	return false
}

func (n not) holds(s scope) bool        { return !n.test.holds(s) }
func (c comparison) holds(s scope) bool { return c.op(c.left.in(s), c.right.in(s)) }

// holds is true for an indefinite path whose beginning is there, whatever it
// finds: Jayway sees its empty list.
func (e exists) holds(s scope) bool {
	_, err := e.path.eval(s.at, s.root)
	return (err == nil) == e.want
}

// term is a side of a comparison.
type term interface{ in(s scope) literal }

type pathTerm struct {
	path    *Path
	negated bool
}

func (p pathTerm) in(s scope) literal {
	v, err := p.path.eval(s.at, s.root)
	if err != nil {
		return literal{undefined: true}
	}
	return literal{v: v}
}

// literal is a value, a pattern, or undefined: what a path gives that leads nowhere.
type literal struct {
	v         value.Value
	pattern   *regexp.Regexp
	undefined bool
}

func (l literal) in(scope) literal { return l }

func (l literal) kind() value.Kind {
	if k := l.v.Kind(); k != value.ObjectKind {
		return k
	}
	return value.ArrayKind // Jayway has one kind of node for both
}

func (l literal) plain() bool { return !l.undefined && l.pattern == nil }

// list returns the elements of an array; false where l is none.
func (l literal) list() ([]value.Value, bool) {
	return l.v.Elements(), l.plain() && l.v.Kind() == value.ArrayKind
}

type operator func(l, r literal) bool

var operators = map[string]operator{
	"==":       equal,
	"!=":       func(l, r literal) bool { return !equal(l, r) },
	"===":      same,
	"!==":      func(l, r literal) bool { return !same(l, r) },
	"<":        ordered(func(c int) bool { return c < 0 }),
	"<=":       ordered(func(c int) bool { return c <= 0 }),
	">":        ordered(func(c int) bool { return c > 0 }),
	">=":       ordered(func(c int) bool { return c >= 0 }),
	"=~":       matches,
	"IN":       in,
	"NIN":      func(l, r literal) bool { return !in(l, r) },
	"CONTAINS": contains,
	"ALL":      func(l, r literal) bool { return subset(r, l) },
	"SUBSETOF": subset,
	"ANYOF":    anyOf,
	"NONEOF":   func(l, r literal) bool { return !anyOf(l, r) },
	"SIZE":     size,
	"EMPTY":    empty,
}

// equal is Jayway's "==": strings and numbers compare by the kind of the left side.
func equal(l, r literal) bool {
	if !l.plain() || !r.plain() {
		return false
	}
	switch lk, rk := l.kind(), r.kind(); {
	case lk == value.StringKind && rk == value.NumberKind:
		s, _ := l.v.AsString()
		n, _ := r.v.AsNumber()
		return s == javaText(n)
	case lk == value.NumberKind && rk == value.StringKind:
		s, _ := r.v.AsString()
		n, ok := javaNumber(s)
		return ok && value.Equal(l.v, value.Of(n))
	}
	return value.Equal(l.v, r.v)
}

func same(l, r literal) bool { return l.kind() == r.kind() && equal(l, r) }

func ordered(holds func(c int) bool) operator {
	return func(l, r literal) bool {
		if !l.plain() || !r.plain() || l.kind() != r.kind() {
			return false
		}
		if a, ok := l.v.AsNumber(); ok {
			b, _ := r.v.AsNumber()
			return holds(value.Compare(a, b))
		}
		a, ok := l.v.AsString()
		b, _ := r.v.AsString()
		return ok && holds(strings.Compare(a, b))
	}
}

func matches(l, r literal) bool {
	if l.pattern != nil {
		l, r = r, l
	}
	if l.pattern != nil || r.pattern == nil || l.undefined {
		return false
	}
	items, ok := l.list()
	if !ok {
		items = []value.Value{l.v}
	}
	for _, item := range items {
		if text, ok := subject(item); ok && r.pattern.MatchString(text) {
			return true
		}
	}
	return false
}

// subject is the text of a scalar that a pattern is matched with.
func subject(v value.Value) (string, bool) {
	switch v.Kind() {
	case value.StringKind:
		return v.AsString()
	case value.NumberKind:
		n, _ := v.AsNumber()
		return javaText(n), true
	case value.BoolKind:
		return v.Text(), true
	}
	return "", false
}

func in(l, r literal) bool {
	items, ok := r.list()
	return ok && l.plain() && has(items, l.v)
}

func has(items []value.Value, v value.Value) bool {
	for _, item := range items {
		if equal(literal{v: v}, literal{v: item}) {
			return true
		}
	}
	return false
}

func contains(l, r literal) bool {
	if a, ok := l.v.AsString(); ok && r.plain() {
		b, ok := r.v.AsString()
		return ok && strings.Contains(a, b)
	}
	return in(r, l)
}

// subset says whether all elements of l are in r.
func subset(l, r literal) bool {
	a, okA := l.list()
	b, okB := r.list()
	for _, item := range a {
		if !has(b, item) {
			return false
		}
	}
	return okA && okB
}

func anyOf(l, r literal) bool {
	a, _ := l.list()
	b, ok := r.list()
	for _, item := range a {
		if ok && has(b, item) {
			return true
		}
	}
	return false
}

func size(l, r literal) bool {
	n, ok := r.v.AsNumber()
	if !ok || !l.plain() {
		return false
	}
	want, ok := n.Int64()
	if s, is := l.v.AsString(); is {
		return ok && int64(len([]rune(s))) == want
	}
	return ok && l.v.Kind() >= value.ArrayKind && int64(l.v.Len()) == want
}

func empty(l, r literal) bool {
	want, ok := r.v.AsBool()
	if !ok || !l.plain() {
		return false
	}
	if s, is := l.v.AsString(); is {
		return (s == "") == want
	}
	return l.v.Kind() >= value.ArrayKind && (l.v.Len() == 0) == want
}

// javaNumber reads what java.math.BigDecimal reads: also 010, .5 and 1.
func javaNumber(text string) (value.Number, bool) {
	text = strings.TrimPrefix(text, "+")
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	mantissa, exponent := text, ""
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], text[i:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" {
		return "", false
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	v, err := value.Parse(sign + whole + fraction + exponent)
	if err != nil {
		return "", false
	}
	return v.AsNumber()
}

// javaText writes a number as java.math.BigDecimal.toString does.
func javaText(n value.Number) string {
	text, negative := strings.CutPrefix(string(n), "-")
	mantissa, exponent := text, ""
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], text[i+1:]
	}
	power, err := strconv.ParseInt(strings.TrimPrefix(exponent, "+"), 10, 32)
	if err != nil && exponent != "" {
		return string(n)
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		digits = "0"
	}
	out := scaled(digits, len(fraction)-int(power))
	if negative && strings.Trim(digits, "0") != "" {
		return "-" + out
	}
	return out
}

// scaled writes digits × 10^-scale.
func scaled(digits string, scale int) string {
	first := len(digits) - 1 - scale // the power of ten of the first digit
	switch {
	case scale == 0:
		return digits
	case scale > 0 && first >= 0:
		return digits[:first+1] + "." + digits[first+1:]
	case scale > 0 && first >= -6:
		return "0." + strings.Repeat("0", -first-1) + digits
	}
	if len(digits) > 1 {
		digits = digits[:1] + "." + digits[1:]
	}
	sign := map[bool]string{true: "+"}[first > 0]
	return digits + "E" + sign + strconv.Itoa(first)
}
