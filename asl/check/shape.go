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

// typeOf is the type of that name, or none.
func typeOf(name string) types {
	switch name {
	case "Task":
		return task
	case "Pass":
		return pass
	case "Choice":
		return choice
	case "Wait":
		return wait
	case "Succeed":
		return succeed
	case "Fail":
		return fail
	case "Parallel":
		return parallel
	case "Map":
		return mapState
	}
	return 0
}

// languages is a set of query languages.
type languages uint

const (
	pathOnly languages = 1 << iota
	jsonataOnly

	anyLanguage = pathOnly | jsonataOnly
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
	for i := range f.node.Members {
		m := &f.node.Members[i]
		if m.Overridden {
			continue // the parser has reported it
		}
		rule, ok := s.fields[m.Name]
		if !ok || !rule.allows(f) {
			meant = append(meant, c.foreign(f, s, m))
			continue
		}
		if !m.Value.Open() {
			rule.judge(c, f.child(m))
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
		return jsonataOnly
	}
	return pathOnly
}

// foreign reports a field that the object f must not have, and returns the
// name of the field that was meant, if that can be told.
func (c *checker) foreign(f spot, s *shape, m *source.Member) (near string) {
	rule, elsewhere := s.fields[m.Name]
	if f.node.Broken && !elsewhere {
		return "" // what could not be read may be the rest of its name
	}
	d := source.Diagnostic{Code: codeSchema, Location: c.location(f.node), Span: m.NameSpan, Message: fmt.Sprintf("Field '%s' is not supported", m.Name)}
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
	kind := anyType
	if f.state != nil {
		kind = f.state.kind
	}
	for i := range s.counts {
		rule := &s.counts[i]
		if rule.on&kind == 0 {
			continue
		}
		have, refused := s.have(f, rule.of)
		if have > rule.max {
			c.tooMany(f, s.members(f, rule.of))
		}
		if have >= rule.min || refused || f.node.Broken || intersect(meant, rule.of) {
			continue
		}
		switch allowed := s.allowed(f, rule.of); len(allowed) {
		case 0:
		case 1:
			missing = append(missing, allowed[0])
		default:
			c.missing(f, fmt.Sprintf("One of these fields is required: [%s]", strings.Join(allowed, ", ")), s.advice(allowed))
		}
	}
	if missing != nil {
		c.missing(f, fmt.Sprintf("These fields are required: [%s]", strings.Join(missing, ", ")), s.advice(missing))
	}
}

// have counts the fields of f that it may have, and says whether it has others of
// these names.
func (s *shape) have(f spot, names []string) (n int, refused bool) {
	for _, name := range names {
		switch {
		case !f.node.Has(name):
		case s.fields[name].allows(f):
			n++
		default:
			refused = true
		}
	}
	return n, refused
}

// members are the fields of f that it may have.
func (s *shape) members(f spot, names []string) []*source.Member {
	var out []*source.Member
	for _, name := range s.allowed(f, names) {
		if m := f.node.Member(name); m != nil {
			out = append(out, m)
		}
	}
	return out
}

// allowed are those of the fields that f may have.
func (s *shape) allowed(f spot, names []string) []string {
	var allowed []string
	for _, name := range names {
		if s.fields[name].allows(f) {
			allowed = append(allowed, name)
		}
	}
	return allowed
}

func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

func (c *checker) tooMany(f spot, have []*source.Member) {
	names := make([]string, len(have))
	for i, m := range have {
		names[i] = m.Name
	}
	last := slices.MaxFunc(have, func(a, b *source.Member) int { return a.NameSpan.Start - b.NameSpan.Start })
	c.report(source.Diagnostic{
		Code: codeSchema, Location: c.location(f.node), Span: last.NameSpan,
		Message: fmt.Sprintf("Only one of these fields is allowed: [%s]", strings.Join(names, ", ")),
		Help:    "remove all of them but one",
	})
}

// missing reports that fields of f are missing, at the name of f.
func (c *checker) missing(f spot, message, help string) {
	c.report(source.Diagnostic{Code: codeSchema, Location: c.location(f.node), Span: f.head(), Message: message, Help: help})
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
		if typeOf(name)&t != 0 {
			names = append(names, name)
		}
	}
	return names
}

func (l languages) String() string {
	if l == jsonataOnly {
		return string(asl.JSONata)
	}
	return string(asl.JSONPath)
}
