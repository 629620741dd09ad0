package interp

import (
	"fmt"

	"canto/asl"
	"canto/asl/query"
	"canto/runtime/history"
)

// variables are what Assign has set in a machine, a branch or an iteration. An
// inner one sees the outer, and may not change it (create-time rule).
type variables struct {
	outer  *variables
	values map[string]value
	held   int // bytes of values
}

func (s *variables) lookup(name string) (value, bool) {
	for ; s != nil; s = s.outer {
		if x, ok := s.values[name]; ok {
			return x, true
		}
	}
	return value{}, false
}

// assignment is a variable that gets a value when its state is left.
type assignment struct {
	name  string
	value value
}

// assign evaluates all of Assign against the variables as they are. The new values
// count from the state's exit on, so that its own output still sees the old ones.
func (v *visit) assign(e query.Expr, in value) ([]assignment, error) {
	if e == nil {
		return nil, nil
	}
	set, err := v.eval(e, in)
	if err != nil {
		return nil, err
	}
	var out []assignment
	size := 0
	for _, m := range set.Members() {
		out = append(out, assignment{m.Name, m.Value})
		size += m.Value.Size()
	}
	return out, v.roomFor(size)
}

// The limits of variables, in bytes of their JSON text: of one Assign, and of all
// that an execution holds at a time (quotas).
const (
	MaxAssign    = MaxPayload
	MaxVariables = 10 << 20
)

// roomFor checks that so many bytes of variables can be assigned. The sentences are
// canto's own: the service's were not recorded.
func (v *visit) roomFor(size int) error {
	over := ""
	switch {
	case v.x.NoLimits:
	case size > MaxAssign:
		over = fmt.Sprintf("assigns variables of %d bytes, and %d is the limit for one state.", size, MaxAssign)
	case v.x.held+size > MaxVariables:
		over = fmt.Sprintf("brings the variables of the execution over the limit of %d bytes.", MaxVariables)
	}
	if over == "" {
		return nil
	}
	return fatal{&asl.Error{Name: asl.ErrDataLimitExceeded, Cause: "The state '" + v.state.name + "' " + over}}
}

// set makes the assignments, and gives them as the history tells them.
func (s *variables) set(all []assignment) []history.Assigned {
	if s.values == nil {
		s.values = make(map[string]value, len(all))
	}
	out := make([]history.Assigned, len(all))
	for i, a := range all {
		if old, ok := s.values[a.name]; ok {
			s.held -= old.Size()
		}
		s.held += a.value.Size()
		s.values[a.name] = a.value
		out[i] = history.Assigned{Name: a.name, Value: a.value.Text()}
	}
	return out
}
