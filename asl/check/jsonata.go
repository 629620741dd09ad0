package check

import (
	"fmt"
	"strings"

	"canto/asl/source"
)

// looksLikeExpression says whether a string was meant as {% ... %}.
func looksLikeExpression(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "{%") || strings.HasSuffix(text, "%}")
}

// expression judges a JSONata expression: its delimiters, {% at the very beginning
// and %} at the very end, and what stands between them.
func (c *checker) expression(f spot) {
	text := f.node.Text
	inner, open := strings.CutPrefix(strings.TrimSpace(text), "{%")
	inner, closed := strings.CutSuffix(inner, "%}")
	help := "begin it with {%: an expression is the whole string, not a part of it"
	switch {
	case open && closed && strings.TrimSpace(text) == text:
		c.inside(f, strings.TrimSpace(inner))
		return
	case open && closed: // as recorded, the service takes it for a constant
		c.warn(f, codeJSONata, "With blanks outside of {% and %} this is a constant, no expression", "remove the blanks before {% and after %}")
		return
	case open:
		help = "end it with %}"
	}
	c.report(source.Diagnostic{
		Code: codeJSONata, Location: c.location(f.node), Span: f.node.Span, Help: help,
		Message: fmt.Sprintf("A JSONata expression has to begin with {%% and end with %%}: %s", text),
	})
}

// expressions judges each expression inside of f.
func (c *checker) expressions(f spot) {
	switch f.node.Kind {
	case source.String:
		if looksLikeExpression(f.node.Text) {
			c.expression(f)
		}
	case source.Array:
		for _, item := range f.items() {
			c.expressions(item)
		}
	case source.Object:
		for _, m := range f.node.Members {
			inner, ok := f.field(m.Name)
			if !ok {
				continue
			}
			if strings.HasSuffix(m.Name, ".$") {
				c.warn(inner, codeNoPath, fmt.Sprintf("The field '%s' is not evaluated", m.Name), "JSONata has no fields that end in .$: write an expression, \"{% ... %}\"")
			}
			c.expressions(inner)
		}
	}
}
