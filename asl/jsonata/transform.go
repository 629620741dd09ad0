package jsonata

import "strings"

// transformOp is |pattern|update,delete|: a function that changes a copy.
type transformOp struct {
	pattern, update, remove *expr
	pos, updatePos          int
	removePos               int
}

var transformSignature = mustSignature("<(oa):o>")

func (o *transformOp) run(_ *machine, _ datum, env *frame) (datum, error) {
	return functionOf(&function{
		arity: 1, signature: transformSignature,
		native: func(c *call, args []datum) (datum, error) { return o.apply(c.machine, args[0], env) },
	}), nil
}

func (o *transformOp) apply(m *machine, d datum, env *frame) (datum, error) {
	if d.kind == undefined {
		return nothing, nil
	}
	clone := m.lookup("clone", env)
	if clone.kind != callable {
		return nothing, &fault{code: "T2013", pos: o.pos}
	}
	result, err := m.apply(clone, []datum{d}, call{m, env, nullDatum, 0})
	if err != nil {
		return nothing, err
	}
	matches, err := m.eval(o.pattern, result, env)
	if err != nil || matches.kind == undefined {
		return result, err
	}
	for _, match := range matches.items() {
		if err := o.change(m, match, env); err != nil {
			return nothing, err
		}
	}
	return result, nil
}

// change applies the update and the deletion to one match.
func (o *transformOp) change(m *machine, match datum, env *frame) error {
	update, err := m.eval(o.update, match, env)
	if err != nil {
		return err
	}
	target := match.obj()
	switch {
	case update.kind == record && target != nil:
		for _, f := range update.obj().list() {
			target.set(f.name, f.data)
		}
	case update.kind == record:
		return unchangeable(match, update.obj())
	case update.kind != undefined:
		return &fault{code: "T2011", value: update, pos: o.updatePos}
	}
	if o.remove == nil {
		return nil
	}
	return o.delete(m, match, env)
}

// unchangeable is what JavaScript answers where the match cannot have fields.
func unchangeable(match datum, update *object) error {
	if len(update.list()) == 0 || match.kind == list || match.kind == callable {
		return nil
	}
	name := update.fields[0].name
	if match.kind == null {
		return &fault{message: "Cannot set properties of null (setting '" + name + "')"}
	}
	s := typeNames[match.kind] + " '" + strings.Trim(quotedJSON(match), `"`) + "'"
	return &fault{message: "Cannot create property '" + name + "' on " + s}
}

func (o *transformOp) delete(m *machine, match datum, env *frame) error {
	names, err := m.eval(o.remove, match, env)
	if err != nil || names.kind == undefined {
		return err
	}
	for _, name := range names.items() {
		if name.kind != text {
			return &fault{code: "T2012", value: names, pos: o.removePos}
		}
	}
	if target := match.obj(); target != nil {
		for _, name := range names.items() {
			target.remove(name.str())
		}
	}
	return m.count(len(names.items()))
}

func mustSignature(definition string) *signature {
	s, f := parseSignature(definition)
	if f != nil {
		panic(definition) // a constant of this package
	}
	return s
}
