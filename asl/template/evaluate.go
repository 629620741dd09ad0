package template

import (
	"fmt"
	"slices"
	"strings"

	"canto/asl/source"
)

// unresolved is a value that the template alone cannot give.
type unresolved struct {
	severity source.Severity
	code     string
	span     source.Span
	message  string
	help     string
}

// evaluation works out the intrinsic functions of one value. It always gives a
// value: what it cannot know stands there as the placeholder ${name}, which
// --define can fill, and is remembered in open.
type evaluation struct {
	*document
	open  []unresolved
	depth int
}

// noValue is what AWS::NoValue gives: the member or item is left out.
var noValue = &source.Node{Kind: source.Null, Text: "null"}

func (e *evaluation) eval(n *source.Node) *source.Node {
	if e.steps--; e.steps < 0 || e.depth > 2*maxDepth {
		return e.unknown("limit", n.Span, "the template's functions are nested too deep or too many")
	}
	e.depth++
	defer func() { e.depth-- }()
	switch n.Kind {
	case source.Array:
		return e.array(n)
	case source.Object:
		if isIntrinsic(n) {
			return e.call(n.Members[0])
		}
		return e.object(n)
	}
	return n
}

func (e *evaluation) array(n *source.Node) *source.Node {
	result := &source.Node{Kind: source.Array, Span: n.Span}
	for _, item := range n.Items {
		if v := e.eval(item); v != noValue {
			result.Items = append(result.Items, v)
		}
	}
	return result
}

func (e *evaluation) object(n *source.Node) *source.Node {
	result := &source.Node{Kind: source.Object, Span: n.Span}
	for _, m := range n.Members {
		if v := e.eval(m.Value); v != noValue {
			m.Value = v
			result.Members = append(result.Members, m)
		}
	}
	return result
}

func (e *evaluation) call(m source.Member) *source.Node {
	f := functions[m.Name]
	if f == nil {
		return e.unknown(m.Name, m.NameSpan, fmt.Sprintf("only AWS can work out %s", m.Name))
	}
	return f(e, m.Value)
}

// text evaluates n to the text that stands for it in a string.
func (e *evaluation) text(n *source.Node) string {
	v := e.eval(n)
	switch v.Kind {
	case source.Array, source.Object:
		e.mistake(n.Span, fmt.Sprintf("a string is needed here, and this is %s", v.Kind))
		return ""
	case source.Null:
		return ""
	}
	return v.Text
}

// list evaluates n to a list of texts.
func (e *evaluation) list(n *source.Node) []string {
	v := e.eval(n)
	if v.Kind != source.Array {
		if len(e.open) == 0 {
			e.mistake(n.Span, fmt.Sprintf("a list is needed here, and this is %s", v.Kind))
		}
		return nil
	}
	texts := make([]string, len(v.Items))
	for i, item := range v.Items {
		texts[i] = e.text(item)
	}
	return texts
}

// arguments are the items of a function's list; where there are not as many as it
// takes, that is reported.
func (e *evaluation) arguments(n *source.Node, function string, counts ...int) ([]*source.Node, bool) {
	if n.Kind == source.Array && slices.Contains(counts, len(n.Items)) {
		return n.Items, true
	}
	e.mistake(n.Span, fmt.Sprintf("%s takes a list of %s", function, strings.Trim(strings.ReplaceAll(fmt.Sprint(counts), " ", " or "), "[]")))
	return nil, false
}

// made counts text that functions make, so that joining joined text has an end.
func (e *evaluation) made(span source.Span, text string) *source.Node {
	if e.bytes -= len(text); e.bytes < 0 {
		return e.unknown("limit", span, fmt.Sprintf("the template's functions make more than %d bytes of text", maxBytes))
	}
	return &source.Node{Kind: source.String, Span: span, Text: text}
}

func (e *evaluation) unknown(name string, span source.Span, message string) *source.Node {
	e.remember(unresolved{source.Warning, codeOpen, span, message, ""})
	return &source.Node{Kind: source.String, Span: span, Text: "${" + name + "}"}
}

// undefined is a reference to something that the template does not have.
func (e *evaluation) undefined(name string, span source.Span, what string, known []string) *source.Node {
	if e.madeBySAM(name) {
		return e.unknown(name, span, fmt.Sprintf("SAM makes %s, and only a deployed stack knows it", name))
	}
	u := unresolved{source.Error, codeReference, span, fmt.Sprintf("the template has no %s %s", what, name), ""}
	if near := source.Nearest(name, known); near != "" {
		u.help = fmt.Sprintf("did you mean %s?", near)
	}
	e.remember(u)
	return &source.Node{Kind: source.String, Span: span, Text: "${" + name + "}"}
}

// madeBySAM says whether name is that of a resource which SAM adds to the template:
// CrawlerFunctionRole beside CrawlerFunction, or ServerlessRestApi.
func (e *evaluation) madeBySAM(name string) bool {
	return strings.HasPrefix(name, "Serverless") || slices.ContainsFunc(e.order, func(r *resource) bool {
		return strings.HasPrefix(r.kind, "AWS::Serverless::") && strings.HasPrefix(name, r.id)
	})
}

func (e *evaluation) mistake(span source.Span, message string) *source.Node {
	e.remember(unresolved{source.Error, codeSchema, span, message, ""})
	return noValue
}

func (e *evaluation) remember(u unresolved) {
	if len(e.open) < maxDiagnostics {
		e.open = append(e.open, u)
	}
}

// isIntrinsic says whether n is a function of CloudFormation in its long form.
func isIntrinsic(n *source.Node) bool {
	if n == nil || n.Kind != source.Object || len(n.Members) != 1 {
		return false
	}
	name := n.Members[0].Name
	return name == "Ref" || strings.HasPrefix(name, "Fn::")
}
