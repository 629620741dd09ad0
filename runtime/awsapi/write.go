package awsapi

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"sync"

	"canto/asl/value"
)

// writer puts an answer together.
type writer struct {
	b    []byte
	more bool // the object that is open has a member
}

// writers are those that nobody writes with.
var writers = sync.Pool{New: func() any { return &writer{b: make([]byte, 0, 1<<10)} }}

// free gives the writer back, unless an answer has made it large.
func (w *writer) free() {
	if cap(w.b) <= 64<<10 {
		w.b, w.more = w.b[:0], false
		writers.Put(w)
	}
}

// written is a structure of the model that can be put into an answer.
type written[T any] interface {
	*T
	write(w *writer)
}

func (w *writer) open() { w.b, w.more = append(w.b, '{'), false }

func (w *writer) close() { w.b, w.more = append(w.b, '}'), true }

// name begins a member. The model's names need no escapes.
func (w *writer) name(name string) {
	if w.more {
		w.b = append(w.b, ',')
	}
	w.more = true
	w.b = append(w.b, '"')
	w.b = append(w.b, name...)
	w.b = append(w.b, '"', ':')
}

func (w *writer) text(name string, s *string) {
	if s != nil {
		w.name(name)
		w.b = value.AppendString(w.b, *s)
	}
}

// some is text, but for an empty one.
func (w *writer) some(name, s string) {
	if s != "" {
		w.text(name, &s)
	}
}

func (w *writer) integer(name string, n *int64) {
	if n != nil {
		w.name(name)
		w.b = strconv.AppendInt(w.b, *n, 10)
	}
}

// number is a percentage: no exponent, and no fraction where it has none.
func (w *writer) number(name string, f *float64) {
	if f != nil && !math.IsNaN(*f) && !math.IsInf(*f, 0) {
		w.name(name)
		w.b = strconv.AppendFloat(w.b, *f, 'f', -1, 64)
	}
}

func (w *writer) bool(name string, b *bool) {
	if b != nil {
		w.name(name)
		w.b = strconv.AppendBool(w.b, *b)
	}
}

func (w *writer) time(name string, t *Time) {
	if t != nil {
		w.name(name)
		w.b = t.append(w.b)
	}
}

func (w *writer) texts(name string, m map[string][]string) {
	if len(m) == 0 {
		return
	}
	w.name(name)
	w.open()
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if w.more {
			w.b = append(w.b, ',')
		}
		w.b = append(value.AppendString(w.b, key), ':')
		w.strings(m[key])
		w.more = true
	}
	w.close()
}

func (w *writer) strings(items []string) {
	w.b = append(w.b, '[')
	for i, s := range items {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = value.AppendString(w.b, s)
	}
	w.b = append(w.b, ']')
}

func (w *writer) raws(name string, items []json.RawMessage) {
	w.name(name)
	w.b = append(w.b, '[')
	for i, text := range items {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(w.b, text...)
	}
	w.b = append(w.b, ']')
}

func writeStructure[T any, P written[T]](w *writer, name string, x P) {
	if x != nil {
		w.name(name)
		x.write(w)
	}
}

// writeList puts in a list of structures: an empty one where empty says so.
func writeList[T any, P written[T]](w *writer, name string, items []T, empty bool) {
	if len(items) == 0 && !empty {
		return
	}
	w.name(name)
	w.b = append(w.b, '[')
	for i := range items {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		P(&items[i]).write(w)
	}
	w.b, w.more = append(w.b, ']'), true
}
