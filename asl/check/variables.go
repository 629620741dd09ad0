package check

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"canto/asl"
	"canto/asl/intrinsic"
	"canto/asl/jsonpath"
	"canto/asl/source"
)

// maxVariable is how many characters the name of a variable may have.
const maxVariable = 80

// assign judges an Assign: its values as a template, its names as variables.
func assign(c *checker, f spot) {
	if f.node.Kind != source.Object {
		c.wrongType(f, "an OBJECT")
		return
	}
	template(c, f)
	for _, m := range f.node.Members {
		inner, ok := f.field(m.Name)
		if !ok {
			continue
		}
		name := m.Name
		if !f.jsonata() {
			name = strings.TrimSuffix(name, ".$")
		}
		c.variable(inner, name)
	}
}

// variable judges the name of the variable that a state assigns by the field f.
func (c *checker) variable(f spot, name string) {
	d := source.Diagnostic{Code: codeSchema, Span: f.label}
	switch outer := f.state.scope.outerAssign(name); {
	case name == "states":
		d.Message, d.Help = "The variable name 'states' is reserved", "choose another name: $states is what the service gives to each state"
	case name == "" || utf8.RuneCountInString(name) > maxVariable:
		d.Message = fmt.Sprintf("The name of a variable must have between 1 and %d characters", maxVariable)
	case !isIdentifier(name):
		d.Severity = source.Warning
		d.Message, d.Help = fmt.Sprintf("The variable '%s' cannot be read", name), "use letters, digits and _ alone, beginning with a letter"
	case outer != nil:
		d.Message = fmt.Sprintf("The variable '%s' belongs to the machine around this one", name)
		d.Help = fmt.Sprintf("choose another name: the state %q assigns it, and inside of a branch or a Map it can only be read", outer.Base().Name)
	default:
		return
	}
	d.Location = c.location(f.node)
	c.report(d)
}

func isIdentifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !unicode.IsMark(r)) {
			return false
		}
	}
	return true
}

// outerAssign finds a state around s that assigns the variable. The states to
// which the machines belong do not count: they assign when the inside has ended.
func (s *scope) outerAssign(name string) asl.State {
	for ; s.outer != nil && !s.sealed; s = s.outer.scope {
		for _, st := range s.outer.scope.variables().by[name] {
			if st.Base().Node != s.outer.Node {
				return st
			}
		}
	}
	return nil
}

// variables are those that the states of a machine assign.
type variables struct {
	by    map[string][]asl.State
	names []string // in the order of the text
	open  bool     // there may be others
}

// variables gathers what is assigned in the machine of s, but not inside of its states.
func (s *scope) variables() *variables {
	if s.assigned == nil {
		s.assigned = &variables{by: map[string][]asl.State{}}
		for _, st := range s.machine.States {
			for _, t := range assigns(st) {
				s.assigned.add(t, st)
			}
		}
	}
	return s.assigned
}

func (v *variables) add(t *asl.Template, by asl.State) {
	if t == nil {
		return
	}
	v.open = v.open || t.Node.Kind != source.Object || t.Node.Open() || t.Node.Broken
	for _, m := range t.Node.Members {
		name := m.Name
		if by.Base().QueryLanguage != asl.JSONata {
			name = strings.TrimSuffix(name, ".$")
		}
		if v.by[name] == nil {
			v.names = append(v.names, name)
		}
		v.by[name] = append(v.by[name], by)
	}
}

// assigns are all Assign fields of a state.
func assigns(st asl.State) []*asl.Template {
	all := []*asl.Template{st.Base().Assign}
	for _, c := range st.Base().Catch {
		all = append(all, c.Assign)
	}
	if ch, ok := st.(*asl.Choice); ok {
		for _, r := range ch.Choices {
			all = append(all, r.Assign)
		}
	}
	return all
}

// reads warns of variables that nothing assigns of which f could see it.
func (c *checker) reads(f spot, names []string) {
	for _, name := range names {
		var seen []string
		known := false
		for s := f.state.scope; !known; s = s.outer.scope {
			v := s.variables()
			known = v.open || v.by[name] != nil
			seen = append(seen, v.names...)
			if s.outer == nil || s.sealed {
				break
			}
		}
		if !known {
			c.warn(f, codeSchema, fmt.Sprintf("Nothing assigns '$%s'", name), c.unassignedHelp(f, name, seen))
		}
	}
}

func (c *checker) unassignedHelp(f spot, name string, seen []string) string {
	if help := didYouMean(name, seen); help != "" {
		return help
	}
	for s := f.state.scope; s.outer != nil; s = s.outer.scope {
		if s.sealed && s.outer.scope.variables().by[name] != nil {
			return "a distributed Map does not see the variables around it: pass it on by ItemSelector"
		}
	}
	help := "assign it in a state that runs before this one, or look for a slip in its name"
	if f.jsonata() {
		return help + ": no function has it either"
	}
	return help
}

// variablesIn are the variables that a path, or the paths in a call, begin at.
func variablesIn(text string) []string {
	var paths []*jsonpath.Scoped
	if call, err := intrinsic.Parse(text); err == nil {
		paths = call.Paths()
	} else if path, err := jsonpath.CompileScoped(text); err == nil {
		paths = append(paths, path)
	}
	var names []string
	for _, p := range paths {
		if p.Origin == jsonpath.Variable && !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	return names
}
