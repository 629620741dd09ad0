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

// preflight looks for the functions that a machine calls: better before the run than
// in the middle of it.
type preflight struct {
	machine  *runtime.Machine
	resolver handlers.Resolver
	known    []string // the names that are registered
}

// check says which functions are missing, with their places, or what keeps a built-in
// function from being made.
func (p preflight) check() error {
	var faults source.Diagnostics
	for s := range p.machine.AST.All() {
		task, ok := s.(*asl.Task)
		if !ok || asl.ParseResource(task.Resource).Kind == asl.Activity {
			continue
		}
		err := p.task(task)
		var missing *handlers.NotRegisteredError
		switch {
		case err == nil:
		case errors.As(err, &missing):
			faults = append(faults, p.missing(task, missing))
		default:
			return usage("the state %q calls %q, which cannot be made: %w", task.Name, task.Resource, err)
		}
	}
	if faults.HasErrors() {
		return &exitError{exitUsage, faults}
	}
	return nil
}

// task looks for the function of a task, and for the one that a lambda:invoke names
// by a constant.
func (p preflight) task(task *asl.Task) error {
	if err := p.open(task.Resource, task.Name); err != nil {
		return err
	}
	if name, _ := invoked(task); name != "" {
		return p.open(name, task.Name)
	}
	return nil
}

// invoked is the function that a lambda:invoke names; late says that it is known at
// run time only.
func invoked(task *asl.Task) (name string, late bool) {
	if !strings.Contains(task.Resource, ":lambda:invoke") {
		return "", false
	}
	request := task.Parameters
	if request == nil {
		request = task.Arguments
	}
	if request == nil { // the state's input is the request
		return "", true
	}
	field, _ := request.Value.Field("FunctionName")
	name, ok := field.AsString()
	if ok && !strings.HasPrefix(name, "{%") {
		return name, false
	}
	_, path := request.Value.Field("FunctionName.$")
	_, whole := request.Value.AsString() // an expression that gives all of it
	return "", ok || path || whole
}

// open finds the function, also by the names that the template has for it, and makes
// it if it is built in.
func (p preflight) open(resource, state string) error {
	h, err := p.resolver.Resolve(handlers.Call{Resource: resource, State: state})
	if err != nil && p.machine.Template != nil {
		if f, ok := p.machine.Template.Function(resource); ok {
			for _, name := range p.machine.Template.Names(f) {
				if h == nil {
					h, _ = p.resolver.Resolve(handlers.Call{Resource: name, State: state})
				}
			}
		}
	}
	if h == nil {
		return err
	}
	if builtin, ok := h.(lazy); ok {
		_, err := builtin()
		return err
	}
	return nil
}

func (p preflight) missing(task *asl.Task, missing *handlers.NotRegisteredError) source.Diagnostic {
	help := fmt.Sprintf("bind it by --function %s=TARGET, or mock the state by --mock", handlers.ShortName(missing.Resource))
	if len(missing.Nearest) > 0 {
		help = fmt.Sprintf("did you mean %s? else %s", strings.Join(missing.Nearest, " or "), help)
	} else if len(p.known) > 0 {
		help += "; registered are " + strings.Join(p.known, ", ")
	}
	return source.Diagnostic{
		Code: codeFunction, Span: resourceSpan(task), Help: help,
		Message: fmt.Sprintf("the state %q calls %q, and no function of that name is registered", task.Name, missing.Resource),
	}
}

func resourceSpan(task *asl.Task) source.Span {
	if field := task.Node.Field("Resource"); field != nil {
		return field.Span
	}
	return task.Span()
}
