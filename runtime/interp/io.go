package interp

import (
	"canto/asl"
	"canto/asl/jsonpath"
	"canto/asl/query"
	jsonvalue "canto/asl/value"
)

// dataflow is how data goes through a state, in its query language.
type dataflow interface {
	// effective is what the state sees of its input.
	effective(v *visit) (value, error)
	// arguments is what the state works with, made of its effective input.
	arguments(v *visit, in value) (value, error)
	// conclude leads from the result of the state's work to its output.
	conclude(v *visit, result value) (outcome, error)
	// hand is the output of a state that has no result of its own.
	hand(v *visit, in value, x exit) (outcome, error)
	// caught is the output where a catcher took the error.
	caught(v *visit, k *catcher, errorOutput value) (outcome, error)
}

// exit is a way out of a state: by itself, by a choice rule, by a catcher. A nil
// expression hands on what it gets.
type exit struct {
	next   *state // nil: the machine ends
	assign query.Expr
	output query.Expr // OutputPath, or Output
}

// paths is the JSONPath data flow (Amazon States Language, "Input and Output
// Processing"):
//
//	raw input > InputPath > Parameters > the state > ResultSelector > ResultPath into the raw input > OutputPath
type paths struct {
	input      query.Expr
	parameters query.Expr
	selector   query.Expr
	result     resultPath
}

// verbatim is the data flow of a state without any such field.
var verbatim = &paths{}

func (c *compiler) paths(s *asl.Common) *paths {
	if s.InputPath == nil && s.Parameters == nil && s.ResultSelector == nil && s.ResultPath == nil {
		return verbatim
	}
	x := &paths{
		input:      c.ioPath(s.InputPath),
		parameters: c.template("Parameters", s.Parameters),
		selector:   c.template("ResultSelector", s.ResultSelector),
		result:     c.resultPath(s.ResultPath),
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

func (x *paths) effective(v *visit) (value, error) {
	return v.stage(StageAfterInputPath, x.input, v.input)
}

func (x *paths) arguments(v *visit, in value) (value, error) {
	return v.prepare(StageAfterParameters, x.parameters, in)
}

func (x *paths) conclude(v *visit, result value) (outcome, error) {
	v.show(StageResult, result)
	result, err := v.stage(StageAfterResultSelector, x.selector, result)
	if err != nil {
		return outcome{}, err
	}
	out, err := x.result.apply(v.input, result)
	if err != nil {
		return outcome{}, v.explain(err)
	}
	v.show(StageAfterResultPath, out)
	return v.leave(v.state.exit, result, out)
}

func (x *paths) hand(v *visit, in value, way exit) (outcome, error) {
	return v.leave(way, in, in)
}

// caught puts the error output into the raw input. OutputPath does not apply to
// what it hands on (recorded behaviour).
func (x *paths) caught(v *visit, k *catcher, errorOutput value) (outcome, error) {
	out, err := k.result.apply(v.input, errorOutput)
	if err != nil {
		return outcome{}, v.explain(err)
	}
	return v.leave(k.exit, errorOutput, out)
}

// prepare makes what the state works with, which has to be of the size of an input.
func (v *visit) prepare(at Stage, e query.Expr, in value) (value, error) {
	out, err := v.stage(at, e, in)
	if err == nil && e != nil {
		err = v.fits(out)
	}
	return out, err
}

// work is the effective input after Parameters.
func (v *visit) work() (value, error) {
	in, err := v.state.io.effective(v)
	if err != nil {
		return in, err
	}
	return v.state.io.arguments(v, in)
}

// leave takes the way out: Assign sees the result, OutputPath what goes on.
func (v *visit) leave(way exit, result, out value) (outcome, error) {
	assigned, err := v.assign(way.assign, result)
	if err != nil {
		return outcome{}, err
	}
	out, err = v.eval(way.output, out)
	return outcome{output: out, next: way.next, assigned: assigned}, err
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
	v.scope.Input, v.scope.Env = in, v
	return &v.scope
}
