package interp

import (
	"strconv"

	"canto/asl"
	"canto/asl/query"
	jsonvalue "canto/asl/value"
)

// amount is a whole number: fixed, by a path, or absent, which is 0.
type amount struct {
	field string
	fixed int64
	path  query.Expr
	text  string // of the path
}

func (c *compiler) amount(field string, fixed *asl.Scalar, path *asl.Path) amount {
	a := amount{field: field}
	if path != nil {
		a.path, a.text = c.path(path), path.Text
	}
	if fixed != nil {
		a.fixed, a.path, a.text = c.number(field, fixed)
	}
	return a
}

// number is a number that is written out, or the expression that gives it.
func (c *compiler) number(field string, s *asl.Scalar) (fixed int64, e query.Expr, text string) {
	if n, ok := s.Value.AsNumber(); ok || c.language != asl.JSONata {
		fixed, _ = n.Int64()
		return fixed, nil, ""
	}
	return 0, c.scalar(field, s, jsonvalue.NumberKind), plain(s.Value)
}

// of is the amount in this visit. A path may lead to a number, or to a string that
// holds one (recorded behaviour).
func (a amount) of(v *visit, in value) (int64, error) {
	n, err := a.integer(v, in)
	if err == nil && n < 0 {
		err = v.wrong("%s cannot be negative.", a.field)
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
		err = v.wrong("The %sPath field refers to value \"%s\" which is not a valid integer: %s", a.field, plain(x), a.text)
	}
	return n, err
}
