package jsonpath

import (
	"strings"

	"github.com/ohler55/ojg/jp"

	"canto/asl/value"
)

// maxDepth bounds how deep filters, parentheses and arguments may nest.
const maxDepth = 100

// parser reads a path as Jayway's PathCompiler does, token by token.
type parser struct {
	reader
	steps  jp.Expr
	rooted bool
	depth  int
}

func compile(text string, depth int) (*Path, *SyntaxError) {
	p := parser{reader: reader{text: strings.Trim(text, " ")}, depth: depth}
	if c := p.peek(); c != '$' && c != '@' {
		p.text = "$." + p.text
	}
	if !p.path() {
		p.err.Path = text
		return nil, p.err
	}
	path := &Path{text: text, root: p.text[0], steps: p.steps, rooted: p.rooted}
	path.link()
	return path, nil
}

// link completes what depends on a step's place.
func (p *Path) link() {
	p.liftFunction()
	for i, s := range p.steps {
		switch s := own(s).(type) {
		case *names:
			s.merges = i == len(p.steps)-1
		case *scan:
			s.next = p.steps[i+1]
		}
	}
	for p.fixed < len(p.steps) && isDefinite(p.steps[p.fixed]) {
		p.fixed++
	}
}

// liftFunction makes "$..x.f()" the function of all that "$..x" finds, as
// Jayway does; the length counts what lies below it.
func (p *Path) liftFunction() {
	n := len(p.steps)
	if n < 3 {
		return
	}
	_, scans := own(p.steps[0]).(*scan)
	_, below := own(p.steps[n-2]).(*scan) // "..f()": the function is what the scan looks for
	f, ok := own(p.steps[n-1]).(*function)
	if !scans || below || !ok {
		return
	}
	p.whole, p.steps = f, p.steps[:n-1]
	if f.name == "length" {
		p.steps = append(p.steps, jp.Wildcard('*'))
	}
}

func isDefinite(f jp.Frag) bool {
	switch f.(type) {
	case jp.Child, jp.Nth:
		return true
	}
	switch s := own(f).(type) {
	case *names:
		return s.merges
	case *function:
		return true
	}
	return false
}

func (p *parser) path() bool {
	if p.depth > maxDepth {
		return p.fail("it is nested too deep")
	}
	if strings.HasSuffix(p.text, ".") {
		return p.fail("Path must not end with a '.' or '..'")
	}
	p.pos++
	if p.done() {
		return true
	}
	if c := p.peek(); c != '.' && c != '[' {
		return p.fail("Illegal character at position %d expected '.' or '['", p.pos)
	}
	for !p.done() {
		if !p.step() {
			return false
		}
	}
	return true
}

func (p *parser) add(f jp.Frag) bool {
	p.steps = append(p.steps, f)
	return true
}

func (p *parser) step() bool {
	switch p.peek() {
	case '[':
		return p.bracket()
	case '.':
		return p.dot()
	case '*':
		p.pos++
		return p.add(jp.Wildcard('*'))
	}
	return p.name()
}

func (p *parser) dot() bool {
	p.pos++
	if p.peek() == '.' {
		p.pos++
		p.add(proc(new(scan)))
	}
	if p.peek() == '.' {
		return p.fail("Character '.' on position %d is not valid.", p.pos)
	}
	return p.step()
}

func (p *parser) name() bool {
	rest := p.text[p.pos:]
	end := strings.IndexAny(rest, ".[ (")
	if end < 0 {
		end = len(rest)
	}
	name := rest[:end]
	p.pos += end
	switch p.peek() {
	case ' ':
		return p.fail("Use bracket notion ['my prop'] if your property contains blank characters. position: %d", p.pos-end)
	case '(':
		return p.function(name)
	}
	return p.add(jp.Child(name))
}

func (p *parser) function(name string) bool {
	apply, ok := functions[name]
	if !ok {
		return p.fail("Function with name: %s does not exist.", name)
	}
	end := p.closing(p.pos, false)
	if end < 0 {
		return p.fail("Arguments to function: '%s' are not closed properly.", name)
	}
	args, ok := p.arguments(p.text[p.pos+1 : end])
	if !ok {
		return false
	}
	p.pos = end + 1
	return p.add(proc(&function{name: name, args: args, apply: apply}))
}

func (p *parser) arguments(text string) (args []argument, ok bool) {
	if strings.Trim(text, " ") == "" {
		return nil, true
	}
	for _, part := range split(text) {
		a, ok := p.argument(strings.Trim(part, " "))
		if !ok {
			return nil, false
		}
		args = append(args, a)
	}
	return args, true
}

func (p *parser) argument(text string) (argument, bool) {
	if strings.HasPrefix(text, "$") || strings.HasPrefix(text, "@") {
		path, err := compile(text, p.depth+1)
		if err != nil {
			return argument{}, p.fail("%s", err.Message)
		}
		p.rooted = true
		return argument{path: path}, true
	}
	v, err := value.Parse(text)
	if err != nil {
		return argument{}, p.fail("%s", err.Error())
	}
	return argument{literal: v}, true
}

