package query

import (
	"fmt"
	"strings"

	"canto/asl/value"
)

// Template reads a payload template (Amazon States Language, "Payload Template"):
// Parameters, ResultSelector, ItemSelector, Assign. A field whose name ends in
// ".$" holds a path or an intrinsic function call, at any depth. What has none is
// made once. The error is a *FieldError.
//
// In an object the plain fields come first, in their order, and then those of
// ".$" in the order of Java's hash map of their names (recorded behaviour).
func Template(t value.Value) (Expr, error) {
	switch t.Kind() {
	case value.ObjectKind:
		return object(t)
	case value.ArrayKind:
		return array(t)
	}
	return constant{t.Compact()}, nil
}

type constant struct{ v value.Value }

func (c constant) Eval(*Scope) (value.Value, error) { return c.v, nil }

// isConstant says whether an expression is the same in every scope.
func isConstant(e Expr) bool {
	_, ok := e.(constant)
	return ok
}

type list []Expr

func array(t value.Value) (Expr, error) {
	items := make(list, t.Len())
	constants := 0
	for i, item := range t.Elements() {
		e, err := Template(item)
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

func (l list) Eval(s *Scope) (value.Value, error) {
	items := make([]value.Value, len(l))
	for i, e := range l {
		v, err := e.Eval(s)
		if err != nil {
			return value.Value{}, err
		}
		items[i] = v.Compact()
	}
	return value.Array(items).Compact(), nil
}

type member struct {
	name string
	expr Expr
}

type fields []member

const suffix = ".$"

func object(t value.Value) (Expr, error) {
	var plain, dynamic fields
	constants := true
	for _, m := range t.Members() {
		name, isDynamic := strings.CutSuffix(m.Name, suffix)
		if isDynamic {
			e, err := dynamicField(m)
			if err != nil {
				return nil, err
			}
			dynamic = append(dynamic, member{name, e})
			continue
		}
		e, err := Template(m.Value)
		if err != nil {
			return nil, err
		}
		constants = constants && isConstant(e)
		plain = append(plain, member{m.Name, e})
	}
	if constants && len(dynamic) == 0 {
		return constant{t.Compact()}, nil
	}
	return append(plain, dynamic.inHashOrder()...), nil
}

func dynamicField(m value.Member) (Expr, error) {
	text, ok := m.Value.AsString()
	if !ok {
		return nil, &FieldError{m.Name, fmt.Errorf("it is of type %s and not a string", m.Value.Kind())}
	}
	return PathOrIntrinsic(text, m.Name)
}

func (f fields) inHashOrder() fields {
	hashes := make([]int32, len(f))
	for i, m := range f {
		hashes[i] = value.HashString(m.name)
	}
	sorted := make(fields, len(f))
	for to, from := range value.HashOrder(hashes) {
		sorted[to] = f[from]
	}
	return sorted
}

func (f fields) Eval(s *Scope) (value.Value, error) {
	members := make([]value.Member, len(f))
	for i, m := range f {
		v, err := m.expr.Eval(s)
		if err != nil {
			return value.Value{}, err
		}
		members[i] = value.Member{Name: m.name, Value: v}
	}
	return value.NewObject(members...), nil
}
