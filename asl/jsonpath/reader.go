package jsonpath

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// reader is Jayway's CharacterIndex: a text and a position in it.
type reader struct {
	text string
	pos  int
	err  *SyntaxError
}

func (r *reader) fail(format string, args ...any) bool {
	if r.err == nil {
		r.err = &SyntaxError{Path: r.text, Offset: min(r.pos, len(r.text)), Message: fmt.Sprintf(format, args...)}
	}
	return false
}

func (r *reader) done() bool { return r.pos >= len(r.text) }

// at returns the byte at i; 0 where there is none.
func (r *reader) at(i int) byte {
	if i >= 0 && i < len(r.text) {
		return r.text[i]
	}
	return 0
}

func (r *reader) peek() byte { return r.at(r.pos) }

func (r *reader) blanks() { r.pos = r.after(r.pos) }

// after returns the first position from i that is no blank.
func (r *reader) after(i int) int {
	for r.at(i) == ' ' {
		i++
	}
	return i
}

// before returns the last position up to i that is no blank.
func (r *reader) before(i int) int {
	for i >= 0 && r.at(i) == ' ' {
		i--
	}
	return i
}

// take steps over c, and blanks before it.
func (r *reader) take(c byte) bool {
	r.blanks()
	if r.peek() != c {
		return r.fail("expected '%c'", c)
	}
	r.pos++
	return true
}

// quoted returns the end of the string that begins with a quote at i; -1 where
// it does not end.
func (r *reader) quoted(i int) int {
	quote := r.at(i)
	for i++; i < len(r.text); i++ {
		switch r.text[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return -1
}

// closing returns the position of the bracket that closes the one at i, passing
// over strings, and over regular expressions if patterns; -1 where there is none.
func (r *reader) closing(i int, patterns bool) int {
	opens := r.at(i)
	closes := map[byte]byte{'(': ')', '[': ']', '{': '}'}[opens]
	depth := 0
	for i < len(r.text) {
		switch c := r.text[i]; {
		case c == '\'' || c == '"' || patterns && c == '/':
			if i = r.quoted(i); i < 0 {
				return -1
			}
			continue
		case c == opens:
			depth++
		case c == closes:
			if depth--; depth == 0 {
				return i
			}
		}
		i++
	}
	return -1
}

// integer reads a Java int.
func integer(text string) (int, bool) {
	i, err := strconv.ParseInt(text, 10, 32)
	return int(i), err == nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// unescape is Jayway's Utils.unescape: the escapes of Java; a backslash before
// any other character is dropped.
func unescape(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var units []uint16
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		c := runes[i]
		if c != '\\' || i+1 == len(runes) {
			units = utf16.AppendRune(units, c)
			continue
		}
		i++
		if n, ok := unicodeEscape(runes[i:]); ok {
			units = append(units, n)
			i += 4
			continue
		}
		units = utf16.AppendRune(units, escaped(runes[i]))
	}
	return string(utf16.Decode(units))
}

func unicodeEscape(runes []rune) (uint16, bool) {
	if len(runes) < 5 || runes[0] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(runes[1:5]), 16, 16)
	return uint16(n), err == nil
}

func escaped(c rune) rune {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
