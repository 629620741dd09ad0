package value

import "strings"

// maxDepth is Jackson's limit on nesting.
const maxDepth = 1000

// Parse checks the whole text and returns its value, which keeps the text as it
// is. The error is a *SyntaxError.
func Parse(text string) (Value, error) {
	s := scanner{text: text}
	if !s.document() {
		return Value{}, s.err
	}
	v := Raw(text)
	v.node.form.Store(s.form())
	return v, nil
}

// scanner reads JSON text once from end to end, and notes whether it is as the
// service would write it.
type scanner struct {
	text  string
	pos   int
	depth int
	loose bool     // blanks between tokens, or escapes that the service would not write
	twice bool     // an object has a key twice
	keys  []string // of the objects that are open
	err   *SyntaxError
}

func (s *scanner) form() uint32 {
	if s.loose || s.twice {
		return loose
	}
	return compact
}

func (s *scanner) document() bool {
	s.space()
	if s.pos == len(s.text) {
		return s.fail(s.pos, s.pos, "No content to map due to end-of-input")
	}
	if !s.value() {
		return false
	}
	s.space()
	return s.pos == len(s.text) || s.failTrailing()
}

func (s *scanner) space() {
	for s.pos < len(s.text) && isSpace[s.text[s.pos]] {
		s.loose = true
		s.pos++
	}
}

// peek returns the byte at the position, and 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

func (s *scanner) value() bool {
	switch c := s.peek(); c {
	case '"':
		return s.str("string value")
	case '{':
		return s.object()
	case '[':
		return s.array()
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return s.number()
	}
	return s.failValue()
}

func (s *scanner) literal(word string) bool {
	end := s.pos + len(word)
	if !strings.HasPrefix(s.text[s.pos:], word) || identifierLen(s.text[end:]) > 0 {
		return s.failToken()
	}
	s.pos = end
	return true
}

func (s *scanner) enter() bool {
	s.depth++
	s.pos++
	if s.depth > maxDepth {
		return s.failDepth()
	}
	s.space()
	return true
}

func (s *scanner) leave() bool {
	s.depth--
	s.pos++
	return true
}

func (s *scanner) array() bool {
	start := s.pos
	if !s.enter() {
		return false
	}
	if s.peek() == ']' {
		return s.leave()
	}
	for {
		if !s.value() {
			return false
		}
		s.space()
		switch s.peek() {
		case ']':
			return s.leave()
		case ',':
			s.pos++
			s.space()
		default:
			return s.failSeparator("Array", start)
		}
	}
}

func (s *scanner) object() bool {
	start, base := s.pos, len(s.keys)
	if !s.enter() {
		return false
	}
	if s.peek() == '}' {
		return s.leave()
	}
	var seen uint64
	doubt := false
	for {
		mark, ok := s.name()
		if !ok || !s.colon() || !s.value() {
			return false
		}
		doubt = doubt || seen&mark != 0
		seen |= mark
		s.space()
		switch s.peek() {
		case '}':
			s.twice = s.twice || doubt && hasTwice(s.keys[base:])
			s.keys = s.keys[:base]
			return s.leave()
		case ',':
			s.pos++
			s.space()
		default:
			return s.failSeparator("Object", start)
		}
	}
}

// name reads a key. Keys whose marks have no bit in common differ, so that most
// objects need no closer look for duplicates.
func (s *scanner) name() (mark uint64, ok bool) {
	if s.peek() != '"' {
		return 0, s.failName()
	}
	start := s.pos + 1
	if !s.str("field name") {
		return 0, false
	}
	key := unquote(s.text[start : s.pos-1])
	s.keys = append(s.keys, key)
	if key == "" {
		return 1, true
	}
	sum := 31*uint(len(key)) + 7*uint(key[0]) + 13*uint(key[len(key)-1]) + 3*uint(key[len(key)/2])
	return 1 << (sum & 63), true
}

func hasTwice(keys []string) bool {
	if len(keys) > searchLimit {
		seen := make(map[string]struct{}, len(keys))
		for _, k := range keys {
			seen[k] = struct{}{}
		}
		return len(seen) < len(keys)
	}
	for i, k := range keys {
		for _, other := range keys[:i] {
			if k == other {
				return true
			}
		}
	}
	return false
}

func (s *scanner) colon() bool {
	s.space()
	if s.peek() != ':' {
		return s.failColon()
	}
	s.pos++
	s.space()
	return true
}

// str reads a string; what names its role in messages.
func (s *scanner) str(what string) bool {
	text := s.text
	for i := s.pos + 1; i < len(text); i++ {
		if !special[text[i]] {
			continue
		}
		switch text[i] {
		case '"':
			s.pos = i + 1
			return true
		case '\\':
			n, canonical := escape(text[i:])
			if n == 0 {
				return s.failEscape(i, what)
			}
			s.loose = s.loose || !canonical
			i += n - 1
		default:
			return s.failControl(i, what)
		}
	}
	return s.failOpenString(what)
}

// escape measures the escape at the start of text: 0 is none that JSON has.
// Canonical ones are those that the service itself writes.
func escape(text string) (length int, canonical bool) {
	if len(text) < 2 {
		return 0, false
	}
	switch text[1] {
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
		return 2, true
	case '/':
		return 2, false
	case 'u':
		if len(text) < 6 {
			return 0, false
		}
		r := hex4(text[2:6])
		if r < 0 {
			return 0, false
		}
		return 6, r < ' ' && string(appendControl(nil, byte(r))) == text[:6]
	}
	return 0, false
}

func (s *scanner) number() bool {
	i := s.pos
	if s.text[i] == '-' {
		i++
	}
	if i < len(s.text) && s.text[i] == '0' {
		i++
		if i < len(s.text) && isDigit(s.text[i]) {
			return s.fail(s.pos, i, "Invalid numeric value: Leading zeroes not allowed")
		}
	} else if i = digits(s.text, i); !isDigit(s.text[i-1]) {
		return s.failDigit(i, "expected digit (0-9) to follow minus sign, for valid numeric value")
	}
	if i < len(s.text) && s.text[i] == '.' {
		i = digits(s.text, i+1)
		if s.text[i-1] == '.' {
			return s.failDigit(i, "Decimal point not followed by a digit")
		}
	}
	return s.exponent(i)
}

func (s *scanner) exponent(i int) bool {
	if i < len(s.text) && s.text[i]|0x20 == 'e' {
		i++
		if i < len(s.text) && (s.text[i] == '+' || s.text[i] == '-') {
			i++
		}
		i = digits(s.text, i)
		if !isDigit(s.text[i-1]) {
			return s.failDigit(i, "Exponent indicator not followed by a digit")
		}
	}
	s.pos = i
	return true
}

func digits(text string, i int) int {
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	return i
}

func isDigit(c byte) bool { return c-'0' < 10 }

var isSpace = [256]bool{' ': true, '\t': true, '\n': true, '\r': true}

// special are the bytes that end a plain run in a string.
var special = func() (t [256]bool) {
	for c := range 0x20 {
		t[c] = true
	}
	t['"'], t['\\'] = true, true
	return t
}()

func skipSpace(text string, i int) int {
	for i < len(text) && isSpace[text[i]] {
		i++
	}
	return i
}
