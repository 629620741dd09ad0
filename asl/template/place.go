package template

import (
	"strings"
	"unicode/utf8"

	"canto/asl/source"

	"go.yaml.in/yaml/v4"
)

// places turns the lines and columns of YAML nodes, both from 1 and in
// characters, into spans of bytes. It is quick when asked in the order of the text,
// also where all of a template stands on one line.
type places struct {
	src   *source.Source
	lines []int // offset of the first byte of each line
	known map[*yaml.Node]source.Span

	line, column, offset int // the place asked for last
}

func newPlaces(src *source.Source) *places {
	start := len(src.Text) - len(strings.TrimPrefix(src.Text, "\uFEFF"))
	p := &places{src: src, lines: []int{start}, known: make(map[*yaml.Node]source.Span)}
	for i := start; i < len(src.Text); {
		size := lineBreak(src.Text[i:])
		if size > 0 {
			p.lines = append(p.lines, i+size)
		}
		i += max(size, 1)
	}
	return p
}

// lineBreak is the size of the line break that text begins with, or 0. The
// library counts lines by YAML 1.1, which breaks them at more than line feeds.
func lineBreak(text string) int {
	for _, end := range []string{"\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"} {
		if strings.HasPrefix(text, end) {
			return len(end)
		}
	}
	return 0
}

// at is the offset of a place; one beyond the text is brought back to its end.
func (p *places) at(line, column int) int {
	line = min(max(line, 1), len(p.lines))
	if line != p.line || column < p.column {
		p.line, p.column, p.offset = line, 1, p.lines[line-1]
	}
	for ; p.column < column && p.offset < len(p.src.Text); p.column++ {
		_, size := utf8.DecodeRuneInString(p.src.Text[p.offset:])
		p.offset += size
	}
	return p.offset
}

// point is the one character at a place.
func (p *places) point(line, column int) source.Span {
	start := p.at(line, column)
	return source.Span{Source: p.src, Start: start, End: min(start+1, len(p.src.Text))}
}

// of is the span of n: of a key or a scalar its text, of a container its first
// character.
func (p *places) of(n *yaml.Node) source.Span {
	if span, ok := p.known[n]; ok {
		return span
	}
	span := p.point(n.Line, n.Column)
	if n.Kind == yaml.ScalarNode || n.Kind == yaml.AliasNode {
		span.End = span.Start + scalarLength(p.src.Text[span.Start:], n)
	}
	p.known[n] = span
	return span
}

// scalarLength is how much of text n is. Where escapes or several lines make the
// value differ from the text, it is the rest of the line, without a comment.
func scalarLength(text string, n *yaml.Node) int {
	value := n.Value
	switch n.Style &^ yaml.TaggedStyle {
	case yaml.DoubleQuotedStyle:
		value = `"` + value + `"`
	case yaml.SingleQuotedStyle:
		value = `'` + value + `'`
	}
	untagged := text
	if n.Style&yaml.TaggedStyle != 0 {
		_, untagged, _ = strings.Cut(text, " ")
		untagged = strings.TrimLeft(untagged, " ")
	}
	if value != "" && strings.HasPrefix(untagged, value) {
		return len(text) - len(untagged) + len(value)
	}
	const longest = 200
	text = text[:min(len(text), longest)]
	if end := strings.IndexAny(text, "\r\n"); end >= 0 {
		text = text[:end]
	}
	text, _, _ = strings.Cut(text, " #")
	return len(strings.TrimRight(text, " \t"))
}
