package value

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError says that a text is not JSON, in the words of Jackson, the parser
// of the service.
type SyntaxError struct {
	Offset       int // first byte of what cannot be read, from 0
	Line, Column int // where Jackson stood when it gave up, from 1: just behind that
	Message      string
}

func (e *SyntaxError) Error() string { return e.Message }

const (
	anyValue = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	inFull   = "expected a valid value " + anyValue
)

// fail notes the first error: offset is where the trouble begins, at where the
// reader stands.
func (s *scanner) fail(offset, at int, message string) bool {
	before := s.text[:at]
	s.err = &SyntaxError{
		Offset:  offset,
		Line:    1 + strings.Count(before, "\n"),
		Column:  1 + utf8.RuneCountInString(before[1+strings.LastIndexByte(before, '\n'):]),
		Message: message,
	}
	return false
}

func (s *scanner) failChar(at int, message string) bool {
	r, size := utf8.DecodeRuneInString(s.text[at:])
	return s.fail(at, at+size, fmt.Sprintf("Unexpected character (%s): %s", describe(r), message))
}

func (s *scanner) failEnd(message string) bool {
	return s.fail(len(s.text), len(s.text), "Unexpected end-of-input"+message)
}

// describe names a character as Jackson's ParserMinimalBase does.
func describe(r rune) string {
	switch {
	case r < ' ' || r >= 0x7f && r < 0xa0:
		return fmt.Sprintf("(CTRL-CHAR, code %d)", r)
	case r > 255:
		return fmt.Sprintf("'%c' (code %d / 0x%x)", r, r, r)
	}
	return fmt.Sprintf("'%c' (code %d)", r, r)
}

// failBetween is failChar where a token should begin.
func (s *scanner) failBetween(message string) bool {
	if c := s.text[s.pos]; c < ' ' {
		return s.fail(s.pos, s.pos+1, fmt.Sprintf(
			`Illegal character (%s): only regular white space (\r, \n, \t) is allowed between tokens`, describe(rune(c))))
	}
	return s.failChar(s.pos, message)
}

// before is the offset of what stands before the position, blanks aside; -1: nothing.
func (s *scanner) before() int { return len(strings.TrimRight(s.text[:s.pos], " \t\r\n")) - 1 }

func (s *scanner) failValue() bool {
	if s.pos == len(s.text) {
		return s.failMore("Array")
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.pos:])
	switch at := s.before(); {
	case (r == ']' || r == '}') && s.depth == 0:
		return s.failMarker("root", s.placeOf(1, 0))
	case r == '}' && s.text[at] == '[':
		return s.failMarker("Array", s.place(at))
	case r == '}':
		return s.failChar(s.pos, "expected a value")
	case identifierStart(r):
		return s.failToken()
	}
	return s.failBetween(inFull)
}

// failMore says that the text ends where an entry of an array or an object should
// begin, or a field's value.
func (s *scanner) failMore(what string) bool {
	switch at := s.before(); s.text[at] {
	case '[', '{':
		return s.failOpen(what, at)
	case ':':
		what = "Object"
	}
	return s.failEnd(" within/between " + what + " entries")
}

func (s *scanner) failOpen(what string, start int) bool {
	return s.failEnd(fmt.Sprintf(": expected close marker for %s (start marker at %s)", what, s.place(start)))
}

// failMarker says that ']' or '}' closes what it cannot: Jackson expects the other one.
func (s *scanner) failMarker(what, opened string) bool {
	c := s.text[s.pos]
	return s.fail(s.pos, s.pos+1, fmt.Sprintf("Unexpected close marker '%c': expected '%c' (for %s starting at %s)", c, ']'+'}'-c, what, opened))
}

func (s *scanner) failToken() bool {
	token := s.text[s.pos : s.pos+identifierLen(s.text[s.pos:])]
	at := s.pos + len(token)
	switch token {
	case "NaN", "Infinity":
		return s.fail(s.pos, at, "Non-standard token '"+token+"': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow")
	}
	if runes := []rune(token); len(runes) > 256 {
		token = string(runes[:256]) + "..."
	}
	return s.fail(s.pos, at, "Unrecognized token '"+token+"': was expecting "+anyValue)
}

func (s *scanner) failName() bool {
	if s.pos == len(s.text) {
		return s.failMore("Object")
	}
	if at := s.before(); s.text[s.pos] == ']' && s.text[at] == '{' {
		return s.failMarker("Object", s.place(at))
	}
	return s.failBetween("was expecting double-quote to start field name")
}

