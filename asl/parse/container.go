package parse

import (
	"fmt"
	"strings"

	"canto/asl/source"
)

const strayHelp = "remove it: it closes nothing"

func (r *reader) object() *source.Node {
	n := r.node(source.Object, r.pos)
	height := len(r.stack.members)
	r.entries(n, '}', r.member)
	members := r.stack.pop(height)
	n.Members = r.members.some(len(members))
	copy(n.Members, members)
	r.duplicates(n)
	return n
}

func (r *reader) array() *source.Node {
	n := r.node(source.Array, r.pos)
	r.entries(n, ']', func(n *source.Node) { n.Items = append(n.Items, r.value()) })
	return n
}

// entries reads the entries of n, which begins at pos, up to its closing bracket.
func (r *reader) entries(n *source.Node, closer byte, entry func(*source.Node)) {
	start, comma, before := r.pos, -1, -1 // before: where the last entry ended
	r.pos++
	defer func() { n.Span.End, n.Text = r.pos, "" }()
	for {
		r.blanks()
		switch c := r.peek(); {
		case r.quiet || r.pos == len(r.text):
			n.Broken = true
			r.unclosed(start)
			return
		case c == '}' || c == ']':
			switch r.judge(c, closer, start) {
			case closes:
				r.trailing(comma, c)
				r.pos++
				return
			case missing:
				r.neverClosed(start, closer)
				return
			}
			r.mistake(r.pos, r.pos+1, fmt.Sprintf("Stray '%c'", c), strayHelp)
			r.pos++
		case c == ',':
			if comma >= 0 || before < 0 {
				r.mistake(r.pos, r.pos+1, "A comma with no value before it", "remove the comma, or put the value in")
			}
			comma = r.pos
			r.pos++
		case r.forgotten(c, closer):
			if comma >= 0 {
				r.pos = comma
			}
			r.neverClosed(start, closer)
			return
		default:
			if before >= 0 && comma < 0 && !r.follows(n, before) {
				continue
			}
			entry(n)
			comma, before = -1, r.pos
		}
	}
}

// follows reports what stands after an entry that ended at end where a comma
// should, and says whether it is the next entry.
func (r *reader) follows(n *source.Node, end int) bool {
	if c := r.peek(); wordByte(c) || strings.IndexByte(`"'{[`, c) >= 0 {
		r.mistake(end-1, end, "Missing comma", "put a comma after this value")
		return true
	}
	n.Broken = true
	r.mistake(r.pos, r.pos+1, fmt.Sprintf("Unexpected '%s' after a value", r.character()), "a comma or a closing bracket should follow")
	r.pos++
	r.skipTo(",}]\n")
	return false
}

func (r *reader) trailing(comma int, closer byte) {
	if comma >= 0 {
		r.mistake(comma, comma+1, fmt.Sprintf("Trailing comma before '%c'", closer), "remove the comma: JSON allows none after the last entry")
	}
}

// neverClosed reports the container that begins at start, where something at pos
// shows that it should have ended.
func (r *reader) neverClosed(start int, closer byte) {
	at := r.src.Position(r.pos)
	r.mistake(start, start+1, fmt.Sprintf("'%c' is never closed", r.text[start]), fmt.Sprintf("put a '%c' before line %d, column %d", closer, at.Line, at.Column))
}

// unclosed reports the end of the text inside of the container that begins at start.
func (r *reader) unclosed(start int) {
	if r.quiet {
		return
	}
	c := r.text[start]
	at := r.src.Position(start)
	r.mistake(len(r.text), len(r.text), fmt.Sprintf("The text ends before '%c' is closed", c),
		fmt.Sprintf("close the '%c' of line %d, column %d", c, at.Line, at.Column))
	r.quiet = true
}

// member reads one field of the object n.
func (r *reader) member(n *source.Node) {
	start := r.pos
	name, ok := r.name(n)
	if !ok {
		return
	}
	m := source.Member{Name: name, NameSpan: source.Span{Source: r.src, Start: start, End: r.pos}}
	m.Value = r.memberValue(n, m.NameSpan)
	r.stack.push(m)
}

// name reads the name of a field. Where there is none it says so and skips what
// is there instead.
func (r *reader) name(n *source.Node) (string, bool) {
	start := r.pos
	switch c := r.peek(); {
	case c == '"' || c == '\'':
		return r.quoted(), true
	case strings.HasPrefix(r.text[start:], "${"): // may stand for any number of fields
		n.Broken = true
		r.placeholder()
		return "", false
	case c == '{' || c == '[':
		n.Broken = true
		r.mistake(start, start+1, "A value without a field name", `give it a name: "Name": ...`)
		r.value()
		return "", false
	}
	for r.pos < len(r.text) && wordByte(r.text[r.pos]) {
		r.pos++
	}
	word := r.text[start:r.pos]
	if word != "" && strings.HasPrefix(strings.TrimLeft(r.text[r.pos:], " \t"), ":") {
		r.mistake(start, r.pos, "A field name without quotes", fmt.Sprintf("write %q", word))
		return word, true
	}
	n.Broken = true
	r.pos = max(r.pos, start+1)
	r.mistake(start, r.pos, fmt.Sprintf("Unexpected text '%s' where a field name should stand", clip(r.text[start:r.pos])), `a field is written "Name": value`)
	r.skipTo(",}]\n")
	return "", false
}

// memberValue reads what follows after the name of a field.
func (r *reader) memberValue(n *source.Node, name source.Span) *source.Node {
	r.blanks()
	colon := r.peek() == ':'
	if colon {
		r.pos++
		r.blanks()
	}
	switch c := r.peek(); {
	case r.pos == len(r.text) || c == ',' || c == '}' || c == ']':
		r.mistake(name.Start, name.End, "A field without a value", fmt.Sprintf("write %s: value", clip(name.Text())))
	case colon:
		return r.value()
	case strings.IndexByte(`"{[-0123456789tfn`, c) >= 0 && r.literal():
		r.mistake(name.Start, name.End, "Missing colon after the field name", fmt.Sprintf("write %s: ...", clip(name.Text())))
		return r.value()
	default:
		r.mistake(name.Start, name.End, "Missing colon after the field name", "a field is written \"Name\": value; look also for a missing quote")
		r.skipTo(",}]\n")
		n.Broken = true
	}
	return r.node(source.Unknown, r.pos)
}

// literal says whether what begins at pos is a value for certain.
func (r *reader) literal() bool {
	rest := r.text[r.pos:]
	if c := rest[0]; c >= 'a' && c <= 'z' {
		return strings.HasPrefix(rest, "true") || strings.HasPrefix(rest, "false") || strings.HasPrefix(rest, "null")
	}
	return true
}

// duplicates reports each field of n whose name stood before.
func (r *reader) duplicates(n *source.Node) {
	reportDuplicates(n, func(first, second source.Member) {
		if r.quiet {
			return
		}
		r.mistake(second.NameSpan.Start, second.NameSpan.End, fmt.Sprintf("Duplicate field '%s'", clip(second.Name)), duplicateHelp(first))
	})
}

func duplicateHelp(first source.Member) string {
	return fmt.Sprintf("it stands in line %d already: remove one of the two", first.NameSpan.Position().Line)
}

// reportDuplicates indexes n and reports each field whose name stood before.
func reportDuplicates(n *source.Node, report func(first, second source.Member)) {
	if !n.Index() {
		return
	}
	first := map[string]source.Member{}
	for _, m := range n.Members {
		if before, ok := first[m.Name]; ok {
			report(before, m)
			continue
		}
		first[m.Name] = m
	}
}
