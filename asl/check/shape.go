package check

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"canto/asl"
	"canto/asl/source"
)

// types is a set of types of states.
type types uint

const (
	task types = 1 << iota
	pass
	choice
	wait
	succeed
	fail
	parallel
	mapState

	anyType = task | pass | choice | wait | succeed | fail | parallel | mapState
)

// typeNames are in the order in which AWS lists them.
var typeNames = []string{"Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"}

var typeOf = map[string]types{
	"Task": task, "Wait": wait, "Pass": pass, "Succeed": succeed,
	"Fail": fail, "Choice": choice, "Parallel": parallel, "Map": mapState,
}

// languages is a set of query languages.
type languages uint

const (
	jsonPath languages = 1 << iota
	jsonata

	anyLanguage = jsonPath | jsonata
)

// judge judges the value of a field.
type judge func(c *checker, f spot)

// field is one entry of a shape: which states have it, in which language, and
// what its value has to be.
type field struct {
	on    types
	in    languages
	judge judge
}

// shape is what an object of the language may hold.
type shape struct {
	what   string // "a retrier": how messages call it
	fields map[string]field
	counts []count
	notes  map[string]string // what to say of fields that do not belong here
	advise map[string]string // what to say of fields that are missing, before advices
}

// count says how many of some fields an object has to have.
type count struct {
	on       types
	min, max int
	of       []string
}

func one(on types, of ...string) count       { return count{on, 1, 1, of} }
func atMostOne(on types, of ...string) count { return count{on, 0, 1, of} }
func some(on types, of ...string) count      { return count{on, 1, len(of), of} }

// object judges the object f by its shape. A misspelt field counts as the one that
// was meant, so that it is one mistake and not two.
func (c *checker) object(f spot, s *shape) {
	if f.node.Kind != source.Object {
		c.wrongType(f, "an OBJECT")
		return
	}
	var meant []string // by fields that are misspelt
	at := f.at()
	for i := range f.node.Members {
		m := &f.node.Members[i]
		if m.Overridden {
			continue // the parser has reported it
		}
		rule, ok := s.fields[m.Name]
		if !ok || !rule.allows(f) {
			meant = append(meant, c.unsupported(f, s, m))
			continue
		}
		if !m.Value.Open() {
			rule.judge(c, at.child(m, f.state))
		}
	}
	c.count(f, s, meant)
}

func (r field) allows(f spot) bool {
	if f.state == nil {
		return true
	}
	return r.on&f.state.kind != 0 && r.in&languageOf(f) != 0
}

func languageOf(f spot) languages {
	if f.jsonata() {
		return jsonata
	}
	return jsonPath
}

// unsupported reports a field that the object f must not have, and returns the
// name of the field that was meant, if that can be told.
func (c *checker) unsupported(f spot, s *shape, m *source.Member) (near string) {
	rule, elsewhere := s.fields[m.Name]
	if f.node.Broken && !elsewhere {
		return "" // what could not be read may be the rest of its name
	}
	d := source.Diagnostic{Code: codeSchema, Location: f.at().String(), Span: m.NameSpan, Message: fmt.Sprintf("Field '%s' is not supported", m.Name)}
	names := s.names(f)
	near = source.Nearest(m.Name, names)
	note, noted := s.notes[m.Name]
	switch {
	case noted:
		d.Help, near = note, ""
	case elsewhere && rule.on&f.state.kind == 0:
		d.Help = fmt.Sprintf("a %s state has no %s; these have: %s", f.state.Type, m.Name, strings.Join(rule.on.names(), ", "))
	case elsewhere:
		d.Help = fmt.Sprintf("%s is for %s, and the QueryLanguage of this state is %s", m.Name, rule.in, f.state.QueryLanguage)
	case near != "":
		d.Help = fmt.Sprintf("did you mean %q?", near)
	case len(names) <= maxListed:
		d.Help = fmt.Sprintf("%s may have these fields: %s", s.what, strings.Join(names, ", "))
	}
	c.report(d)
	if elsewhere {
		return ""
	}
	return near
}

// maxListed is how many fields a hint names.
const maxListed = 12

