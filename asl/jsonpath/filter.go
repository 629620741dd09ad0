package jsonpath

import (
	"regexp"
	"strings"

	"canto/asl/value"
)

// filterParser reads the test of a filter as Jayway's FilterCompiler does.
type filterParser struct {
	reader
	rooted bool // a path in it begins with "$"
	depth  int
}

// parse reads a whole test, which stands in parentheses.
func (p *filterParser) parse() (test, bool) {
	t, ok := p.or()
	if !ok {
		return nil, false
	}
	if p.blanks(); !p.done() {
		return nil, p.fail("Expected end of filter expression instead of: %s", p.text[p.pos:])
	}
	return t, true
}

func (p *filterParser) or() (test, bool) {
	return p.chain("||", p.and, func(list []test) test { return or(list) })
}

func (p *filterParser) and() (test, bool) {
	return p.chain("&&", p.operand, func(list []test) test { return and(list) })
}

// chain reads one or more tests with sign between them.
func (p *filterParser) chain(sign string, next func() (test, bool), join func([]test) test) (test, bool) {
	var list []test
	for {
		t, ok := next()
		if !ok {
			return nil, false
		}
		list = append(list, t)
		p.blanks()
		if !strings.HasPrefix(p.text[p.pos:], sign) {
			break
		}
		p.pos += len(sign)
	}
	if len(list) == 1 {
		return list[0], true
	}
	return join(list), true
}

func (p *filterParser) operand() (test, bool) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail("it is nested too deep")
	}
	defer func() { p.depth-- }()
	p.blanks()
	if p.peek() == '!' && !isContext(p.at(p.after(p.pos+1))) {
		p.pos++
		t, ok := p.operand()
		return not{t}, ok
	}
	if p.peek() != '(' {
		return p.expression()
	}
	p.pos++
	t, ok := p.or()
	return t, ok && p.take(')')
}

func isContext(c byte) bool { return c == '$' || c == '@' }

// expression reads a comparison; what is none must be a path, whose existence is
// the test.
func (p *filterParser) expression() (test, bool) {
	left, ok := p.term()
	if !ok {
		return nil, false
	}
	start := p.pos
	if op, ok := p.operator(); ok {
		if right, ok := p.term(); ok {
			return comparison{left, right, op}, true
		}
	}
	p.pos = start
	path, ok := left.(pathTerm)
	if !ok {
		return nil, p.fail("Expected path node")
	}
	p.err = nil
	return exists{path.path, !path.negated}, true
}

func (p *filterParser) operator() (operator, bool) {
	p.blanks()
	start := p.pos
	symbol := isSymbol(p.peek())
	for !p.done() && (symbol && isSymbol(p.peek()) || !symbol && p.peek() != ' ') {
		p.pos++
	}
	name := p.text[start:p.pos]
	op, ok := operators[strings.ToUpper(name)]
	if !ok {
		return nil, p.fail("Filter operator %s is not supported!", name)
	}
	return op, true
}

func isSymbol(c byte) bool { return strings.IndexByte("<>=~!", c) >= 0 && c != 0 }

func (p *filterParser) term() (term, bool) {
	p.blanks()
	switch c := p.peek(); c {
	case '$', '@':
		return p.path(false)
	case '!':
		p.pos++
		if p.blanks(); !isContext(p.peek()) {
			return nil, p.fail("Unexpected character: !")
		}
		return p.path(true)
	case '\'', '"':
		return p.string()
	case '[', '{':
		return p.json()
	case '/':
		return p.pattern()
	case 't', 'f', 'n':
		return p.word()
	}
	return p.number()
}

// path reads up to a blank, a sign of comparison or a bracket that closes the test.
func (p *filterParser) path(negated bool) (term, bool) {
	start := p.pos
	for p.pos++; !p.done() && !isSymbol(p.peek()) && p.peek() != ' '; p.pos++ {
		if p.peek() == ')' && !p.closesCall(start) {
			break
		}
		if p.peek() != '[' {
			continue
		}
		end := p.closing(p.pos, false)
		if end < 0 {
			return nil, p.fail("Square brackets does not match in filter %s", p.text)
		}
		p.pos = end
	}
	path, err := compile(p.text[start:p.pos], p.depth+1)
	if err != nil {
		return nil, p.fail("%s", err.Message)
	}
	p.rooted = p.rooted || path.root == '$' || path.rooted
	return pathTerm{path, negated}, true
}

// closesCall says whether the bracket at the position closes a call like ".length()".
func (p *filterParser) closesCall(start int) bool {
	i := p.before(p.pos - 1)
	return p.at(i) == '(' && i > start && strings.IndexByte(p.text[start:i], '.') >= 0
}

func (p *filterParser) string() (term, bool) {
	end := p.quoted(p.pos)
	if end < 0 {
		return nil, p.fail("String literal does not have matching quotes")
	}
	text := unescape(p.text[p.pos+1 : end-1])
	p.pos = end
	return literal{v: value.String(text)}, true
}

// json reads a list or an object; strings in it may stand in single quotes.
func (p *filterParser) json() (term, bool) {
	end := p.closing(p.pos, false)
	if end < 0 {
		return nil, p.fail("String not closed. Expected %s in %s", `"`, p.text)
	}
	v, err := value.Parse(doubleQuoted(p.text[p.pos : end+1]))
	if err != nil {
		return nil, p.fail("%s", err.Error())
	}
	p.pos = end + 1
	return literal{v: v}, true
}

func doubleQuoted(text string) string {
	r := reader{text: text}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\'' && text[i] != '"' {
			b.WriteByte(text[i])
			continue
		}
		end := r.quoted(i)
		b.WriteString(value.String(unescape(text[i+1 : end-1])).Text())
		i = end - 1
	}
	return b.String()
}

func (p *filterParser) pattern() (term, bool) {
	end := p.quoted(p.pos)
	if end < 0 {
		return nil, p.fail("Pattern not closed. Expected / in %s", p.text)
	}
	source := strings.ReplaceAll(p.text[p.pos+1:end-1], `\/`, "/")
	p.pos = end
	flags := ""
	for strings.IndexByte("dixmsuU", p.peek()) >= 0 && p.peek() != 0 {
		if strings.IndexByte("ims", p.peek()) >= 0 {
			flags += string(p.peek())
		}
		p.pos++
	}
	if flags != "" {
		flags = "(?" + flags + ")"
	}
	re, err := regexp.Compile(flags + `\A(?:` + source + `)\z`)
	if err != nil {
		return nil, p.fail("%s", err.Error())
	}
	return literal{pattern: re}, true
}

func (p *filterParser) word() (term, bool) {
	for _, word := range []string{"true", "false", "null"} {
		if strings.HasPrefix(p.text[p.pos:], word) {
			p.pos += len(word)
			return literal{v: value.Raw(word)}, true
		}
	}
	return nil, p.fail("Expected boolean or null literal")
}

func (p *filterParser) number() (term, bool) {
	start := p.pos
	for isDigit(p.peek()) || strings.IndexByte("-.eE", p.peek()) >= 0 && p.peek() != 0 {
		p.pos++
	}
	n, ok := javaNumber(p.text[start:p.pos])
	if !ok {
		return nil, p.fail("Expected a value")
	}
	return literal{v: value.Of(n)}, true
}
