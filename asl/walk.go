package asl

import (
	"iter"
	"slices"
)

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

// Targets are the names of the states to which s may go on, in the order of the
// fields that name them.
func Targets(s State) []string {
	own := s.Base()
	names := []string{own.Next}
	for _, k := range own.Catch {
		names = append(names, k.Next)
	}
	if c, ok := s.(*Choice); ok {
		for _, r := range c.Choices {
			names = append(names, r.Next)
		}
		names = append(names, c.Default)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}
