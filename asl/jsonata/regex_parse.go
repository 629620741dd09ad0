package jsonata

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// regexParser reads a regular expression as JavaScript does without the flag u:
// what makes no sense as an operator is the character itself (ECMA-262, annex B).
type regexParser struct {
	pattern string
	at      int
	groups  int
	total   int            // of capturing groups
	names   map[string]int // of groups
	backs   []*backNode    // references by name, to be resolved
	depth   int
}

// compileRegex compiles a regular expression with the flags i and m.
func compileRegex(pattern, flags string) (r *regex, err error) {
	defer func() {
		if message, ok := recover().(string); ok {
			r, err = nil, errors.New("Invalid regular expression: /"+pattern+"/: "+message)
		}
	}()
	p := &regexParser{pattern: pattern, names: map[string]int{}}
	p.count()
	body := p.choice(false)
	if p.at < len(p.pattern) {
		panic("Unmatched ')'")
	}
	for _, b := range p.backs {
		index, ok := p.names[b.name]
		if !ok {
			panic("Invalid named capture referenced")
		}
		b.index = index
	}
	return &regex{
		source: pattern, body: body, groups: p.groups,
		ignoreCase: strings.Contains(flags, "i"), multiline: strings.Contains(flags, "m"),
	}, nil
}

// count counts the groups, and collects their names: references may come before them.
func (p *regexParser) count() {
	class := false
	for i := 0; i < len(p.pattern); i++ {
		switch c := p.pattern[i]; {
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '(' && !class:
			rest := p.pattern[i+1:]
			named := strings.HasPrefix(rest, "?<") && !strings.HasPrefix(rest, "?<=") && !strings.HasPrefix(rest, "?<!")
			if named {
				p.names[""] = 0
			}
			if named || !strings.HasPrefix(rest, "?") {
				p.total++
			}
		}
	}
}

func (p *regexParser) peek() byte {
	if p.at < len(p.pattern) {
		return p.pattern[p.at]
	}
	return 0
}

func (p *regexParser) take(prefix string) bool {
	if strings.HasPrefix(p.pattern[p.at:], prefix) {
		p.at += len(prefix)
		return true
	}
	return false
}

func (p *regexParser) more() bool { return p.at < len(p.pattern) && p.pattern[p.at] != ')' }

func (p *regexParser) choice(back bool) regexNode {
	if p.depth++; p.depth > nestingLimit {
		panic("Regular expression too large")
	}
	alternatives := choiceNode{p.sequence(back)}
	for p.take("|") {
		alternatives = append(alternatives, p.sequence(back))
	}
	p.depth--
	if len(alternatives) == 1 {
		return alternatives[0]
	}
	return alternatives
}

func (p *regexParser) sequence(back bool) regexNode {
	var parts sequenceNode
	for p.more() && p.peek() != '|' {
		first := p.groups
		part := p.atom(back)
		if part = p.quantified(part, first); part != nil {
			parts = append(parts, part)
		}
	}
	if back { // what comes last is matched first
		for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
			parts[i], parts[j] = parts[j], parts[i]
		}
	}
	return parts
}

// quantified reads the quantifier behind a part, if there is one.
func (p *regexParser) quantified(part regexNode, first int) regexNode {
	least, most := 0, -1
	switch {
	case p.take("*"):
	case p.take("+"):
		least = 1
	case p.take("?"):
		most = 1
	default:
		var ok bool
		if least, most, ok = p.braces(); !ok {
			return part
		}
		if most >= 0 && least > most {
			panic("numbers out of order in {} quantifier")
		}
	}
	if _, edge := part.(edgeNode); edge {
		panic("Nothing to repeat")
	}
	return &repeatNode{body: part, least: least, most: most, lazy: p.take("?"), first: first + 1, last: p.groups + 1}
}

// braces reads {2}, {2,} or {2,3}; anything else is no quantifier.
func (p *regexParser) braces() (least, most int, ok bool) {
	if p.peek() != '{' {
		return 0, 0, false
	}
	end := strings.IndexByte(p.pattern[p.at:], '}')
	if end < 0 {
		return 0, 0, false
	}
	from, to, pair := strings.Cut(p.pattern[p.at+1:p.at+end], ",")
	least, ok = repetitions(from)
	most = least
	if pair {
		most = -1
		if to != "" {
			var valid bool
			most, valid = repetitions(to)
			ok = ok && valid
		}
	}
	if ok {
		p.at += end + 1
	}
	return least, most, ok
}

func repetitions(s string) (int, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		n = 1 << 31
	}
	return n, true
}

func (p *regexParser) atom(back bool) regexNode {
	c := p.peek()
	switch c {
	case '^', '$':
		p.at++
		return edgeNode(c)
	case '(':
		p.at++
		return p.group(back)
	case '.':
		p.at++
		return &setNode{runeSet{lineRanges, true}, back}
	case '[':
		p.at++
		return p.class(back)
	case '\\':
		p.at++
		return p.escape(back)
	case '*', '+', '?':
		panic("Nothing to repeat")
	case '{':
		if _, _, ok := p.braces(); ok {
			panic("Nothing to repeat")
		}
	}
	return single(p.rune(), back)
}

func single(r rune, back bool) regexNode { return &setNode{runeSet{ranges: []rune{r, r}}, back} }

func (p *regexParser) rune() rune {
	r, size := utf8.DecodeRuneInString(p.pattern[p.at:])
	p.at += size
	return r
}

