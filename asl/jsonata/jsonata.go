package jsonata

import (
	"fmt"
	"time"

	"canto/asl/value"
)

// Expr is a compiled expression. It never changes, and may be evaluated by
// several goroutines at once.
type Expr struct {
	text string
	tree *syntax
	body *expr
}

// Compile compiles an expression, without the {% and %} around it. The error is an
// *Error with a code S0..., or without one where the expression is nested too deeply
// or has a regular expression that cannot be compiled.
func Compile(text string) (*Expr, error) {
	tree, err := parse(text)
	if err != nil {
		return nil, finish(err, text)
	}
	var c compiler
	return &Expr{text: text, tree: tree, body: c.expr(tree)}, nil
}

// String returns the text of the expression.
func (e *Expr) String() string { return e.text }

// Env is what an expression is evaluated in. The zero Env has no variables, no
// clock and no randomness: $now is the epoch, and all random bits are 0.
type Env struct {
	// Variable finds a variable by its name without the $: states, and those of Assign.
	Variable func(name string) (value.Value, bool)
	// Context is what $ and $$ are at the top level. Step Functions has none: there they are undefined.
	Context *value.Value
	// Now is the time of $now and $millis: the same during an evaluation.
	Now time.Time
	// Random gives 64 random bits, for $random, $shuffle and $uuid.
	Random func() uint64
	// Limits bound the evaluation. Those that are 0 are the service's.
	Limits Limits
	// Cache keeps what was parsed of values for the evaluations that share it. It
	// may be nil, and must not be used by two evaluations at once.
	Cache *Cache
}

// Limits bound what an evaluation may take: they count, and never look at a clock.
type Limits struct {
	Depth int // calls of lambdas within each other, but tail calls
	Steps int // expressions evaluated, and turns of the loops in functions
	Items int // of one list; 16 times as many of all lists together
	Text  int // bytes of one text; 16 times as many of all texts together
	Pad   int // characters that $pad adds
}

// The service's limits, as measured: a recursion of 100 calls, [1..873782], a text of 2^22
// but not of 2^23 characters, 262,144 characters of padding. The bound of the steps
// stands for its bound of time.
var serviceLimits = Limits{Depth: 100, Steps: 10_000_000, Items: 873_782, Text: 1<<23 - 1, Pad: 1 << 18}

func (l Limits) orService() Limits {
	for _, limit := range []struct{ set, service *int }{
		{&l.Depth, &serviceLimits.Depth}, {&l.Steps, &serviceLimits.Steps}, {&l.Items, &serviceLimits.Items},
		{&l.Text, &serviceLimits.Text}, {&l.Pad, &serviceLimits.Pad},
	} {
		if *limit.set == 0 {
			*limit.set = *limit.service
		}
	}
	return l
}

// Cache keeps values as expressions read them, so that they are parsed once: the
// last few dozen that were asked for. It serves one evaluation at a time. The zero
// Cache is ready to be used.
type Cache struct{ young, old map[value.Value]datum }

// generation is how many values a Cache keeps before it forgets those that were
// not asked for since it last did.
const generation = 32

func (c *Cache) read(v value.Value) datum {
	if c == nil || v.Kind() < value.ArrayKind {
		return fromValue(v)
	}
	if d, ok := c.young[v]; ok {
		return d
	}
	d, ok := c.old[v]
	if !ok {
		d = fromValue(v)
	}
	if c.young == nil || len(c.young) >= generation {
		c.young, c.old = make(map[value.Value]datum, generation), c.young
	}
	c.young[v] = d
	return d
}

// readStates reads $states, which is another object in each state though the
// input within it may be the same: so its fields are kept.
func (c *Cache) readStates(v value.Value) datum {
	if c == nil || v.Kind() != value.ObjectKind {
		return fromValue(v)
	}
	o := &object{src: v}
	for _, m := range v.Members() {
		o.fields = append(o.fields, field{m.Name, c.read(m.Value)})
	}
	return recordOf(o)
}

// Outcome says what an evaluation came to.
type Outcome uint8

// The outcomes. Only Defined comes with a value.
const (
	Defined     Outcome = iota
	Undefined           // the service: "returned nothing (undefined)"
	Unsupported         // a function, or something with a function in it: "returned an unsupported result type"
)

// defect begins the message of an evaluation that failed by a fault of this package:
// it must not take down the executions beside it. The fuzz target looks for it.
const defect = "The evaluation failed by a defect of canto, please report it: "

// Eval evaluates the expression. The error is an *Error.
func (e *Expr) Eval(env Env) (result value.Value, outcome Outcome, err error) {
	defer func() {
		if r := recover(); r != nil {
			result, outcome, err = value.Value{}, Undefined, &Error{Message: defect + fmt.Sprint(r)}
		}
	}()
	return e.eval(&env)
}

func (e *Expr) eval(env *Env) (value.Value, Outcome, error) {
	m := newMachine(env)
	d, err := m.eval(e.body, m.input(), m.root)
	if err != nil {
		return value.Value{}, Undefined, finish(err, e.text)
	}
	v, outcome, err := m.export(d)
	if err != nil {
		return value.Value{}, Undefined, finish(err, e.text)
	}
	return v, outcome, nil
}

func newMachine(env *Env) *machine {
	return &machine{env: env, limits: env.Limits.orService(), root: &frame{}}
}

// input is the context at the top level. A list is wrapped: it counts as one input.
func (m *machine) input() datum {
	if m.env.Context == nil {
		m.root.bind("$", nothing)
		return nothing
	}
	d := m.env.Cache.read(*m.env.Context)
	m.root.bind("$", d)
	if d.kind == list {
		return listOf(&array{items: []datum{d}, sequence: true, outer: true})
	}
	return d
}