// names are the fields that f may have, sorted.
func (s *shape) names(f spot) []string {
	var names []string
	for name, rule := range s.fields {
		if rule.allows(f) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// count reports the fields of f of which there are too few or too many. The fields
// that were meant count, and those that were refused.
func (c *checker) count(f spot, s *shape, meant []string) {
	var missing []string
	for _, rule := range s.counts {
		if f.state != nil && rule.on&f.state.kind == 0 {
			continue
		}
		var allowed []string
		var have []*source.Member
		excused := f.node.Broken
		for _, name := range rule.of {
			m, may := f.node.Member(name), s.fields[name].allows(f)
			switch {
			case m != nil && may:
				have = append(have, m)
			case m != nil, slices.Contains(meant, name):
				excused = true
			}
			if may {
				allowed = append(allowed, name)
			}
		}
		switch {
		case len(have) > rule.max:
			c.tooMany(f, have)
		case len(have) >= rule.min || excused:
		case len(allowed) == 1:
			missing = append(missing, allowed[0])
		case len(allowed) > 1:
			c.missing(f, fmt.Sprintf("One of these fields is required: [%s]", strings.Join(allowed, ", ")), s.advice(allowed))
		}
	}
	if missing != nil {
		c.missing(f, fmt.Sprintf("These fields are required: [%s]", strings.Join(missing, ", ")), s.advice(missing))
	}
}

func (c *checker) tooMany(f spot, have []*source.Member) {
	names := make([]string, len(have))
	for i, m := range have {
		names[i] = m.Name
	}
	last := slices.MaxFunc(have, func(a, b *source.Member) int { return a.NameSpan.Start - b.NameSpan.Start })
	c.report(source.Diagnostic{
		Code: codeSchema, Location: f.at().String(), Span: last.NameSpan,
		Message: fmt.Sprintf("Only one of these fields is allowed: [%s]", strings.Join(names, ", ")),
		Help:    "remove all of them but one",
	})
}

// missing reports that fields of f are missing, at the name of f.
func (c *checker) missing(f spot, message, help string) {
	c.report(source.Diagnostic{Code: codeSchema, Location: f.at().String(), Span: f.head(), Message: message, Help: help})
}

// head is what stands for the whole of f: its name, or its first character.
func (f spot) head() source.Span {
	if f.label.Source != nil {
		return f.label
	}
	span := f.node.Span
	span.End = min(span.Start+1, span.End)
	return span
}

// advice tells for fields that are missing what to write.
func (s *shape) advice(fields []string) string {
	if help, ok := s.advise[fields[0]]; ok {
		return help
	}
	if help, ok := advices[strings.Join(fields, " ")]; ok {
		return help
	}
	if help, ok := advices[fields[0]]; ok {
		return help
	}
	return fmt.Sprintf("add %q", fields[0])
}

// advices are for fields that are missing: for several, or for the first of them.
var advices = map[string]string{
	"Next End":      `add "Next": "<the state that follows>", or "End": true`,
	"Next":          `add "Next": "<the state that follows>"`,
	"StartAt":       `add "StartAt": "<the first state>"`,
	"States":        `add "States": {"<name>": {"Type": ...}}`,
	"Type":          `add "Type": one of Task, Pass, Choice, Wait, Succeed, Fail, Parallel, Map`,
	"Resource":      `add "Resource": "<the ARN of a Lambda function or of a service integration>"`,
	"RoleArn":       `add "RoleArn": "<the ARN of the role that the task takes on>"`,
	"Choices":       `add "Choices": [{"Variable": "$.x", "StringEquals": "y", "Next": "<state>"}]`,
	"Variable":      `add "Variable": "$.x", the path to what is compared`,
	"And":           `add a comparison, for instance "StringEquals": "x"`,
	"Condition":     `add "Condition": "{% $states.input.x = 'y' %}"`,
	"Branches":      `add "Branches": [{"StartAt": ..., "States": ...}]`,
	"ItemProcessor": `add "ItemProcessor": {"StartAt": ..., "States": ...}`,
	"Seconds":       `say how long to wait: "Seconds": 10`,
	"ErrorEquals":   `add "ErrorEquals": ["States.ALL"], or the names of errors`,
	"ExecutionType": `add "ExecutionType": "STANDARD" or "EXPRESS"`,
}

// names are the types of the set.
func (t types) names() []string {
	var names []string
	for _, name := range typeNames {
		if typeOf[name]&t != 0 {
			names = append(names, name)
		}
	}
	return names
}

func (l languages) String() string {
	if l == jsonata {
		return string(asl.JSONata)
	}
	return string(asl.JSONPath)
}
