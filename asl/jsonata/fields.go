package jsonata

// fieldOp is a name: a field of an object, or of each object of a list.
type fieldOp struct{ name string }

func (o *fieldOp) run(m *machine, in datum, _ *frame) (datum, error) {
	if in.kind == record {
		return in.obj().get(o.name), nil
	}
	return m.lookupField(in, o.name, 0)
}

// lookupField is $lookup.
func (m *machine) lookupField(in datum, name string, depth int) (datum, error) {
	switch in.kind {
	case record:
		return in.obj().get(name), nil
	case list:
		if depth > depthLimit {
			return nothing, errDepth
		}
		return m.lookupEach(in.arr().list(), name, depth+1)
	}
	return nothing, nil
}

func (m *machine) lookupEach(items []datum, name string, depth int) (datum, error) {
	results := newSequence()
	for _, item := range items {
		d, err := m.lookupField(item, name, depth)
		if err != nil {
			return nothing, err
		}
		switch {
		case d.kind == list:
			results.items = append(results.items, d.arr().list()...)
		case d.kind != undefined:
			results.push(d)
		}
		if len(results.items) > m.limits.Items {
			return nothing, errMemory
		}
	}
	return listOf(results), m.count(len(items))
}

// wildcardOp is *: all fields, or all items.
type wildcardOp struct{}

func (wildcardOp) run(m *machine, in datum, _ *frame) (datum, error) {
	results := newSequence()
	if a := in.arr(); a != nil && a.outer {
		in = a.items[0]
	}
	switch in.kind {
	case record:
		for _, f := range in.obj().list() {
			if err := m.spill(results, f.data); err != nil {
				return nothing, err
			}
		}
	case list:
		for _, item := range in.arr().list() {
			if err := m.spill(results, item); err != nil {
				return nothing, err
			}
		}
	}
	return listOf(results), nil
}

// spill adds d to results: the items of a list at any depth. As in the reference, what is appended
// to is no sequence any more.
func (m *machine) spill(results *array, d datum) error {
	if d.kind != list {
		results.push(d)
		return m.count(1)
	}
	results.sequence = false
	return m.flatten(results, d, 0)
}

func (m *machine) flatten(results *array, d datum, depth int) error {
	if depth > depthLimit {
		return errDepth
	}
	if len(results.items) > m.limits.Items {
		return errMemory
	}
	if d.kind != list {
		results.push(d)
		return m.count(1)
	}
	for _, item := range d.arr().list() {
		if err := m.flatten(results, item, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// descendantOp is **: the input and all that is in it, at any depth.
type descendantOp struct{}

func (descendantOp) run(m *machine, in datum, _ *frame) (datum, error) {
	if in.kind == undefined {
		return nothing, nil
	}
	results := newSequence()
	if err := m.descend(results, in, 0); err != nil {
		return nothing, err
	}
	if len(results.items) == 1 {
		return results.items[0], nil
	}
	return listOf(results), nil
}

func (m *machine) descend(results *array, d datum, depth int) error {
	if err := m.count(1); err != nil {
		return err
	}
	if depth > depthLimit {
		return errDepth
	}
	if len(results.items) > m.limits.Items {
		return errMemory
	}
	if d.kind != list {
		results.push(d)
	}
	switch d.kind {
	case list:
		for _, item := range d.arr().list() {
			if err := m.descend(results, item, depth+1); err != nil {
				return err
			}
		}
	case record:
		for _, f := range d.obj().list() {
			if err := m.descend(results, f.data, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
