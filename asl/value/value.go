// Package value holds JSON values: text kept verbatim, parsed on demand one
// level at a time, with ordered objects and exact numbers. Values never change
// once made, and may be shared between goroutines. The package never rounds a
// number, never reorders a key, and never parses more than it is asked for.
package value

import (
	"strconv"
	"strings"
	"sync/atomic"
)

// Value is a JSON value. The zero Value is null.
type Value struct{ node *node }

// Kind is one of the six kinds of JSON values.
type Kind uint8

// The kinds.
const (
	NullKind Kind = iota
	BoolKind
	NumberKind
	StringKind
	ArrayKind
	ObjectKind
)

var kindNames = [...]string{"null", "boolean", "number", "string", "array", "object"}

func (k Kind) String() string { return kindNames[k] }

// Member is one field of an object.
type Member struct {
	Name  string
	Value Value
}

// node is a value in one or more of its forms: text, parts (children one level
// down) and tree. Each form that is missing is made from another when it is
// asked for; two goroutines may both make it, and the results are equal.
type node struct {
	text  string // fixed at birth; empty where the value was built from parts or a tree
	kind  Kind
	form  atomic.Uint32 // form of the text
	cache atomic.Pointer[cache]
}

// The forms of a text: whether Compact would change it.
const (
	unknown uint32 = iota
	compact
	loose
)

type cache struct {
	text    atomic.Pointer[string]
	parts   atomic.Pointer[parts]
	tree    atomic.Pointer[any]
	compact atomic.Pointer[node]
}

// parts are the children of an array or object.
type parts struct {
	items   []Value
	members []Member
	index   atomic.Pointer[map[string]int] // of large objects, once a field was asked for
}

var nullNode = &node{text: "null"}

func init() { nullNode.form.Store(compact) }

func (v Value) n() *node {
	if v.node == nil {
		return nullNode
	}
	return v.node
}

// lazy returns the node's cache, made when it is first needed.
func (n *node) lazy() *cache {
	if c := n.cache.Load(); c != nil {
		return c
	}
	n.cache.CompareAndSwap(nil, new(cache))
	return n.cache.Load()
}

// Raw returns the value of text that is known to be valid JSON. It is not checked.
func Raw(text string) Value { return Value{&node{text: text, kind: kindOf(text)}} }

func scalar(kind Kind, text string) Value {
	n := &node{text: text, kind: kind}
	n.form.Store(compact)
	return Value{n}
}

var trueValue, falseValue = scalar(BoolKind, "true"), scalar(BoolKind, "false")

// String returns the JSON string s.
func String(s string) Value { return scalar(StringKind, string(appendString(nil, s))) }

// Array returns the array of items. Its text is made of theirs verbatim, as the
// service makes a Parallel state's output (recorded behaviour). The slice is
// kept: do not change it.
func Array(items []Value) Value { return built(ArrayKind, &parts{items: items}) }

// NewObject returns the object of members, in this order. Of members with the
// same name the last wins, at the place of the first. Its text is compact. The
// slice is kept: do not change it.
func NewObject(members ...Member) Value {
	return built(ObjectKind, &parts{members: lastWins(members)})
}

func built(kind Kind, p *parts) Value {
	n := &node{kind: kind}
	if kind == ObjectKind {
		n.form.Store(compact)
	}
	c := new(cache)
	c.parts.Store(p)
	n.cache.Store(c)
	return Value{n}
}

// Kind returns the kind of v.
func (v Value) Kind() Kind { return v.n().kind }

// IsNull says whether v is null.
func (v Value) IsNull() bool { return v.Kind() == NullKind }

// Text returns the JSON text of v: verbatim for what was parsed, compact for
// what was built.
func (v Value) Text() string {
	n := v.n()
	if n.text != "" {
		return n.text
	}
	c := n.lazy()
	if t := c.text.Load(); t != nil {
		return *t
	}
	text := write(n.kind, c)
	c.text.Store(&text)
	return text
}

// Size returns the number of bytes of Text.
func (v Value) Size() int { return len(v.Text()) }

// String returns Text; it makes values readable in messages and test failures.
func (v Value) String() string { return v.Text() }

// AsString returns the string that v is.
func (v Value) AsString() (string, bool) {
	if v.Kind() != StringKind {
		return "", false
	}
	text := trim(v.Text())
	return unquote(text[1 : len(text)-1]), true
}

// AsBool returns the boolean that v is.
func (v Value) AsBool() (b, ok bool) {
	if v.Kind() != BoolKind {
		return false, false
	}
	return trim(v.Text()) == "true", true
}

// AsNumber returns the number that v is, as its literal.
func (v Value) AsNumber() (Number, bool) {
	if v.Kind() != NumberKind {
		return "", false
	}
	return Number(trim(v.Text())), true
}

// Len returns the number of elements or members; 0 for scalars.
func (v Value) Len() int {
	p := v.parts()
	return len(p.items) + len(p.members)
}

