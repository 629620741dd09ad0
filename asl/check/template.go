package check

import (
	"fmt"
	"regexp"
	"strings"

	"canto/asl/source"
)

// template judges a payload template: in a JSONPath state its fields that end in
// .$, in a JSONata state its expressions.
func template(c *checker, f spot) {
	if f.jsonata() {
		c.expressions(f)
		return
	}
	c.payload(f, f)
}

// payload judges the part f of the template root. Of what is wrong in it the
// service names the root as the place.
func (c *checker) payload(root, f spot) {
	switch f.node.Kind {
	case source.Array:
		for _, item := range f.items() {
			c.payload(root, item)
		}
	case source.Object:
		c.sameTarget(root, f)
		for _, m := range f.node.Members {
			inner, ok := f.field(m.Name)
			switch {
			case !ok:
			case strings.HasSuffix(m.Name, ".$"):
				c.dynamic(root, inner)
			default:
				c.payload(root, inner)
			}
		}
	case source.String:
		c.forgottenDollar(f)
		c.forgottenLanguage(f)
	}
}

// dynamic judges the value of a field that ends in .$.
func (c *checker) dynamic(root, f spot) {
	if f.node.HasPlaceholder() {
		return
	}
	var help string
	if f.node.Kind != source.String {
		help = fmt.Sprintf("this is %s: leave .$ out of the name for a constant", f.node.Kind)
	} else {
		o := ofDynamic(f.node.Text)
		if o.err == nil {
			c.doubt(f, o)
			c.reads(f, variablesIn(f.node.Text))
			return
		}
		help = dynamicHelp(f.node.Text, o.err)
	}
	c.report(source.Diagnostic{Code: codeSchema, Location: c.location(root.node), Span: f.node.Span, Message: notDynamic(f.name), Help: help})
}

// sameTarget reports fields that become one: "x" beside "x.$".
func (c *checker) sameTarget(root, f spot) {
	for _, m := range f.node.Members {
		name, ok := strings.CutSuffix(m.Name, ".$")
		if other := f.node.Member(name); ok && other != nil {
			c.report(source.Diagnostic{
				Code: codeSchema, Location: c.location(root.node), Span: m.NameSpan,
				Message: fmt.Sprintf("Duplicate field '%s': '%s' and '%s' both give it", name, name, m.Name),
				Help:    "remove one of the two",
			})
		}
	}
}

var looksLikePath = regexp.MustCompile(`^\$\$?(\.[\w'\[]|\[['\d?*])|^States\.[A-Z]\w+\(.*\)$`)

// forgottenDollar warns of a constant that looks like a path.
func (c *checker) forgottenDollar(f spot) {
	if f.label.Source == nil || !looksLikePath.MatchString(f.node.Text) {
		return
	}
	c.warn(f, codeNoDollar, fmt.Sprintf("The value of '%s' looks like a path, but it is a constant", f.name),
		fmt.Sprintf("to have it evaluated call the field %q", f.name+".$"))
}

// forgottenLanguage warns of an expression in a state whose language is JSONPath.
func (c *checker) forgottenLanguage(f spot) {
	text := f.node.Text
	if f.state != nil && strings.HasPrefix(text, "{%") && strings.HasSuffix(text, "%}") {
		c.warn(f, codeJSONata, "This looks like a JSONata expression, but it is a constant", `to have it evaluated give the state or the machine "QueryLanguage": "JSONata"`)
	}
}

// staticResult warns of paths in the Result of a Pass state: it is copied as it is.
func staticResult(c *checker, f spot) {
	switch f.node.Kind {
	case source.Array:
		for _, item := range f.items() {
			staticResult(c, item)
		}
	case source.Object:
		for _, m := range f.node.Members {
			inner, ok := f.field(m.Name)
			if !ok {
				continue
			}
			if strings.HasSuffix(m.Name, ".$") && inner.node.Kind == source.String {
				c.warn(inner, codeStaticResult, "The Result of a Pass state is not evaluated", "use Parameters to evaluate paths and intrinsic functions")
				continue
			}
			staticResult(c, inner)
		}
	}
}
