// Package source keeps where things stand in a definition: files, spans of
// bytes, the positioned syntax tree of JSON and YAML, and the diagnostics that
// point into them. It knows nothing of what a state machine means.
package source

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// Stdin is the name of standard input, as the user gives it.
const Stdin = "-"

// Source is one file of text. Positions in it count bytes from 0; lines and
// columns, where people see them, count from 1, and a column counts characters.
type Source struct {
	Name string // as the user gave it: a path, or Stdin
	Text string

	lines    []int // offset of the first byte of each line; made on demand
	measure  sync.Once
	original *Source // the text before substitution, or nil
	edits    []edit  // what substitution did to original, in order
}

// New returns the source of name with text.
func New(name, text string) *Source { return &Source{Name: name, Text: text} }

// Span is the half-open range [Start, End) of bytes of Source. The zero Span
// stands for "nowhere".
type Span struct {
	Source     *Source
	Start, End int
}

// Position is a place as people read it.
type Position struct {
	Name         string
	Line, Column int // from 1; the column counts characters
}

// Position of the offset in s; where placeholders were substituted, in the text
// as it was before.
func (s *Source) Position(offset int) Position {
	if s.original != nil {
		start, _ := s.before(offset, offset)
		return s.original.Position(start)
	}
	line := s.lineOf(offset)
	start := s.lines[line]
	offset = min(max(offset, start), len(s.Text))
	return Position{Name: s.Name, Line: line + 1, Column: 1 + utf8.RuneCountInString(s.Text[start:offset])}
}

// Offset is the inverse of Position, in this very text: where the line and the
// column begin. A place outside of the text becomes the nearest one inside.
func (s *Source) Offset(line, column int) int {
	s.measure.Do(s.findLines)
	if line < 1 {
		return 0
	}
	if line > len(s.lines) {
		return len(s.Text)
	}
	at := s.lines[line-1]
	for ; column > 1 && at < len(s.Text) && s.Text[at] != '\n'; column-- {
		_, size := utf8.DecodeRuneInString(s.Text[at:])
		at += size
	}
	return at
}

// lineOf is the index, from 0, of the line in which offset stands.
func (s *Source) lineOf(offset int) int {
	s.measure.Do(s.findLines)
	return max(0, sort.SearchInts(s.lines, offset+1)-1)
}

func (s *Source) findLines() {
	s.lines = []int{0}
	for at := 0; ; {
		n := strings.IndexByte(s.Text[at:], '\n')
		if n < 0 {
			return
		}
		at += n + 1
		s.lines = append(s.lines, at)
	}
}

// line returns the text of the line of that index, without its end.
func (s *Source) line(index int) string {
	text := s.Text[s.lines[index]:]
	if n := strings.IndexByte(text, '\n'); n >= 0 {
		text = text[:n]
	}
	return strings.TrimSuffix(text, "\r")
}

// Original is the span as it stands in the file: the same, unless placeholders
// were substituted. What a placeholder gave maps to the whole placeholder.
func (s Span) Original() Span {
	for s.Source != nil && s.Source.original != nil {
		start, end := s.Source.before(s.Start, s.End)
		s = Span{Source: s.Source.original, Start: start, End: end}
	}
	return s
}

// Position of the first character of the span, in the file as it was given.
func (s Span) Position() Position {
	if s.Source == nil {
		return Position{}
	}
	return s.Source.Position(s.Start)
}

// Text is what stands in the span.
func (s Span) Text() string {
	if s.Source == nil {
		return ""
	}
	return s.Source.Text[s.Start:s.End]
}
