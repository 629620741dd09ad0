package check

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf16"

	"canto/asl/jsonata"
	"canto/asl/source"
)

// inside judges what stands between {% and %}. With an open placeholder in it
// nobody knows what it is.
func (c *checker) inside(f spot, text string) {
	if f.node.HasPlaceholder() {
		return
	}
	e, err := jsonata.Compile(text)
	if err != nil {
		c.unreadable(f, text, err)
		return
	}
	refs := e.References()
	for _, name := range refs.TopLevel {
		c.unsupported(f, fmt.Sprintf("Reference to '%s' at the top level is not supported.", name), topLevelHelp(name))
	}
	for _, name := range refs.States {
		c.ofStates(f, name)
	}
	c.reads(f, refs.Variables)
	if bindsStates.MatchString(literal.ReplaceAllString(text, "''")) {
		c.unsupported(f, "The variable '$states' cannot be assigned.", "choose another name: $states is what the service gives to each state")
	}
}

// unreadable reports an expression that cannot be read: in the parser's words, as the
// service does, but without its code.
func (c *checker) unreadable(f spot, text string, err error) {
	d := source.Diagnostic{Code: codeJSONata, Location: c.location(f.node), Span: f.node.Span, Message: err.Error()}
	var mistake *jsonata.Error
	if errors.As(err, &mistake) {
		d.Message, d.Help = mistake.Message, whereIn(text, mistake.Position)
	}
	c.report(d)
}

// whereIn shows what of an expression stands before a position in it, which counts
// UTF-16 units.
func whereIn(text string, position int) string {
	const shown = 30
	read := utf16.Encode([]rune(text))
	read = read[:min(max(position, 0), len(read))]
	if len(read) == 0 {
		return ""
	}
	if len(read) > shown {
		return "it was read up to …" + string(utf16.Decode(read[len(read)-shown:]))
	}
	return "it was read up to " + string(utf16.Decode(read))
}

func (c *checker) unsupported(f spot, message, help string) {
	c.report(source.Diagnostic{Code: codeUnsupported, Location: c.location(f.node), Span: f.node.Span, Message: message, Help: help})
}

func topLevelHelp(name string) string {
	switch name {
	case "$", "$$":
		return "an expression has no context of its own: write $states.input for the input of the state"
	case "*", "**":
		return fmt.Sprintf("say where to look: $states.input.%s", name)
	case "%":
		return "there is nothing around the top level"
	}
	return fmt.Sprintf("write $states.input.%s for a field of the input, $%s for a variable, or put quotes around a text", name, name)
}

// bindings are the fields of $states that only some expressions see.
type bindings uint8

const (
	seesResult bindings = 1 << iota
	seesError
)

// seeing lets the expressions of a value see more of $states.
func seeing(b bindings, j judge) judge {
	return func(c *checker, f spot) {
		f.sees |= b
		j(c, f)
	}
}

// afterwards lets the expressions of a value see the result, where the state has one.
func afterwards(j judge) judge {
	seen := seeing(seesResult, j)
	return func(c *checker, f spot) {
		if f.state.kind&tasks != 0 {
			seen(c, f)
			return
		}
		j(c, f)
	}
}

var fieldsOfStates = []string{"input", "context", "result", "errorOutput"}

// ofStates judges a reference to a field of $states; the empty name stands for all.
func (c *checker) ofStates(f spot, name string) {
	help := ""
	switch {
	case name == "result" && f.sees&seesResult == 0:
		help = "only Output and Assign of a Task, Parallel or Map state see the result"
	case name == "errorOutput" && f.sees&seesError == 0:
		help = "only Output and Assign of a Catch see the error"
	case name != "" && !slices.Contains(fieldsOfStates, name):
		c.warn(f, codeUnsupported, fmt.Sprintf("There is no '$states.%s'", name), or(didYouMean(name, fieldsOfStates), "$states has input, context, and at some places result or errorOutput"))
		return
	default:
		return
	}
	c.unsupported(f, fmt.Sprintf("Reference to '$states.%s' is not supported here.", name), help)
}

// What finds an assignment to $states in an expression that could be compiled.
var (
	literal     = regexp.MustCompile(`"(\\.|[^"\\])*"|'(\\.|[^'\\])*'`)
	bindsStates = regexp.MustCompile(`\$states\s*:=`)
)