// split cuts at the commas that are in no string and no bracket.
func split(text string) (parts []string) {
	r := reader{text: text}
	start := 0
	for i := 0; i < len(text); i++ {
		end := i
		switch text[i] {
		case ',':
			parts = append(parts, text[start:i])
			start = i + 1
		case '\'', '"':
			end = r.quoted(i) - 1
		case '(', '[', '{':
			end = r.closing(i, false)
		}
		i = max(i, end)
	}
	return append(parts, text[start:])
}

func (p *parser) bracket() bool {
	switch c := p.at(p.after(p.pos + 1)); {
	case c == '\'' || c == '"':
		return p.quotedNames(c)
	case c == '-' || c == ':' || isDigit(c):
		return p.array()
	case c == '*':
		return p.star()
	case c == '?':
		return p.filter()
	}
	return p.fail("Could not parse token starting at position %d. Expected ?, ', 0-9, * ", p.pos)
}

func (p *parser) star() bool {
	p.pos = p.after(p.pos+1) + 1
	if p.after(p.pos) == len(p.text) || p.at(p.after(p.pos)) != ']' {
		return p.fail("Expected wildcard token to end with ']' on position %d", p.pos)
	}
	p.pos = p.after(p.pos) + 1
	return p.add(jp.Wildcard('*'))
}

func (p *parser) quotedNames(quote byte) bool {
	var list []string
	p.pos++
	for {
		p.blanks()
		if p.peek() != quote {
			return p.fail("Found empty property at index %d", p.pos)
		}
		end := p.quoted(p.pos)
		if end < 0 {
			return p.fail("Property has not been closed - missing closing %c", quote)
		}
		list = append(list, unquotedName(p.text[p.pos:end]))
		p.pos = p.after(end) + 1
		switch p.at(p.pos - 1) {
		case ']':
			return p.addNames(list)
		case ',':
			continue
		}
		return p.fail("Property must be separated by comma or Property must be terminated close square bracket at index %d", end-1)
	}
}

// unquotedName returns the name in quotes. The service keeps the backslash of an
// escaped quote that needed none: $['a\"b'] (recorded behaviour).
func unquotedName(quoted string) string {
	inner := quoted[1 : len(quoted)-1]
	if quoted[0] == '"' {
		return unescape(inner)
	}
	return unescape(strings.ReplaceAll(inner, `\"`, `\\"`))
}

func (p *parser) addNames(list []string) bool {
	if len(list) == 1 {
		return p.add(jp.Child(list[0]))
	}
	return p.add(proc(&names{list: list}))
}

func (p *parser) array() bool {
	n := strings.IndexByte(p.text[p.pos:], ']')
	if n < 0 {
		return p.fail("Could not parse token starting at position %d. Expected ?, ', 0-9, * ", p.pos)
	}
	text := strings.Trim(p.text[p.pos+1:p.pos+n], " ")
	if strings.Trim(text, "0123456789,-: ") != "" {
		return p.fail("Could not parse token starting at position %d. Expected ?, ', 0-9, * ", p.pos)
	}
	var ok bool
	if strings.Contains(text, ":") {
		ok = p.slice(text)
	} else {
		ok = p.indexes(text)
	}
	p.pos += n + 1
	return ok
}

func (p *parser) indexes(text string) bool {
	var list indexes
	for _, part := range strings.Split(text, ",") {
		i, ok := integer(strings.Trim(part, " "))
		if !ok {
			return p.fail("Failed to parse token in ArrayIndexOperation: %s", part)
		}
		list = append(list, i)
	}
	if len(list) == 1 {
		return p.add(jp.Nth(list[0]))
	}
	return p.add(proc(list))
}

func (p *parser) slice(text string) bool {
	parts := strings.Split(text, ":")
	var s slice
	for i, part := range parts[:2] {
		if part == "" {
			continue
		}
		n, ok := integer(part)
		if !ok {
			return p.fail("Failed to parse SliceOperation: %s", text)
		}
		if i == 0 {
			s.from, s.hasFrom = n, true
		} else {
			s.to, s.hasTo = n, true
		}
	}
	if !s.hasFrom && !s.hasTo {
		return p.fail("Failed to parse SliceOperation: %s", text)
	}
	return p.add(proc(s))
}

func (p *parser) filter() bool {
	question := p.after(p.pos + 1)
	open := p.after(question + 1)
	if p.at(open) != '(' {
		return p.fail("Could not parse token starting at position %d. Expected ?, ', 0-9, * ", p.pos)
	}
	end := p.closing(open, true)
	if end < 0 || p.at(p.after(end+1)) != ']' {
		return p.fail("Could not parse token starting at position %d. Expected ?, ', 0-9, * ", p.pos)
	}
	f := filterParser{reader: reader{text: p.text[open : end+1]}, depth: p.depth + 1}
	test, ok := f.parse()
	if !ok {
		return p.fail("%s", f.err.Message)
	}
	p.rooted = p.rooted || f.rooted
	p.pos = p.after(end+1) + 1
	return p.add(proc(&filter{test: test}))
}
