package template

import (
	"fmt"
	"slices"
	"strings"

	"canto/asl/source"
)

// The codes of this package's diagnostics. AWS has none for templates.
const (
	codeSyntax    = "TEMPLATE_SYNTAX"     // not YAML, not JSON, or beyond a limit
	codeSchema    = "TEMPLATE_SCHEMA"     // a section, resource or property is not what it has to be
	codeReference = "TEMPLATE_REFERENCE"  // something is named that the template does not have
	codeOpen      = "TEMPLATE_UNRESOLVED" // only a deployed stack could tell the value
)

// document is a template while it is read.
type document struct {
	root        *source.Node
	parameters  map[string]*source.Node
	conditions  map[string]*source.Node
	resources   map[string]*resource
	order       []*resource
	diagnostics source.Diagnostics

	steps     int // left for intrinsic functions
	bytes     int // left for text that they make
	resolving map[string]bool
}

type resource struct {
	id         string
	kind       string // "AWS::Lambda::Function"
	properties *source.Node
	span       source.Span // of the logical ID
}

// Limits on the work of intrinsic functions. CloudFormation takes templates of
// up to 1 MB with 500 resources; these leave room for any of them.
const (
	maxSteps = 200_000
	maxBytes = 16 << 20
)

func read(src *source.Source) *document {
	d := &document{
		parameters: make(map[string]*source.Node),
		conditions: make(map[string]*source.Node),
		resources:  make(map[string]*resource),
		resolving:  make(map[string]bool),
		steps:      maxSteps,
		bytes:      maxBytes,
	}
	d.root, d.diagnostics = tree(src)
	if d.root == nil {
		return d
	}
	if d.root.Kind != source.Object {
		d.report(source.Diagnostic{
			Code: codeSchema, Span: d.root.Span,
			Message: "a template is an object with the section Resources, and this is " + d.root.Kind.String(),
		})
		return d
	}
	d.section("Parameters", func(m source.Member) { d.parameters[m.Name] = m.Value })
	d.section("Conditions", func(m source.Member) { d.conditions[m.Name] = m.Value })
	d.section("Resources", d.addResource)
	if d.root.Field("Resources") == nil {
		d.report(source.Diagnostic{
			Code: codeSchema, Span: d.root.Span,
			Message: "the template has no section Resources",
			Help:    "is this a SAM or CloudFormation template?",
		})
	}
	return d
}

// section calls each for the members of a section; a section of another kind is reported.
func (d *document) section(name string, each func(source.Member)) {
	n := d.root.Field(name)
	if n == nil {
		return
	}
	if !d.expectObject("/"+name, n) {
		return
	}
	for _, m := range n.Members {
		each(m)
	}
}

func (d *document) addResource(m source.Member) {
	location := "/Resources/" + m.Name
	if strings.HasPrefix(m.Name, "Fn::") {
		d.report(source.Diagnostic{
			Severity: source.Warning, Code: codeOpen, Location: location, Span: m.NameSpan,
			Message: fmt.Sprintf("only AWS can expand %s: the resources that it makes are not known here", m.Name),
		})
		return
	}
	if !d.expectObject(location, m.Value) {
		return
	}
	kind := m.Value.Field("Type")
	if kind == nil || kind.Kind != source.String {
		d.report(source.Diagnostic{
			Code: codeSchema, Location: location, Span: m.NameSpan,
			Message: fmt.Sprintf("the resource %s has no Type", m.Name),
			Help:    `give it one, such as "AWS::Serverless::Function"`,
		})
		return
	}
	r := &resource{id: m.Name, kind: kind.Text, properties: m.Value.Field("Properties"), span: m.NameSpan}
	if r.properties != nil && !d.expectObject(location+"/Properties", r.properties) {
		r.properties = nil
	}
	if d.deployable(m.Value.Field("Condition"), location) {
		d.order = append(d.order, r)
	}
	d.resources[m.Name] = r
}

