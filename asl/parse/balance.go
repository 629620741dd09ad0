package parse

import (
	"bytes"
	"strings"
)

// balance is how many closing brackets of each sort a text has too many: a
// negative number says how many are missing. Brackets in strings do not count.
type balance struct{ braces, brackets int }

func (b *balance) of(closer byte) *int {
	if closer == '}' {
		return &b.braces
	}
	return &b.brackets
}

func countBrackets(text string) *balance {
	b := &balance{}
	s := reader{text: text}
	for s.pos < len(text) {
		switch text[s.pos] {
		case '{':
			b.braces--
		case '}':
			b.braces++
		case '[':
			b.brackets--
		case ']':
			b.brackets++
		case '"':
			s.skipLineString()
			continue
		}
		s.pos++
	}
	return b
}

// skipLineString skips a string, or what there is of it in this line.
func (r *reader) skipLineString() {
	for r.pos++; r.pos < len(r.text) && r.text[r.pos] != '\n'; r.pos++ {
		switch r.text[r.pos] {
		case '\\':
			r.pos++
		case '"':
			r.pos++
			return
		}
	}
	r.pos = min(r.pos, len(r.text))
}

// verdict on a closing bracket inside of a container.
type verdict int

const (
	closes  verdict = iota // it closes the container
	stray                  // it closes nothing
	missing                // the container was not closed: it closes one around it
)

// judge says what the closing bracket c at pos is, in a container that begins at
// start and wants closer. Where the text has not as many closing brackets as
// opening ones, the indentation tells which is one too many or was forgotten.
func (r *reader) judge(c, closer byte, start int) verdict {
	if r.extra == nil || c == closer && *r.extra.of(c) == 0 {
		if c == closer {
			return closes
		}
		return stray
	}
	extra := r.extra.of(c)
	if c != closer {
		if *extra > 0 || !r.around(c) {
			*extra--
			return stray
		}
		*r.extra.of(closer)++
		return missing
	}
	early := len(r.open) == 1 && strings.Trim(r.text[r.pos+1:], "]} \t\r\n") != ""
	switch shift, first := r.outdent(start); {
	case *extra > 0 && (early || first && shift > 0):
		*extra--
		return stray
	case *extra < 0 && first && shift < 0 && r.around(c):
		*extra++
		return missing
	}
	return closes
}

// forgotten says whether the entry that begins with c belongs to the container
// around this one: a field in an array, or an object among the fields of another.
func (r *reader) forgotten(c, closer byte) bool {
	if r.extra == nil || *r.extra.of(closer) >= 0 {
		return false
	}
	field := closer == ']' && c == '"' && r.around('}') && r.fieldFollows()
	element := closer == '}' && c == '{' && r.around(']')
	if field || element {
		*r.extra.of(closer)++
	}
	return field || element
}

// fieldFollows says whether the string at pos is the name of a field.
func (r *reader) fieldFollows() bool {
	ahead := reader{text: r.text, pos: r.pos}
	ahead.skipLineString()
	return strings.HasPrefix(strings.TrimLeft(r.text[ahead.pos:], " \t"), ":")
}

// around says whether a container that c would close is open around this one.
func (r *reader) around(c byte) bool {
	opener := byte('{')
	if c == ']' {
		opener = '['
	}
	return bytes.IndexByte(r.open[:len(r.open)-1], opener) >= 0
}

// outdent is how much deeper pos stands than the line of start is indented, where
// pos is the first thing in its line.
func (r *reader) outdent(start int) (shift int, first bool) {
	before := strings.TrimRight(r.text[:r.pos], " \t")
	if before != "" && before[len(before)-1] != '\n' {
		return 0, false
	}
	line := r.text[strings.LastIndexByte(r.text[:start], '\n')+1:]
	indent := len(line) - len(strings.TrimLeft(line, " \t"))
	return r.pos - len(before) - indent, true
}
