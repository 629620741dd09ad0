package intrinsic

import (
	"fmt"
	"strings"

	"canto/asl/jsonpath"
	"canto/asl/value"
)

// maxNesting is the service's limit on calls in calls.
const maxNesting = 10

// Parse reads a call: States.Name(arguments). The function must be known, the
// number of its arguments right and its paths valid. The error is a *SyntaxError.
func Parse(text string) (*Call, error) {
	p := parser{text: text}
	c := p.call(1)
	if p.err == nil && p.pos < len(text) {
		p.fail("nothing may follow the call")
	}
	if p.err != nil {
		return nil, p.err
	}
	return c, nil
}

type parser struct {
	text string
	pos  int
	err  *SyntaxError
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = &SyntaxError{Text: p.text, Offset: p.pos, Message: fmt.Sprintf(format, args...)}
	}
}

func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *parser) blanks() {
	for c := p.peek(); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = p.peek() {
		p.pos++
	}
}

// take steps over c, and blanks around it.
func (p *parser) take(c byte) {
	p.blanks()
	if p.peek() != c {
		p.fail("'%c' is expected", c)
		return
	}
	p.pos++
	p.blanks()
}

func (p *parser) call(depth int) *Call {
	p.blanks()
	start := p.pos
	for isNameByte(p.peek()) {
		p.pos++
	}
	c := &Call{function: functions[p.text[start:p.pos]]}
	switch {
	case c.function == nil:
		p.fail("there is no function %q", p.text[start:p.pos])
	case depth > maxNesting:
		p.fail("calls are nested deeper than %d", maxNesting)
	}
	p.take('(')
	for p.err == nil && p.peek() != ')' {
		c.args = append(c.args, p.argument(depth))
		if p.blanks(); p.peek() == ')' {
			break
		}
		if p.take(','); p.peek() == ')' {
			p.fail("an argument is expected")
		}
	}
	end := p.pos + 1
	p.take(')')
	if p.err != nil {
		return nil
	}
	c.text = p.text[start:end]
	if n := len(c.args); n < c.function.min || n > c.function.max {
		p.fail("%s does not take %d arguments", c.function.name, n)
	}
	return c
}

func isNameByte(c byte) bool {
	return c == '.' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func (p *parser) argument(depth int) argument {
	switch c := p.peek(); {
	case c == '\'':
		return p.string()
	case c == '$':
		return p.path()
	case strings.HasPrefix(p.text[p.pos:], "States."):
		return argument{call: p.call(depth + 1)}
	}
	return p.scalar()
}

// string reads 'text' with the escapes \' \{ \} and \\.
func (p *parser) string() argument {
	start := p.pos + 1
	var b strings.Builder
	for p.pos = start; p.peek() != '\''; p.pos++ {
		if p.pos >= len(p.text) {
			p.fail("a string does not end")
			return argument{}
		}
		if p.peek() == '\\' {
			p.pos++
			if c := p.peek(); c == 0 || !strings.ContainsRune(`'{}\`, rune(c)) {
				p.fail(`only \' \{ \} and \\ are escapes`)
				return argument{}
			}
		}
		b.WriteByte(p.peek())
	}
	p.pos++
	return argument{literal: value.String(b.String()), raw: p.text[start : p.pos-1]}
}

// path reads up to a comma or bracket that is not the path's own.
func (p *parser) path() argument {
	start, depth := p.pos, 0
	for ; p.pos < len(p.text); p.pos++ {
		switch p.peek() {
		case '(', '[':
			depth++
		case ']':
			depth--
		case ')', ',':
			if depth == 0 {
				return p.compiled(p.text[start:p.pos])
			}
			if p.peek() == ')' {
				depth--
			}
		case '\'', '"':
			if depth > 0 {
				p.skipQuoted()
			}
		}
	}
	return p.compiled(p.text[start:])
}

func (p *parser) skipQuoted() {
	quote := p.peek()
	for p.pos++; p.pos < len(p.text) && p.peek() != quote; p.pos++ {
		if p.peek() == '\\' {
			p.pos++
		}
	}
}

func (p *parser) compiled(text string) argument {
	path, err := jsonpath.CompileScoped(strings.TrimRight(text, " \t\r\n"))
	if err != nil {
		p.fail("%v", err)
	}
	return argument{path: path}
}

// scalar reads a number, true, false or null.
func (p *parser) scalar() argument {
	start := p.pos
	for p.pos < len(p.text) && !strings.ContainsRune(",) \t\r\n", rune(p.peek())) {
		p.pos++
	}
	v, err := value.Parse(p.text[start:p.pos])
	if err != nil || v.Kind() >= value.StringKind || v.Compact() != v {
		p.pos = start
		p.fail("an argument is a path, a call, a number, true, false, null or a text in single quotes")
	}
	return argument{literal: v}
}
