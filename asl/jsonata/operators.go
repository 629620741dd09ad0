package jsonata

import (
	"math"
	"strings"
)

// numericOp is an arithmetic operator.
type numericOp struct {
	op       byte
	lhs, rhs *expr
	pos      int
}

func (o *numericOp) run(m *machine, in datum, env *frame) (datum, error) {
	lhs, err := m.eval(o.lhs, in, env)
	if err != nil {
		return nothing, err
	}
	rhs, err := m.eval(o.rhs, in, env)
	if err != nil {
		return nothing, err
	}
	if lhs.kind == number && rhs.kind == number && finite(lhs.num) && finite(rhs.num) {
		return numberOf(arithmetic(o.op, lhs.num, rhs.num)), nil
	}
	return o.check(lhs, rhs)
}

func finite(f float64) bool { return f-f == 0 }

// check finds out what is wrong with operands that are not two finite numbers.
func (o *numericOp) check(lhs, rhs datum) (datum, error) {
	for i, operand := range []datum{lhs, rhs} {
		ok, err := isNumber(operand)
		if err == nil && !ok && operand.kind != undefined {
			err = failed([]string{"T2001", "T2002"}[i], operand)
		}
		if err != nil {
			place(err, o.pos, textOf(string(o.op)))
			return nothing, err
		}
	}
	return nothing, nil
}

func arithmetic(op byte, a, b float64) float64 {
	switch op {
	case '+':
		return a + b
	case '-':
		return a - b
	case '*':
		return a * b
	case '/':
		return a / b
	}
	return math.Mod(a, b)
}

// binaryOp is an operator that computes with the values of its operands.
type binaryOp struct {
	op       string
	apply    func(m *machine, op string, lhs, rhs datum) (datum, error)
	lhs, rhs *expr
	pos      int
}

func (o *binaryOp) run(m *machine, in datum, env *frame) (datum, error) {
	lhs, err := m.eval(o.lhs, in, env)
	if err != nil {
		return nothing, err
	}
	rhs, err := m.eval(o.rhs, in, env)
	if err != nil {
		return nothing, err
	}
	d, err := o.apply(m, o.op, lhs, rhs)
	if err != nil {
		place(err, o.pos, textOf(o.op))
	}
	return d, err
}

// equality is = and !=.
func equality(m *machine, op string, lhs, rhs datum) (datum, error) {
	if lhs.kind == undefined || rhs.kind == undefined {
		return falseDatum, nil
	}
	same, err := m.equal(lhs, rhs, 0)
	return booleanOf(same == (op == "=")), err
}

// comparison is < <= > >=.
func comparison(m *machine, op string, lhs, rhs datum) (datum, error) {
	for _, d := range []datum{lhs, rhs} {
		if d.kind != undefined && d.kind != number && d.kind != text {
			bad := rhs
			if lhs.kind != number && lhs.kind != text {
				bad = lhs
			}
			return nothing, failed("T2010", bad)
		}
	}
	if lhs.kind == undefined || rhs.kind == undefined {
		return nothing, nil
	}
	if lhs.kind != rhs.kind {
		return nothing, &fault{code: "T2009", value: lhs, value2: rhs}
	}
	return booleanOf(ordered(op, lhs, rhs)), m.read(lhs)
}

func ordered(op string, lhs, rhs datum) bool {
	if lhs.kind == number { // not by compare: nothing holds of what is not a number
		a, b := lhs.num, rhs.num
		return op == "<" && a < b || op == "<=" && a <= b || op == ">" && a > b || op == ">=" && a >= b
	}
	c := compareText(lhs.str(), rhs.str())
	return op == "<" && c < 0 || op == "<=" && c <= 0 || op == ">" && c > 0 || op == ">=" && c >= 0
}

// compareText orders texts by their UTF-16 units, as JavaScript does.
func compareText(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n == len(a) || n == len(b) {
		return len(a) - len(b)
	}
	// Bytes order as units do, but that pairs of surrogates come before U+E000 to U+FFFF.
	x, y := a[n], b[n]
	if x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0) {
		return int(y) - int(x)
	}
	return int(x) - int(y)
}

// inclusion is the operator in.
func inclusion(m *machine, _ string, lhs, rhs datum) (datum, error) {
	if lhs.kind == undefined || rhs.kind == undefined {
		return falseDatum, nil
	}
	items := rhs.items()
	if err := m.count(len(items) * (1 + len(lhs.str())/64)); err != nil {
		return nothing, err
	}
	for _, item := range items {
		if identical(item, lhs) {
			return trueDatum, nil
		}
	}
	return falseDatum, nil
}

// identical is JavaScript's ===.
func identical(a, b datum) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case number, boolean:
		return a.num == b.num
	case text:
		return a.str() == b.str()
	case list:
		return a.arr() == b.arr()
	case record:
		return a.obj() == b.obj()
	case callable:
		return a.fn() == b.fn()
	}
	return true
}

