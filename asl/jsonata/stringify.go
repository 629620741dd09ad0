package jsonata

import (
	"math"
	"unicode/utf8"
)

// depthLimit bounds how deeply values may be nested that are compared, written
// or searched.
const depthLimit = 10_000

// jsonWriter writes data as JSON.stringify does.
type jsonWriter struct {
	out    []byte
	exact  bool // all digits of numbers, and null for those that JSON has not; else 15, and an error
	pretty bool
	limit  int               // of bytes
	wrote  func(n int) error // counts steps; may be nil
}

func (w *jsonWriter) write(d datum, depth int) error {
	if depth > depthLimit {
		return errDepth
	}
	if len(w.out) > w.limit {
		return errMemory
	}
	switch d.kind {
	case boolean:
		w.out = append(w.out, map[bool]string{true: "true", false: "false"}[d.isTrue()]...)
	case number:
		return w.number(d)
	case text:
		w.out = appendJSONString(w.out, d.str())
	case list:
		return w.list(d.arr().list(), depth+1)
	case record:
		return w.record(d.obj().list(), depth+1)
	case callable:
		w.out = append(w.out, `""`...)
	default:
		w.out = append(w.out, "null"...)
	}
	return nil
}

func (w *jsonWriter) number(d datum) error {
	f := d.num
	if !w.exact {
		if _, err := isNumber(d); err != nil {
			return err
		}
		f = to15Digits(f)
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		w.out = append(w.out, "null"...)
		return nil
	}
	w.out = append(w.out, formatNumber(f)...)
	return nil
}

func (w *jsonWriter) count(n int) error {
	if w.wrote == nil {
		return nil
	}
	return w.wrote(n)
}

func (w *jsonWriter) list(items []datum, depth int) error {
	w.out = append(w.out, '[')
	for i, item := range items {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.indent(depth)
		if err := w.write(item, depth); err != nil {
			return err
		}
	}
	if len(items) > 0 {
		w.indent(depth - 1)
	}
	w.out = append(w.out, ']')
	return w.count(len(items))
}

func (w *jsonWriter) record(fields []field, depth int) error {
	w.out = append(w.out, '{')
	first := true
	for _, f := range fields {
		if f.data.kind == undefined {
			continue
		}
		if !first {
			w.out = append(w.out, ',')
		}
		first = false
		w.indent(depth)
		w.out = append(appendJSONString(w.out, f.name), ':')
		if w.pretty {
			w.out = append(w.out, ' ')
		}
		if err := w.write(f.data, depth); err != nil {
			return err
		}
	}
	if !first {
		w.indent(depth - 1)
	}
	w.out = append(w.out, '}')
	return w.count(len(fields))
}

func (w *jsonWriter) indent(depth int) {
	if !w.pretty {
		return
	}
	w.out = append(w.out, '\n')
	for range depth {
		w.out = append(w.out, ' ', ' ')
	}
}

var jsonEscapes = map[byte]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}

const lowerHex = "0123456789abcdef"

// appendJSONString writes s with JavaScript's escapes: halves of pairs are
// escaped, and nothing else beyond ASCII is.
func appendJSONString(out []byte, s string) []byte {
	out = append(out, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			out = appendJSONByte(out, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			unit, n := unitAt(s[i:])
			out = append(out, '\\', 'u', lowerHex[unit>>12], lowerHex[unit>>8&15], lowerHex[unit>>4&15], lowerHex[unit&15])
			i += n
			continue
		}
		out = append(out, s[i:i+size]...)
		i += size
	}
	return append(out, '"')
}

func appendJSONByte(out []byte, c byte) []byte {
	if escaped, ok := jsonEscapes[c]; ok {
		return append(out, '\\', escaped)
	}
	if c < ' ' {
		return append(out, '\\', 'u', '0', '0', lowerHex[c>>4], lowerHex[c&15])
	}
	return append(out, c)
}

// unitAt reads half of a surrogate pair that appendUnit wrote, and its length.
func unitAt(s string) (rune, int) {
	if len(s) >= 3 && s[0] == 0xed && s[1] >= 0xa0 {
		return rune(s[0]&0xf)<<12 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return utf8.RuneError, 1
}
