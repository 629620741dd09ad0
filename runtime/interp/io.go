package interp

import (
	"canto/asl"
	"canto/asl/jsonpath"
	"canto/asl/query"
	jsonvalue "canto/asl/value"
)

// io is the JSONPath pipeline of a state (Amazon States Language, "Input and
// Output Processing"):
//
//	raw input > InputPath > Parameters > the state > ResultSelector > ResultPath into the raw input > OutputPath
//
// A nil expression hands on what it gets.
type io struct {
	input      query.Expr
	parameters query.Expr
	selector   query.Expr
	result     resultPath
	output     query.Expr
	assign     query.Expr
}

func (c *compiler) io(s *asl.Common) io {
	x := io{
		input:      c.ioPath(s.InputPath),
		parameters: c.template(s.Parameters),
		selector:   c.template(s.ResultSelector),
		result:     c.resultPath(s.ResultPath),
		output:     c.ioPath(s.OutputPath),
		assign:     c.template(s.Assign),
	}
	if s.Type == "Map" { // its Parameters are the legacy form of ItemSelector
		x.parameters = nil
	}
	return x
}

// empty is what InputPath and OutputPath give where they are null.
type empty struct{}

func (empty) Eval(*query.Scope) (value, error) { return jsonvalue.NewObject(), nil }

func (c *compiler) ioPath(p *asl.Path) query.Expr {
	switch {
	case p == nil || !p.Null && p.Text == "$":
		return nil
	case p.Null:
		return empty{}
	}
	return c.path(p)
}

// resultPath is where in the raw input the result goes.
type resultPath struct {
	discard bool                // null: the raw input goes on
	at      *jsonpath.Reference // nil: the result replaces the input
}

func (c *compiler) resultPath(p *asl.Path) resultPath {
	switch {
	case p == nil || !p.Null && p.Text == "$":
		return resultPath{}
	case p.Null:
		return resultPath{discard: true}
	}
	return resultPath{at: c.reference(p)}
}

func (r resultPath) apply(raw, result value) (value, error) {
	switch {
	case r.discard:
		return raw, nil
	case r.at == nil:
		return result, nil
	}
	out, err := r.at.Set(raw, result)
	if err != nil {
		return out, &asl.Error{Name: asl.ErrResultPathMatch, Cause: err.Error()}
	}
	return out, nil
}

// effective is the input after InputPath.
func (v *visit) effective() (value, error) { return v.eval(v.state.io.input, v.input) }

// arguments is the effective input after Parameters.
func (v *visit) arguments() (value, error) {
	in, err := v.effective()
	if err != nil {
		return in, err
	}
	return v.eval(v.state.io.parameters, in)
}

// conclude takes the result of the state through ResultSelector, ResultPath and OutputPath.
func (v *visit) conclude(result value) (outcome, error) {
	x := &v.state.io
	result, err := v.eval(x.selector, result)
	if err != nil {
		return outcome{}, err
	}
	assigned, err := v.assign(x.assign, result)
	if err != nil {
		return outcome{}, err
	}
	out, err := x.result.apply(v.input, result)
	if err != nil {
		return outcome{}, v.explain(err)
	}
	out, err = v.eval(x.output, out)
	return outcome{output: out, next: v.state.next, assigned: assigned}, err
}

// eval evaluates e with $ standing for in. What fails is the state's own error.
func (v *visit) eval(e query.Expr, in value) (value, error) {
	if e == nil {
		return in, nil
	}
	out, err := e.Eval(v.seen(in))
	return out, v.explain(err)
}

// seen is what an expression of the state can see, with $ standing for in.
func (v *visit) seen(in value) *query.Scope {
	if v.scope.Context == nil {
		v.scope.Context, v.scope.Variables, v.scope.Random = v.context, v.vars.lookup, v.uint64
	}
	v.scope.Input = in
	return &v.scope
}
