package jsonata

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

var matchFunctions = []builtin{
	{"match", "<s-f<s:o>n?:a<o>>", 3, defined(matchAll)},
	{"contains", "<s-(sf):b>", 2, defined(contains)},
	{"replace", "<s-(sf)(sf)n?:s>", 4, defined(replace)},
	{"split", "<s-(sf)n?:a<s>>", 3, defined(split)},
}

func isLetter(r rune) bool { return unicode.IsLetter(r) }

// found is a match of a matcher.
type found struct {
	text       string
	start, end int // offsets in bytes
	groups     []datum
	next       func() (*found, error)
}

// matcherOf is the function that a regular expression is.
func matcherOf(re *regex) *function {
	f := &function{arity: 2, plain: true, re: re}
	f.native = func(c *call, args []datum) (datum, error) {
		s := at(args, 0).str()
		from := 0
		if offset := at(args, 1).num; offset > 0 {
			from = byteOffset(s, offset)
		}
		m, err := c.search(re, s, from)
		if err != nil || m == nil {
			return nothing, err
		}
		return m.datum(s), c.count(len(s) / 16)
	}
	return f
}

// byteOffset turns an offset in UTF-16 units into one in bytes.
func byteOffset(s string, units float64) int {
	n := 0.0
	for i, r := range s {
		if n >= units {
			return i
		}
		n += float64(utf16Length(r))
	}
	return len(s)
}

// search finds the first match at or behind from.
func (c *call) search(re *regex, s string, from int) (*found, error) {
	captures, err := re.find(s, from, c.count)
	if captures == nil || err != nil {
		return nil, err
	}
	m := &found{text: s[captures[0]:captures[1]], start: captures[0], end: captures[1]}
	for i := 2; i < len(captures); i += 2 {
		group := nothing
		if captures[i] >= 0 {
			group = textOf(s[captures[i]:captures[i+1]])
		}
		m.groups = append(m.groups, group)
	}
	m.next = func() (*found, error) {
		if m.end >= len(s) {
			return nil, nil
		}
		next, err := c.search(re, s, m.end)
		if next != nil && next.text == "" { // would never get any further
			return nil, &fault{code: "D1004", pos: re.pos, value: textOf(re.source)}
		}
		return next, err
	}
	return m, nil
}

// datum is a match as expressions see it.
func (f *found) datum(s string) datum {
	start := utf16Offset(s, f.start)
	next := &function{plain: true, native: func(*call, []datum) (datum, error) {
		next, err := f.next()
		if err != nil || next == nil {
			return nothing, err
		}
		return next.datum(s), nil
	}}
	return recordOf(&object{fields: []field{
		{"match", textOf(f.text)}, {"start", numberOf(float64(start))},
		{"end", numberOf(float64(start + utf16Offset(f.text, len(f.text))))},
		{"groups", listOf(newArray(f.groups))}, {"next", functionOf(next)},
	}})
}

// first asks a matcher for its first match: a regular expression, or a function of
// the expression that answers as one.
func (c *call) first(matcher datum, s string) (*found, error) {
	if f := matcher.fn(); f != nil && f.re != nil {
		return c.search(f.re, s, 0)
	}
	return c.ask(matcher, s, textOf(s))
}

func (c *call) ask(matcher datum, s string, args ...datum) (*found, error) {
	d, err := c.invoke(matcher, args...)
	if err != nil {
		return nil, err
	}
	holds, err := c.truth(d)
	if err != nil || !holds && d.kind != record {
		return nil, err
	}
	o := d.obj()
	if o == nil || o.get("start").kind != number && o.get("end").kind != number && o.get("groups").kind != list && o.get("next").kind != callable {
		return nil, &fault{code: "T1010"}
	}
	m := &found{
		text: o.get("match").str(), groups: o.get("groups").items(),
		start: byteOffset(s, o.get("start").num), end: byteOffset(s, o.get("end").num),
	}
	m.next = func() (*found, error) { return c.ask(o.get("next"), s) }
	return m, nil
}

// limitOf is an optional limit of how many matches count.
func limitOf(d datum, code string) (float64, error) {
	if d.kind != number {
		return math.Inf(1), nil
	}
	if d.num < 0 {
		return 0, &fault{code: code, value: d}
	}
	return d.num, nil
}

// each calls do for the matches, up to a limit.
func (c *call) each(matcher datum, s string, limit float64, do func(*found) error) error {
	if !(limit > 0) {
		return nil
	}
	m, err := c.first(matcher, s)
	for n := 0.0; err == nil && m != nil && n < limit; n++ {
		if err := c.count(1); err != nil {
			return err
		}
		if err := do(m); err != nil {
			return err
		}
		m, err = m.next()
	}
	return err
}

