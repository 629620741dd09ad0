package awsapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"canto/asl/value"
)

// breach is a request that breaks one constraint of the model.
type breach struct {
	rule    string
	request any
	said    string // after "1 validation error detected: "; empty: the request cannot be read
}

// good is a value that the model takes; full: with all optional members.
func good(s shape, full bool) any {
	switch s.kind {
	case "structure":
		out := map[string]any{}
		for _, m := range s.members {
			if m.required || full {
				out[m.name] = goodMember(m, full)
			}
		}
		return out
	case "list":
		return []any{good(shapes[s.element], full)}
	case "integer", "long", "float":
		if s.atLeast != nil {
			return *s.atLeast
		}
		return 1
	case "boolean":
		return false
	}
	if s.enum != nil {
		return s.enum[0]
	}
	return "x"
}

func goodMember(m member, full bool) any {
	if kinds := resourceTypes[m.name]; kinds != nil {
		return prefixed(kinds[0]) + "none"
	}
	return good(shapes[m.shape], full)
}

// sprinkle puts unknown members into each object of a request.
func sprinkle(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, x := range v {
			sprinkle(x)
		}
		v["unknown"], v["Name"] = map[string]any{"a": []int{1}}, nil
	case []any:
		for _, x := range v {
			sprinkle(x)
		}
	}
}

// breachesOf are requests that break each constraint of an operation's input once.
func breachesOf(operation string) []breach {
	root := shapes[inputs[operation]]
	return structureBreaches("", root, func(v any) any { return v })
}

// structureBreaches are those of the members of a structure at a place; around puts
// the structure into a whole request.
func structureBreaches(at string, s shape, around func(any) any) []breach {
	var out []breach
	for _, m := range s.members {
		path := strings.TrimPrefix(at+"."+m.name, ".")
		with := func(v any) any {
			request := good(s, false).(map[string]any)
			if request[m.name] = v; v == nil {
				delete(request, m.name)
			}
			return around(request)
		}
		if m.required {
			out = append(out, breach{path + " missing", with(nil), "Value null at '" + path + "' failed to satisfy constraint: Member must not be null"})
		}
		out = append(out, valueBreaches(path, m, with)...)
	}
	return out
}

func valueBreaches(path string, m member, with func(any) any) []breach {
	s := shapes[m.shape]
	violated := func(v any, rule string, args ...any) breach {
		shown := "Value"
		if !s.sensitive {
			text, _ := json.Marshal(v)
			shown = "Value '" + s.show(value.Raw(string(text))) + "'"
		}
		rule = fmt.Sprintf(rule, args...)
		return breach{path + ": " + rule, with(v), shown + " at '" + path + "' failed to satisfy constraint: Member must " + rule}
	}
	wrong := map[string]any{"string": 7, "structure": "x", "list": "x", "integer": "x", "long": []int{}, "float": true, "boolean": "true"}[s.kind]
	out := []breach{{path + " of a wrong type", with(wrong), ""}}
	switch s.kind {
	case "structure":
		return append(out, structureBreaches(path, s, with)...)
	case "list":
		return append(out, listBreaches(path, s, with, violated)...)
	case "integer", "long", "float":
		if s.atLeast != nil {
			out = append(out, violated(*s.atLeast-1, "have value greater than or equal to %d", *s.atLeast))
		}
		if s.atMost != nil {
			out = append(out, violated(*s.atMost+1, "have value less than or equal to %d", *s.atMost))
		}
	case "string":
		return append(out, textBreaches(m, s, violated)...)
	}
	return out
}

type violate func(v any, rule string, args ...any) breach

func listBreaches(path string, s shape, with func(any) any, violated violate) []breach {
	var out []breach
	if s.atLeast != nil && *s.atLeast > 0 {
		out = append(out, violated([]any{}, "have length greater than or equal to %d", *s.atLeast))
	}
	if s.atMost != nil {
		out = append(out, violated(slices.Repeat([]any{good(shapes[s.element], false)}, int(*s.atMost)+1), "have length less than or equal to %d", *s.atMost))
	}
	inner := member{name: "1.member", shape: s.element}
	return append(out, valueBreaches(path+".1.member", inner, func(v any) any { return with([]any{v}) })...)
}

func textBreaches(m member, s shape, violated violate) []breach {
	var out []breach
	if s.atLeast != nil && *s.atLeast > 0 && s.matches == "" {
		out = append(out, violated("", "have length greater than or equal to %d", *s.atLeast))
	}
	if s.atMost != nil {
		start := ""
		if kinds := resourceTypes[m.name]; kinds != nil {
			start = prefixed(kinds[0])
		}
		long := start + strings.Repeat("a", int(*s.atMost)+1-len(start))
		if *s.atMost == maxPayload {
			out = append(out, violated(long, "have size less than or equal to %d bytes in UTF-8 encoding", *s.atMost))
		} else {
			out = append(out, violated(long, "have length less than or equal to %d", *s.atMost))
		}
	}
	if s.enum != nil {
		out = append(out, violated("NONE_OF_THEM", "satisfy enum value set: %s", valueSet(s.enum)))
	}
	if s.matches != "" {
		out = append(out, violated(unlike(s), "satisfy regular expression pattern: %s", s.pattern))
	}
	return out
}

// unlike is a text of a good length that does not match the pattern of a shape.
func unlike(s shape) string {
	for _, text := range []string{"123", "a b", "é"} {
		if !pattern(s.matches).MatchString(text) {
			return text
		}
	}
	panic("no text is unlike " + s.matches)
}
