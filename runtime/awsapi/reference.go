package awsapi

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"canto/asl"
	"canto/asl/jsonata"
	"canto/asl/source"
)

// variableReferences are the variables that each state reads, by the names of the
// states: what the machine assigns somewhere, in the order of their names.
func variableReferences(m *asl.Machine) map[string][]string {
	assigned := map[string]bool{}
	for s := range m.All() {
		collectAssigned(s.Base().Node, assigned)
	}
	out := map[string][]string{}
	for s := range m.All() {
		found := map[string]bool{}
		collectReferences(s.Base().Node, s.Base().QueryLanguage == asl.JSONata, found)
		maps.DeleteFunc(found, func(name string, _ bool) bool { return !assigned[name] })
		if len(found) > 0 {
			out[s.Base().Name] = slices.Sorted(maps.Keys(found))
		}
	}
	return out
}

// nested says whether a field of a state holds states of its own, which are told
// about by themselves.
func nested(field string) bool {
	return field == "ItemProcessor" || field == "Iterator" || field == "Branches"
}

// collectAssigned notes what a state assigns: itself, in its rules and its catchers.
func collectAssigned(n *source.Node, into map[string]bool) {
	for i := range n.Members {
		m := &n.Members[i]
		switch {
		case m.Name == "Assign":
			for j := range m.Value.Members {
				into[strings.TrimSuffix(m.Value.Members[j].Name, ".$")] = true
			}
		case m.Name == "Choices" || m.Name == "Catch":
			for _, item := range m.Value.Items {
				collectAssigned(item, into)
			}
		}
	}
}

func collectReferences(n *source.Node, jsonata bool, into map[string]bool) {
	for i := range n.Members {
		m := &n.Members[i]
		switch {
		case nested(m.Name):
		case m.Value.Kind != source.String:
			collectReferences(m.Value, jsonata, into)
		case jsonata:
			expression(m.Value.Text, into)
		case holdsPath(m.Name):
			references(m.Value.Text, into)
		}
	}
	for _, item := range n.Items {
		if jsonata && item.Kind == source.String {
			expression(item.Text, into)
		}
		collectReferences(item, jsonata, into)
	}
}

// holdsPath says whether the text of a field in a JSONPath state is read as a path
// or an intrinsic call.
func holdsPath(field string) bool {
	return strings.HasSuffix(field, ".$") || field == "Variable" || strings.HasSuffix(field, "Path") && field != "ResultPath"
}

// expression notes the variables of the JSONata in a text, if it is that.
func expression(text string, into map[string]bool) {
	inner, begins := strings.CutPrefix(text, "{%")
	inner, ends := strings.CutSuffix(inner, "%}")
	if !begins || !ends {
		return
	}
	x, err := jsonata.Compile(inner)
	if err != nil {
		return // the machine has been checked: it is none
	}
	for _, name := range x.References().Variables {
		into[name] = true
	}
}

// reference is a name after one dollar sign in a path or a call; what stands in quotes is passed over.
var reference = regexp.MustCompile(`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\$\$|\$([\pL_][\pL\pN_]*)`)

func references(text string, into map[string]bool) {
	for _, m := range reference.FindAllStringSubmatch(text, -1) {
		if m[1] != "" {
			into[m[1]] = true
		}
	}
}
