// Package source keeps where things stand in a definition: files, spans of
// bytes, the positioned syntax tree of JSON and YAML, and the diagnostics that
// point into them. It knows nothing of what a state machine means.
package source

import "sort"

// Source is one file of text. Positions in it count bytes from 0; lines and
// columns, where people see them, count from 1, and a column counts characters.
type Source struct {
	Name string // as the user gave it: a path, or "-" for standard input
	Text string

	lines  []int // offset of the first byte of each line; made on demand
	origin func(int) int
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

// Position of the offset in s.
func (s *Source) Position(offset int) Position {
	if s.lines == nil {
		s.lines = []int{0}
		for i := 0; i < len(s.Text); i++ {
			if s.Text[i] == '\n' {
				s.lines = append(s.lines, i+1)
			}
		}
	}
	line := sort.SearchInts(s.lines, offset+1)
	start := s.lines[line-1]
	return Position{Name: s.Name, Line: line, Column: 1 + len([]rune(s.Text[start:offset]))}
}

// Severity of a diagnostic, as ValidateStateMachineDefinition gives it.
type Severity int

// The severities. A definition with an Error is refused; with a Warning it is not.
const (
	Error Severity = iota
	Warning
)

// Diagnostic is one thing that is wrong, or doubtful, in a definition.
type Diagnostic struct {
	Severity Severity
	Code     string // AWS's code: SCHEMA_VALIDATION_FAILED, MISSING_TRANSITION_TARGET, ...
	Location string // AWS's location: /States/A/Next; empty where AWS gives none
	Message  string // AWS's message where one was recorded
	Help     string // what to do about it: "did you mean ...?"; ours
	Span     Span
}

// Diagnostics are kept in the order in which they were found.
type Diagnostics []Diagnostic
