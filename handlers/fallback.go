package handlers

import (
	"slices"
	"strings"

	"canto/asl"
)

// Fallback sets who answers for functions that are not registered, such as an
// endpoint of Lambda's Invoke. It gets a function's name or ARN, with its version
// or alias, and never an integration.
func (r *Registry) Fallback(find func(function string) Handler) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fallback = find
}

// fallen is the fallback's handler of a function, or nil.
func (r *Registry) fallen(resource string) Handler {
	r.mu.RLock()
	find := r.fallback
	r.mu.RUnlock()
	if find == nil || Integration(resource) || strings.Contains(resource, ":activity:") {
		return nil
	}
	return find(resource)
}

// unhandled is the failure of an integration that nobody has registered. AWS has
// no such error: there every integration exists.
func unhandled(resource string, nearest []string) *asl.Error {
	cause := "nobody answers for " + resource + " here: register a handler under that name, or mock the state"
	if i := slices.IndexFunc(nearest, Integration); i >= 0 {
		cause += "; did you mean " + nearest[i] + "?"
	}
	return &asl.Error{Name: asl.ErrTaskFailed, Cause: cause}
}
