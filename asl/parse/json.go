package parse

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"canto/asl/source"
)

// reader reads JSON and goes on after mistakes. Each mistake is reported once:
// after it the reader is where the text makes sense again.
type reader struct {
	src   *source.Source
	text  string
	pos   int
	open  []byte // the brackets that are open
	extra *balance
	diags source.Diagnostics
	quiet bool // the rest of the text is not worth reading: there are too many mistakes

	stack   *stack
	nodes   slab[source.Node]
	members slab[source.Member]

	seen *source.Source // the text as the service sees it: after substitution
	head string         // its beginning, as the service repeats it
}

// readJSON reads the one value that src holds, or nil where it holds none. A text
// with mistakes is read twice: the second time with its brackets counted.
func readJSON(src *source.Source) (*source.Node, source.Diagnostics) {
	r := &reader{src: src, text: src.Text, stack: stacks.Get().(*stack)}
	defer r.stack.free()
	n := r.document()
	if len(r.diags) > 0 {
		r = &reader{src: src, text: src.Text, stack: r.stack, extra: countBrackets(src.Text)}
		n = r.document()
		r.diags.Sort()
	}
	return n, r.diags
}

func (r *reader) document() *source.Node {
	if at := invalidUTF8(r.text); at >= 0 {
		r.mistake(at, at+1, "The text is not UTF-8", "save the file as UTF-8")
	}
	r.pos = len(r.text) - len(strings.TrimPrefix(r.text, "\uFEFF"))
	r.blanks()
	if r.pos == len(r.text) {
		return nil
	}
	n := r.value()
	r.end(n)
	return n
}

// end reports what follows after the value of the text.
func (r *reader) end(n *source.Node) {
	r.blanks()
	if r.pos == len(r.text) || n.Kind == source.Unknown {
		return
	}
	message, help := "Text after the end of the definition", "remove it, or the bracket that ends the definition too early"
	if c := r.peek(); c == '}' || c == ']' {
		message, help = fmt.Sprintf("Stray '%c'", c), strayHelp
	}
	r.mistake(r.pos, r.pos+1, message, help)
}

// peek is the next byte, or 0 at the end of the text.
func (r *reader) peek() byte {
	if r.pos < len(r.text) {
		return r.text[r.pos]
	}
	return 0
}

// character is the next character, of whatever length.
func (r *reader) character() string {
	_, size := utf8.DecodeRuneInString(r.text[r.pos:])
	return r.text[r.pos : r.pos+size]
}

func (r *reader) node(kind source.Kind, start int) *source.Node {
	n := r.nodes.one()
	n.Kind, n.Text = kind, r.text[start:r.pos]
	n.Span = source.Span{Source: r.src, Start: start, End: r.pos}
	return n
}

// value reads the value that begins at pos; there is one more byte at least.
func (r *reader) value() *source.Node {
	switch c := r.peek(); {
	case c == '{' || c == '[':
		return r.container(c)
	case c == '"' || c == '\'':
		return r.stringNode()
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	case strings.HasPrefix(r.text[r.pos:], "${"):
		return r.placeholder()
	}
	return r.word()
}

// container reads an object or an array, unless it is nested too deep.
func (r *reader) container(c byte) *source.Node {
	if len(r.open) == maxDepth {
		return r.tooDeep()
	}
	r.open = append(r.open, c)
	defer func() { r.open = r.open[:len(r.open)-1] }()
	if c == '{' {
		return r.object()
	}
	return r.array()
}

// tooDeep skips a container that is nested too deep, brackets and all.
func (r *reader) tooDeep() *source.Node {
	start := r.pos
	r.report(source.Diagnostic{
		Code:    codeDepth,
		Message: tooDeepMessage,
		Help:    tooDeepHelp,
		Span:    source.Span{Source: r.src, Start: start, End: start + 1},
	})
	for depth := 0; r.pos < len(r.text); {
		switch r.peek() {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			r.skipString()
			continue
		}
		r.pos++
		if depth == 0 {
			return r.node(source.Unknown, start)
		}
	}
	r.quiet = true
	return r.node(source.Unknown, start)
}

func (r *reader) skipString() {
	for r.pos++; r.pos < len(r.text); r.pos++ {
		switch r.text[r.pos] {
		case '\\':
			r.pos++
		case '"':
			r.pos++
			return
		}
	}
	r.pos = len(r.text)
}

// placeholder reads an open ${Name} that stands for a whole value.
func (r *reader) placeholder() *source.Node {
	start := r.pos
	for r.pos < len(r.text) && !strings.ContainsRune("} \t\r\n,]\"", rune(r.text[r.pos])) {
		r.pos++
	}
	if r.peek() == '}' {
		r.pos++
		return r.node(source.Unknown, start)
	}
	r.mistake(start, r.pos, "A placeholder that is not closed", "write it as ${Name}")
	return r.node(source.Unknown, start)
}

// word reads true, false, null, or what stands in the place of a value: that is
// taken for what it most likely means.
func (r *reader) word() *source.Node {
	start := r.pos
	for r.pos < len(r.text) && wordByte(r.text[r.pos]) {
		r.pos++
	}
	switch r.text[start:r.pos] {
	case "true", "false":
		return r.node(source.Bool, start)
	case "null":
		return r.node(source.Null, start)
	case "":
		return r.unexpected()
	}
	n := r.node(source.String, start)
	n.Broken = true
	message := fmt.Sprintf("Unrecognized token '%s': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", clip(n.Text))
	help := fmt.Sprintf("put quotes around it: %q", clip(n.Text))
	switch low := strings.ToLower(n.Text); {
	case len(r.open) == 0:
		n.Kind = source.Unknown
		help = "a definition is a JSON object, in braces; if this is YAML, call the file .yaml"
	case low == "true", low == "false":
		n.Kind, n.Text = source.Bool, low
		help = "write " + low + ", in lower case"
	case low == "null", low == "none", low == "nil", low == "undefined":
		n.Kind, n.Text = source.Null, "null"
		help = "write null"
	}
	r.jackson(start, r.pos, message, help)
	r.skipTo(",}]\n")
	return n
}

// unexpected reports a character that can begin no value.
func (r *reader) unexpected() *source.Node {
	start, c := r.pos, r.character()
	r.pos += len(c)
	r.mistake(start, r.pos, fmt.Sprintf("Unexpected character '%s' where a value should stand", c),
		"a value is a string in double quotes, a number, an object, an array, true, false or null")
	r.skipTo(",}]\n")
	return r.node(source.Unknown, start)
}

// skipTo goes to the next byte of the set, or to the end of the text.
func (r *reader) skipTo(set string) {
	n := strings.IndexAny(r.text[r.pos:], set)
	if n < 0 {
		n = len(r.text) - r.pos
	}
	r.pos += n
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '$' || c == '-' || c >= utf8.RuneSelf
}

// clip shortens what a message repeats.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

func invalidUTF8(text string) int {
	if utf8.ValidString(text) {
		return -1
	}
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}
