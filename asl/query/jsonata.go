package query

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"canto/asl/jsonata"
	"canto/asl/value"
)

// EvaluationError is a States.QueryEvaluationError: what went wrong with the
// expression of a field, in the service's words (recorded).
type EvaluationError struct {
	Location string // the field: "Arguments/FunctionName", "Choices[1]/Condition"; may be empty
	Message  string
}

func (e *EvaluationError) Error() string { return e.Message }

// SyntaxError says that an expression cannot be compiled.
type SyntaxError struct {
	Location string // the field
	Err      *jsonata.Error
}

func (e *SyntaxError) Error() string { return e.Err.Message }

func (e *SyntaxError) Unwrap() error { return e.Err }

// Expression returns what stands between the {% and %} of a string, without the
// blanks around it; ok is false where the string is no expression. Nothing may
// stand outside of the two.
func Expression(text string) (expression string, ok bool) {
	inner, open := strings.CutPrefix(text, "{%")
	inner, shut := strings.CutSuffix(inner, "%}")
	return strings.TrimSpace(inner), open && shut
}

// JSONata reads a field of a JSONata state: a JSON value in which any string may
// be an expression. field names it in messages. The error is a *SyntaxError; that
// of Eval is an *EvaluationError.
func JSONata(t value.Value, field string) (Expr, error) {
	switch t.Kind() {
	case value.ObjectKind:
		return expressionFields(t, field)
	case value.ArrayKind:
		return expressionItems(t, field)
	case value.StringKind:
		text, _ := t.AsString()
		if inner, ok := Expression(text); ok {
			return expression(inner, field)
		}
	}
	return constant{t.Compact()}, nil
}

// Typed is JSONata for a field that has to give a value of that kind. What is
// written out is not judged: it was when the machine was created.
func Typed(t value.Value, field string, kind value.Kind) (Expr, error) {
	e, err := JSONata(t, field)
	if x, ok := e.(*expressionOf); ok {
		return typed{x, kind}, err
	}
	return e, err
}

func expressionFields(t value.Value, field string) (Expr, error) {
	var all fields
	constants := 0
	for _, m := range t.Members() {
		e, err := JSONata(m.Value, field+"/"+m.Name)
		if err != nil {
			return nil, err
		}
		if isConstant(e) {
			constants++
		}
		all = append(all, member{m.Name, e})
	}
	if constants == len(all) {
		return constant{t.Compact()}, nil
	}
	return all, nil
}

func expressionItems(t value.Value, field string) (Expr, error) {
	items := make(list, t.Len())
	constants := 0
	for i, item := range t.Elements() {
		e, err := JSONata(item, field+"["+strconv.Itoa(i)+"]")
		if err != nil {
			return nil, err
		}
		if isConstant(e) {
			constants++
		}
		items[i] = e
	}
	if constants == len(items) {
		return constant{t.Compact()}, nil
	}
	return items, nil
}

// expressionOf is the compiled expression of a field.
type expressionOf struct {
	expr    *jsonata.Expr
	field   string
	context bool // it may look at $states.context
}

// apart matches the uses of $states that do not reach its context.
var apart = regexp.MustCompile(`\$states\s*\.\s*(input|result|errorOutput)\b`)

func expression(text, field string) (Expr, error) {
	e, err := jsonata.Compile(text)
	if err != nil {
		var fault *jsonata.Error
		errors.As(err, &fault)
		return nil, &SyntaxError{field, fault}
	}
	rest := apart.ReplaceAllString(text, "")
	return &expressionOf{e, field, strings.Contains(rest, "$states")}, nil
}

func (x *expressionOf) Eval(s *Scope) (value.Value, error) {
	v, outcome, err := x.expr.Eval(s.jsonata(x.context))
	if err != nil {
		return v, x.fail("%s", thrown(err))
	}
	switch outcome {
	case jsonata.Undefined:
		return v, x.fail("returned nothing (undefined).")
	case jsonata.Unsupported:
		return v, x.fail("returned an unsupported result type.")
	}
	return v, nil
}

func (x *expressionOf) fail(format string, args ...any) error {
	return &EvaluationError{x.field, fmt.Sprintf("The JSONata expression '%s' specified for the field '%s' ", x.expr, x.field) + fmt.Sprintf(format, args...)}
}

// thrown words an error of the expression itself: after a full stop where it has a
// code, after a colon where it is one of the service's guard rails.
func thrown(err error) string {
	var fault *jsonata.Error
	if errors.As(err, &fault) && fault.Code != "" {
		return "threw an error during evaluation. " + err.Error()
	}
	return "threw an error during evaluation: " + err.Error()
}

// typed is an expression that has to give a value of a kind.
type typed struct {
	*expressionOf
	kind value.Kind
}

func (x typed) Eval(s *Scope) (value.Value, error) {
	v, err := x.expressionOf.Eval(s)
	if err == nil && v.Kind() != x.kind {
		err = x.fail("returned an unexpected result type. Expected '%s', but was '%s' for value: %s", x.kind, v.Kind(), v.Text())
	}
	return v, err
}

// jsonata is the scope as JSONata expressions see it: $states and the variables.
func (s *Scope) jsonata(context bool) jsonata.Env {
	if s.Env == nil {
		return jsonata.Env{Variable: func(name string) (value.Value, bool) { return s.states(false), name == "states" }}
	}
	return jsonata.Env{
		Now:    s.Env.Now(),
		Random: s.Env.Random,
		Cache:  s.Env.Memo().of(s.Input),
		Variable: func(name string) (value.Value, bool) {
			if name == "states" {
				return s.Env.Memo().states(s, context), true
			}
			return s.Env.Variable(name)
		},
	}
}

// Memo keeps what expressions have parsed of an input, for those that see the same
// input after them. The zero Memo is empty. It serves one evaluation at a time.
type Memo struct {
	input value.Value
	bare  value.Value // $states of nothing but the input; null: not made yet
	cache *jsonata.Cache
}

func (m *Memo) of(input value.Value) *jsonata.Cache {
	if m.cache == nil || m.input != input {
		*m = Memo{input: input, cache: &jsonata.Cache{}}
	}
	return m.cache
}

// states is $states of the scope: the same value as long as it is the same.
func (m *Memo) states(s *Scope, context bool) value.Value {
	if context || s.Result != nil || s.ErrorOutput != nil {
		return s.states(context)
	}
	if m.bare.IsNull() {
		m.bare = s.states(false)
	}
	return m.bare
}

// states is $states: the input and the context, and the result or the error output
// where there is one.
func (s *Scope) states(context bool) value.Value {
	members := []value.Member{{Name: "input", Value: s.Input}}
	if s.Result != nil {
		members = append(members, value.Member{Name: "result", Value: *s.Result})
	}
	if s.ErrorOutput != nil {
		members = append(members, value.Member{Name: "errorOutput", Value: *s.ErrorOutput})
	}
	if context {
		members = append(members, value.Member{Name: "context", Value: s.Env.Context()})
	}
	return value.NewObject(members...)
}
