package jsonata

import "sync/atomic"

// pathOp is a location path: steps that are applied to each item of what the step
// before them gave.
type pathOp struct {
	steps         []*step
	tuple         bool // hands on its tuples, which carry parents and bindings
	keepSingleton bool
	absolute      bool // begins with a variable
	group         *groupOp
	plain         int // steps at the beginning that are a variable and names, and nothing more
}

// step is one step of a path.
type step struct {
	*expr
	name      string       // of a field, where that is all
	at        atomic.Int32 // where that field was last: the objects of a list are mostly alike
	sort      *sortOp      // an order-by instead of an expression
	stages    []stageOp
	tuple     bool // makes tuples
	focus     string
	index     string
	ancestor  *slot
	consArray bool
}

// stageOp is a predicate of a step, or a variable for the position.
type stageOp struct {
	filter *expr
	index  string
}

// context is the field of a tuple with the item that it is about.
const context = "@"

func (o *pathOp) run(m *machine, in datum, env *frame) (datum, error) {
	items, from := []datum(nil), 0
	switch {
	case o.plain > 0 && (in.kind != list || o.absolute):
		d, done, err := o.descend(m, in, env)
		if err != nil || done == len(o.steps) || d.kind == undefined {
			return d, err
		}
		items, from = flattened(d), done
	case in.kind == list && !o.absolute:
		items = in.arr().list()
	default:
		items = []datum{in}
	}
	result, tuples, err := o.walk(m, walked{in, items, from}, env)
	if err != nil {
		return nothing, err
	}
	if tuples != nil {
		result = o.untuple(tuples)
	}
	if o.keepSingleton {
		result = keepSingleton(result)
	}
	if o.group == nil {
		return result, nil
	}
	if tuples != nil {
		result = listOf(tuples)
	}
	return o.group.run(m, result, env)
}

// descend takes the plain steps as long as there is one item: without making lists
// of one. Done says how many it took.
func (o *pathOp) descend(m *machine, in datum, env *frame) (d datum, done int, err error) {
	d = in
	if o.absolute {
		if d, err = m.eval(o.steps[0].expr, in, env); err != nil {
			return nothing, 0, err
		}
		done = 1
	}
	for done < o.plain && d.kind == record {
		m.steps++
		d = o.steps[done].field(d.obj())
		done++
		if a := d.arr(); a != nil && a.sequence {
			d = settle(listOf(&array{items: a.items, sequence: true, keepSingleton: a.keepSingleton}))
			if b := d.arr(); b != nil && b.sequence {
				b.keepSingleton = false // the step made a new sequence of it
			}
		}
	}
	if done < o.plain && d.kind != list {
		return nothing, done, nil
	}
	return d, done, nil
}

// field is the field that a plain step leads to.
func (s *step) field(from *object) datum {
	fields := from.list()
	if i := int(s.at.Load()); i < len(fields) && fields[i].name == s.name {
		return fields[i].data
	}
	i := from.find(s.name)
	if i < 0 {
		return nothing
	}
	s.at.Store(int32(i))
	return fields[i].data
}

// flattened is what the next step is applied to.
func flattened(d datum) []datum {
	if a := d.arr(); a != nil && !a.cons {
		return a.list()
	}
	return []datum{d}
}

// walked is how far a path is walked: the items that the step from is applied to.
type walked struct {
	in    datum
	items []datum
	from  int
}

// walk takes the steps. Tuples is what they make once one of them binds something.
func (o *pathOp) walk(m *machine, w walked, env *frame) (result datum, tuples *array, err error) {
	binds := false
	for i := w.from; i < len(o.steps); i++ {
		s := o.steps[i]
		binds = binds || s.tuple
		switch {
		case i == 0 && s.consArray:
			result, err = m.eval(s.expr, asSequence(w.in, w.items), env)
		case binds:
			tuples, err = m.tupleStep(s, w.items, tuples, env)
		default:
			result, err = m.step(s, w.items, env, i == len(o.steps)-1)
		}
		if err != nil {
			return nothing, nil, err
		}
		a := result.arr()
		if !binds && (result.kind == undefined || a != nil && len(a.list()) == 0) {
			break
		}
		if s.focus == "" {
			w.items = nil
			if a != nil {
				w.items = a.list()
			}
		}
	}
	return result, tuples, nil
}

// asSequence is the input of a path as a list.
func asSequence(in datum, items []datum) datum {
	if in.kind == list {
		return in
	}
	return sequenceOf(items)
}

func (o *pathOp) untuple(tuples *array) datum {
	if o.tuple {
		return listOf(tuples)
	}
	items := make([]datum, len(tuples.items))
	for i, tuple := range tuples.items {
		items[i] = tuple.obj().get(context)
	}
	return sequenceOf(items)
}

func keepSingleton(d datum) datum {
	a := d.arr()
	if a == nil {
		return d
	}
	if a.cons && !a.sequence {
		a = newSequence(d)
	}
	if a.sequence {
		a.keepSingleton = true
	}
	return listOf(a)
}

