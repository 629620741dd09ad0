package parse

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"canto/asl/source"
	"canto/asl/value"

	"go.yaml.in/yaml/v4"
)

// readYAML reads the first document of src. A mistake in the YAML itself ends
// the reading; duplicate keys do not.
func readYAML(src *source.Source) (*source.Node, source.Diagnostics) {
	y := &yamlReader{src: src}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(src.Text), &doc); err != nil {
		y.unreadable(err)
		return nil, y.diags
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	n := y.node(doc.Content[0])
	y.diags.Sort()
	return n, y.diags
}

// maxYAMLNodes bounds what aliases may grow a document to: far more than fits
// into the megabyte that the service takes.
const maxYAMLNodes = 500_000

type yamlReader struct {
	src   *source.Source
	nodes int // made so far, each use of an alias counted
	depth int
	diags source.Diagnostics
}

func (y *yamlReader) unreadable(err error) {
	message, at := err.Error(), source.Span{Source: y.src}
	var load *yaml.LoadError
	if errors.As(err, &load) {
		message = load.Message
		at.Start = y.src.Offset(load.Mark.Line, load.Mark.Column)
		at.End = at.Start
	}
	y.report(at, "The YAML cannot be read: "+message, "look at this line and the one before it: indentation, colons, quotes, tabs")
}

func (y *yamlReader) report(at source.Span, message, help string) {
	if len(y.diags) < maxMistakes {
		y.diags = append(y.diags, source.Diagnostic{Code: codeJSON, Message: message, Help: help, Span: at})
	}
}

func (y *yamlReader) node(in *yaml.Node) *source.Node {
	n := &source.Node{Kind: source.Unknown, Span: y.span(in)}
	y.nodes++
	y.depth++
	defer func() { y.depth-- }()
	switch {
	case y.nodes > maxYAMLNodes:
		if y.nodes == maxYAMLNodes+1 {
			y.report(n.Span, fmt.Sprintf("The aliases make more than %d values", maxYAMLNodes), "write out what they stand for, or nest them less")
		}
	case y.depth > maxDepth:
		y.diags = append(y.diags, source.Diagnostic{Code: codeDepth, Message: tooDeepMessage, Help: tooDeepHelp, Span: n.Span})
	case in.Kind == yaml.AliasNode:
		aliased := y.node(in.Alias)
		aliased.Span = n.Span
		return aliased
	case strings.HasPrefix(in.ShortTag(), "!") && !strings.HasPrefix(in.ShortTag(), "!!"):
		n.Text = in.Tag // a function of CloudFormation: !Ref, !Sub
	case in.Kind == yaml.MappingNode:
		y.mapping(n, in)
	case in.Kind == yaml.SequenceNode:
		n.Kind = source.Array
		for _, item := range in.Content {
			n.Items = append(n.Items, y.node(item))
			n.Span.End = max(n.Span.End, n.Items[len(n.Items)-1].Span.End)
		}
	default:
		y.scalar(n, in)
	}
	return n
}

func (y *yamlReader) mapping(n *source.Node, in *yaml.Node) {
	n.Kind = source.Object
	var merged []source.Member
	for i := 0; i+1 < len(in.Content); i += 2 {
		key, val := in.Content[i], y.node(in.Content[i+1])
		n.Span.End = max(n.Span.End, val.Span.End)
		if key.ShortTag() == "!!merge" {
			merged = append(merged, val.Merged()...)
			continue
		}
		n.Members = append(n.Members, source.Member{Name: key.Value, NameSpan: y.span(key), Value: val})
	}
	reportDuplicates(n, func(first, second source.Member) {
		if len(y.diags) == maxMistakes {
			return
		}
		y.report(second.NameSpan, fmt.Sprintf("Duplicate field '%s'", clip(second.Name)), duplicateHelp(first))
	})
	for _, m := range merged {
		if !n.Has(m.Name) {
			n.Members = append(n.Members, m)
		}
	}
	n.Index()
}

var wholePlaceholder = regexp.MustCompile(`^\$\{[A-Za-z0-9_.:-]+\}$`)

// scalar gives n the kind and the JSON text of a scalar.
func (y *yamlReader) scalar(n *source.Node, in *yaml.Node) {
	n.Kind, n.Text = source.String, in.Value
	switch in.ShortTag() {
	case "!!null":
		n.Kind, n.Text = source.Null, "null"
	case "!!bool":
		n.Kind, n.Text = source.Bool, strings.ToLower(in.Value)
	case "!!int", "!!float":
		y.number(n)
	case "!!str":
		if in.Style == 0 && wholePlaceholder.MatchString(in.Value) {
			n.Kind = source.Unknown
		}
	}
}

// number makes a JSON number of the YAML number in n: 0x1F, 1_000, .5.
func (y *yamlReader) number(n *source.Node) {
	n.Kind = source.Number
	if validNumber(n.Text) {
		return
	}
	plain := strings.ReplaceAll(n.Text, "_", "")
	if i, err := strconv.ParseInt(plain, 0, 64); err == nil {
		n.Text = strconv.FormatInt(i, 10)
		return
	}
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil || f-f != 0 { // not a number, or infinite
		n.Kind = source.Unknown
		y.report(n.Span, fmt.Sprintf("'%s' is not a JSON number", clip(n.Text)), "JSON has no infinity and no NaN")
		return
	}
	n.Text = string(value.FormatFloat(f))
}

// span is where a node stands. YAML tells where it begins; of a scalar the end is
// found from its text, of a block it is the end of its last value.
func (y *yamlReader) span(in *yaml.Node) source.Span {
	start := y.src.Offset(in.Line, in.Column)
	rest := y.src.Text[start:]
	if n := strings.IndexByte(rest, '\n'); n >= 0 {
		rest = rest[:n]
	}
	length := min(1, len(rest))
	switch {
	case in.Kind != yaml.ScalarNode:
	case in.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		if n := closingQuote(rest); n > 0 {
			length = n
		}
	case strings.HasPrefix(rest, in.Value):
		length = len(in.Value)
	}
	return source.Span{Source: y.src, Start: start, End: start + length}
}

// closingQuote is where the quoted scalar at the beginning of the line ends, or 0.
func closingQuote(line string) int {
	for i := 1; i < len(line); i++ {
		switch {
		case line[i] == '\\' && line[0] == '"', strings.HasPrefix(line[i:], "''") && line[0] == '\'':
			i++
		case line[i] == line[0]:
			return i + 1
		}
	}
	return 0
}
