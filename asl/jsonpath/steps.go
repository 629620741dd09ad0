package jsonpath

import (
	"fmt"
	"strings"

	"github.com/ohler55/ojg/jp"

	"canto/asl/value"
)

// names are the fields ['a','b']. At the end of a path they give one object of
// those fields, elsewhere one value each.
type names struct {
	list   []string
	merges bool
}

func (n *names) String() string { return "['" + strings.Join(n.list, "','") + "']" }

func (n *names) find(v value.Value) (found []value.Value) {
	if v.Kind() != value.ObjectKind {
		return nil
	}
	if n.merges {
		return []value.Value{n.merged(v)}
	}
	for _, name := range n.list {
		if x, ok := v.Field(name); ok {
			found = append(found, x)
		}
	}
	return found
}

func (n *names) merged(v value.Value) value.Value {
	var members []value.Member
	for _, name := range n.list {
		if x, ok := v.Field(name); ok {
			members = append(members, value.Member{Name: name, Value: x})
		}
	}
	return value.NewObject(members...)
}

func (n *names) allIn(v value.Value) bool {
	for _, name := range n.list {
		if _, ok := v.Field(name); !ok {
			return false
		}
	}
	return true
}

// indexes are the elements [4,1].
type indexes []int

func (x indexes) String() string {
	return strings.ReplaceAll(fmt.Sprint([]int(x)), " ", ",")
}

func (x indexes) find(v value.Value) (found []value.Value) {
	for _, i := range x {
		if item, ok := v.Index(fromEnd(i, v)); ok {
			found = append(found, item)
		}
	}
	return found
}

// slice is [from:to]. Jayway ignores a third part, and counts from the end only
// what it reads one by one: [-4:1] of five elements is the last four and the first.
type slice struct {
	from, to       int
	hasFrom, hasTo bool
}

func (s slice) String() string {
	var b strings.Builder
	b.WriteByte('[')
	if s.hasFrom {
		fmt.Fprint(&b, s.from)
	}
	b.WriteByte(':')
	if s.hasTo {
		fmt.Fprint(&b, s.to)
	}
	return b.String() + "]"
}

func (s slice) find(v value.Value) (found []value.Value) {
	items := v.Elements()
	from, to := s.bounds(len(items))
	for i := from; i < to; i++ {
		if k := fromEnd(i, v); k >= 0 {
			found = append(found, items[k])
		}
	}
	return found
}

func (s slice) bounds(n int) (from, to int) {
	switch {
	case !s.hasTo:
		from = s.from
		if from < 0 {
			from = max(0, from+n)
		}
		return from, n
	case !s.hasFrom:
		to = s.to
		if to < 0 {
			to += n
		}
		return 0, min(to, n)
	}
	return max(s.from, -n), min(s.to, n)
}

// scan is "..": every object and array, from the outside in, to which the next
// step can be applied.
type scan struct{ next jp.Frag }

func (*scan) String() string { return ".." }

func (s *scan) find(v value.Value) []value.Value { return s.walk(nil, v) }

func (s *scan) walk(found []value.Value, v value.Value) []value.Value {
	if v.Kind() < value.ArrayKind {
		return found
	}
	if s.takes(v) {
		found = append(found, v)
	}
	for _, item := range v.Elements() {
		found = s.walk(found, item)
	}
	for _, m := range v.Members() {
		found = s.walk(found, m.Value)
	}
	return found
}

// takes is Jayway's predicate for the step behind "..".
func (s *scan) takes(v value.Value) bool {
	switch next := s.next.(type) {
	case jp.Child:
		_, ok := v.Field(string(next))
		return ok
	case jp.Nth:
		return v.Kind() == value.ArrayKind
	case jp.Wildcard:
		return true
	}
	switch next := own(s.next).(type) {
	case *names:
		return v.Kind() == value.ObjectKind && (!next.merges || next.allIn(v))
	case *filter:
		return next.accepts(v)
	case indexes, slice:
		return v.Kind() == value.ArrayKind
	}
	return false
}

// filter is [?(...)]: the elements of an array that pass the test, or the object
// itself where it passes.
type filter struct {
	test test
	root value.Value
}

func (*filter) String() string { return "[?]" }

func (f *filter) accepts(v value.Value) bool { return f.test.holds(scope{v, f.root}) }

func (f *filter) find(v value.Value) (found []value.Value) {
	if v.Kind() == value.ObjectKind && f.accepts(v) {
		return []value.Value{v}
	}
	for _, item := range v.Elements() {
		if f.accepts(item) {
			found = append(found, item)
		}
	}
	return found
}
