package source

import (
	"fmt"
	"sort"
	"strings"
)

// Severity of a diagnostic, as ValidateStateMachineDefinition gives it.
type Severity int

// The severities. A definition with an Error is refused; with a Warning it is not.
const (
	Error Severity = iota
	Warning
)

// String is "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one thing that is wrong, or doubtful, in a definition.
type Diagnostic struct {
	Severity Severity
	Code     string // AWS's code: SCHEMA_VALIDATION_FAILED, MISSING_TRANSITION_TARGET, ...
	Location string // AWS's location: /States/A/Next; empty where AWS gives none
	Message  string // AWS's message where one was recorded
	Help     string // what to do about it: "did you mean ...?"; ours
	Span     Span
}

// Error is the diagnostic in one line: file:line:column: error CODE: message.
func (d Diagnostic) Error() string { return d.headline(plain) }

func (d Diagnostic) headline(paint Paint) string {
	var out strings.Builder
	if d.Span.Source != nil {
		p := d.Span.Position()
		out.WriteString(paint(RolePlace, fmt.Sprintf("%s:%d:%d:", p.Name, p.Line, p.Column)) + " ")
	}
	role := RoleError
	if d.Severity == Warning {
		role = RoleWarning
	}
	out.WriteString(paint(role, d.Severity.String()) + " " + d.Code + ": ")
	// Jackson's own account of the place, on a second line, repeats what stands before.
	message, _, _ := strings.Cut(d.Message, "\n")
	out.WriteString(strings.TrimSpace(message))
	if strings.HasPrefix(d.Location, "/") {
		out.WriteString(" at " + d.Location)
	}
	return out.String()
}

// Text is the diagnostic for people: the headline, the line with a caret, and
// what to do. Nothing in it is coloured when paint is nil.
func (d Diagnostic) Text(paint Paint) string {
	if paint == nil {
		paint = plain
	}
	out := d.headline(paint) + "\n" + snippet(d.Span, paint)
	if d.Help != "" {
		out += "     " + paint(RoleHelp, "= help:") + " " + d.Help + "\n"
	}
	return out
}

// Role of a piece of a diagnostic's text, by which it is coloured.
type Role int

// The roles.
const (
	RolePlace Role = iota
	RoleError
	RoleWarning
	RoleCaret
	RoleHelp
)

// Paint colours a piece of text by its role.
type Paint func(role Role, text string) string

func plain(_ Role, text string) string { return text }

// Diagnostics are kept in the order in which they were found.
type Diagnostics []Diagnostic

// Error is all diagnostics, one a line.
func (ds Diagnostics) Error() string {
	lines := make([]string, len(ds))
	for i, d := range ds {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Text is all diagnostics for people, with a blank line between any two.
func (ds Diagnostics) Text(paint Paint) string {
	texts := make([]string, len(ds))
	for i, d := range ds {
		texts[i] = d.Text(paint)
	}
	return strings.Join(texts, "\n")
}

// Count is how many of the diagnostics have that severity.
func (ds Diagnostics) Count(s Severity) int {
	n := 0
	for _, d := range ds {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// HasErrors says whether the definition has to be refused.
func (ds Diagnostics) HasErrors() bool { return ds.Count(Error) > 0 }

// Sort puts the diagnostics in the order of their places; those of one place
// keep their order.
func (ds Diagnostics) Sort() {
	sort.SliceStable(ds, func(i, j int) bool { return ds[i].Span.Start < ds[j].Span.Start })
}
