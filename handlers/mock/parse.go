package mock

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"canto/asl"
	"canto/asl/parse"
	"canto/asl/source"
)

// Code is the code of every diagnostic about a mock file.
const Code = "INVALID_MOCK_FILE"

// Load reads the mock file at path. The error of a bad file is source.Diagnostics.
func Load(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the mock file: %w", err)
	}
	config, diags := Parse(source.New(path, string(text)))
	if diags.HasErrors() {
		return nil, diags
	}
	return config, nil
}

// Parse reads a mock file. The config is to be used only where the diagnostics
// have no errors; a field that Step Functions Local does not know is a warning.
func Parse(src *source.Source) (*Config, source.Diagnostics) {
	p := &parser{config: &Config{src: src, responses: map[string]*response{}}}
	root, diags := parse.Tree(src)
	p.diags = diags
	switch {
	case diags.HasErrors():
	case root == nil:
		p.fail(source.Span{Source: src}, "the mock file is empty", example)
	default:
		p.file(root)
		p.diags.Sort()
	}
	return p.config, p.diags
}

const example = `a mock file begins like this: {"StateMachines": {"Machine": {"TestCases": {"Case": {"State": "Response"}}}}, "MockedResponses": {"Response": {"0": {"Return": {}}}}}`

type parser struct {
	config *Config
	diags  source.Diagnostics
}

func (p *parser) fail(span source.Span, message, help string) {
	p.diags = append(p.diags, source.Diagnostic{Code: Code, Message: message, Help: help, Span: span})
}

// object says whether n is one, and reports what is not, named by what.
func (p *parser) object(n *source.Node, what string) bool {
	if n.Kind != source.Object {
		p.fail(n.Span, fmt.Sprintf("%s must be an object, but is %s", what, n.Kind), "")
	}
	return n.Kind == source.Object
}

// members are those of the object n.
func (p *parser) members(n *source.Node, what string) []source.Member {
	p.object(n, what)
	return n.Members
}

// field is the member name of the object n, which must have it.
func (p *parser) field(n *source.Node, name, what string) *source.Node {
	f := n.Field(name)
	if f == nil {
		p.fail(n.Span, fmt.Sprintf("%s must have the field %q", what, name), suggest(name, n))
	}
	return f
}

// suggest names the field of n that may have been meant by name.
func suggest(name string, n *source.Node) string {
	var names []string
	for _, m := range n.Members {
		names = append(names, m.Name)
	}
	if near := source.Nearest(name, names); near != "" {
		return fmt.Sprintf("is %q meant to be it?", near)
	}
	return ""
}

// known warns of the fields of n that are not among names.
func (p *parser) known(n *source.Node, names ...string) {
	for _, m := range n.Members {
		if slices.Contains(names, m.Name) {
			continue
		}
		p.diags = append(p.diags, source.Diagnostic{
			Severity: source.Warning, Code: Code, Span: m.NameSpan,
			Message: fmt.Sprintf("the field %q means nothing here", m.Name),
			Help:    "the fields here are " + strings.Join(names, ", "),
		})
	}
}

func (p *parser) file(root *source.Node) {
	if !p.object(root, "the mock file") {
		return
	}
	p.known(root, "StateMachines", "MockedResponses")
	if n := p.field(root, "MockedResponses", "the mock file"); n != nil {
		for _, m := range p.members(n, "MockedResponses") {
			p.config.responses[m.Name] = p.response(m)
		}
	}
	if n := p.field(root, "StateMachines", "the mock file"); n != nil {
		for _, m := range p.members(n, "StateMachines") {
			p.machine(m)
		}
	}
}

func (p *parser) machine(m source.Member) {
	what := fmt.Sprintf("the state machine %q", m.Name)
	out := machine{name: m.Name}
	if !p.object(m.Value, what) {
		return
	}
	p.known(m.Value, "TestCases")
	if n := p.field(m.Value, "TestCases", what); n != nil {
		for _, c := range p.members(n, "TestCases") {
			out.cases = append(out.cases, p.testCase(c))
		}
	}
	p.config.machines = append(p.config.machines, out)
}

func (p *parser) testCase(m source.Member) *Case {
	out := &Case{name: m.Name}
	for _, s := range p.members(m.Value, fmt.Sprintf("the test case %q", m.Name)) {
		if s.Value.Kind != source.String {
			p.fail(s.Value.Span, fmt.Sprintf("the state %q must name a mocked response, but is %s", s.Name, s.Value.Kind), "")
			continue
		}
		mocked := p.config.responses[s.Value.Text]
		if mocked == nil {
			p.fail(s.Value.Span, fmt.Sprintf("there is no mocked response %q", s.Value.Text), p.nearestResponse(s.Value.Text))
			continue
		}
		out.states = append(out.states, state{s.Name, s.NameSpan, mocked})
	}
	return out
}

