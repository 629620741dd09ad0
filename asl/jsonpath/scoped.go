package jsonpath

import (
	"strings"
	"unicode"

	"canto/asl/value"
)

// Origin is what a path of a state begins at.
type Origin int

// The origins.
const (
	Input    Origin = iota // "$.a": the input of the state
	Context                // "$$.a": the context object
	Variable               // "$name.a": a variable
)

// Scoped is a path of a state: a path with its origin.
type Scoped struct {
	Origin Origin
	Name   string // of the variable
	text   string
	path   *Path
}

// CompileScoped reads "$...", "$$..." or "$name...". The error is a *SyntaxError.
func CompileScoped(text string) (*Scoped, error) {
	if !strings.HasPrefix(text, "$") {
		return nil, &SyntaxError{Path: text, Message: "a path begins with $, $$ or $ and the name of a variable"}
	}
	s := &Scoped{text: text}
	rest := text[1:]
	switch n := nameLen(rest); {
	case n > 0:
		s.Origin, s.Name, rest = Variable, rest[:n], rest[n:]
	case strings.HasPrefix(rest, "$"):
		s.Origin, rest = Context, rest[1:]
	}
	path, err := Compile("$" + rest)
	if err != nil {
		err.(*SyntaxError).Path = text
		return nil, err
	}
	s.path = path
	return s, nil
}

// nameLen measures the name of a variable at the start of text.
func nameLen(text string) int {
	for i, r := range text {
		if !unicode.IsLetter(r) && r != '_' && (i == 0 || !unicode.IsDigit(r) && !unicode.IsMark(r)) {
			return i
		}
	}
	return len(text)
}

// String returns the path as it was written.
func (s *Scoped) String() string { return s.text }

// Whole says whether the path is its origin itself: "$", "$$" or "$name".
func (s *Scoped) Whole() bool { return s.path.IsRoot() }

// Definite says whether the path gives at most one value.
func (s *Scoped) Definite() bool { return s.path.Definite() }

// Singular says whether the path has only fields and indexes.
func (s *Scoped) Singular() bool { return s.path.Singular() }

// Get returns what the path finds in its origin. The error is a *NotFoundError.
func (s *Scoped) Get(origin value.Value) (value.Value, error) { return s.path.Get(origin) }
