package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"canto/asl"
	"canto/asl/source"
	"canto/handlers"
	"canto/runtime"
)

// unusedDefine refuses a --define, each Name=value, that neither the definition nor
// its template has a use for: most likely it is misspelt. Without a machine nothing
// is known of the template, and nothing is refused.
func unusedDefine(pairs []string, text string, m *runtime.Machine) error {
	if m == nil {
		return nil
	}
	_, all := source.Substitute(source.New(m.Name, text), nil)
	names := openNames(all)
	if m.Template != nil {
		for _, deployed := range m.Template.Machines {
			names = slices.AppendSeq(names, maps.Keys(deployed.Substitutions))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for _, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		if !slices.Contains(names, name) {
			return usage("--define %s: the definition has no placeholder ${%s}; %s", pair, name, meant(name, "it has", names))
		}
	}
	return nil
}

// unusedFunction refuses a --function, each NAME=TARGET, that the machine never
// calls: most likely it is misspelt. Where a state says at run time whom it calls,
// any function may be meant.
func unusedFunction(m *runtime.Machine, pairs []string) error {
	called, late := calls(m)
	if late {
		return nil
	}
	for _, pair := range pairs {
		_, target, _ := strings.Cut(pair, "=")
		called = append(called, target) // a function may stand for another one that is bound
	}
	for _, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		if !answers(name, called) {
			names := functionNames(called[:len(called)-len(pairs)])
			return usage("--function %s: the machine calls no function %q; %s", pair, name, meant(name, "it calls", names))
		}
	}
	return nil
}

// calls are the resources and functions that the machine calls, also by the names
// that the template has for them; late says that some are known at run time only.
func calls(m *runtime.Machine) (names []string, late bool) {
	for s := range m.AST.All() {
		task, ok := s.(*asl.Task)
		if !ok {
			continue
		}
		name, dynamic := invoked(task)
		late = late || dynamic
		for _, called := range []string{task.Resource, name} {
			names = append(names, called)
			if m.Template == nil {
				continue
			}
			if f, ok := m.Template.Function(called); ok {
				names = append(names, m.Template.Names(f)...)
			}
		}
	}
	return names, late
}

// answers says whether what is registered as name answers for one that is called.
func answers(name string, called []string) bool {
	r, h := handlers.NewRegistry(), new(marker)
	if err := r.Register(name, h); err != nil {
		return false
	}
	return slices.ContainsFunc(called, func(resource string) bool {
		found, err := r.Lookup(resource)
		return err == nil && found == handlers.Handler(h)
	})
}

// marker is a handler that is only looked for.
type marker struct {
	handlers.Handler
	_ byte // two markers are never the same
}

// functionNames are the names that --function could have.
func functionNames(called []string) []string {
	var names []string
	for _, resource := range called {
		names = append(names, handlers.ShortName(resource))
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

// meant is which of the names was meant, or else all of them.
func meant(name, list string, names []string) string {
	if near := source.Nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(names) == 0 {
		return list + " none"
	}
	return list + " " + strings.Join(names, ", ")
}