// collector gathers the results of a step, and flattens those that are lists.
type collector struct {
	items []datum
	first datum
	count int
}

func (c *collector) add(d datum, room int) {
	c.count++
	switch c.count {
	case 1:
		c.first = d
		return
	case 2:
		c.items = make([]datum, 0, room)
		c.flatten(c.first)
	}
	c.flatten(d)
}

func (c *collector) flatten(d datum) {
	if a := d.arr(); a != nil && !a.cons {
		c.items = append(c.items, a.list()...)
	} else {
		c.items = append(c.items, d)
	}
}

// result is what was gathered: as it is where it is the only result of the last
// step and a list, else as a sequence.
func (c *collector) result(last bool) datum {
	if c.count != 1 {
		return sequenceOf(c.items)
	}
	a := c.first.arr()
	switch {
	case a == nil || a.cons && (a.sequence || !last):
		return sequenceOf([]datum{c.first})
	case last && !a.sequence:
		return c.first
	}
	items := a.list()
	return sequenceOf(items[:len(items):len(items)])
}

// step applies a step to each item.
func (m *machine) step(s *step, items []datum, env *frame, last bool) (datum, error) {
	if s.sort != nil {
		sorted, err := s.sort.run(m, newSequence(items...), env)
		if err != nil {
			return nothing, err
		}
		return m.stages(s.stages, listOf(sorted), env)
	}
	var c collector
	for _, item := range items {
		d, err := m.stepOn(s, item, env)
		if err != nil {
			return nothing, err
		}
		if d.kind == undefined {
			continue
		}
		c.add(d, len(items))
		if len(c.items) > m.limits.Items {
			return nothing, errMemory
		}
	}
	return c.result(last), m.sized(len(c.items))
}

// stepOn applies a step to one item. The predicates see the results of each item apart.
func (m *machine) stepOn(s *step, item datum, env *frame) (datum, error) {
	if s.name != "" && item.kind == record {
		m.steps++
		return settled(s.field(item.obj())), nil
	}
	d, err := m.eval(s.expr, item, env)
	for i := 0; err == nil && i < len(s.stages); i++ {
		d, err = m.filter(s.stages[i].filter, d, env)
	}
	return d, err
}

func settled(d datum) datum {
	if d.kind == list {
		return settle(d)
	}
	return d
}

// stages applies predicates and binds positions to a whole sequence.
func (m *machine) stages(stages []stageOp, d datum, env *frame) (datum, error) {
	var err error
	for _, s := range stages {
		if s.filter == nil {
			for i, tuple := range d.items() {
				if o := tuple.obj(); o != nil {
					o.set(s.index, numberOf(float64(i)))
				}
			}
			continue
		}
		if d, err = m.filter(s.filter, d, env); err != nil {
			return nothing, err
		}
	}
	return d, nil
}

// filter keeps the items for which a predicate holds, or the one at an index.
func (m *machine) filter(predicate *expr, d datum, env *frame) (datum, error) {
	items := d.items()
	a := d.arr()
	tuples := a != nil && a.tuples
	if index, ok := predicate.op.(*literalOp); ok && index.data.kind == number {
		return itemAt(items, index.data.num, tuples), nil
	}
	results := &array{sequence: true, tuples: tuples}
	for i, item := range items {
		n, err := m.keeps(predicate, items, i, tuples, env)
		if err != nil {
			return nothing, err
		}
		for range n {
			results.push(item)
		}
	}
	return listOf(results), m.sized(len(results.items))
}

func itemAt(items []datum, index float64, tuples bool) datum {
	results := &array{sequence: true, tuples: tuples}
	if i := position(index, len(items)); i >= 0 && i < len(items) && items[i].kind != undefined {
		if items[i].kind == list {
			return items[i]
		}
		results.push(items[i])
	}
	return listOf(results)
}

// position rounds an index down, and counts negative ones from the end.
func position(index float64, length int) int {
	if !(index > -1e9 && index < 1e9) {
		return -1
	}
	i := int(index)
	if float64(i) > index {
		i--
	}
	if i < 0 {
		i += length
	}
	return i
}

// keeps says how often item i is kept: a predicate may name its position several times.
func (m *machine) keeps(predicate *expr, items []datum, i int, tuples bool, env *frame) (int, error) {
	item := items[i]
	if tuples {
		env = frameOfTuple(env, item)
		item = item.obj().get(context)
	}
	d, err := m.eval(predicate, item, env)
	if err != nil {
		return 0, err
	}
	if d.kind == boolean {
		return int(d.num), nil
	}
	one, err := isNumber(d)
	if err != nil {
		return 0, err
	}
	many, err := isNumbers(d)
	if err != nil {
		return 0, err
	}
	if !one && !many {
		holds, err := m.truth(d)
		if holds {
			return 1, err
		}
		return 0, err
	}
	n := 0
	for _, index := range d.items() {
		if position(index.num, len(items)) == i {
			n++
		}
	}
	return n, m.count(len(d.items()))
}
