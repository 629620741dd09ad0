package cli

import (
	"errors"
	"fmt"
	"strings"

	"canto/asl"
	"canto/asl/source"
	"canto/handlers"
	"canto/runtime"
)

// codeFunction is the code of a diagnostic about a function that nobody has registered.
const codeFunction = "FUNCTION_NOT_REGISTERED"

// unregistered says which tasks of the machine call a function that resolver does not
// find: better before the run than in the middle of it.
func unregistered(m *runtime.Machine, resolver handlers.Resolver, known []string) source.Diagnostics {
	var faults source.Diagnostics
	for _, task := range tasks(m.AST) {
		kind := asl.ParseResource(task.Resource).Kind
		if kind == asl.Activity || m.Template != nil && deployed(m, task.Resource, known) {
			continue
		}
		_, err := resolver.Resolve(handlers.Call{Resource: task.Resource, State: task.Name})
		if err == nil {
			err = invoked(m, task, resolver, known)
		}
		var missing *handlers.NotRegisteredError
		if errors.As(err, &missing) {
			faults = append(faults, missingFunction(task, missing, known))
		}
	}
	return faults
}

// deployed says whether the template has the function of that resource under a name
// that is registered.
func deployed(m *runtime.Machine, resource string, known []string) bool {
	f, ok := m.Template.Function(resource)
	if !ok {
		return false
	}
	for _, name := range m.Template.Names(f) {
		for _, k := range known {
			if name == k {
				return true
			}
		}
	}
	return false
}

// invoked looks for the function that a lambda:invoke names by a constant.
func invoked(m *runtime.Machine, task *asl.Task, resolver handlers.Resolver, known []string) error {
	if !strings.Contains(task.Resource, ":lambda:invoke") || task.Parameters == nil {
		return nil
	}
	field, _ := task.Parameters.Value.Field("FunctionName")
	name, ok := field.AsString()
	if !ok || m.Template != nil && deployed(m, name, known) {
		return nil
	}
	_, err := resolver.Resolve(handlers.Call{Resource: name, State: task.Name})
	return err
}

func missingFunction(task *asl.Task, missing *handlers.NotRegisteredError, known []string) source.Diagnostic {
	name := missing.Resource
	short := name[strings.LastIndex(name, ":")+1:]
	help := fmt.Sprintf("bind it by --function %s=TARGET, or mock the state by --mock", short)
	if len(missing.Nearest) > 0 {
		help = fmt.Sprintf("did you mean %s? else %s", strings.Join(missing.Nearest, " or "), help)
	} else if len(known) > 0 {
		help += "; registered are " + strings.Join(known, ", ")
	}
	return source.Diagnostic{
		Code: codeFunction, Span: resourceSpan(task), Help: help,
		Message: fmt.Sprintf("the state %q calls %q, and no function of that name is registered", task.Name, name),
	}
}

func resourceSpan(task *asl.Task) source.Span {
	if field := task.Node.Field("Resource"); field != nil {
		return field.Span
	}
	return task.Span()
}

// tasks are the Task states of m and of all machines in it.
func tasks(m *asl.Machine) (found []*asl.Task) {
	if m == nil {
		return nil
	}
	for _, s := range m.States {
		switch s := s.(type) {
		case *asl.Task:
			found = append(found, s)
		case *asl.Parallel:
			for _, branch := range s.Branches {
				found = append(found, tasks(branch)...)
			}
		case *asl.Map:
			found = append(found, tasks(s.Processor)...)
		}
	}
	return found
}
