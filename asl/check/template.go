package check

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"canto/asl"
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

// maxVariable is how many characters the name of a variable may have.
const maxVariable = 80

// assign judges an Assign: its values as a template, its names as variables.
func assign(c *checker, f spot) {
	if f.node.Kind != source.Object {
		c.wrongType(f, "an OBJECT")
		return
	}
	template(c, f)
	for _, m := range f.node.Members {
		inner, ok := f.field(m.Name)
		if !ok {
			continue
		}
		name := m.Name
		if !f.jsonata() {
			name = strings.TrimSuffix(name, ".$")
		}
		c.variable(inner, name)
	}
}

// variable judges the name of the variable that a state assigns by the field f.
func (c *checker) variable(f spot, name string) {
	d := source.Diagnostic{Code: codeSchema, Span: f.label}
	switch outer := f.state.scope.outerAssign(name); {
	case name == "states":
		d.Message, d.Help = "The variable name 'states' is reserved", "choose another name: $states is what the service gives to each state"
	case name == "" || utf8.RuneCountInString(name) > maxVariable:
		d.Message = fmt.Sprintf("The name of a variable must have between 1 and %d characters", maxVariable)
	case !isIdentifier(name):
		d.Severity = source.Warning
		d.Message, d.Help = fmt.Sprintf("The variable '%s' cannot be read", name), "use letters, digits and _ alone, beginning with a letter"
	case outer != nil:
		d.Message = fmt.Sprintf("The variable '%s' belongs to the machine around this one", name)
		d.Help = fmt.Sprintf("choose another name: the state %q assigns it, and inside of a branch or a Map it can only be read", outer.Base().Name)
	default:
		return
	}
	d.Location = c.location(f.node)
	c.report(d)
}

func isIdentifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !unicode.IsMark(r)) {
			return false
		}
	}
	return true
}

// outerAssign finds a state around s that assigns the variable. The states to
// which the machines belong do not count: they assign when the inside has ended.
func (s *scope) outerAssign(name string) asl.State {
	for ; s.outer != nil && !s.sealed; s = s.outer.scope {
		for _, st := range s.outer.scope.machine.States {
			if st.Base().Node != s.outer.Node && assigns(st, name) {
				return st
			}
		}
	}
	return nil
}

func assigns(st asl.State, name string) bool {
	all := []*asl.Template{st.Base().Assign}
	for _, c := range st.Base().Catch {
		all = append(all, c.Assign)
	}
	if ch, ok := st.(*asl.Choice); ok {
		for _, r := range ch.Choices {
			all = append(all, r.Assign)
		}
	}
	for _, t := range all {
		if t != nil && (t.Node.Has(name) || t.Node.Has(name+".$")) {
			return true
		}
	}
	return false
}
