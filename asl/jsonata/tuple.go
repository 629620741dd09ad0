package jsonata

// tupleStep applies a step that binds variables, or comes after one. A tuple is
// an object with the item in the field @ and a field for each variable.
func (m *machine) tupleStep(s *step, items []datum, tuples *array, env *frame) (*array, error) {
	if s.sort != nil {
		return m.tupleSort(s, items, tuples, env)
	}
	if tuples == nil {
		tuples = tuplesOf(items)
	}
	result := &array{sequence: true, tuples: true}
	for _, tuple := range tuples.items {
		from := tuple.obj()
		d, err := m.eval(s.expr, from.get(context), frameOfTuple(env, tuple))
		if err != nil {
			return nil, err
		}
		if d.kind != undefined {
			s.bind(result, from, d)
		}
		if len(result.items) > m.limits.Items {
			return nil, errMemory
		}
	}
	if err := m.sized(len(result.items) * (2 + len(env.vars))); err != nil {
		return nil, err
	}
	return m.tupleStages(s, result, env)
}

func (m *machine) tupleStages(s *step, tuples *array, env *frame) (*array, error) {
	d, err := m.stages(s.stages, listOf(tuples), env)
	if err != nil {
		return nil, err
	}
	if a := d.arr(); a != nil {
		return a, nil
	}
	return &array{sequence: true, tuples: true}, nil
}

func tuplesOf(items []datum) *array {
	tuples := make([]datum, len(items))
	for i, item := range items {
		tuples[i] = recordOf(&object{fields: []field{{context, item}}})
	}
	return newArray(tuples)
}

// bind adds a tuple to result for each item of d, which the tuple from led to.
func (s *step) bind(result *array, from *object, d datum) {
	a := d.arr()
	for i, item := range d.items() {
		tuple := from.copyOf(3)
		switch {
		case a != nil && a.tuples:
			for _, f := range item.obj().list() {
				tuple.set(f.name, f.data)
			}
		default:
			s.bindItem(tuple, from, item, i)
		}
		result.push(recordOf(tuple))
	}
}

func (s *step) bindItem(tuple, from *object, item datum, i int) {
	if s.focus != "" {
		tuple.set(s.focus, item)
		tuple.set(context, from.get(context))
	} else {
		tuple.set(context, item)
	}
	if s.index != "" {
		tuple.set(s.index, numberOf(float64(i)))
	}
	if s.ancestor != nil {
		tuple.set(s.ancestor.label, from.get(context))
	}
}

func (m *machine) tupleSort(s *step, items []datum, tuples *array, env *frame) (*array, error) {
	if tuples != nil {
		sorted, err := s.sort.run(m, tuples, env)
		if err != nil {
			return nil, err
		}
		return m.tupleStages(s, sorted, env)
	}
	sorted, err := s.sort.run(m, newSequence(items...), env)
	if err != nil {
		return nil, err
	}
	result := tuplesOf(sorted.items)
	result.sequence, result.tuples = true, true
	for i, tuple := range result.items {
		tuple.obj().set(s.index, numberOf(float64(i)))
	}
	return m.tupleStages(s, result, env)
}

// reduceTuples makes one tuple of several: their values are appended to each other.
func (m *machine) reduceTuples(d datum) (*object, error) {
	tuples := d.items()
	result := tuples[0].obj().copyOf(0)
	for _, tuple := range tuples[1:] {
		for _, f := range tuple.obj().list() {
			appended, err := m.append(result.get(f.name), f.data)
			if err != nil {
				return nil, err
			}
			result.set(f.name, appended)
		}
	}
	return result, nil
}

// append is $append: it makes one list of two values.
func (m *machine) append(a, b datum) (datum, error) {
	if a.kind == undefined {
		return b, nil
	}
	if b.kind == undefined {
		return a, nil
	}
	left, right := a.items(), b.items()
	if err := m.sized(len(left) + len(right)); err != nil {
		return nothing, err
	}
	items := make([]datum, 0, len(left)+len(right))
	items = append(append(items, left...), right...)
	return listOf(newArray(items)), nil
}
