package jsonata

// operation is what an expression of one kind does. Its result may be a sequence
// as it was collected; machine.eval makes a value of it.
type operation interface {
	run(m *machine, in datum, env *frame) (datum, error)
}

// expr is an expression that can be evaluated.
type expr struct {
	op        operation
	predicate []*expr
	group     *groupOp // of anything but a path, which does it itself
	keepArray bool
	simple    bool  // has none of these three
	field     *step // of a path that is one plain name: by far the most frequent expression
}

// machine is one evaluation.
type machine struct {
	env    *Env
	limits Limits
	root   *frame
	steps  int
	calls  int // of lambdas that have not returned
	nested int // calls of any functions that have not returned
	items  int // of all lists that were made
	bytes  int // of all texts that were made
}

// eval evaluates e in the context in.
func (m *machine) eval(e *expr, in datum, env *frame) (datum, error) {
	m.steps++
	if m.steps > m.limits.Steps {
		return nothing, errSteps
	}
	if e.field != nil && in.kind == record {
		if d := e.field.field(in.obj()); d.kind != list {
			return d, nil
		}
	}
	d, err := e.op.run(m, in, env)
	if err != nil {
		return nothing, err
	}
	if !e.simple {
		if d, err = m.refine(e, d, env); err != nil {
			return nothing, err
		}
	}
	if d.kind == list {
		return settle(d), nil
	}
	return d, nil
}

// refine applies predicates and grouping.
func (m *machine) refine(e *expr, d datum, env *frame) (datum, error) {
	var err error
	for _, filter := range e.predicate {
		if d, err = m.filter(filter, d, env); err != nil {
			return nothing, err
		}
	}
	if e.group != nil {
		if d, err = e.group.run(m, d, env); err != nil {
			return nothing, err
		}
	}
	if a := d.arr(); e.keepArray && a != nil && a.sequence && !a.tuples {
		a.keepSingleton = true
	}
	return d, nil
}

// settle makes the value of a sequence: nothing, its only item, or itself.
func settle(d datum) datum {
	a := d.arr()
	if !a.sequence || a.tuples || len(a.items) > 1 {
		return d
	}
	switch {
	case len(a.items) == 0:
		return nothing
	case a.keepSingleton:
		return d
	}
	return a.items[0]
}

// count adds to the steps: of loops that evaluate nothing.
func (m *machine) count(n int) error {
	m.steps += n
	if m.steps > m.limits.Steps {
		return errSteps
	}
	return nil
}

// garbage is how many times the largest list or text an evaluation may make in all.
const garbage = 16

// sized checks that a list of n items may be made.
func (m *machine) sized(n int) error {
	m.items += n
	if n > m.limits.Items || m.items > garbage*m.limits.Items {
		return errMemory
	}
	return nil
}

// written checks that a text of n bytes may be made.
func (m *machine) written(n int) error {
	m.bytes += n
	if n > m.limits.Text || m.bytes > garbage*m.limits.Text {
		return errMemory
	}
	return nil
}

// literalOp is a constant.
type literalOp struct{ data datum }

func (o *literalOp) run(*machine, datum, *frame) (datum, error) { return o.data, nil }

// variableOp is a variable: $ is the context.
type variableOp struct{ name string }

func (o *variableOp) run(m *machine, in datum, env *frame) (datum, error) {
	if o.name != "" {
		m.steps += env.depth / 16
		return m.lookup(o.name, env), nil
	}
	if a := in.arr(); a != nil && a.outer {
		return a.items[0], nil
	}
	return in, nil
}

// lookup finds a variable: in the scopes, in the environment, or among the functions.
func (m *machine) lookup(name string, env *frame) datum {
	if d, ok := env.find(name); ok {
		return d
	}
	if m.env.Variable != nil && name != "$" {
		if v, ok := m.env.Variable(name); ok {
			read := m.env.Cache.read
			if name == "states" {
				read = m.env.Cache.readStates
			}
			d := read(v)
			m.root.bind(name, d)
			return d
		}
	}
	f, ok := builtins[name]
	if !ok {
		return nothing
	}
	d := functionOf(f)
	m.root.bind(name, d)
	return d
}

// parentOp is %: what the step above was applied to.
type parentOp struct{ slot *slot }

func (o *parentOp) run(_ *machine, _ datum, env *frame) (datum, error) {
	d, _ := env.find(o.slot.label)
	return d, nil
}

// conditionOp is ?:.
type conditionOp struct{ condition, then, otherwise *expr }

func (o *conditionOp) run(m *machine, in datum, env *frame) (datum, error) {
	condition, err := m.eval(o.condition, in, env)
	if err != nil {
		return nothing, err
	}
	holds, err := m.truth(condition)
	switch {
	case err != nil:
		return nothing, err
	case holds:
		return m.eval(o.then, in, env)
	case o.otherwise != nil:
		return m.eval(o.otherwise, in, env)
	}
	return nothing, nil
}

// blockOp is a list of expressions in parentheses: the value is that of the last.
type blockOp struct {
	list  []*expr
	scope bool // binds variables: needs a scope of its own
}

func (o *blockOp) run(m *machine, in datum, env *frame) (result datum, err error) {
	if o.scope {
		env = newFrame(env)
	}
	for _, e := range o.list {
		if result, err = m.eval(e, in, env); err != nil {
			return nothing, err
		}
	}
	return result, nil
}

// bindOp is :=.
type bindOp struct {
	name  string
	value *expr
}

func (o *bindOp) run(m *machine, in datum, env *frame) (datum, error) {
	d, err := m.eval(o.value, in, env)
	if err == nil {
		env.bind(o.name, d)
	}
	return d, err
}

// truth is the Boolean value of d, as conditions and predicates see it.
func (m *machine) truth(d datum) (bool, error) {
	switch d.kind {
	case boolean:
		return d.isTrue(), nil
	case number:
		ok, err := isNumber(d)
		return ok && d.num != 0, err
	case text:
		return d.str() != "", nil
	case record:
		return len(d.obj().list()) > 0, nil
	case callable:
		return !d.fn().plain, nil
	case list:
		return m.truthOfList(d.arr().list())
	}
	return false, nil
}

func (m *machine) truthOfList(items []datum) (bool, error) {
	found := false
	for _, item := range items {
		if err := m.count(1); err != nil {
			return false, err
		}
		holds, err := m.truth(item)
		if err != nil {
			return false, err
		}
		found = found || holds
	}
	return found, nil
}