func (s *scanner) failColon() bool {
	if s.pos == len(s.text) {
		return s.failEnd(" within/between Object entries")
	}
	return s.failBetween("was expecting a colon to separate field name and value")
}

func (s *scanner) failSeparator(what string, start int) bool {
	switch c := s.peek(); {
	case s.pos == len(s.text):
		return s.failOpen(what, start)
	case c == ']' || c == '}':
		return s.failMarker(what, s.place(start))
	}
	return s.failBetween("was expecting comma to separate " + what + " entries")
}

func (s *scanner) place(offset int) string {
	probe := scanner{text: s.text}
	probe.fail(offset, offset, "")
	return s.placeOf(probe.err.Line, probe.err.Column)
}

func (s *scanner) placeOf(line, column int) string {
	e := SyntaxError{Line: line, Column: column}
	return e.Place(Excerpt(s.text))
}

// Place names the place in a text, of which the Excerpt is given, as Jackson's
// JsonLocation does.
func (e *SyntaxError) Place(excerpt string) string {
	return fmt.Sprintf("[Source: (String)%s; line: %d, column: %d]", excerpt, e.Line, e.Column)
}

// Excerpt is how Jackson shows a text that it cannot read: its first 500 characters.
func Excerpt(text string) string {
	const shown = 500
	head, rest := text, utf8.RuneCountInString(text)-shown
	if rest > 0 {
		head = string([]rune(text)[:shown])
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range head {
		if r != '\n' && r != '\r' && unicode.IsControl(r) {
			fmt.Fprintf(&b, `\u%04X`, r)
			continue
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	if rest > 0 {
		fmt.Fprintf(&b, "[truncated %d chars]", rest)
	}
	return b.String()
}

func (s *scanner) failEscape(at int, what string) bool {
	rest := s.text[at:]
	if len(rest) < 2 {
		return s.failOpenString(what)
	}
	if rest[1] != 'u' {
		r, size := utf8.DecodeRuneInString(rest[1:])
		return s.fail(at, at+1+size, "Unrecognized character escape "+describe(r))
	}
	for i := at + 2; i < len(s.text) && i < at+6; i++ {
		if hexDigit(s.text[i]) < 0 {
			return s.failChar(i, "expected a hex-digit for character escape sequence")
		}
	}
	return s.failEnd(" in character escape sequence")
}

func (s *scanner) failControl(at int, what string) bool {
	role := what
	if what == "field name" {
		role = "name"
	}
	return s.fail(at, at+1, fmt.Sprintf("Illegal unquoted character (%s): has to be escaped using backslash to be included in %s",
		describe(rune(s.text[at])), role))
}

func (s *scanner) failOpenString(what string) bool {
	if what == "field name" {
		return s.failEnd(" in field name")
	}
	return s.failEnd(": was expecting closing quote for a string value")
}

func (s *scanner) failDigit(at int, message string) bool {
	if at == len(s.text) {
		return s.failEnd(" in numeric value: " + message)
	}
	r, size := utf8.DecodeRuneInString(s.text[at:])
	return s.fail(at, at+size, fmt.Sprintf("Unexpected character (%s) in numeric value: %s", describe(r), message))
}

func (s *scanner) failDepth() bool {
	return s.fail(s.pos-1, s.pos, fmt.Sprintf(
		"Document nesting depth (%d) exceeds the maximum allowed (%d, from `StreamReadConstraints.getMaxNestingDepth()`)", s.depth, maxDepth))
}

func (s *scanner) failTrailing() bool {
	if isDigit(s.text[s.pos-1]) {
		return s.failChar(s.pos, "Expected space separating root-level values")
	}
	probe := scanner{text: s.text, pos: s.pos}
	if !probe.value() {
		s.err = probe.err
		return false
	}
	return s.fail(s.pos, probe.pos, "Trailing token found after value: expected the end of the input")
}

func identifierStart(r rune) bool { return unicode.IsLetter(r) || r == '$' || r == '_' }

// identifierLen measures the run of Java identifier characters at the start of
// text: what Jackson quotes as a token.
func identifierLen(text string) int {
	for i, r := range text {
		if !identifierStart(r) && !unicode.IsDigit(r) {
			return i
		}
	}
	return len(text)
}
