package runtime

import (
	"errors"
	"fmt"

	"canto/asl"
	"canto/handlers"
)

// preflight finds out, before anything runs, whether each Task of the machine has
// somebody to do its work. Activities have their workers outside.
func (e *Engine) preflight(m *Machine) error {
	var errs []error
	seen := map[string]bool{}
	for s := range m.AST.All() {
		t, ok := s.(*asl.Task)
		if !ok || asl.ParseResource(t.Resource).Kind == asl.Activity {
			continue
		}
		_, err := e.driver.Resolver.Resolve(handlers.Call{Resource: t.Resource, State: t.Name, Machine: m.Name})
		if err != nil && !seen[err.Error()] {
			seen[err.Error()] = true
			errs = append(errs, fmt.Errorf("state %q: %w", t.Name, err))
		}
	}
	return errors.Join(errs...)
}
