package jsonata

// sortOp is an order-by.
type sortOp struct {
	terms []termOp
	pos   int
}

type termOp struct {
	by         *expr
	descending bool
}

func (o *sortOp) run(m *machine, a *array, env *frame) (*array, error) {
	if len(a.list()) <= 1 {
		return a, nil
	}
	items, err := m.mergeSort(a.items, func(x, y datum) (bool, error) { return o.after(m, x, y, a.tuples, env) })
	return newArray(items), err
}

// after says whether x comes after y.
func (o *sortOp) after(m *machine, x, y datum, tuples bool, env *frame) (bool, error) {
	for _, term := range o.terms {
		a, err := m.sortKey(term.by, x, tuples, env)
		if err != nil {
			return false, err
		}
		b, err := m.sortKey(term.by, y, tuples, env)
		if err != nil {
			return false, err
		}
		c, err := o.compare(a, b, term.descending)
		if err != nil || c != 0 {
			return c > 0, err
		}
	}
	return false, nil
}

func (m *machine) sortKey(by *expr, d datum, tuples bool, env *frame) (datum, error) {
	if tuples {
		env = frameOfTuple(env, d)
		d = d.obj().get(context)
	}
	return m.eval(by, d, env)
}

// compare orders two keys: those that are not there come last, whatever the direction.
func (o *sortOp) compare(a, b datum, descending bool) (int, error) {
	switch {
	case a.kind == undefined && b.kind == undefined:
		return 0, nil
	case a.kind == undefined:
		return 1, nil
	case b.kind == undefined:
		return -1, nil
	}
	for _, key := range []datum{a, b} {
		if key.kind != number && key.kind != text {
			return 0, &fault{code: "T2008", value: key, pos: o.pos}
		}
	}
	if a.kind != b.kind {
		return 0, &fault{code: "T2007", value: a, value2: b, pos: o.pos}
	}
	c := compareKeys(a, b)
	if descending {
		c = -c
	}
	return c, nil
}

func compareKeys(a, b datum) int {
	switch {
	case a.kind == text:
		return compareText(a.str(), b.str())
	case a.num == b.num:
		return 0
	case a.num < b.num:
		return -1
	}
	return 1
}

// mergeSort sorts items; after says whether its first argument belongs behind its
// second. It compares in the order of the reference, which comparators can see.
func (m *machine) mergeSort(items []datum, after func(a, b datum) (bool, error)) ([]datum, error) {
	if len(items) <= 1 {
		return items, nil
	}
	middle := len(items) / 2
	left, err := m.mergeSort(items[:middle], after)
	if err != nil {
		return nil, err
	}
	right, err := m.mergeSort(items[middle:], after)
	if err != nil {
		return nil, err
	}
	merged := make([]datum, 0, len(items))
	for len(left) > 0 && len(right) > 0 {
		swap, err := after(left[0], right[0])
		if err != nil {
			return nil, err
		}
		if swap {
			merged, right = append(merged, right[0]), right[1:]
		} else {
			merged, left = append(merged, left[0]), left[1:]
		}
	}
	return append(append(merged, left...), right...), m.count(len(items))
}