func matchAll(c *call, args []datum) (datum, error) {
	s := args[0].str()
	limit, err := limitOf(at(args, 2), "D3040")
	if err != nil {
		return nothing, err
	}
	results := newSequence()
	last, units := 0, 0
	err = c.each(at(args, 1), s, limit, func(m *found) error {
		if m.start >= last {
			units += utf16Offset(s[last:m.start], m.start-last)
			last = m.start
		}
		results.push(recordOf(&object{fields: []field{
			{"match", textOf(m.text)}, {"index", numberOf(float64(units))}, {"groups", listOf(newArray(m.groups))},
		}}))
		return c.sized(1 + len(m.groups))
	})
	return listOf(results), err
}

func contains(c *call, args []datum) (datum, error) {
	s, token := args[0].str(), at(args, 1)
	if token.kind != callable {
		return booleanOf(strings.Contains(s, token.str())), c.count(len(s) / 64)
	}
	m, err := c.first(token, s)
	return booleanOf(m != nil), err
}

func replace(c *call, args []datum) (datum, error) {
	s, pattern, replacement := args[0].str(), at(args, 1), at(args, 2)
	if pattern.kind == text && pattern.str() == "" {
		return nothing, &fault{code: "D3010", value: pattern, index: 2}
	}
	limit, err := limitOf(at(args, 3), "D3011")
	if err != nil {
		return nothing, err
	}
	if pattern.kind == text {
		return c.replaceText(s, pattern.str(), replacement, limit)
	}
	var out strings.Builder
	position := 0
	err = c.each(pattern, s, limit, func(m *found) error {
		with, err := c.replacement(replacement, m, s)
		if err != nil {
			return err
		}
		out.WriteString(s[min(position, m.start):m.start])
		out.WriteString(with)
		position = min(m.start+len(m.text), len(s))
		if out.Len() > c.limits.Text {
			return errMemory
		}
		return nil
	})
	out.WriteString(s[position:])
	if err == nil {
		err = c.written(out.Len())
	}
	return textOf(out.String()), err
}

func (c *call) replaceText(s, pattern string, replacement datum, limit float64) (datum, error) {
	with := replacement.str()
	n := strings.Count(s, pattern)
	if limit < float64(n) {
		n = int(math.Ceil(limit))
	}
	if len(s)+n*(len(with)-len(pattern)) > c.limits.Text {
		return nothing, errMemory
	}
	out := strings.Replace(s, pattern, with, n)
	return textOf(out), c.written(len(out))
}

// replacement is what takes the place of a match.
func (c *call) replacement(d datum, m *found, s string) (string, error) {
	if d.kind == text {
		return expand(d.str(), m), nil
	}
	if err := c.count(m.start / 16); err != nil { // to count its characters
		return "", err
	}
	with, err := c.invoke(d, m.datum(s))
	if err != nil {
		return "", err
	}
	if with.kind != text {
		return "", failed("D3012", with)
	}
	return with.str(), nil
}

// expand replaces $0, $1 and so on in a replacement by what was matched.
func expand(replacement string, m *found) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(replacement, "$")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		with, used := reference(rest, m)
		out.WriteString(with)
		replacement = rest[used:]
	}
}

// reference is what the text behind a dollar sign stands for, and its length.
func reference(rest string, m *found) (string, int) {
	switch {
	case strings.HasPrefix(rest, "$"):
		return "$", 1
	case strings.HasPrefix(rest, "0"):
		return m.text, 1
	}
	most := 1
	if len(m.groups) > 0 {
		most = len(strconv.Itoa(len(m.groups)))
	}
	index, ok := leadingInt(rest, most)
	if most > 1 && ok && index > len(m.groups) {
		index, ok = leadingInt(rest, most-1)
	}
	if !ok {
		return "$", 0
	}
	used := len(strconv.Itoa(index))
	if index > 0 && index <= len(m.groups) {
		return m.groups[index-1].str(), used
	}
	return "", used
}

// leadingInt is the integer at the start of the first n bytes.
func leadingInt(s string, n int) (int, bool) {
	end := 0
	for end < min(n, len(s)) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	i, err := strconv.Atoi(s[:end])
	return i, err == nil
}

func split(c *call, args []datum) (datum, error) {
	s, separator := args[0].str(), at(args, 1)
	limit, err := limitOf(at(args, 2), "D3020")
	if err != nil {
		return nothing, err
	}
	if separator.kind == text {
		return c.splitText(s, separator.str(), limit)
	}
	results := newArray(nil)
	if !(limit > 0) {
		return listOf(results), nil
	}
	start := 0
	err = c.each(separator, s, limit, func(m *found) error {
		results.push(textOf(s[min(start, m.start):m.start]))
		start = m.end
		return c.sized(1)
	})
	if float64(len(results.items)) < limit {
		results.push(textOf(s[start:]))
	}
	return listOf(results), err
}

func (c *call) splitText(s, separator string, limit float64) (datum, error) {
	if n := strings.Count(s, separator) + 1; n > c.limits.Items+2 {
		return nothing, errMemory
	}
	parts := strings.Split(s, separator)
	if limit < float64(len(parts)) {
		parts = parts[:int(limit)]
	}
	items := make([]datum, len(parts))
	for i, part := range parts {
		items[i] = textOf(part)
	}
	return listOf(newArray(items)), c.sized(len(items))
}
