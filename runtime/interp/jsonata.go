package interp

import (
	"canto/asl"
	"canto/asl/query"
	jsonvalue "canto/asl/value"
)

// expressions is the JSONata data flow: every expression sees $states and the
// variables as they were when the state was entered.
//
//	input > Arguments > the state > Output and Assign, side by side
type expressions struct{ args query.Expr }

func (x *expressions) effective(v *visit) (value, error) { return v.input, nil }

func (x *expressions) arguments(v *visit, in value) (value, error) {
	return v.prepare(StageAfterArguments, x.args, in)
}

func (x *expressions) conclude(v *visit, result value) (outcome, error) {
	v.show(StageResult, result)
	v.scope.Result = &result
	return v.depart(v.state.exit, result)
}

func (x *expressions) hand(v *visit, in value, way exit) (outcome, error) {
	return v.depart(way, in)
}

func (x *expressions) caught(v *visit, k *catcher, errorOutput value) (outcome, error) {
	v.scope.Result, v.scope.ErrorOutput = nil, &errorOutput
	return v.depart(k.exit, errorOutput)
}

// depart takes a way out: without an Output, what there is goes on.
func (v *visit) depart(way exit, out value) (outcome, error) {
	assigned, err := v.assign(way.assign, v.input)
	if err != nil {
		return outcome{}, err
	}
	if way.output != nil {
		out, err = v.eval(way.output, v.input)
	}
	return outcome{output: out, next: way.next, assigned: assigned}, err
}

// items compiles where the items of a Map are: nil for the effective input.
func (c *compiler) items(n *asl.Map) query.Expr {
	if c.language != asl.JSONata {
		return c.ioPath(n.ItemsPath)
	}
	if n.Items == nil {
		return nil
	}
	e, err := query.Typed(n.Items.Value, "Items", jsonvalue.ArrayKind)
	if err != nil {
		c.fault(spanOf(n.Items.Node), "%v", err)
	}
	return e
}
