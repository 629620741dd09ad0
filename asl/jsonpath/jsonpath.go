// Package jsonpath evaluates JSONPath in the dialect of Jayway JsonPath, which
// the service speaks: its grammar, its results and the wording of its errors.
// Definite paths are walked level by level, so that a large value is never
// parsed whole for one field of it; from the first indefinite step on, ojg's
// jp.Expr does the walking. The package never changes a value.
package jsonpath

import (
	"fmt"
	"strings"

	"github.com/ohler55/ojg/jp"

	"canto/asl/value"
)

// Path is a compiled path. It may be used by many goroutines at once.
type Path struct {
	text   string
	root   byte      // '$' or '@'
	steps  jp.Expr   // without the root
	fixed  int       // how many steps from the start give exactly one value each
	rooted bool      // a filter or an argument refers to the root of the document
	whole  *function // "$..x.sum()" is the function of all that "$..x" finds
}

// SyntaxError says that a text is no path of the dialect.
type SyntaxError struct {
	Path    string
	Offset  int // in bytes from 0: about where the trouble is
	Message string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%q is not a JSONPath: %s (at offset %d)", e.Path, e.Message, e.Offset)
}

// NotFoundError says that a path leads nowhere in a document, in Jayway's words.
type NotFoundError struct {
	Message string
	Beyond  bool // the path ends in an index beyond the end of an array that is there
}

func (e *NotFoundError) Error() string { return e.Message }

// Compile reads a path. The error is a *SyntaxError.
func Compile(text string) (*Path, error) {
	p, err := compile(text, 0)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Definite says whether the path gives at most one value. An indefinite path
// gives an array, and always gives one where its definite beginning is there.
func (p *Path) Definite() bool { return p.fixed == len(p.steps) }

// Singular says whether the path has only fields and indexes: whether it is a
// reference path.
func (p *Path) Singular() bool {
	for _, step := range p.steps {
		if own(step) != nil || !isDefinite(step) {
			return false
		}
	}
	return true
}

// String returns the path as it was written.
func (p *Path) String() string { return p.text }

// IsRoot says whether the path is "$" alone.
func (p *Path) IsRoot() bool { return len(p.steps) == 0 }

// Get returns what the path finds in root. The error is a *NotFoundError.
func (p *Path) Get(root value.Value) (value.Value, error) { return p.eval(root, root) }

// eval evaluates the path from "@"; filters in it see root as "$".
func (p *Path) eval(at, root value.Value) (value.Value, error) {
	if p.root == '$' {
		at = root
	}
	v, err := p.walk(at, root)
	if err != nil || p.Definite() {
		return v, err
	}
	found, err := p.find(v, root)
	if err != nil {
		return value.Value{}, err
	}
	if p.whole != nil {
		return p.whole.one(value.Array(found), root)
	}
	return value.Array(found), nil
}

// walk follows the definite steps.
func (p *Path) walk(v, root value.Value) (value.Value, error) {
	for i, step := range p.steps[:p.fixed] {
		var next value.Value
		var ok bool
		switch s := step.(type) {
		case jp.Child:
			next, ok = v.Field(string(s))
		case jp.Nth:
			next, ok = v.Index(fromEnd(int(s), v))
		case *jp.Proc:
			one, err := p.single(i, v, root)
			if err != nil {
				return value.Value{}, err
			}
			next, ok = one, true
		}
		if !ok {
			return value.Value{}, p.missing(i, v)
		}
		v = next
	}
	return v, nil
}

// single takes step i, which is one of ours that gives one value.
func (p *Path) single(i int, v, root value.Value) (value.Value, error) {
	switch s := own(p.steps[i]).(type) {
	case *function:
		return s.one(v, root)
	case *names:
		if v.Kind() == value.ObjectKind {
			return s.merged(v), nil
		}
	}
	return value.Value{}, p.missing(i, v)
}

func fromEnd(i int, v value.Value) int {
	if i < 0 {
		return i + v.Len()
	}
	return i
}

// find lets jp follow the steps from the first indefinite one on.
func (p *Path) find(v, root value.Value) (found []value.Value, err error) {
	if err := p.applicable(v); err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			err = &NotFoundError{Message: fmt.Sprintf("path %s cannot be evaluated: %v", p.canonical(len(p.steps)), r)}
		}
	}()
	rest := p.steps[p.fixed:]
	if p.rooted {
		rest = bind(rest, root)
	}
	results := rest.Get(wrap(v))
	found = make([]value.Value, len(results))
	for i, r := range results {
		found[i] = unwrap(r)
	}
	return found, nil
}

