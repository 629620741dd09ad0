package template

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"canto/asl/source"
)

// shortTags are the tags of YAML and the functions that they stand for.
var shortTags = map[string]string{
	"!Ref": "Ref", "!Condition": "Condition", "!GetAtt": "Fn::GetAtt", "!Sub": "Fn::Sub", "!Join": "Fn::Join",
	"!FindInMap": "Fn::FindInMap", "!If": "Fn::If", "!Select": "Fn::Select", "!Split": "Fn::Split",
	"!ImportValue": "Fn::ImportValue", "!Base64": "Fn::Base64", "!Equals": "Fn::Equals", "!And": "Fn::And",
	"!Or": "Fn::Or", "!Not": "Fn::Not", "!GetAZs": "Fn::GetAZs", "!Cidr": "Fn::Cidr", "!Length": "Fn::Length",
	"!ToJsonString": "Fn::ToJsonString", "!Transform": "Fn::Transform", "!ForEach": "Fn::ForEach",
}

// functions are the intrinsic functions that a template alone can answer.
var functions map[string]func(*evaluation, *source.Node) *source.Node

// Set here and not in the declaration, which the functions themselves refer to.
func init() {
	functions = map[string]func(*evaluation, *source.Node) *source.Node{
		"Ref": (*evaluation).ref, "Fn::GetAtt": (*evaluation).getAtt, "Fn::Sub": (*evaluation).sub,
		"Fn::Join": (*evaluation).join, "Fn::Split": (*evaluation).split, "Fn::Select": (*evaluation).selectItem,
		"Fn::FindInMap": (*evaluation).findInMap, "Fn::If": (*evaluation).choose, "Fn::Base64": (*evaluation).base64,
		"Fn::ImportValue": (*evaluation).importValue, "Fn::Length": (*evaluation).length,
		"Fn::ToJsonString": (*evaluation).toJSON,
	}
}

func (e *evaluation) ref(n *source.Node) *source.Node {
	if n.Kind != source.String {
		return e.mistake(n.Span, "Ref takes the name of a parameter or resource")
	}
	return e.reference(n.Text, n.Span)
}

func (e *evaluation) getAtt(n *source.Node) *source.Node {
	name := n.Text
	if n.Kind == source.Array && len(n.Items) == 2 {
		name = e.text(n.Items[0]) + "." + e.text(n.Items[1])
	}
	id, attribute, ok := strings.Cut(name, ".")
	if !ok {
		return e.mistake(n.Span, "Fn::GetAtt takes a resource and its attribute, such as CrawlerFunction.Arn")
	}
	return e.attribute(id, attribute, n.Span)
}

// sub fills ${Name}, ${Resource.Attribute} and the variables of its second
// argument into a text; ${!Name} stays as ${Name}.
func (e *evaluation) sub(n *source.Node) *source.Node {
	var variables *source.Node
	if n.Kind == source.Array {
		arguments, ok := e.arguments(n, "Fn::Sub", 1, 2)
		if !ok {
			return noValue
		}
		if len(arguments) == 2 {
			variables = arguments[1]
		}
		n = arguments[0]
	}
	if n.Kind != source.String {
		return e.mistake(n.Span, "Fn::Sub takes a string")
	}
	var out strings.Builder
	rest := n.Text
	for {
		before, after, found := strings.Cut(rest, "${")
		name, tail, closed := strings.Cut(after, "}")
		if !found || !closed {
			break
		}
		out.WriteString(before + e.variable(strings.TrimSpace(name), variables, n.Span))
		rest = tail
		if out.Len() > maxBytes {
			break
		}
	}
	return e.made(n.Span, out.String()+rest)
}

func (e *evaluation) variable(name string, variables *source.Node, span source.Span) string {
	if literal, ok := strings.CutPrefix(name, "!"); ok {
		return "${" + literal + "}"
	}
	if v := variables.Field(name); v != nil {
		return e.text(v)
	}
	if id, attribute, ok := strings.Cut(name, "."); ok {
		return e.attribute(id, attribute, span).Text
	}
	return e.text(e.reference(name, span))
}

func (e *evaluation) join(n *source.Node) *source.Node {
	arguments, ok := e.arguments(n, "Fn::Join", 2)
	if !ok {
		return noValue
	}
	separator, texts := e.text(arguments[0]), e.list(arguments[1])
	size := len(separator) * len(texts)
	for _, text := range texts {
		size += len(text)
	}
	if size > e.bytes {
		return e.unknown("limit", n.Span, fmt.Sprintf("the template's functions make more than %d bytes of text", maxBytes))
	}
	return e.made(n.Span, strings.Join(texts, separator))
}

func (e *evaluation) split(n *source.Node) *source.Node {
	arguments, ok := e.arguments(n, "Fn::Split", 2)
	if !ok {
		return noValue
	}
	return e.texts(n.Span, strings.Split(e.text(arguments[1]), e.text(arguments[0])))
}

// texts is a list of strings as a node.
func (e *evaluation) texts(span source.Span, texts []string) *source.Node {
	result := &source.Node{Kind: source.Array, Span: span}
	e.steps -= len(texts)
	for _, text := range texts {
		result.Items = append(result.Items, e.made(span, text))
	}
	return result
}

func (e *evaluation) selectItem(n *source.Node) *source.Node {
	arguments, ok := e.arguments(n, "Fn::Select", 2)
	if !ok {
		return noValue
	}
	index, err := strconv.Atoi(e.text(arguments[0]))
	items := e.eval(arguments[1]).Items
	if err != nil || index < 0 || index >= len(items) {
		return e.mistake(n.Span, fmt.Sprintf("Fn::Select has no item %s: the list has %d, counted from 0", e.text(arguments[0]), len(items)))
	}
	return items[index]
}

func (e *evaluation) findInMap(n *source.Node) *source.Node {
	arguments, ok := e.arguments(n, "Fn::FindInMap", 3, 4)
	if !ok {
		return noValue
	}
	at, where := e.root.Field("Mappings"), "Mappings"
	for _, argument := range arguments[:3] {
		key := e.text(argument)
		next := at.Field(key)
		if next == nil && len(arguments) == 4 && arguments[3].Field("DefaultValue") != nil {
			return e.eval(arguments[3].Field("DefaultValue"))
		}
		if next == nil {
			return e.undefined(key, argument.Span, "entry in "+where+" for", fieldNames(at))
		}
		at, where = next, where+"."+key
	}
	return at
}

func fieldNames(n *source.Node) []string {
	var names []string
	if n != nil {
		for _, m := range n.Members {
			names = append(names, m.Name)
		}
	}
	return names
}

func (e *evaluation) base64(n *source.Node) *source.Node {
	return e.made(n.Span, base64.StdEncoding.EncodeToString([]byte(e.text(n))))
}

func (e *evaluation) importValue(n *source.Node) *source.Node {
	name := e.text(n)
	return e.unknown(name, n.Span, fmt.Sprintf("only another stack knows the export %s", name))
}

func (e *evaluation) length(n *source.Node) *source.Node {
	return &source.Node{Kind: source.Number, Span: n.Span, Text: strconv.Itoa(len(e.eval(n).Items))}
}

func (e *evaluation) toJSON(n *source.Node) *source.Node {
	return e.made(n.Span, jsonText(e.eval(n)))
}
