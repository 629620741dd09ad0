package interp

import (
	"canto/asl/query"
	"canto/runtime/history"
)

// variables are what Assign has set in a machine, a branch or an iteration. An
// inner one sees the outer, and may not change it (create-time rule).
type variables struct {
	outer  *variables
	values map[string]value
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
	for _, m := range set.Members() {
		out = append(out, assignment{m.Name, m.Value})
	}
	return out, nil
}

// set makes the assignments, and gives them as the history tells them.
func (s *variables) set(all []assignment) []history.Assigned {
	if s.values == nil {
		s.values = make(map[string]value, len(all))
	}
	out := make([]history.Assigned, len(all))
	for i, a := range all {
		s.values[a.name] = a.value
		out[i] = history.Assigned{Name: a.name, Value: a.value.Text()}
	}
	return out
}