// applicable says why the first indefinite step cannot be applied to v; later
// ones pass over what they cannot be applied to.
func (p *Path) applicable(v value.Value) error {
	switch own(p.steps[p.fixed]).(type) {
	case *names:
		if v.Kind() != value.ObjectKind {
			return p.missing(p.fixed, v)
		}
	case slice, indexes:
		if v.Kind() != value.ArrayKind {
			return p.noArray(p.fixed, v)
		}
	case *filter:
		if v.Kind() < value.ArrayKind {
			return &NotFoundError{Message: "Filter: [?] can not be applied to primitives. Current context is: " + value.JavaString(v)}
		}
	}
	return nil
}

// missing words the failure of definite step i at v, as Jayway's PropertyPathToken,
// ArrayPathToken and EvaluationContextImpl do.
func (p *Path) missing(i int, v value.Value) error {
	last := i == len(p.steps)-1
	if _, index := p.steps[i].(jp.Nth); index {
		if v.Kind() != value.ArrayKind {
			return p.noArray(i, v)
		}
		return &NotFoundError{Message: p.noResults(), Beyond: last}
	}
	switch {
	case v.Kind() != value.ObjectKind:
		return &NotFoundError{Message: fmt.Sprintf("Expected to find an object with property %s in path %s but found '%s'. "+
			"This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.",
			canonical(p.steps[i]), p.canonical(i), className(v))}
	case last:
		return &NotFoundError{Message: p.noResults()}
	}
	return &NotFoundError{Message: "Missing property in path " + p.canonical(i+1)}
}

func (p *Path) noResults() string { return "No results for path: " + p.canonical(len(p.steps)) }

func (p *Path) noArray(i int, v value.Value) error {
	if v.IsNull() {
		return &NotFoundError{Message: "The path " + p.canonical(i) + " is null"}
	}
	return &NotFoundError{Message: "Filter: " + canonical(p.steps[i]) + " can only be applied to arrays. Current context is: " + value.JavaString(v)}
}

// className is the Java class that Jayway names where it finds v in a message: the
// service gives it maps, lists and boxed values, as States.Format shows (recorded).
func className(v value.Value) string {
	switch v.Kind() {
	case value.NullKind:
		return "null"
	case value.BoolKind:
		return "java.lang.Boolean"
	case value.StringKind:
		return "java.lang.String"
	case value.ArrayKind:
		return "java.util.ArrayList"
	}
	n, _ := v.AsNumber()
	switch i, ok := n.Int64(); {
	case strings.ContainsAny(string(n), ".eE"):
		return "java.lang.Double"
	case !ok:
		return "java.math.BigInteger"
	case int64(int32(i)) != i:
		return "java.lang.Long"
	}
	return "java.lang.Integer"
}

// canonical writes the first n steps as Jayway does: $['a'][0][*].
func (p *Path) canonical(n int) string {
	var b strings.Builder
	b.WriteByte(p.root)
	for _, step := range p.steps[:n] {
		b.WriteString(canonical(step))
	}
	return b.String()
}

func canonical(step jp.Frag) string {
	switch s := step.(type) {
	case jp.Child:
		return "['" + string(s) + "']"
	case jp.Nth:
		return fmt.Sprintf("[%d]", int(s))
	case *jp.Proc:
		return fmt.Sprint(own(s))
	}
	return "[*]"
}
