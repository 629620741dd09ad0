package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// token is what the lexer finds; pos is the offset just behind it.
type token struct {
	kind string // name, variable, operator, string, number, value, regex; empty at the end
	data datum  // text of names and operators, value of literals
	re   *regex
	pos  int
}

type lexer struct {
	text string
	pos  int
}

// operators are the characters that end a name.
const operators = ".[]{}(),@#;:?+-*/%|=<>^&!~"

const blanks = " \t\n\r\v"

// pairs are the operators of two characters.
var pairs = []string{"..", ":=", "!=", ">=", "<=", "**", "~>"}

func (l *lexer) at(i int) byte {
	if i >= len(l.text) {
		return 0
	}
	return l.text[i]
}

func (l *lexer) fail(code string, token string) {
	panic(&fault{code: code, pos: l.pos, token: textOf(token)})
}

func (l *lexer) make(kind string, d datum) token { return token{kind: kind, data: d, pos: l.pos} }

// next returns the next token. After an operand a slash divides; elsewhere it
// begins a regular expression.
func (l *lexer) next(afterOperand bool) token {
	l.skip()
	if l.pos >= len(l.text) {
		return token{pos: len(l.text)}
	}
	c := l.text[l.pos]
	if c == '/' && !afterOperand {
		l.pos++
		return l.regex()
	}
	for _, pair := range pairs {
		if strings.HasPrefix(l.text[l.pos:], pair) {
			l.pos += 2
			return l.make("operator", textOf(pair))
		}
	}
	switch {
	case strings.IndexByte(operators, c) >= 0:
		l.pos++
		return l.make("operator", textOf(string(c)))
	case c == '"' || c == '\'':
		return l.quoted(c)
	case c >= '0' && c <= '9':
		return l.number()
	case c == '`':
		return l.backquoted()
	}
	return l.name()
}

// skip steps over blanks and comments.
func (l *lexer) skip() {
	for l.pos < len(l.text) {
		switch {
		case strings.IndexByte(blanks, l.text[l.pos]) >= 0:
			l.pos++
		case strings.HasPrefix(l.text[l.pos:], "/*"):
			end := strings.Index(l.text[l.pos+2:], "*/")
			if end < 0 {
				l.fail("S0106", "")
			}
			l.pos += end + 4
		default:
			return
		}
	}
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (l *lexer) quoted(quote byte) token {
	l.pos++
	var out []byte
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; c {
		case quote:
			l.pos++
			return l.make("string", textOf(string(out)))
		case '\\':
			l.pos++
			out = l.escape(out)
		default:
			out = append(out, c)
		}
		l.pos++
	}
	l.fail("S0101", "")
	return token{}
}

// escape reads the escape sequence behind a backslash, up to its last character.
func (l *lexer) escape(out []byte) []byte {
	c := l.at(l.pos)
	if plain, ok := escapes[c]; ok {
		return append(out, plain)
	}
	if c != 'u' {
		r, _ := utf8.DecodeRuneInString(l.text[min(l.pos, len(l.text)):])
		l.fail("S0103", map[bool]string{true: string(r)}[l.pos < len(l.text)])
	}
	r := l.hex4(l.pos + 1)
	if r < 0 {
		l.fail("S0104", "")
	}
	l.pos += 4
	if utf16.IsSurrogate(r) && l.at(l.pos+1) == '\\' && l.at(l.pos+2) == 'u' {
		if pair := utf16.DecodeRune(r, l.hex4(l.pos+3)); pair != utf8.RuneError {
			l.pos += 6
			return utf8.AppendRune(out, pair)
		}
	}
	return appendUnit(out, r)
}

func (l *lexer) hex4(at int) rune {
	if at+4 > len(l.text) {
		return -1
	}
	n, err := strconv.ParseUint(l.text[at:at+4], 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}

// appendUnit writes a UTF-16 unit. Half of a pair has no UTF-8: it is written as
// the three bytes that it would have, which other functions know as malformed.
func appendUnit(out []byte, r rune) []byte {
	if utf16.IsSurrogate(r) {
		return append(out, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0xbf, 0x80|byte(r)&0xbf)
	}
	return utf8.AppendRune(out, r)
}

var numberPattern = regexp.MustCompile(`^(0|([1-9][0-9]*))(\.[0-9]+)?([Ee][-+]?[0-9]+)?`)

func (l *lexer) number() token {
	digits := numberPattern.FindString(l.text[l.pos:])
	f, _ := strconv.ParseFloat(digits, 64)
	if math.IsInf(f, 0) {
		l.fail("S0102", digits)
	}
	l.pos += len(digits)
	return l.make("number", numberOf(f))
}

func (l *lexer) backquoted() token {
	l.pos++
	end := strings.IndexByte(l.text[l.pos:], '`')
	if end < 0 {
		l.pos = len(l.text)
		l.fail("S0105", "")
	}
	name := l.text[l.pos : l.pos+end]
	l.pos += end + 1
	return l.make("name", textOf(name))
}

func (l *lexer) name() token {
	start := l.pos
	if end := strings.IndexAny(l.text[start:], blanks+operators); end >= 0 {
		l.pos += end
	} else {
		l.pos = len(l.text)
	}
	name := l.text[start:l.pos]
	if variable, ok := strings.CutPrefix(name, "$"); ok {
		return l.make("variable", textOf(variable))
	}
	switch name {
	case "or", "in", "and":
		return l.make("operator", textOf(name))
	case "true":
		return l.make("value", trueDatum)
	case "false":
		return l.make("value", falseDatum)
	case "null":
		return l.make("value", nullDatum)
	}
	return l.make("name", textOf(name))
}

// regex reads a regular expression up to the slash that ends it: one that is
// neither escaped nor within brackets.
func (l *lexer) regex() token {
	start, depth := l.pos, 0
	for ; l.pos < len(l.text); l.pos++ {
		switch c := l.text[l.pos]; {
		case c == '/' && depth == 0 && !l.escaped(start):
			return l.flags(l.text[start:l.pos])
		case strings.IndexByte("([{", c) >= 0 && l.text[l.pos-1] != '\\':
			depth++
		case strings.IndexByte(")]}", c) >= 0 && l.text[l.pos-1] != '\\':
			depth--
		}
	}
	l.fail("S0302", "")
	return token{}
}

func (l *lexer) escaped(start int) bool {
	before := l.text[start:l.pos]
	return (len(before)-len(strings.TrimRight(before, `\`)))%2 == 1
}

func (l *lexer) flags(pattern string) token {
	if pattern == "" {
		l.fail("S0301", "")
	}
	l.pos++
	start := l.pos
	for l.at(l.pos) == 'i' || l.at(l.pos) == 'm' {
		l.pos++
	}
	re, err := compileRegex(pattern, l.text[start:l.pos])
	if err != nil {
		panic(&fault{message: err.Error(), pos: l.pos})
	}
	re.pos = l.pos
	t := l.make("regex", nothing)
	t.re = re
	return t
}
