package interp

import (
	"canto/asl"
	"canto/asl/query"
	jsonvalue "canto/asl/value"
)

// fail ends its machine or branch with an error. It has no Exited event.
type fail struct{ error, cause query.Expr }

func (c *compiler) fail(n *asl.Fail) behavior {
	return &fail{
		error: c.text("Error", n.Error, n.ErrorPath),
		cause: c.text("Cause", n.Cause, n.CausePath),
	}
}

// text compiles a field that is given as it is, or by a path or intrinsic.
func (c *compiler) text(field string, literal, path *asl.Scalar) query.Expr {
	if path == nil {
		return c.scalar(field, literal, jsonvalue.StringKind)
	}
	s, _ := path.Value.AsString()
	e, err := query.PathOrIntrinsic(s, field+"Path")
	if err != nil {
		c.fault(path.Span, "%v", err)
	}
	return e
}

// constant is an expression that always gives the same.
type constant struct{ value }

func (k constant) Eval(*query.Scope) (value, error) { return k.value, nil }

func (f *fail) run(v *visit) (outcome, error) {
	name, err := f.string(v, f.error)
	if err != nil {
		return outcome{}, err
	}
	cause, err := f.string(v, f.cause)
	if err != nil {
		return outcome{}, err
	}
	return outcome{}, failureOf(name, cause)
}

// string evaluates one of the two texts. What is no string is told as its JSON text.
func (f *fail) string(v *visit, e query.Expr) (string, error) {
	if e == nil {
		return "", nil
	}
	x, err := v.eval(e, v.input)
	if err != nil {
		return "", err
	}
	if s, ok := x.AsString(); ok {
		return s, nil
	}
	return x.Text(), nil
}
