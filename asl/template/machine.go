package template

import (
	"fmt"
	"slices"
	"strings"

	"canto/asl/source"
)

// The types of resources that are state machines: SAM's, and CloudFormation's own.
const (
	serverlessMachine = "AWS::Serverless::StateMachine"
	plainMachine      = "AWS::StepFunctions::StateMachine"
)

func (d *document) machines() []Machine {
	var list []Machine
	for _, r := range d.deployed(serverlessMachine, plainMachine) {
		m := d.machine(r)
		if i := slices.IndexFunc(list, func(o Machine) bool { return o.Name == m.Name }); i >= 0 {
			d.report(source.Diagnostic{
				Code: codeSchema, Location: "/Resources/" + r.id, Span: r.span,
				Message: fmt.Sprintf("the state machines %s and %s have the same name: %s", list[i].LogicalID, r.id, m.Name),
			})
		}
		list = append(list, m)
	}
	d.targeted(list)
	return list
}

func (d *document) machine(r *resource) Machine {
	d.checkProperties(r, "Name", "StateMachineName", "DefinitionUri", "DefinitionS3Location")
	m := Machine{LogicalID: r.id, Name: d.physicalName(r), Type: "STANDARD", Span: r.span}
	m.ARN = strings.ReplaceAll(shapes[r.kind].ref, "NAME", m.Name)
	if n := r.property("Type", "StateMachineType"); n != nil {
		m.Type = d.machineType(r, n)
	}
	m.Role = d.role(r)
	m.Logging, m.Tracing = d.logging(r), d.quietText(r.property("Tracing", "TracingConfiguration").Field("Enabled")) == "true"
	d.definition(r, &m)
	m.Substitutions = d.substitutions(r)
	m.Tags = d.tags(r)
	m.Schedules = d.schedules(r)
	return m
}

// property is the first of the named properties that the resource has, or nil.
func (r *resource) property(names ...string) *source.Node {
	for _, name := range names {
		if n := r.properties.Field(name); n != nil {
			return n
		}
	}
	return nil
}

func (d *document) machineType(r *resource, n *source.Node) string {
	text, known := d.text(n)
	if known && text != "STANDARD" && text != "EXPRESS" {
		d.report(source.Diagnostic{
			Code: codeSchema, Location: r.location("Type"), Span: n.Span,
			Message: fmt.Sprintf("a state machine's type is STANDARD or EXPRESS, not %s", text),
		})
	}
	if text == "EXPRESS" {
		return text
	}
	return "STANDARD"
}

// role is the ARN of the machine's role; where the template does not give one, SAM
// makes it.
func (d *document) role(r *resource) string {
	if role := d.quietText(r.property("Role", "RoleArn")); strings.HasPrefix(role, "arn:") {
		return role
	}
	return "arn:aws:iam::" + account + ":role/" + r.id + "Role"
}

func (d *document) logging(r *resource) Logging {
	n := r.property("Logging", "LoggingConfiguration")
	l := Logging{
		Level:       d.quietText(n.Field("Level")),
		IncludeData: d.quietText(n.Field("IncludeExecutionData")) == "true",
	}
	destinations := n.Field("Destinations")
	if destinations == nil {
		return l
	}
	for _, item := range destinations.Items {
		if group := d.quietText(item.Field("CloudWatchLogsLogGroup").Field("LogGroupArn")); group != "" {
			l.Groups = append(l.Groups, group)
		}
	}
	return l
}

func (r *resource) location(property string) string {
	return "/Resources/" + r.id + "/Properties/" + property
}

// definition fills in where the definition is, or the definition itself.
func (d *document) definition(r *resource, m *Machine) {
	forms := []string{"DefinitionUri", "DefinitionS3Location", "Definition", "DefinitionString"}
	var given []string
	for _, form := range forms {
		if r.properties.Field(form) != nil {
			given = append(given, form)
		}
	}
	if len(given) != 1 {
		d.report(source.Diagnostic{
			Code: codeSchema, Location: "/Resources/" + r.id, Span: r.span,
			Message: fmt.Sprintf("the state machine %s needs exactly one definition, and has %d", r.id, len(given)),
			Help:    "give it one of " + strings.Join(forms, ", "),
		})
	}
	if len(given) == 0 {
		return
	}
	n := r.properties.Field(given[0])
	switch given[0] {
	case "DefinitionUri", "DefinitionS3Location":
		m.DefinitionURI = d.location(n)
	default:
		m.Definition = d.inline(r, given[0], n)
	}
}

// inline is the definition that stands in the template, as a source of its own.
func (d *document) inline(r *resource, property string, n *source.Node) *source.Source {
	e := evaluation{document: d}
	v := e.eval(n)
	d.reportOpen(r.location(property), e.open)
	if v.Kind == source.String {
		return source.New(n.Span.Source.Name+"#"+r.id, v.Text)
	}
	return source.New(n.Span.Source.Name+"#"+r.id, jsonText(v))
}

func (d *document) substitutions(r *resource) map[string]string {
	values := make(map[string]string)
	n := r.properties.Field("DefinitionSubstitutions")
	if n == nil || !d.expectObject(r.location("DefinitionSubstitutions"), n) {
		return values
	}
	for _, m := range n.Members {
		e := evaluation{document: d}
		text := e.text(m.Value)
		if len(e.open) == 0 {
			values[m.Name] = text
			continue
		}
		for i := range e.open {
			e.open[i].message = fmt.Sprintf("the substitution %s has no value here: %s", m.Name, e.open[i].message)
			if e.open[i].help == "" {
				e.open[i].help = fmt.Sprintf("give it one: --define %s=VALUE", m.Name)
			}
		}
		d.reportOpen(r.location("DefinitionSubstitutions/"+m.Name), e.open)
	}
	return values
}