// concatenation is &.
func concatenation(m *machine, _ string, lhs, rhs datum) (datum, error) {
	a, err := m.stringify(lhs, false)
	if err != nil {
		return nothing, err
	}
	b, err := m.stringify(rhs, false)
	if err != nil {
		return nothing, err
	}
	if err := m.written(len(a) + len(b)); err != nil {
		return nothing, err
	}
	return textOf(a + b), nil
}

// rangeLimit is the reference's: beyond it a range fails with D2014.
const rangeLimit = 1e7

// numberRange is the operator .. between integers.
func numberRange(m *machine, _ string, lhs, rhs datum) (datum, error) {
	for i, d := range []datum{lhs, rhs} {
		if d.kind != undefined && (d.kind != number || d.num != math.Trunc(d.num) || !finite(d.num)) {
			return nothing, failed([]string{"T2003", "T2004"}[i], d)
		}
	}
	if lhs.kind == undefined || rhs.kind == undefined || lhs.num > rhs.num {
		return nothing, nil
	}
	size := rhs.num - lhs.num + 1
	if size > rangeLimit {
		return nothing, failed("D2014", numberOf(size))
	}
	if err := m.sized(int(size)); err != nil {
		return nothing, err
	}
	items := make([]datum, int(size))
	for i := range items {
		items[i] = numberOf(lhs.num + float64(i))
	}
	return sequenceOf(items), nil
}

// logicalOp is and, or: the right side is evaluated only if it matters.
type logicalOp struct {
	op       string
	lhs, rhs *expr
	pos      int
}

func (o *logicalOp) run(m *machine, in datum, env *frame) (datum, error) {
	lhs, err := m.eval(o.lhs, in, env)
	if err != nil {
		return nothing, err
	}
	holds, err := m.truth(lhs)
	if err == nil && holds == (o.op == "and") {
		var rhs datum
		if rhs, err = m.eval(o.rhs, in, env); err == nil {
			holds, err = m.truth(rhs)
		}
	}
	if err != nil {
		place(err, o.pos, textOf(o.op))
		return nothing, err
	}
	return booleanOf(holds), nil
}

// negationOp is the minus before an expression.
type negationOp struct {
	of  *expr
	pos int
}

func (o *negationOp) run(m *machine, in datum, env *frame) (datum, error) {
	d, err := m.eval(o.of, in, env)
	if err != nil || d.kind == undefined {
		return nothing, err
	}
	ok, err := isNumber(d)
	switch {
	case err != nil:
		return nothing, err
	case !ok:
		return nothing, &fault{code: "D1002", value: d, pos: o.pos, token: textOf("-")}
	}
	return numberOf(-d.num), nil
}

// equal compares by value: the order of fields does not count.
func (m *machine) equal(a, b datum, depth int) (bool, error) {
	if err := m.count(1 + len(a.str())/64); err != nil {
		return false, err
	}
	if depth > depthLimit {
		return false, errDepth
	}
	switch {
	case identical(a, b):
		return true, nil
	case a.kind == list && b.kind == list:
		return m.equalLists(a.arr().list(), b.arr().list(), depth+1)
	case a.kind == record && b.kind == record:
		return m.equalRecords(a.obj(), b.obj(), depth+1)
	}
	return false, nil
}

func (m *machine) equalLists(a, b []datum, depth int) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if same, err := m.equal(a[i], b[i], depth); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

func (m *machine) equalRecords(a, b *object, depth int) (bool, error) {
	if len(a.list()) != len(b.list()) {
		return false, nil
	}
	for _, f := range a.fields {
		i := b.find(f.name)
		if i < 0 {
			return false, nil
		}
		if same, err := m.equal(f.data, b.fields[i].data, depth); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

// stringify is $string: texts stay as they are, functions are empty.
func (m *machine) stringify(d datum, pretty bool) (string, error) {
	switch d.kind {
	case undefined, callable:
		return "", nil
	case text:
		return d.str(), nil
	case number:
		if !finite(d.num) {
			return "", failed("D3001", d)
		}
		return formatNumber(to15Digits(d.num)), nil
	}
	if a := d.arr(); a != nil && a.outer {
		return m.stringify(a.items[0], pretty)
	}
	w := jsonWriter{pretty: pretty, limit: m.limits.Text, wrote: m.count}
	if err := w.write(d, 0); err != nil {
		return "", err
	}
	if err := m.written(len(w.out)); err != nil {
		return "", err
	}
	return string(w.out), nil
}

var binaryOperators = map[string]func(*machine, string, datum, datum) (datum, error){
	"=": equality, "!=": equality, "<": comparison, "<=": comparison, ">": comparison, ">=": comparison,
	"in": inclusion, "&": concatenation, "..": numberRange,
}

func isArithmetic(op string) bool { return len(op) == 1 && strings.Contains("+-*/%", op) }
