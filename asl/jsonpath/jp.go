package jsonpath

import (
	"github.com/ohler55/ojg/jp"

	"canto/asl/value"
)

// jp walks any collection that is Keyed or Indexed. These two show it values of
// ours without parsing them.
type (
	object struct{ v value.Value } // an object, or a scalar
	list   struct{ v value.Value } // an array
)

func wrap(v value.Value) any {
	if v.Kind() == value.ArrayKind {
		return list{v}
	}
	return object{v}
}

func unwrap(x any) value.Value {
	switch x := x.(type) {
	case list:
		return x.v
	case object:
		return x.v
	}
	return value.Value{}
}

func (o object) ValueForKey(key string) (any, bool) {
	v, ok := o.v.Field(key)
	return wrap(v), ok
}

func (o object) Keys() []string {
	keys := make([]string, o.v.Len())
	for i, m := range o.v.Members() {
		keys[i] = m.Name
	}
	return keys
}

func (l list) ValueAtIndex(i int) any {
	v, _ := l.v.Index(i)
	return wrap(v)
}

func (l list) Size() int { return l.v.Len() }

// Values never change: jp calls these only when it is asked to set or remove.
func (object) SetValueForKey(string, any) {}
func (object) RemoveValueForKey(string)   {}
func (list) SetValueAtIndex(int, any)     {}

// step is a step of our own: what it finds in one value, in order.
type step interface {
	find(v value.Value) []value.Value
}

// procedure lets jp take a step of ours.
type procedure struct{ step }

func (p procedure) Get(data any) []any {
	found := p.find(unwrap(data))
	results := make([]any, len(found))
	for i, v := range found {
		results[i] = wrap(v)
	}
	return results
}

func (p procedure) First(data any) any {
	if all := p.Get(data); len(all) > 0 {
		return all[0]
	}
	return nil
}

func proc(s step) *jp.Proc { return &jp.Proc{Procedure: procedure{s}} }

// own returns the step of ours that a fragment holds; nil for jp's own ones.
func own(f jp.Frag) step {
	if p, ok := f.(*jp.Proc); ok {
		return p.Procedure.(procedure).step
	}
	return nil
}

// bind returns the steps with root as the "$" of their filters and arguments.
func bind(steps jp.Expr, root value.Value) jp.Expr {
	bound := make(jp.Expr, len(steps))
	for i := len(steps) - 1; i >= 0; i-- {
		bound[i] = steps[i]
		switch s := own(steps[i]).(type) {
		case *filter:
			bound[i] = proc(&filter{s.test, root})
		case *function:
			bound[i] = proc(&function{s.name, s.args, s.apply, root})
		case *scan:
			bound[i] = proc(&scan{bound[i+1]})
		}
	}
	return bound
}
