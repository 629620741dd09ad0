package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"canto/asl/parse"
	"canto/asl/source"

	"go.yaml.in/yaml/v4"
)

// Limits on a template's tree after its aliases are expanded, so that a few
// lines of anchors cannot grow without bound.
const (
	maxNodes = 200_000
	maxDepth = 200
)

// maxDiagnostics is how many mistakes of one template are reported.
const maxDiagnostics = 100

// tree reads src into its positioned tree: JSON where the name or the first
// character says so, else YAML, whose short tags become the long form of JSON.
func tree(src *source.Source) (*source.Node, source.Diagnostics) {
	text := strings.TrimLeft(src.Text, "\uFEFF \t\r\n")
	extension := strings.ToLower(path.Ext(src.Name))
	yamlName := extension == ".yaml" || extension == ".yml"
	if extension == ".json" || !yamlName && strings.HasPrefix(text, "{") {
		root, diagnostics := parse.Tree(src)
		if root == nil && len(diagnostics) == 0 {
			diagnostics = append(diagnostics, emptyTemplate(src))
		}
		return root, diagnostics
	}
	return yamlTree(src)
}

func yamlTree(src *source.Source) (*source.Node, source.Diagnostics) {
	r := &reader{places: newPlaces(src), left: maxNodes}
	var document yaml.Node
	if err := yaml.Load([]byte(src.Text), &document); err != nil {
		if strings.HasSuffix(err.Error(), "no documents in stream") {
			return nil, source.Diagnostics{emptyTemplate(src)}
		}
		return nil, source.Diagnostics{r.syntax(err)}
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) != 1 {
		return nil, source.Diagnostics{emptyTemplate(src)}
	}
	return r.node(document.Content[0], 0), r.diagnostics
}

func emptyTemplate(src *source.Source) source.Diagnostic {
	return source.Diagnostic{
		Code: codeSyntax, Span: source.Span{Source: src},
		Message: "the template is empty",
	}
}

// reader turns YAML nodes into positioned JSON nodes.
type reader struct {
	places      *places
	left        int  // nodes that may still be made
	full        bool // a limit was passed: the rest reads as null
	diagnostics source.Diagnostics
}

func (r *reader) syntax(err error) source.Diagnostic {
	d := source.Diagnostic{Code: codeSyntax, Span: r.places.point(1, 1), Message: "the template is not YAML: " + err.Error()}
	var load *yaml.LoadError
	if errors.As(err, &load) {
		d.Message = "the template is not YAML: " + strings.TrimPrefix(load.Message, "yaml: ")
		if load.ContextMsg != "" {
			d.Message += ", " + load.ContextMsg
		}
		if load.Mark.Line > 0 {
			d.Span = r.places.point(load.Mark.Line, load.Mark.Column)
		}
	}
	return d
}

func (r *reader) report(n *yaml.Node, format string, arguments ...any) {
	if len(r.diagnostics) >= maxDiagnostics {
		return
	}
	r.diagnostics = append(r.diagnostics, source.Diagnostic{
		Code: codeSyntax, Span: r.places.of(n), Message: fmt.Sprintf(format, arguments...),
	})
}

func (r *reader) node(n *yaml.Node, depth int) *source.Node {
	if r.left--; r.full || r.left < 0 || depth > maxDepth {
		r.overflow(n)
		return &source.Node{Kind: source.Null, Span: r.places.of(n), Text: "null"}
	}
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return r.node(n.Alias, depth+1)
	}
	result := r.plain(n, depth)
	tag := n.ShortTag()
	if !strings.HasPrefix(tag, "!") || strings.HasPrefix(tag, "!!") || tag == "!" {
		return result
	}
	name, known := shortTags[tag]
	if !known {
		r.report(n, "CloudFormation has no function %s", tag)
		return result
	}
	member := source.Member{Name: name, NameSpan: result.Span, Value: result}
	return &source.Node{Kind: source.Object, Span: result.Span, Members: []source.Member{member}}
}

// overflow reports the limit once.
func (r *reader) overflow(n *yaml.Node) {
	if r.full {
		return
	}
	r.full = true
	r.report(n, "the template grows beyond %d values, or %d levels deep, when its aliases are expanded", maxNodes, maxDepth)
}

// plain is n without its tag.
func (r *reader) plain(n *yaml.Node, depth int) *source.Node {
	switch n.Kind {
	case yaml.MappingNode:
		return r.object(n, depth)
	case yaml.SequenceNode:
		list := &source.Node{Kind: source.Array, Span: r.places.of(n)}
		for _, item := range n.Content {
			list.Items = append(list.Items, r.node(item, depth+1))
		}
		return extend(list)
	}
	return r.scalar(n)
}

func (r *reader) object(n *yaml.Node, depth int) *source.Node {
	object := &source.Node{Kind: source.Object, Span: r.places.of(n)}
	seen := make(map[string]bool)
	var merged []source.Member
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		name := r.places.of(key)
		value := r.node(n.Content[i+1], depth+1)
		if key.Kind == yaml.AliasNode && key.Alias != nil {
			key = key.Alias
		}
		switch {
		case key.ShortTag() == "!!merge":
			merged = append(merged, value.Merged()...)
			continue
		case key.Kind != yaml.ScalarNode:
			r.report(key, "a key has to be a string")
			continue
		case seen[key.Value]:
			r.report(key, "the key %s stands here twice: the last one counts", key.Value)
		}
		seen[key.Value] = true
		object.Members = append(object.Members, source.Member{Name: key.Value, NameSpan: name, Value: value})
	}
	extend(object)
	for _, m := range merged {
		if !seen[m.Name] {
			seen[m.Name] = true
			object.Members = append(object.Members, m)
		}
	}
	return object
}

// extend lets a container reach to the end of its last child.
func extend(n *source.Node) *source.Node {
	for _, item := range n.Items {
		n.Span.End = max(n.Span.End, item.Span.End)
	}
	for _, m := range n.Members {
		n.Span.End = max(n.Span.End, m.Value.Span.End)
	}
	return n
}

func (r *reader) scalar(n *yaml.Node) *source.Node {
	result := &source.Node{Kind: source.String, Span: r.places.of(n), Text: n.Value}
	switch n.ShortTag() {
	case "!!null":
		result.Kind, result.Text = source.Null, "null"
	case "!!bool":
		result.Kind, result.Text = source.Bool, strings.ToLower(n.Value)
	case "!!int", "!!float":
		if text, ok := jsonNumber(n.Value); ok {
			result.Kind, result.Text = source.Number, text
		}
	}
	return result
}

// jsonNumber spells a YAML number as JSON does. What has no such spelling stays a
// string: .inf, .nan, and an account number with a leading zero.
func jsonNumber(text string) (string, bool) {
	if json.Valid([]byte(text)) {
		return text, true
	}
	if i, err := strconv.ParseInt(text, 0, 64); err == nil {
		return strconv.FormatInt(i, 10), true
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f-f != 0 || strings.Trim(text, "0123456789") == "" {
		return "", false
	}
	return strconv.FormatFloat(f, 'g', -1, 64), true
}