func (p *regexParser) group(back bool) regexNode {
	switch {
	case p.take("?:"):
		return p.close(p.choice(back))
	case p.take("?="):
		return &lookNode{p.close(p.choice(false)), false}
	case p.take("?!"):
		return &lookNode{p.close(p.choice(false)), true}
	case p.take("?<="):
		return &lookNode{p.close(p.choice(true)), false}
	case p.take("?<!"):
		return &lookNode{p.close(p.choice(true)), true}
	}
	p.groups++
	index := p.groups
	if p.take("?<") {
		name := p.name()
		if _, twice := p.names[name]; twice {
			panic("Duplicate capture group name")
		}
		p.names[name] = index
	} else if p.peek() == '?' {
		panic("Invalid group")
	}
	return &groupNode{index, p.close(p.choice(back)), back}
}

func (p *regexParser) name() string {
	end := strings.IndexByte(p.pattern[p.at:], '>')
	if end <= 0 {
		panic("Invalid capture group name")
	}
	name := p.pattern[p.at : p.at+end]
	p.at += end + 1
	return name
}

func (p *regexParser) close(body regexNode) regexNode {
	if !p.take(")") {
		panic("Unterminated group")
	}
	return body
}

// escape reads what follows a backslash outside of a class.
func (p *regexParser) escape(back bool) regexNode {
	c := p.peek()
	if p.at >= len(p.pattern) {
		panic("\\ at end of pattern")
	}
	if ranges := classRanges(c); ranges != nil {
		p.at++
		return &setNode{runeSet{ranges: ranges}, back}
	}
	switch {
	case c == 'b' || c == 'B':
		p.at++
		return edgeNode(c)
	case c == 'k' && len(p.names) > 0:
		p.at++
		if !p.take("<") {
			panic("Invalid named reference")
		}
		b := &backNode{name: p.name(), back: back}
		p.backs = append(p.backs, b)
		return b
	case c >= '1' && c <= '9':
		if index, ok := p.reference(); ok {
			return &backNode{index: index, back: back}
		}
	}
	return single(p.character(), back)
}

// reference reads the number of a group, if there is such a group.
func (p *regexParser) reference() (int, bool) {
	end := p.at
	for end < len(p.pattern) && p.pattern[end] >= '0' && p.pattern[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(p.pattern[p.at:end])
	if err != nil || n > p.total {
		return 0, false
	}
	p.at = end
	return n, true
}

var controls = map[byte]rune{'t': '\t', 'n': '\n', 'v': '\v', 'f': '\f', 'r': '\r'}

// character reads what stands for one character behind a backslash.
func (p *regexParser) character() rune {
	c := p.peek()
	if r, ok := controls[c]; ok {
		p.at++
		return r
	}
	switch c {
	case 'x':
		return p.hexadecimal(2)
	case 'u':
		return p.unit()
	case 'c':
		if p.at+1 < len(p.pattern) && isWord(rune(p.pattern[p.at+1])) && p.pattern[p.at+1] > '9' {
			p.at += 2
			return rune(p.pattern[p.at-1] & 31)
		}
		return '\\' // and the c is read once more
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return p.octal()
	}
	return p.rune()
}

// unit reads \uXXXX, or two of them that are a pair of surrogates.
func (p *regexParser) unit() rune {
	r := p.hexadecimal(4)
	if start := p.at; utf16.IsSurrogate(r) && p.take(`\u`) {
		p.at--
		if pair := utf16.DecodeRune(r, p.hexadecimal(4)); pair != utf8.RuneError {
			return pair
		}
		p.at = start
	}
	return r
}

func (p *regexParser) hexadecimal(length int) rune {
	c := p.rune()
	if p.at+length > len(p.pattern) {
		return c
	}
	n, err := strconv.ParseUint(p.pattern[p.at:p.at+length], 16, 32)
	if err != nil {
		return c
	}
	p.at += length
	return rune(n)
}

func (p *regexParser) octal() rune {
	n := rune(0)
	for p.peek() >= '0' && p.peek() <= '7' && n*8+rune(p.peek()-'0') <= 0377 && p.at < len(p.pattern) {
		n = n*8 + rune(p.peek()-'0')
		p.at++
	}
	return n
}

// class reads what stands in brackets.
func (p *regexParser) class(back bool) regexNode {
	set := runeSet{negate: p.take("^")}
	for !p.take("]") {
		from, ranges := p.classAtom()
		if !p.isRange() {
			p.addTo(&set, from, ranges)
			continue
		}
		p.at++ // the dash
		to, more := p.classAtom()
		if ranges != nil || more != nil {
			p.addTo(&set, from, ranges)
			set.add('-', '-')
			p.addTo(&set, to, more)
			continue
		}
		if from > to {
			panic("Range out of order in character class")
		}
		set.add(from, to)
	}
	return &setNode{set, back}
}

func (p *regexParser) isRange() bool {
	return p.peek() == '-' && p.at+1 < len(p.pattern) && p.pattern[p.at+1] != ']'
}

func (p *regexParser) addTo(set *runeSet, r rune, ranges []rune) {
	if ranges == nil {
		ranges = []rune{r, r}
	}
	set.ranges = append(set.ranges, ranges...)
}

// classAtom reads a character, or the ranges of an escape such as \d.
func (p *regexParser) classAtom() (rune, []rune) {
	if p.at >= len(p.pattern) {
		panic("Unterminated character class")
	}
	if !p.take(`\`) {
		return p.rune(), nil
	}
	if p.at >= len(p.pattern) {
		panic("\\ at end of pattern")
	}
	if ranges := classRanges(p.peek()); ranges != nil {
		p.at++
		return 0, ranges
	}
	if p.take("b") {
		return '\b', nil
	}
	return p.character(), nil
}