func (p *parser) nearestResponse(name string) string {
	var names []string
	for known := range p.config.responses {
		names = append(names, known)
	}
	slices.Sort(names)
	if near := source.Nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return `add it under "MockedResponses"`
}

// response reads {"0": {...}, "1-2": {...}}.
func (p *parser) response(m source.Member) *response {
	out := &response{name: m.Name, span: m.NameSpan}
	for _, f := range p.members(m.Value, fmt.Sprintf("the mocked response %q", m.Name)) {
		first, last, ok := indexes(f.Name)
		if !ok {
			p.fail(f.NameSpan, fmt.Sprintf("%q is no index of an invocation", f.Name), `an index is a number from "0", or a range such as "1-2"`)
			continue
		}
		s := p.step(f)
		s.first, s.last = first, last
		out.steps = append(out.steps, s)
	}
	slices.SortStableFunc(out.steps, func(a, b step) int { return a.first - b.first })
	p.sequence(out)
	return out
}

// sequence reports where the steps leave a gap, or two answer one invocation.
func (p *parser) sequence(r *response) {
	if len(r.steps) == 0 {
		p.fail(r.span, fmt.Sprintf("the mocked response %q has no answer", r.name), `add one: "0": {"Return": {}}`)
	}
	next := 0
	for _, s := range r.steps {
		switch {
		case s.first > next:
			p.fail(s.span, fmt.Sprintf("the mocked response %q has no answer for index %d", r.name, next), "indexes begin at 0 and leave no gap")
		case s.first < next:
			p.fail(s.span, fmt.Sprintf("the mocked response %q has two answers for index %d", r.name, s.first), "make the ranges end before the next begins")
		}
		next = max(next, s.last+1)
	}
}

// indexes reads "3" or "1-2".
func indexes(text string) (first, last int, ok bool) {
	from, to, ranged := strings.Cut(text, "-")
	first, ok = index(from)
	if !ranged || !ok {
		return first, first, ok
	}
	last, ok = index(to)
	return first, last, ok && first <= last
}

// index reads a plain number of at most nine digits.
func index(text string) (n int, ok bool) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, text != "" && len(text) <= 9
}

func (p *parser) step(m source.Member) step {
	what := fmt.Sprintf("the answer %q", m.Name)
	out := step{span: m.NameSpan}
	if !p.object(m.Value, what) {
		return out
	}
	p.known(m.Value, "Return", "Throw", "After")
	returns, throws := m.Value.Field("Return"), m.Value.Field("Throw")
	switch {
	case returns == nil && throws == nil:
		p.fail(m.NameSpan, what+` must have "Return" or "Throw"`, suggest("Return", m.Value))
	case returns != nil && throws != nil:
		p.fail(m.Value.Member("Throw").NameSpan, what+` has both "Return" and "Throw"`, "remove one of them")
	case throws != nil:
		out.failure = p.failure(throws)
	default:
		p.whole(returns)
		out.result = parse.Value(returns)
	}
	out.after = p.after(m.Value.Field("After"))
	return out
}

// whole reports a placeholder that stands for a value: the tolerant reader lets
// it pass in definitions.
func (p *parser) whole(n *source.Node) {
	if n.Kind == source.Unknown {
		p.fail(n.Span, fmt.Sprintf("%s is not JSON", n.Text), "write the value itself: nothing is substituted in a mock file")
	}
	for _, item := range n.Items {
		p.whole(item)
	}
	for _, m := range n.Members {
		p.whole(m.Value)
	}
}

func (p *parser) failure(n *source.Node) *asl.Error {
	out := &asl.Error{}
	if !p.object(n, "Throw") {
		return out
	}
	p.known(n, "Error", "Cause")
	if f := p.field(n, "Error", "Throw"); f != nil {
		out.Name = p.text(f, "Error")
	}
	if f := n.Field("Cause"); f != nil {
		out.Cause = p.text(f, "Cause")
	}
	return out
}

func (p *parser) text(n *source.Node, name string) string {
	if n.Kind != source.String {
		p.fail(n.Span, fmt.Sprintf("%s must be a string, but is %s", name, n.Kind), "")
	}
	return n.Text
}

// maxAfter is the longest time that a Task may take (its TimeoutSeconds).
const maxAfter = 99999999

// after reads the virtual duration of an answer, in seconds.
func (p *parser) after(n *source.Node) time.Duration {
	if n == nil {
		return 0
	}
	number, ok := parse.Value(n).AsNumber()
	if seconds := number.Float64(); ok && seconds >= 0 && seconds <= maxAfter {
		return time.Duration(seconds * float64(time.Second))
	}
	p.fail(n.Span, fmt.Sprintf("After must be a number of seconds from 0 to %d, but is %s", maxAfter, n.Span.Text()), "")
	return 0
}
