// Package query evaluates the fields of a state that are paths, intrinsic calls
// or payload templates: compiled once, evaluated in a Scope. It knows nothing of
// states and their order of evaluation, and it never says where in a machine an
// error happened: the interpreter does.
package query

import (
	"errors"
	"fmt"
	"time"

	"canto/asl"
	"canto/asl/intrinsic"
	"canto/asl/jsonpath"
	"canto/asl/value"
)

// Scope is what an expression can see.
type Scope struct {
	Input value.Value // $, or $states.input
	Env   Env         // nil: a context object of null, no variables, and zeros

	Result      *value.Value // $states.result; nil where there is none
	ErrorOutput *value.Value // $states.errorOutput
}

// Env is what is around a state.
type Env interface {
	Context() value.Value                     // $$: asked only when it is needed
	Variable(name string) (value.Value, bool) // $name
	Random() uint64                           // seeded; for States.UUID, States.MathRandom, $random, $uuid
	Now() time.Time                           // of the execution; for $now and $millis
	Memo() *Memo                              // what is kept from one evaluation to the next
}

// Expr is a compiled expression; many goroutines may evaluate it at once.
// A run-time failure is an *asl.Error.
type Expr interface {
	Eval(s *Scope) (value.Value, error)
}

// find returns what a path finds in the scope: the input as it is for "$", and
// compact what the service takes out of something.
func (s *Scope) find(p *jsonpath.Scoped) (value.Value, error) {
	origin, err := s.origin(p)
	if err != nil || p.Whole() && p.Origin == jsonpath.Input {
		return origin, err
	}
	v, err := p.Get(origin)
	return v.Compact(), err
}

func (s *Scope) origin(p *jsonpath.Scoped) (value.Value, error) {
	switch p.Origin {
	case jsonpath.Context:
		if s.Env != nil {
			return s.Env.Context(), nil
		}
		return value.Value{}, nil
	case jsonpath.Variable:
		if s.Env != nil {
			if v, ok := s.Env.Variable(p.Name); ok {
				return v, nil
			}
		}
		return value.Value{}, &jsonpath.NotFoundError{Message: "No results for path: $" + p.Name}
	}
	return s.Input, nil
}

type path struct{ scoped *jsonpath.Scoped }

// Path reads a path: "$...", "$$..." or "$name...". It is for InputPath,
// OutputPath, a Choice's Variable and fields that end in Path; the error of a
// missing path is "Invalid path '$.x' : No results for path: $['x']" (recorded).
func Path(text string) (Expr, error) {
	scoped, err := jsonpath.CompileScoped(text)
	if err != nil {
		return nil, err
	}
	return path{scoped}, nil
}

func (p path) Eval(s *Scope) (value.Value, error) {
	v, err := s.find(p.scoped)
	if err != nil {
		return value.Value{}, &asl.Error{Name: asl.ErrRuntime, Cause: fmt.Sprintf("Invalid path '%s' : %v", p.scoped, err)}
	}
	return v, nil
}

// FieldError says that the value of a field is neither a path nor a call. Its
// message is the service's (recorded); Unwrap gives the reason.
type FieldError struct {
	Field  string
	Reason error
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call", e.Field)
}

func (e *FieldError) Unwrap() error { return e.Reason }

// field is a path that stands in a payload template, ErrorPath or CausePath.
type field struct {
	scoped *jsonpath.Scoped
	name   string
}

// call is an intrinsic function call in such a place.
type call struct {
	call *intrinsic.Call
	name string
}

// PathOrIntrinsic reads a path or an intrinsic function call; field is the name
// that messages give to its place: "ErrorPath", "value.$". The error is a
// *FieldError.
func PathOrIntrinsic(text, name string) (Expr, error) {
	if intrinsic.IsCall(text) {
		c, err := intrinsic.Parse(text)
		if err != nil {
			return nil, &FieldError{name, err}
		}
		return call{c, name}, nil
	}
	scoped, err := jsonpath.CompileScoped(text)
	if err != nil {
		return nil, &FieldError{name, err}
	}
	return field{scoped, name}, nil
}

func (f field) Eval(s *Scope) (value.Value, error) { return s.findField(f.scoped, f.name) }

// findField is find as fields have it: a missing path has its own words, an
// index beyond the end of an array gives null, and an indefinite path without its
// beginning gives an empty array (recorded behaviour).
func (s *Scope) findField(p *jsonpath.Scoped, name string) (value.Value, error) {
	v, err := s.find(p)
	var missing *jsonpath.NotFoundError
	switch {
	case err == nil || !errors.As(err, &missing):
		return v, err
	case missing.Beyond:
		return value.Value{}, nil
	case !p.Definite():
		return value.Array(nil), nil
	}
	return value.Value{}, &asl.Error{Name: asl.ErrRuntime, Cause: fmt.Sprintf(
		"The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", p, name, s.Input.Compact().Text())}
}

// env shows a scope to an intrinsic function.
type env struct {
	scope *Scope
	field string
}

func (e env) Lookup(p *jsonpath.Scoped) (value.Value, error) { return e.scope.findField(p, e.field) }

func (e env) Random() uint64 {
	if e.scope.Env == nil {
		return 0
	}
	return e.scope.Env.Random()
}

func (c call) Eval(s *Scope) (value.Value, error) { return c.call.Eval(env{s, c.name}) }