// Elements returns the elements of an array, and nil for anything else. They
// stay text until they are touched. The slice is shared: do not change it.
func (v Value) Elements() []Value { return v.parts().items }

// Members returns the members of an object in document order, and nil for
// anything else. Of duplicate keys the last wins, at the place of the first. The
// slice is shared: do not change it.
func (v Value) Members() []Member { return v.parts().members }

// Index returns the element i of an array, from 0.
func (v Value) Index(i int) (Value, bool) {
	items := v.Elements()
	if i < 0 || i >= len(items) {
		return Value{}, false
	}
	return items[i], true
}

// Field returns the field name of an object.
func (v Value) Field(name string) (Value, bool) {
	p := v.parts()
	if i := p.find(name); i >= 0 {
		return p.members[i].Value, true
	}
	return Value{}, false
}

// With returns the object with the field name replaced, or appended at the end.
// Anything but an object counts as an empty one.
func (v Value) With(name string, x Value) Value {
	p := v.parts()
	i := p.find(name)
	members := make([]Member, len(p.members), len(p.members)+1)
	copy(members, p.members)
	if i >= 0 {
		members[i].Value = x
	} else {
		members = append(members, Member{name, x})
	}
	return built(ObjectKind, &parts{members: members})
}

// WithIndex returns the array with its element i replaced; v itself where it is
// no array or has no such element.
func (v Value) WithIndex(i int, x Value) Value {
	old := v.Elements()
	if i < 0 || i >= len(old) {
		return v
	}
	items := make([]Value, len(old))
	copy(items, old)
	items[i] = x
	return Array(items)
}

var noParts = new(parts)

// parts returns the children of v, split from its text at the first call.
func (v Value) parts() *parts {
	n := v.n()
	if n.kind < ArrayKind {
		return noParts
	}
	c := n.lazy()
	if p := c.parts.Load(); p != nil {
		return p
	}
	p := n.split(c)
	c.parts.Store(p)
	return p
}

func (n *node) split(c *cache) *parts {
	switch {
	case n.text == "":
		return partsOfTree(*c.tree.Load())
	case n.kind == ArrayKind:
		return &parts{items: splitArray(n.text, n.form.Load())}
	}
	return &parts{members: splitObject(n.text, n.form.Load())}
}

// Objects of up to this many members are searched from end to end: that is
// faster than a map, and a map is memory.
const searchLimit = 12

func (p *parts) find(name string) int {
	if len(p.members) > searchLimit {
		return p.lookup(name)
	}
	for i := range p.members {
		if p.members[i].Name == name {
			return i
		}
	}
	return -1
}

func (p *parts) lookup(name string) int {
	index := p.index.Load()
	if index == nil {
		made := make(map[string]int, len(p.members))
		for i, m := range p.members {
			made[m.Name] = i
		}
		index = &made
		p.index.Store(index)
	}
	if i, ok := (*index)[name]; ok {
		return i
	}
	return -1
}

func kindOf(text string) Kind {
	i := skipSpace(text, 0)
	if i == len(text) {
		return NullKind
	}
	switch text[i] {
	case '{':
		return ObjectKind
	case '[':
		return ArrayKind
	case '"':
		return StringKind
	case 't', 'f':
		return BoolKind
	case 'n':
		return NullKind
	}
	return NumberKind
}

func trim(text string) string {
	if text[0] > ' ' && text[len(text)-1] > ' ' {
		return text
	}
	return strings.Trim(text, " \t\r\n")
}

// Of returns the value of a tree: nil, bool, string, Number, int, int64, uint64,
// float64 (integral ones as integers, others as FormatFloat does), []any, []Value,
// *Object or Value. Other types are read as From reads them; one that JSON cannot
// hold, like a channel, is a mistake in the program and panics.
func Of(tree any) Value {
	switch x := tree.(type) {
	case nil:
		return Value{}
	case Value:
		return x
	case bool:
		if x {
			return trueValue
		}
		return falseValue
	case string:
		return String(x)
	case Number:
		return scalar(NumberKind, string(x))
	case int:
		return scalar(NumberKind, strconv.Itoa(x))
	case int64:
		return scalar(NumberKind, strconv.FormatInt(x, 10))
	case uint64:
		return scalar(NumberKind, strconv.FormatUint(x, 10))
	case float64:
		return ofFloat(x)
	case []Value:
		return Array(x)
	case []any:
		return ofTree(ArrayKind, x)
	case *Object:
		return ofTree(ObjectKind, x)
	}
	v, err := From(tree)
	if err != nil {
		panic("value.Of: " + err.Error())
	}
	return v
}

func ofTree(kind Kind, tree any) Value {
	n := &node{kind: kind}
	n.form.Store(compact)
	c := new(cache)
	c.tree.Store(&tree)
	n.cache.Store(c)
	return Value{n}
}
