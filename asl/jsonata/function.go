package jsonata

// function is a value that can be called: a built-in one, a lambda, or a matcher.
type function struct {
	signature *signature
	arity     int
	// plain functions are those that the reference keeps as functions of JavaScript:
	// matchers, and all functions while they are arguments. As a condition they are false.
	plain bool

	native func(c *call, args []datum) (datum, error)
	target *function // of an argument: what it was
	re     *regex    // of a matcher
	lambda *lambda
}

// lambda is a function of the expression, with what it closes over.
type lambda struct {
	params []string
	body   *expr
	native *function // instead of a body: partially applied
	env    *frame
	in     datum
	thunk  *callOp // of tail calls: what is to be called
}

// call is what built-in functions know of where they are called.
type call struct {
	*machine
	env *frame
	in  datum
	pos int // of the call, where it is one by name
}

// lambdaOp is function($x){...}.
type lambdaOp struct {
	params    []string
	signature *signature
	body      *expr
	thunk     *callOp
}

func (o *lambdaOp) run(_ *machine, in datum, env *frame) (datum, error) {
	l := &lambda{params: o.params, body: o.body, env: env, in: in, thunk: o.thunk}
	return functionOf(&function{signature: o.signature, arity: len(o.params), lambda: l}), nil
}

// callOp is $f(...).
type callOp struct {
	procedure *expr
	args      []*expr
	pos       int
	calleePos int    // of what is called
	token     datum  // what the function is called
	bare      string // the name, where somebody forgot the $
}

func (o *callOp) run(m *machine, in datum, env *frame) (datum, error) {
	return o.call(m, in, env, nil)
}

// call evaluates the arguments, behind those that are given, and calls.
func (o *callOp) call(m *machine, in datum, env *frame, given []datum) (datum, error) {
	f, err := o.callee(m, in, env)
	if err != nil {
		return nothing, err
	}
	args := make([]datum, 0, 4)
	args = append(args, given...)
	for _, e := range o.args {
		arg, err := m.eval(e, in, env)
		if err != nil {
			return nothing, err
		}
		args = append(args, asArgument(arg, env))
	}
	d, err := m.apply(f, args, call{m, env, in, o.pos})
	if err != nil {
		fill(err, o.pos, o.token)
	}
	return d, err
}

// callee evaluates what is to be called.
func (o *callOp) callee(m *machine, in datum, env *frame) (datum, error) {
	f, err := m.eval(o.procedure, in, env)
	if err != nil {
		return nothing, err
	}
	if f.kind == undefined && o.bare != "" && m.lookup(o.bare, env).kind != undefined {
		return nothing, &fault{code: "T1005", pos: o.pos, token: textOf(o.bare)}
	}
	return f, nil
}

// asArgument wraps a function that is passed on: it is called where it came from.
func asArgument(d datum, env *frame) datum {
	f := d.fn()
	if f == nil || f.target != nil || f.re != nil {
		return d
	}
	return functionOf(&function{
		arity: f.arity, plain: true, target: f,
		native: func(c *call, args []datum) (datum, error) {
			return c.apply(d, args, call{c.machine, env, nullDatum, 0})
		},
	})
}

// apply calls f, and what f calls at its end.
func (m *machine) apply(f datum, args []datum, from call) (datum, error) {
	d, err := m.applyOnce(f, args, from)
	for err == nil && d.kind == callable && d.fn().lambda != nil && d.fn().lambda.thunk != nil {
		d, err = m.applyThunk(d.fn().lambda, from)
	}
	return d, err
}

// applyThunk does a tail call.
func (m *machine) applyThunk(l *lambda, from call) (datum, error) {
	o := l.thunk
	f, err := m.eval(o.procedure, l.in, l.env)
	if err != nil {
		return nothing, err
	}
	args := make([]datum, len(o.args))
	for i, e := range o.args {
		if args[i], err = m.eval(e, l.in, l.env); err != nil {
			return nothing, err
		}
	}
	from.pos = o.calleePos
	d, err := m.applyOnce(f, args, from)
	if err != nil && o.bare == "" {
		fill(err, 0, o.token)
	}
	return d, err
}

// applyOnce calls f. Of calls within calls the outermost is to blame for a failure.
func (m *machine) applyOnce(d datum, args []datum, from call) (datum, error) {
	result, err := m.enter(d, args, from)
	if err != nil && from.pos > 0 && d.kind == callable && !d.fn().plain {
		move(err, from.pos)
	}
	return result, err
}

func (m *machine) enter(d datum, args []datum, from call) (datum, error) {
	f := d.fn()
	if f == nil {
		return nothing, &fault{code: "T1006"}
	}
	if f.signature != nil {
		var err error
		if args, err = f.signature.validate(args, from.in); err != nil {
			return nothing, err
		}
	}
	if err := m.deeper(f); err != nil {
		return nothing, err
	}
	defer m.shallower(f)
	if f.lambda == nil {
		return f.native(&from, args)
	}
	return m.applyLambda(f.lambda, args)
}

