package awsapi

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"canto/asl/value"
	"canto/runtime"
)

// shape is what the model says of a value of a request.
type shape struct {
	kind            string // as the model calls it: structure, list, string, ...
	atLeast, atMost *int64 // of a text's length, a list's length, or a number
	enum            []string
	pattern         string // as messages show it
	matches         string // the same for package regexp
	sensitive       bool   // messages do not show the value
	element         string // shape of a list's elements
	members         []member
}

type member struct {
	name, shape string
	required    bool
}

func limit(n int64) *int64 { return &n }

// admit checks a request against the model. The shape of its ARNs is judged first, as
// the service does.
func admit(operation string, input value.Value) error {
	if input.Kind() != value.ObjectKind {
		return serialization("Start of structure or map found where not expected.")
	}
	root := shapes[inputs[operation]]
	if err := checkARNs(root, input); err != nil {
		return err
	}
	c := &checker{}
	c.structure("", root, input)
	if c.err != nil {
		return c.err
	}
	if n := len(c.violations); n > 0 {
		plural := "s"
		if n == 1 {
			plural = ""
		}
		return &runtime.Fault{ // of no service: the framework speaks, as the namespace tells
			Code:    "ValidationException",
			Message: fmt.Sprintf("%d validation error%s detected: %s", n, plural, strings.Join(c.violations, "; ")),
		}
	}
	return nil
}

// checker collects what in a request breaks the model's constraints.
type checker struct {
	violations []string
	err        error // the request cannot be read at all
}

func (c *checker) violate(at string, s shape, shown, rule string, args ...any) {
	shown = "Value '" + shown + "'"
	if s.sensitive {
		shown = "Value"
	}
	c.violations = append(c.violations, fmt.Sprintf("%s at '%s' failed to satisfy constraint: Member must %s", shown, at, fmt.Sprintf(rule, args...)))
}

// structure checks an object. What the model does not know is passed over, and a null
// is no member.
func (c *checker) structure(at string, s shape, v value.Value) {
	if v.Kind() != value.ObjectKind {
		c.unreadable(v, "a structure")
		return
	}
	for _, m := range s.members {
		field, there := v.Field(m.name)
		switch {
		case there && !field.IsNull():
			c.value(inside(at, m.name), shapes[m.shape], field)
		case m.required:
			c.violations = append(c.violations, fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", inside(at, m.name)))
		}
	}
}

// inside is the path of a member.
func inside(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

func (c *checker) value(at string, s shape, v value.Value) {
	switch s.kind {
	case "structure":
		c.structure(at, s, v)
	case "list":
		c.list(at, s, v)
	case "string":
		c.text(at, s, v)
	case "integer", "long":
		c.number(at, s, v, true)
	case "float":
		c.number(at, s, v, false)
	case "boolean":
		if _, ok := v.AsBool(); !ok {
			c.unreadable(v, "a Boolean")
		}
	}
}

func (c *checker) list(at string, s shape, v value.Value) {
	if v.Kind() != value.ArrayKind {
		c.unreadable(v, "a list")
		return
	}
	items := v.Elements()
	n := int64(len(items))
	switch {
	case s.atLeast != nil && n < *s.atLeast:
		c.violate(at, s, s.show(v), "have length greater than or equal to %d", *s.atLeast)
	case s.atMost != nil && n > *s.atMost:
		c.violate(at, s, s.show(v), "have length less than or equal to %d", *s.atMost)
	}
	for i := range items {
		c.value(at+"."+strconv.Itoa(i+1)+".member", shapes[s.element], items[i])
	}
}

// show is how messages show a value: as Java prints it (recorded behaviour of lists;
// absent members are left out, a guess).
func (s shape) show(v value.Value) string {
	switch s.kind {
	case "list":
		var items []string
		for _, x := range v.Elements() {
			items = append(items, named(s.element)+shapes[s.element].show(x))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case "structure":
		var members []string
		for _, m := range s.members {
			if field, there := v.Field(m.name); there && !field.IsNull() {
				members = append(members, m.name+"="+shapes[m.shape].show(field))
			}
		}
		return "(" + strings.Join(members, ", ") + ")"
	}
	if text, ok := v.AsString(); ok {
		return text
	}
	return v.Text()
}

// named is the name of a shape where its values are shown with it.
func named(shape string) string {
	if shapes[shape].kind == "structure" {
		return shape
	}
	return ""
}

// maxPayload is the length from which on the service counts bytes and not characters.
const maxPayload = 262144

func (c *checker) text(at string, s shape, v value.Value) {
	text, ok := v.AsString()
	if !ok {
		c.unreadable(v, "a String")
		return
	}
	n := int64(utf8.RuneCountInString(text))
	switch {
	case s.atMost != nil && *s.atMost == maxPayload:
		if len(text) > maxPayload {
			c.violate(at, s, text, "have size less than or equal to %d bytes in UTF-8 encoding", maxPayload)
		}
	case s.atMost != nil && n > *s.atMost:
		c.violate(at, s, text, "have length less than or equal to %d", *s.atMost)
	case s.atLeast != nil && n < *s.atLeast:
		c.violate(at, s, text, "have length greater than or equal to %d", *s.atLeast)
	}
	if s.enum != nil && !slices.Contains(s.enum, text) {
		c.violate(at, s, text, "satisfy enum value set: %s", valueSet(s.enum))
	}
	if s.matches != "" && !pattern(s.matches).MatchString(text) {
		c.violate(at, s, text, "satisfy regular expression pattern: %s", s.pattern)
	}
}

// valueSet is an enum as messages list it: the service keeps it in a hash table of 32
// buckets, where the last to come into a bucket is its first (recorded behaviour).
func valueSet(enum []string) string {
	const buckets = 32
	listed := slices.Clone(enum)
	slices.Reverse(listed)
	slices.SortStableFunc(listed, func(a, b string) int {
		return cmp.Compare(uint32(value.HashString(a))%buckets, uint32(value.HashString(b))%buckets)
	})
	return "[" + strings.Join(listed, ", ") + "]"
}

var patterns sync.Map // compiled, by their text

func pattern(text string) *regexp.Regexp {
	if p, ok := patterns.Load(text); ok {
		return p.(*regexp.Regexp)
	}
	p := regexp.MustCompile(text)
	patterns.Store(text, p)
	return p
}

func (c *checker) number(at string, s shape, v value.Value, whole bool) {
	n, ok := v.AsNumber()
	if !ok {
		c.unreadable(v, "a Number")
		return
	}
	if _, isInt := n.Int64(); whole && !isInt {
		c.unreadable(v, "an Integer")
		return
	}
	switch f := n.Float64(); {
	case s.atLeast != nil && f < float64(*s.atLeast):
		c.violate(at, s, v.Text(), "have value greater than or equal to %d", *s.atLeast)
	case s.atMost != nil && f > float64(*s.atMost):
		c.violate(at, s, v.Text(), "have value less than or equal to %d", *s.atMost)
	}
}

// unreadable is a value of another type than the model's.
func (c *checker) unreadable(v value.Value, want string) {
	if c.err == nil {
		c.err = serialization(kinds[v.Kind()] + " can not be converted to " + want)
	}
}

// kinds are what the framework calls the kinds of JSON.
var kinds = map[value.Kind]string{
	value.NullKind: "NULL_VALUE", value.BoolKind: "BOOLEAN_VALUE", value.NumberKind: "NUMBER_VALUE",
	value.StringKind: "STRING_VALUE", value.ArrayKind: "START_ARRAY", value.ObjectKind: "START_OBJECT",
}
