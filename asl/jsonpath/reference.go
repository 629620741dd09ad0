package jsonpath

import (
	"fmt"
	"strconv"

	"github.com/ohler55/ojg/jp"

	"canto/asl/value"
)

// Reference is a path that names exactly one place: fields and indexes only.
type Reference struct{ path *Path }

// MatchError says that a reference path cannot be applied to a value: the cause
// of States.ResultPathMatchFailure.
type MatchError struct {
	Path string      // the whole path
	Step string      // the field or index that is impossible
	In   value.Value // what stands where Step should be applied
}

func (e *MatchError) Error() string {
	return fmt.Sprintf("Unable to apply step \"%s\" to input %s", e.Step, e.In.Compact().Text())
}

// CompileReference reads a reference path (Amazon States Language, "Reference
// Paths"). The error is a *SyntaxError.
func CompileReference(text string) (*Reference, error) {
	path, err := Compile(text)
	if err != nil {
		return nil, err
	}
	if path.root != '$' || text == "" || text[0] != '$' {
		return nil, &SyntaxError{Path: text, Message: "a reference path begins with $"}
	}
	for i, step := range path.steps {
		if own(step) != nil || !isDefinite(step) {
			return nil, &SyntaxError{Path: text, Message: fmt.Sprintf(
				"a reference path has only fields and indexes, and its part %d is %s", i+1, canonical(step))}
		}
	}
	return &Reference{path}, nil
}

// String returns the path as it was written.
func (r *Reference) String() string { return r.path.text }

// Get returns what the reference names in root. The error is a *NotFoundError.
func (r *Reference) Get(root value.Value) (value.Value, error) { return r.path.Get(root) }

// Set returns root with x at the place that the reference names. Missing objects
// are made; an array must be there and have the element. The error is a
// *MatchError.
func (r *Reference) Set(root, x value.Value) (value.Value, error) {
	v, err := set(r.path.steps, root, x)
	if err != nil {
		err.Path = r.path.text
		return value.Value{}, err
	}
	return v, nil
}

func set(steps jp.Expr, at, x value.Value) (value.Value, *MatchError) {
	if len(steps) == 0 {
		return x, nil
	}
	if i, ok := steps[0].(jp.Nth); ok {
		return setIndex(steps, at, x, int(i))
	}
	name := string(steps[0].(jp.Child))
	if at.Kind() != value.ObjectKind {
		return value.Value{}, &MatchError{Step: name, In: at}
	}
	child, ok := at.Field(name)
	if !ok {
		child = value.NewObject()
	}
	child, err := set(steps[1:], child, x)
	if err != nil {
		return value.Value{}, err
	}
	return at.With(name, child), nil
}

func setIndex(steps jp.Expr, at, x value.Value, i int) (value.Value, *MatchError) {
	k := fromEnd(i, at)
	child, ok := at.Index(k)
	if !ok {
		return value.Value{}, &MatchError{Step: strconv.Itoa(i), In: at}
	}
	child, err := set(steps[1:], child, x)
	if err != nil {
		return value.Value{}, err
	}
	return at.WithIndex(k, child), nil
}