// nestedFactor is how many calls of any functions may be within each other for each
// call of a lambda: those that lambdas are called by, as $map is, count as well.
const nestedFactor = 4

// deeper counts a call.
func (m *machine) deeper(f *function) error {
	m.nested++
	if f.lambda != nil {
		m.calls++
	}
	if m.calls > m.limits.Depth || m.nested > nestedFactor*m.limits.Depth {
		return errDepth
	}
	return nil
}

func (m *machine) shallower(f *function) {
	m.nested--
	if f.lambda != nil {
		m.calls--
	}
}

func (m *machine) applyLambda(l *lambda, args []datum) (datum, error) {
	env := newFrame(l.env)
	env.vars = make([]field, len(l.params), len(l.params)+1)
	for i, name := range l.params {
		env.vars[i].name = name
		if i < len(args) {
			env.vars[i].data = args[i]
		}
	}
	if l.native != nil {
		return m.applyNative(l.native, env)
	}
	return m.eval(l.body, l.in, env)
}

// applyNative calls a built-in function whose arguments were given in parts.
func (m *machine) applyNative(f *function, env *frame) (datum, error) {
	args := make([]datum, f.arity)
	for i := range args {
		args[i], _ = env.find(partialName(i))
	}
	for len(args) > 0 && args[len(args)-1].kind == undefined {
		args = args[:len(args)-1]
	}
	return m.applyOnce(functionOf(f), args, call{m, env, nothing, 0})
}

// partialOp is $f(?, 1).
type partialOp struct {
	callOp
	open []bool // arguments that are left open
}

func (o *partialOp) run(m *machine, in datum, env *frame) (datum, error) {
	args := make([]datum, len(o.args))
	for i, e := range o.args {
		if o.open[i] {
			continue
		}
		var err error
		if args[i], err = m.eval(e, in, env); err != nil {
			return nothing, err
		}
	}
	d, err := m.eval(o.procedure, in, env)
	if err != nil {
		return nothing, err
	}
	f := d.fn()
	switch {
	case f != nil:
		return functionOf(f.partial(args, o.open)), nil
	case d.kind == undefined && o.bare != "" && m.lookup(o.bare, env).kind != undefined:
		return nothing, &fault{code: "T1007", pos: o.pos, token: textOf(o.bare)}
	}
	return nothing, &fault{code: "T1008", pos: o.pos, token: o.token}
}

// partial binds the arguments that are given, and leaves the others to be given later.
func (f *function) partial(args []datum, open []bool) *function {
	l := f.lambda
	if l == nil {
		l = &lambda{native: f}
		for i := range f.arity {
			l.params = append(l.params, partialName(i))
		}
	}
	bound := &lambda{body: l.body, native: l.native, in: l.in, env: newFrame(l.env)}
	for i, name := range l.params {
		switch {
		case i < len(open) && open[i]:
			bound.params = append(bound.params, name)
		case i < len(args):
			bound.env.bind(name, args[i])
		default:
			bound.env.bind(name, nothing)
		}
	}
	return &function{arity: len(bound.params), lambda: bound}
}

// partialName is a variable that no expression can name.
func partialName(i int) string { return "?" + string(rune('0'+i)) }

// applyOp is ~>.
type applyOp struct {
	lhs, rhs *expr
	pos      int
}

func (o *applyOp) run(m *machine, in datum, env *frame) (datum, error) {
	lhs, err := m.eval(o.lhs, in, env)
	if err != nil {
		return nothing, err
	}
	if c, ok := o.rhs.op.(*callOp); ok {
		return c.call(m, in, env, []datum{lhs})
	}
	f, err := m.eval(o.rhs, in, env)
	switch {
	case err != nil:
		return nothing, err
	case f.kind != callable:
		return nothing, &fault{code: "T2006", value: f, pos: o.pos}
	case lhs.kind == callable:
		return chain(lhs, f), nil
	}
	return m.apply(f, []datum{lhs}, call{m, env, nullDatum, 0})
}

// chain is the function that applies f, and then g to the result.
func chain(f, g datum) datum {
	l := &lambda{params: []string{"x"}, body: &expr{op: &chainOp{f, g}, simple: true}}
	return functionOf(&function{arity: 1, lambda: l})
}

type chainOp struct{ f, g datum }

func (o *chainOp) run(m *machine, in datum, env *frame) (datum, error) {
	x, _ := env.find("x")
	d, err := m.apply(o.f, []datum{asArgument(x, env)}, call{m, env, in, 0})
	if err != nil {
		return nothing, err
	}
	return m.apply(o.g, []datum{asArgument(d, env)}, call{m, env, in, 0})
}

// invoke calls a function that was passed as an argument.
func (c *call) invoke(f datum, args ...datum) (datum, error) {
	return c.apply(f, args, call{c.machine, c.env, c.in, 0})
}

// item calls a function for item i of a list, with as many arguments as it takes.
func (c *call) item(f datum, args ...datum) (datum, error) {
	n := 1
	if g := f.fn(); g != nil {
		n = min(max(g.arity, 1), len(args))
	}
	return c.invoke(f, args[:n]...)
}
