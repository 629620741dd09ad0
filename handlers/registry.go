package handlers

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"canto/asl"
	"canto/asl/source"
)

// ErrDuplicate is what Register wraps when a name is taken.
var ErrDuplicate = errors.New("a handler of that name is registered already")

// Registry finds handlers by function name, ARN or integration. It may be used
// by several goroutines. The zero Registry is not usable: see NewRegistry.
type Registry struct {
	mu       sync.RWMutex
	handlers map[string]Handler
	aliases  map[string]string
	found    map[string]Handler            // what Lookup has found since the last change
	fallback func(function string) Handler // for functions that are not registered; may be nil
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	return &Registry{handlers: map[string]Handler{}, aliases: map[string]string{}, found: map[string]Handler{}}
}

// Register adds h under the name of a function, a whole resource ARN, or an
// integration ("arn:aws:states:::sqs:sendMessage", or short "sqs:sendMessage").
// It returns ErrDuplicate, wrapped, where the name is taken.
func (r *Registry) Register(name string, h Handler) error {
	if name == "" || h == nil {
		return fmt.Errorf("registering %q: a name and a handler are needed", name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.free(name); err != nil {
		return err
	}
	r.handlers[name] = h
	clear(r.found)
	return nil
}

// Alias makes name stand for target: a template's logical id, or a placeholder,
// for the function that is registered. The target may be registered later.
func (r *Registry) Alias(name, target string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.aliases[name] == target && target != "" {
		return nil
	}
	if name == "" || target == "" || name == target {
		return fmt.Errorf("alias %q for %q: two different names are needed", name, target)
	}
	if err := r.free(name); err != nil {
		return err
	}
	r.aliases[name] = target
	clear(r.found)
	return nil
}

func (r *Registry) free(name string) error {
	if _, taken := r.handlers[name]; taken {
		return fmt.Errorf("registering %q: %w", name, ErrDuplicate)
	}
	if target, taken := r.aliases[name]; taken {
		return fmt.Errorf("registering %q, an alias of %q: %w", name, target, ErrDuplicate)
	}
	return nil
}

// Names returns the names that Lookup knows, sorted.
func (r *Registry) Names() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	names := slices.Collect(maps.Keys(r.handlers))
	names = slices.AppendSeq(names, maps.Keys(r.aliases))
	slices.Sort(names)
	return names
}

// Resolve finds the handler of the call's resource.
func (r *Registry) Resolve(c Call) (Handler, error) { return r.Lookup(c.Resource) }

// Lookup finds the handler of a resource: one registered under that very name;
// the function of a Lambda ARN, whatever its version or alias; the built-in
// lambda:invoke; else *NotRegisteredError.
func (r *Registry) Lookup(resource string) (Handler, error) {
	r.mu.RLock()
	h := r.found[resource]
	r.mu.RUnlock()
	if h != nil {
		return h, nil
	}
	h, err := r.search(resource)
	if err != nil {
		if h := r.fallen(resource); h != nil {
			return h, nil
		}
		return nil, err
	}
	r.mu.Lock()
	r.found[resource] = h
	r.mu.Unlock()
	return h, nil
}

func (r *Registry) search(resource string) (Handler, error) {
	for _, name := range candidates(resource) {
		if h := r.get(name); h != nil {
			return h, nil
		}
	}
	if h := r.builtin(resource); h != nil {
		return h, nil
	}
	return nil, &NotRegisteredError{Resource: resource, Nearest: nearest(functionName(resource), r.Names())}
}

func (r *Registry) get(name string) Handler {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for range len(r.aliases) + 1 { // more steps than that are a cycle
		if h := r.handlers[name]; h != nil {
			return h
		}
		target, ok := r.aliases[name]
		if !ok {
			return nil
		}
		name = target
	}
	return nil
}

// nearest returns at most three of names that may have been meant, the nearest first.
func nearest(name string, names []string) (found []string) {
	for len(found) < 3 {
		next := source.Nearest(name, names)
		if next == "" {
			break
		}
		found = append(found, next)
		names = slices.DeleteFunc(names, func(n string) bool { return n == next })
	}
	return found
}

// candidates are the names under which resource may be registered, the most
// exact first.
func candidates(resource string) []string {
	names := []string{resource}
	if action, ok := integration(resource); ok {
		return append(names, "arn:aws:states:::"+action, action)
	}
	if unqualified := unqualified(resource); unqualified != resource {
		names = append(names, unqualified)
	}
	if name := functionName(resource); name != resource {
		names = append(names, name)
	}
	return names
}

// ShortName is the shortest name by which a handler of the resource can be registered:
// that of its function, "service:action" of an integration, else the resource itself.
func ShortName(resource string) string {
	names := candidates(resource)
	return names[len(names)-1]
}

// Integration says whether resource names a service integration, and not a
// function or an activity.
func Integration(resource string) bool {
	_, ok := integration(resource)
	return ok
}

// integration splits "arn:<partition>:states:::<service>:<action>".
func integration(resource string) (action string, ok bool) {
	arn, _ := asl.ParseARN(resource)
	if arn.Service != "states" || arn.Region != "" || arn.Account != "" {
		return "", false
	}
	return arn.Resource, true
}

// unqualified is a function's ARN or name without its version or alias.
func unqualified(function string) string {
	if before, after, ok := strings.Cut(function, ":function:"); ok {
		name, _, _ := strings.Cut(after, ":")
		return before + ":function:" + name
	}
	return function
}

// functionName is the name of a function; the ARN of anything else as it is.
func functionName(resource string) string {
	arn, _ := asl.ParseARN(resource)
	if strings.HasPrefix(resource, "arn:") && (arn.Service != "lambda" || !strings.HasPrefix(arn.Resource, "function:")) {
		return resource
	}
	name, _ := asl.SplitFunction(resource)
	return name
}

// NotRegisteredError says that no handler has the resource's name.
type NotRegisteredError struct {
	Resource string
	Nearest  []string // registered names that look like it, the nearest first
}

func (e *NotRegisteredError) Error() string {
	text := fmt.Sprintf("no function is registered for %q", e.Resource)
	if len(e.Nearest) == 0 {
		return text + "; register one under that name"
	}
	quoted := make([]string, len(e.Nearest))
	for i, name := range e.Nearest {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	return text + "; did you mean " + strings.Join(quoted, " or ") + "?"
}

// Is makes errors.Is(err, &NotRegisteredError{}) hold for every such error.
func (e *NotRegisteredError) Is(target error) bool {
	var other *NotRegisteredError
	return errors.As(target, &other) && (other.Resource == "" || other.Resource == e.Resource)
}

// failure is what the service says of a function that does not exist (recorded behaviour).
func (e *NotRegisteredError) failure() *asl.Error {
	if Integration(e.Resource) {
		return unhandled(e.Resource, e.Nearest)
	}
	return &asl.Error{
		Name: "Lambda.ResourceNotFoundException",
		Cause: fmt.Sprintf("Function not found: %s:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: %s; Proxy: null)",
			functionARN(e.Resource), requestID(digest(Call{Resource: e.Resource}))),
	}
}
