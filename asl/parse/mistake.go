package parse

import (
	"canto/asl/source"
	"canto/asl/value"
)

// mistake reports what is no JSON between start and end, in our words.
func (r *reader) mistake(start, end int, message, help string) {
	if r.quiet {
		return
	}
	r.report(source.Diagnostic{
		Code: codeJSON, Location: r.location(start), Message: message, Help: help,
		Span: source.Span{Source: r.src, Start: start, End: min(end, len(r.text))},
	})
}

// jackson reports a mistake in the words of the service's own reader, where
// they were recorded; it names the place behind the token.
func (r *reader) jackson(start, end int, message, help string) {
	if r.quiet {
		return
	}
	at := r.location(end)
	r.report(source.Diagnostic{
		Code: codeJSON, Location: at, Message: message + "\n at " + at, Help: help,
		Span: source.Span{Source: r.src, Start: start, End: end},
	})
}

func (r *reader) report(d source.Diagnostic) {
	if r.quiet {
		return
	}
	r.diags = append(r.diags, d)
	r.quiet = len(r.diags) == maxMistakes
}

// location is a place as the service writes it for a text that it cannot read.
func (r *reader) location(offset int) string {
	if r.seen == nil {
		r.seen, r.head = source.New("", r.text), value.Excerpt(r.text)
	}
	p := r.seen.Position(offset)
	at := value.SyntaxError{Line: p.Line, Column: p.Column}
	return at.Place(r.head)
}
