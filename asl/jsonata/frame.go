package jsonata

// frame holds the variables of a scope.
type frame struct {
	parent *frame
	vars   []field
	depth  int
}

func newFrame(parent *frame) *frame {
	f := &frame{parent: parent}
	if parent != nil {
		f.depth = parent.depth + 1
	}
	return f
}

func (f *frame) bind(name string, d datum) {
	for i := range f.vars {
		if f.vars[i].name == name {
			f.vars[i].data = d
			return
		}
	}
	f.vars = append(f.vars, field{name, d})
}

func (f *frame) find(name string) (datum, bool) {
	for ; f != nil; f = f.parent {
		for i := range f.vars {
			if f.vars[i].name == name {
				return f.vars[i].data, true
			}
		}
	}
	return nothing, false
}

// frameOfTuple is a scope with the bindings of a tuple.
func frameOfTuple(parent *frame, tuple datum) *frame {
	f := newFrame(parent)
	if o := tuple.obj(); o != nil {
		f.vars = append(f.vars, o.list()...)
	}
	return f
}
