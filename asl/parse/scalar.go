package parse

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"canto/asl/source"
)

// blanks skips white space, and comments with a word for each.
func (r *reader) blanks() {
	for r.pos < len(r.text) && !r.quiet {
		switch c := r.text[r.pos]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			r.pos++
		case c == '/' && r.pos+1 < len(r.text) && (r.text[r.pos+1] == '/' || r.text[r.pos+1] == '*'), c == '#':
			r.comment()
		default:
			return
		}
	}
}

func (r *reader) comment() {
	start := r.pos
	if strings.HasPrefix(r.text[start:], "/*") {
		n := strings.Index(r.text[start+2:], "*/")
		if n < 0 {
			r.pos = len(r.text)
			r.mistake(start, start+2, "A comment that is not closed", `JSON has no comments: move it into a "Comment" field`)
			r.quiet = true
			return
		}
		r.pos = start + 2 + n + 2
	} else {
		r.skipTo("\n")
	}
	r.mistake(start, r.pos, "JSON has no comments", `remove it, or move it into a "Comment" field`)
}

func (r *reader) stringNode() *source.Node {
	start := r.pos
	text := r.quoted()
	n := r.node(source.String, start)
	n.Text = text
	return n
}

// quoted reads a string, of which single quotes are a mistake.
func (r *reader) quoted() string {
	start := r.pos
	if r.text[start] == '\'' {
		return r.singleQuoted()
	}
	for at := start + 1; at < len(r.text); at++ {
		switch c := r.text[at]; {
		case c == '"':
			r.pos = at + 1
			return r.text[start+1 : at]
		case c == '\\' || c < ' ':
			return r.unescape(at)
		}
	}
	return r.unclosedString(start, len(r.text))
}

// singleQuoted reads a string in single quotes, at most to the end of the line.
func (r *reader) singleQuoted() string {
	start := r.pos
	r.pos++
	r.skipTo("'\n")
	text := strings.TrimRight(r.text[start+1:r.pos], "\r")
	if r.peek() == '\'' {
		r.pos++
	}
	r.mistake(start, r.pos, "A string in single quotes", fmt.Sprintf("write %q", clip(text)))
	return text
}

// unescape reads the string that begins at pos and needs care from at on.
func (r *reader) unescape(at int) string {
	start := r.pos
	var out strings.Builder
	out.WriteString(r.text[start+1 : at])
	broken := false // a line break or tab in this string has been reported
	for at < len(r.text) {
		switch c := r.text[at]; {
		case c == '"':
			r.pos = at + 1
			return out.String()
		case c == '\\':
			at = r.escape(&out, at)
		case c == '\n' && r.structureFollows(at):
			return r.unclosedString(start, at)
		case c < ' ':
			if !broken {
				r.control(at)
			}
			broken = true
			out.WriteByte(c)
			at++
		default:
			out.WriteByte(c)
			at++
		}
	}
	return r.unclosedString(start, len(r.text))
}

func (r *reader) control(at int) {
	name, help := fmt.Sprintf("A control character (code %d)", r.text[at]), fmt.Sprintf(`write \u%04x`, r.text[at])
	switch r.text[at] {
	case '\n', '\r':
		name, help = "A line break", `write \n, or close the string with a quote in this line`
	case '\t':
		name, help = "A tab", `write \t`
	}
	r.mistake(at, at+1, name+" inside of a string", help)
}

// structureFollows says whether the line after the break at looks like JSON
// again, so that it was the closing quote that was forgotten before it.
func (r *reader) structureFollows(at int) bool {
	rest := strings.TrimLeft(r.text[at:], " \t\r\n")
	return rest == "" || strings.IndexByte("\"{}[]", rest[0]) >= 0
}

// unclosedString ends a string without closing quote at the end of its line, but
// leaves the comma and the brackets there to what is around it.
func (r *reader) unclosedString(start, end int) string {
	text := strings.TrimRight(r.text[start+1:end], " \t\r\n")
	if n := strings.IndexByte(text, '\n'); n >= 0 {
		text = strings.TrimRight(text[:n], " \t\r")
	}
	text = strings.TrimRight(text, ",}] \t")
	r.pos = start + 1 + len(text)
	r.mistake(start, r.pos, "A string without its closing quote", `put a " at its end`)
	return text
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape writes what the escape at stands for, and returns where it ends.
func (r *reader) escape(out *strings.Builder, at int) int {
	if at+1 == len(r.text) {
		return at + 1
	}
	c := r.text[at+1]
	if plain, ok := escapes[c]; ok {
		out.WriteByte(plain)
		return at + 2
	}
	if c == 'u' {
		if u, ok := hex4(r.text[at+2:]); ok {
			return r.surrogate(out, u, at+6)
		}
		r.mistake(at, at+2, `A \u without four hexadecimal digits`, `write \u0041, or \\u for a backslash and a u`)
		return at + 2
	}
	_, size := utf8.DecodeRuneInString(r.text[at+1:])
	text := r.text[at+1 : at+1+size]
	if c >= ' ' {
		r.mistake(at, at+1+size, fmt.Sprintf(`JSON has no escape '\%s'`, text), fmt.Sprintf(`write \\%s for a backslash`, text))
	}
	out.WriteString(`\`)
	return at + 1
}

// surrogate writes the character u, with its other half where it has one at next.
func (r *reader) surrogate(out *strings.Builder, u rune, next int) int {
	if utf16.IsSurrogate(u) && strings.HasPrefix(r.text[next:], `\u`) {
		if low, ok := hex4(r.text[next+2:]); ok {
			if both := utf16.DecodeRune(u, low); both != utf8.RuneError {
				out.WriteRune(both)
				return next + 6
			}
		}
	}
	out.WriteRune(u)
	return next
}

func hex4(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	var u rune
	for _, c := range []byte(s[:4]) {
		digit := strings.IndexByte("0123456789abcdef", c|0x20)
		if digit < 0 || c < '0' {
			return 0, false
		}
		u = u<<4 | rune(digit)
	}
	return u, true
}

// number reads a number; what is none becomes unknown.
func (r *reader) number() *source.Node {
	start := r.pos
	for r.pos < len(r.text) && (wordByte(r.text[r.pos]) || r.text[r.pos] == '+') {
		r.pos++
	}
	n := r.node(source.Number, start)
	if !validNumber(n.Text) {
		n.Kind = source.Unknown
		r.mistake(start, r.pos, fmt.Sprintf("'%s' is not a JSON number", clip(n.Text)), numberHelp(n.Text))
	}
	return n
}

func numberHelp(text string) string {
	digits := strings.TrimPrefix(text, "-")
	if short := strings.TrimLeft(digits, "0"); len(short) < len(digits) && validNumber(short) {
		return "write it without leading zeros: " + short
	}
	return "digits, with a point and an exponent if need be: 10, 0.5, 1e3; text needs double quotes"
}

// validNumber keeps JSON's grammar: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
func validNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if strings.HasPrefix(s, ".") {
		n := digits(s[1:])
		if n == 0 {
			return false
		}
		s = s[1+n:]
	}
	if s == "" {
		return true
	}
	if s[0]|0x20 != 'e' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	return s != "" && digits(s) == len(s)
}

// digits is how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
