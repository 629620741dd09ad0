package interp

import (
	"fmt"
	"strconv"

	"canto/asl"
	"canto/asl/query"
	jsonvalue "canto/asl/value"
)

// amount is a whole number: fixed, by a path, or absent, which is 0.
type amount struct {
	field      string
	fixed      int64
	path       query.Expr
	text       string // of the path
	expression bool   // path is one in JSONata
}

func (c *compiler) amount(field string, fixed *asl.Scalar, path *asl.Path) amount {
	a := amount{field: field}
	if path != nil {
		a.path, a.text = c.path(path), path.Text
	}
	if fixed == nil {
		return a
	}
	if n, ok := fixed.Value.AsNumber(); ok || c.language != asl.JSONata {
		a.fixed, _ = n.Int64()
		return a
	}
	a.path, a.expression = c.scalar(field, fixed, jsonvalue.NumberKind), true
	return a
}

// of is the amount in this visit. A path may lead to a number, or to a string that
// holds one (recorded behaviour).
func (a amount) of(v *visit, in value) (int64, error) {
	n, err := a.integer(v, in)
	if err == nil && n < 0 {
		err = a.wrong(v, "%s cannot be negative.", a.field)
	}
	return n, err
}

// integer is the amount, which may be negative.
func (a amount) integer(v *visit, in value) (int64, error) {
	if a.path == nil {
		return a.fixed, nil
	}
	x, err := v.eval(a.path, in)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(plain(x), 10, 64)
	if err != nil {
		err = a.refuse(v, x, "integer")
	}
	return n, err
}

// refuse says that x is not what the field wants.
func (a amount) refuse(v *visit, x value, want string) error {
	if a.expression {
		return a.wrong(v, "The %s field must be a valid %s, but is: %s", a.field, want, plain(x))
	}
	return a.wrong(v, "The %sPath field refers to value \"%s\" which is not a valid %s: %s", a.field, plain(x), want, a.text)
}

// wrong is the error of a value that the field cannot have: where an expression gave
// it, it is the expression that has failed.
func (a amount) wrong(v *visit, format string, args ...any) error {
	if a.expression {
		return v.explain(&query.EvaluationError{Location: a.field, Message: fmt.Sprintf(format, args...)})
	}
	return v.wrong(format, args...)
}
