// Package parse reads a definition, JSON or YAML, into the syntax tree. It does
// not stop at the first mistake: a trailing comma, a comment or a stray bracket
// is one diagnostic each, and the rest is read as it was meant. It does not judge
// what it has read: a field of the wrong type is left out of the tree without a
// word, and package check says so.
package parse

import (
	"path"
	"strings"

	"canto/asl"
	"canto/asl/source"
)

// Parse reads the definition in src, which is YAML where YAML says so, and else JSON. The
// machine is there whatever the diagnostics say, with all that could be read; of a text
// that is no object it is empty, without a Node.
func Parse(src *source.Source) (*asl.Machine, source.Diagnostics) {
	root, diags := Tree(src)
	if root == nil || root.Kind != source.Object {
		if !diags.HasErrors() {
			diags = append(diags, notAnObject(src, root))
		}
		return &asl.Machine{QueryLanguage: asl.JSONPath}, diags
	}
	return new(builder).machine(root, asl.JSONPath), diags
}

// Tree reads src into its positioned tree and no further. The node is nil where
// there is no value at all.
func Tree(src *source.Source) (*source.Node, source.Diagnostics) {
	if YAML(src) {
		return readYAML(src)
	}
	return readJSON(src)
}

// YAML says whether src is read as YAML, and not as JSON: where its name ends in .yaml or
// .yml; and on standard input, which has no such name, where it begins as neither an object
// nor an array nor a comment does. A quote may begin the first key of a YAML mapping.
func YAML(src *source.Source) bool {
	switch strings.ToLower(path.Ext(src.Name)) {
	case ".yaml", ".yml":
		return true
	}
	begin := strings.TrimLeft(src.Text, "\ufeff \t\r\n")
	return src.Name == source.Stdin && begin != "" && !strings.ContainsRune("{[/", rune(begin[0]))
}

func notAnObject(src *source.Source, root *source.Node) source.Diagnostic {
	d := source.Diagnostic{
		Code:    codeSchema,
		Message: "Definition must be a valid JSON object",
		Help:    `a definition begins like this: {"StartAt": "First", "States": {"First": {"Type": "Pass", "End": true}}}`,
		Span:    source.Span{Source: src},
	}
	if root != nil {
		d.Span = root.Span
	} else {
		d.Help = "the text is empty; " + d.Help
	}
	return d
}

// The codes of AWS for what this package finds.
const (
	codeJSON   = "INVALID_JSON_DESCRIPTION"
	codeSchema = "SCHEMA_VALIDATION_FAILED"
	codeDepth  = "TOO_DEEPLY_NESTED"
)

// maxDepth is how deep objects and arrays may be nested: as deep as the
// service's own reader goes.
const maxDepth = 1000

const (
	tooDeepMessage = "Objects and arrays are nested more than 1000 deep"
	tooDeepHelp    = "move the inner part into a state machine of its own"
)

// maxMistakes is how many mistakes of one file are reported.
const maxMistakes = 100
