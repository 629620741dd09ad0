package interp

import (
	"canto/asl"
	"canto/asl/query"
)

// fail ends its machine or branch with an error. It has no Exited event.
type fail struct{ error, cause query.Expr }

func (c *compiler) fail(n *asl.Fail) behavior {
	return &fail{
		error: c.text(n.Error, n.ErrorPath, "ErrorPath"),
		cause: c.text(n.Cause, n.CausePath, "CausePath"),
	}
}

// text compiles a field that is given as it is, or by a path or intrinsic.
func (c *compiler) text(literal, path *asl.Scalar, field string) query.Expr {
	if path != nil {
		s, _ := path.Value.AsString()
		e, err := query.PathOrIntrinsic(s, field)
		if err != nil {
			c.fault(path.Span, "%v", err)
		}
		return e
	}
	if literal != nil {
		return constant{literal.Value}
	}
	return nil
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
	return outcome{}, &asl.Error{Name: name, Cause: cause}
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