// deployable says whether a resource's own condition, if it has one, holds.
func (d *document) deployable(condition *source.Node, location string) bool {
	if condition == nil {
		return true
	}
	if condition.Kind != source.String {
		d.report(source.Diagnostic{
			Code: codeSchema, Location: location + "/Condition", Span: condition.Span,
			Message: "the Condition of a resource is the name of a condition, and this is " + condition.Kind.String(),
		})
		return true
	}
	e := evaluation{document: d}
	holds := e.condition(condition.Text, condition.Span)
	d.reportOpen(location+"/Condition", e.open)
	return holds
}

// deployed are the resources of these types whose condition holds, in document order.
func (d *document) deployed(kinds ...string) []*resource {
	var list []*resource
	for _, r := range d.order {
		for _, kind := range kinds {
			// A duplicate logical ID was reported already; the last one counts.
			if r.kind == kind && d.resources[r.id] == r {
				list = append(list, r)
			}
		}
	}
	return list
}

func (d *document) parameterList() []Parameter {
	var list []Parameter
	if d.root == nil {
		return nil
	}
	n := d.root.Field("Parameters")
	if n == nil {
		return nil
	}
	for _, m := range n.Members {
		if !d.expectObject("/Parameters/"+m.Name, m.Value) {
			continue
		}
		p := Parameter{Name: m.Name, Span: m.NameSpan}
		if kind := m.Value.Field("Type"); kind != nil {
			p.Type = kind.Text
		} else {
			d.report(source.Diagnostic{
				Code: codeSchema, Location: "/Parameters/" + m.Name, Span: m.NameSpan,
				Message: fmt.Sprintf("the parameter %s has no Type", m.Name),
				Help:    "String fits most",
			})
		}
		if value := m.Value.Field("Default"); value != nil {
			p.Default, p.HasDefault = value.Text, true
		}
		list = append(list, p)
	}
	return list
}

func (d *document) report(diagnostic source.Diagnostic) {
	if len(d.diagnostics) < maxDiagnostics {
		d.diagnostics = append(d.diagnostics, diagnostic)
	}
}

// reportOpen warns of the values that the template alone cannot give.
func (d *document) reportOpen(location string, open []unresolved) {
	for _, u := range open {
		d.report(source.Diagnostic{
			Severity: u.severity, Code: u.code, Location: location, Span: u.span,
			Message: u.message, Help: u.help,
		})
	}
}

func (d *document) expectObject(location string, n *source.Node) bool {
	if n.Kind == source.Object {
		return true
	}
	d.report(source.Diagnostic{
		Code: codeSchema, Location: location, Span: n.Span,
		Message: fmt.Sprintf("%s has to be an object, and this is %s", location, n.Kind),
	})
	return false
}

// checkProperties reports what is wrong in the given properties of r, for which a
// value that is only not known has a stand-in.
func (d *document) checkProperties(r *resource, names ...string) {
	for _, name := range names {
		n := r.properties.Field(name)
		if n == nil {
			continue
		}
		e := evaluation{document: d}
		e.eval(n)
		d.reportMistakes(r.location(name), e.open)
	}
}

// reportMistakes reports what is wrong, and not what is only not known.
func (d *document) reportMistakes(location string, open []unresolved) {
	d.reportOpen(location, slices.DeleteFunc(slices.Clone(open), func(u unresolved) bool { return u.severity != source.Error }))
}

// text evaluates n to text, and says whether all of it is known.
func (d *document) text(n *source.Node) (string, bool) {
	if n == nil {
		return "", false
	}
	e := evaluation{document: d}
	result := e.eval(n)
	return result.Text, len(e.open) == 0 && isScalar(result)
}

// quietText is the text of n, or "" where the template alone cannot give it.
func (d *document) quietText(n *source.Node) string {
	text, ok := d.text(n)
	if !ok {
		return ""
	}
	return text
}

func isScalar(n *source.Node) bool {
	return n.Kind == source.String || n.Kind == source.Number || n.Kind == source.Bool
}
