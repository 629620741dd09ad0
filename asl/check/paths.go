package check

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"canto/asl/source"
)

// text gives the text of f, where it is a string that is wholly known.
func (c *checker) text(f spot) (text string, known bool) {
	if f.node.Kind != source.String {
		c.wrongType(f, "a STRING")
		return "", false
	}
	return f.node.Text, !f.node.HasPlaceholder()
}

// path takes a JSONPath into the input, the context ($$) or a variable.
func path(c *checker, f spot) {
	text, known := c.text(f)
	if !known {
		return
	}
	o := ofPath(text)
	if o.err != nil {
		c.fail(f, "Value must be a valid JSONPath.", pathHelp(text, o.err))
		return
	}
	c.doubt(f, o)
	c.reads(f, variablesIn(text))
}

// doubt warns of a path or a call that is not refused.
func (c *checker) doubt(f spot, o opinion) {
	if o.doubt != nil {
		c.warn(f, codeSchema, fmt.Sprintf("The value of '%s' is doubtful", f.name), o.doubt.Error())
	}
}

// nullablePath is path, or null.
func nullablePath(c *checker, f spot) {
	if f.node.Kind != source.Null {
		path(c, f)
	}
}

// referencePath takes what a ResultPath may be: null, or a path to one place of
// the input.
func referencePath(c *checker, f spot) {
	if f.node.Kind == source.Null {
		return
	}
	text, known := c.text(f)
	if !known {
		return
	}
	if o := ofReference(text); o.err != nil {
		help := pathHelp(text, o.err)
		if beyondInput.MatchString(text) {
			help = "a result is put into the input: the path begins with $. and does not lead into the context or a variable"
		}
		c.fail(f, "Value must be a valid Reference Path.", help)
	}
}

// beyondInput matches the paths that lead into the context or a variable.
var beyondInput = regexp.MustCompile(`^\$[$\pL_]`)

// pathHelp says what is wrong with a path.
func pathHelp(text string, err error) string {
	if !strings.HasPrefix(text, "$") {
		return fmt.Sprintf("a path begins with $: %q", "$."+strings.TrimLeft(text, ".$"))
	}
	return reason(err)
}

// pathOrStringIntrinsic takes what ErrorPath and CausePath may be.
func pathOrStringIntrinsic(c *checker, f spot) {
	text, known := c.text(f)
	if !known {
		return
	}
	o := ofString(text)
	switch {
	case o.err == nil:
		c.doubt(f, o)
		c.reads(f, variablesIn(text))
	case strings.HasPrefix(text, "$") || strings.HasPrefix(text, "States."):
		c.fail(f, notDynamic(f.name), dynamicHelp(text, o.err))
	default:
		constant := strings.TrimSuffix(strings.TrimSuffix(f.name, "Path"), ".$")
		c.fail(f, notDynamic(f.name), fmt.Sprintf("write a path that begins with $; a constant is called %q", constant))
	}
}

func notDynamic(field string) string {
	return fmt.Sprintf("The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call", field)
}

var functionName = regexp.MustCompile(`\bStates\.\w*`)

// dynamicHelp says what is wrong with the value of a field that ends in .$.
func dynamicHelp(text string, err error) string {
	for _, name := range functionName.FindAllString(text, -1) {
		if near := source.Nearest(name, intrinsics); near != "" && !slices.Contains(intrinsics, name) {
			return fmt.Sprintf("did you mean %s?", near)
		}
	}
	if !strings.HasPrefix(text, "$") && !strings.HasPrefix(text, "States.") {
		return fmt.Sprintf("leave .$ out of the name for the constant %q, or write a path that begins with $", text)
	}
	return reason(err)
}

// intrinsics are the functions of the language.
var intrinsics = []string{
	"States.Format", "States.StringToJson", "States.JsonToString", "States.Array", "States.ArrayPartition",
	"States.ArrayContains", "States.ArrayRange", "States.ArrayGetItem", "States.ArrayLength", "States.ArrayUnique",
	"States.Base64Encode", "States.Base64Decode", "States.Hash", "States.JsonMerge", "States.MathRandom",
	"States.MathAdd", "States.StringSplit", "States.UUID",
}
