package jsonata

import "canto/asl/value"

// kind is the type of a datum.
type kind uint8

const (
	undefined kind = iota
	null
	boolean
	number
	text
	list
	record
	callable
)

// datum is what expressions compute with. The zero datum is undefined.
type datum struct {
	kind kind
	num  float64 // of numbers; 1 for true
	// ref is the string of a text, *array, *object or *function, and the literal
	// (a value.Value) of a number that comes from the input.
	ref any
}

var (
	nothing    = datum{}
	nullDatum  = datum{kind: null}
	trueDatum  = datum{kind: boolean, num: 1}
	falseDatum = datum{kind: boolean}
)

func numberOf(f float64) datum { return datum{kind: number, num: f} }
func textOf(s string) datum    { return datum{kind: text, ref: s} }

func booleanOf(b bool) datum {
	if b {
		return trueDatum
	}
	return falseDatum
}

func listOf(a *array) datum        { return datum{kind: list, ref: a} }
func recordOf(o *object) datum     { return datum{kind: record, ref: o} }
func functionOf(f *function) datum { return datum{kind: callable, ref: f} }

func (d datum) isTrue() bool { return d.kind == boolean && d.num == 1 }

// str is the text of d; empty where d is none.
func (d datum) str() string {
	s, _ := d.ref.(string)
	return s
}

// arr is the array of d; nil where d is none.
func (d datum) arr() *array {
	a, _ := d.ref.(*array)
	return a
}

// obj is the object of d; nil where d is none.
func (d datum) obj() *object {
	o, _ := d.ref.(*object)
	return o
}

// fn is the function of d; nil where d is none.
func (d datum) fn() *function {
	f, _ := d.ref.(*function)
	return f
}

// array is a list of data. Its items never change once it can be seen by more
// than its maker; its marks may.
type array struct {
	items []datum
	src   value.Value // where it comes from the input
	lazy  bool        // items are still to be made from src

	sequence      bool // a sequence of results: one item counts as that item, none as undefined
	keepSingleton bool // a sequence that stays an array whatever its length
	cons          bool // made by a constructor: is not flattened into the path's result
	outer         bool // wraps an input that is an array
	tuples        bool // its items are tuples of bindings
}

func newArray(items []datum) *array     { return &array{items: items} }
func newSequence(items ...datum) *array { return &array{items: items, sequence: true} }
func sequenceOf(items []datum) datum    { return listOf(&array{items: items, sequence: true}) }
func (a *array) push(d datum)           { a.items = append(a.items, d) }

// list returns the items, made from the input when they are first asked for.
func (a *array) list() []datum {
	if a.lazy {
		a.fill()
	}
	return a.items
}

func (a *array) fill() {
	elements := a.src.Elements()
	a.items = make([]datum, len(elements))
	for i, element := range elements {
		a.items[i] = fromValue(element)
	}
	a.lazy = false
}

// items returns the items of a list, and d alone for anything else.
func (d datum) items() []datum {
	if a := d.arr(); a != nil {
		return a.list()
	}
	return []datum{d}
}

// field is a member of an object.
type field struct {
	name string
	data datum
}

// object is an object with its fields in order.
type object struct {
	fields []field
	index  map[string]int // of large objects
	src    value.Value    // where it comes from the input
	lazy   bool           // fields are still to be made from src
}

// indexFrom is the number of fields from which on an object is searched by a map.
const indexFrom = 12

func (o *object) list() []field {
	if o.lazy {
		o.fill()
	}
	return o.fields
}

func (o *object) fill() {
	members := o.src.Members()
	o.fields = make([]field, len(members))
	for i, m := range members {
		o.fields[i] = field{m.Name, fromValue(m.Value)}
	}
	o.lazy = false
}

func (o *object) find(name string) int {
	fields := o.list()
	if len(fields) > indexFrom {
		return o.lookup(name)
	}
	for i := range fields {
		if fields[i].name == name {
			return i
		}
	}
	return -1
}

func (o *object) lookup(name string) int {
	if o.index == nil {
		o.index = make(map[string]int, len(o.fields))
		for i := range o.fields {
			o.index[o.fields[i].name] = i
		}
	}
	if i, ok := o.index[name]; ok {
		return i
	}
	return -1
}

// get returns the field name; undefined where there is none.
func (o *object) get(name string) datum {
	if i := o.find(name); i >= 0 {
		return o.fields[i].data
	}
	return nothing
}

// set puts a field: in its old place, or at the end.
func (o *object) set(name string, d datum) {
	if i := o.find(name); i >= 0 {
		o.fields[i].data = d
		return
	}
	o.fields = append(o.fields, field{name, d})
	if o.index != nil {
		o.index[name] = len(o.fields) - 1
	}
}

func (o *object) remove(name string) {
	i := o.find(name)
	if i < 0 {
		return
	}
	o.fields = append(o.fields[:i], o.fields[i+1:]...)
	o.index = nil
}

// copyOf returns an object with the same fields that may be changed.
func (o *object) copyOf(room int) *object {
	fields := make([]field, len(o.list()), len(o.fields)+room)
	copy(fields, o.fields)
	return &object{fields: fields}
}

// fromValue returns a value as a datum: one level at a time, when it is asked for.
func fromValue(v value.Value) datum {
	switch v.Kind() {
	case value.BoolKind:
		b, _ := v.AsBool()
		return booleanOf(b)
	case value.NumberKind:
		n, _ := v.AsNumber()
		return datum{kind: number, num: n.Float64(), ref: v}
	case value.StringKind:
		s, _ := v.AsString()
		return textOf(s)
	case value.ArrayKind:
		return listOf(&array{src: v, lazy: true})
	case value.ObjectKind:
		return recordOf(&object{src: v, lazy: true})
	default:
		return nullDatum
	}
}
