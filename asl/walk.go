package asl

import "iter"

// All yields the states of the machine in document order, each followed by those
// of its branches or its processor.
func (m *Machine) All() iter.Seq[State] {
	return func(yield func(State) bool) { m.each(yield) }
}

func (m *Machine) each(yield func(State) bool) bool {
	if m == nil {
		return true
	}
	for _, s := range m.States {
		if !yield(s) || !each(s, yield) {
			return false
		}
	}
	return true
}

func each(s State, yield func(State) bool) bool {
	switch s := s.(type) {
	case *Parallel:
		for _, b := range s.Branches {
			if !b.each(yield) {
				return false
			}
		}
	case *Map:
		return s.Processor.each(yield)
	}
	return true
}
