package jsonata

// groupOp is an object constructor, and the grouping of a path's results.
type groupOp struct {
	pairs [][2]*expr
	pos   int
}

// entry is a key with the items that belong to it.
type entry struct {
	key  string
	pair int
	data datum
	own  *array // of items, where there are several
}

// groups are entries in the order in which their keys came up.
type groups struct {
	entries []entry
	index   map[string]int
}

func (g *groups) find(key string) int {
	if g.index == nil {
		for i := range g.entries {
			if g.entries[i].key == key {
				return i
			}
		}
		return -1
	}
	if i, ok := g.index[key]; ok {
		return i
	}
	return -1
}

func (g *groups) add(e entry) {
	g.entries = append(g.entries, e)
	switch {
	case g.index != nil:
		g.index[e.key] = len(g.entries) - 1
	case len(g.entries) > indexFrom:
		g.index = make(map[string]int, 4*indexFrom)
		for i := range g.entries {
			g.index[g.entries[i].key] = i
		}
	}
}

// append adds an item to an entry.
func (e *entry) append(d datum) {
	switch {
	case e.data.kind == undefined:
		e.data = d
	case d.kind == undefined:
	case e.own == nil:
		left := e.data.items()
		e.own = newArray(append(left[:len(left):len(left)], d.items()...))
		e.data = listOf(e.own)
	default:
		e.own.items = append(e.own.items, d.items()...)
	}
}

func (o *groupOp) run(m *machine, in datum, env *frame) (datum, error) {
	a := in.arr()
	tuples := a != nil && a.tuples
	items := in.items()
	if len(items) == 0 { // literal objects have values without any input
		items = []datum{nothing}
	}
	g := &groups{entries: make([]entry, 0, len(o.pairs))}
	for _, item := range items {
		if err := o.collect(m, g, item, tuples, env); err != nil {
			return nothing, err
		}
	}
	if err := m.sized(len(items) + len(g.entries)); err != nil {
		return nothing, err
	}
	return o.values(m, g, tuples, env)
}

// collect evaluates the keys for an item.
func (o *groupOp) collect(m *machine, g *groups, item datum, tuples bool, env *frame) error {
	in := item
	if tuples {
		if item.kind != record { // so JavaScript answers the reference where there are no tuples
			return &fault{message: "Cannot read properties of undefined (reading '@')"}
		}
		env = frameOfTuple(env, item)
		in = item.obj().get(context)
	}
	for i, pair := range o.pairs {
		key, err := m.eval(pair[0], in, env)
		switch {
		case err != nil:
			return err
		case key.kind == undefined:
			continue
		case key.kind != text:
			return &fault{code: "T1003", value: key, pos: o.pos}
		}
		if err := m.read(key); err != nil {
			return err
		}
		at := g.find(key.str())
		switch {
		case at < 0:
			g.add(entry{key: key.str(), pair: i, data: item})
		case g.entries[at].pair != i:
			return &fault{code: "D1009", value: key, pos: o.pos}
		default:
			g.entries[at].append(item)
			if len(g.entries[at].data.items()) > m.limits.Items {
				return errMemory
			}
		}
	}
	return nil
}

// values evaluates the value of each key for its items.
func (o *groupOp) values(m *machine, g *groups, tuples bool, env *frame) (datum, error) {
	result := &object{fields: make([]field, 0, len(g.entries))}
	for i := range g.entries {
		e := &g.entries[i]
		in, scope := e.data, env
		if tuples && len(in.items()) > 0 && in.items()[0].kind == record {
			tuple, err := m.reduceTuples(in)
			if err != nil {
				return nothing, err
			}
			in = tuple.get(context)
			tuple.remove(context)
			scope = frameOfTuple(env, recordOf(tuple))
		}
		d, err := m.eval(o.pairs[e.pair][1], in, scope)
		if err != nil {
			return nothing, err
		}
		if d.kind != undefined {
			result.fields = append(result.fields, field{e.key, d})
		}
	}
	return recordOf(result), nil
}

// arrayOp is an array constructor.
type arrayOp struct {
	list      []*expr
	nested    []bool // items that are constructors themselves stay arrays
	consArray bool
}

func (o *arrayOp) run(m *machine, in datum, env *frame) (datum, error) {
	items := make([]datum, 0, len(o.list))
	for i, e := range o.list {
		d, err := m.eval(e, in, env)
		if err != nil {
			return nothing, err
		}
		a := d.arr()
		switch {
		case d.kind == undefined:
		case a == nil || o.nested[i]:
			items = append(items, d)
		case len(items) == 0: // shared: items never change
			items = a.list()[:len(a.list()):len(a.list())]
		default:
			items = append(items, a.list()...)
		}
		if err := m.sized(len(items)); err != nil {
			return nothing, err
		}
	}
	return listOf(&array{items: items, cons: o.consArray}), nil
}
