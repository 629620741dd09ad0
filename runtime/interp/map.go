package interp

import (
	"strings"

	"canto/asl"
	"canto/asl/query"
	jsonvalue "canto/asl/value"
	"canto/runtime/history"
)

// maxInlineConcurrency is how many iterations an inline Map runs at a time, at most.
const maxInlineConcurrency = 40

// mapState runs its processor once for each item, in the execution itself.
type mapState struct {
	processor   *machine
	items       query.Expr // nil: the effective input
	itemsPath   string
	selector    query.Expr
	concurrency amount
	language    asl.QueryLanguage
}

func (c *compiler) mapState(n *asl.Map) behavior {
	m := &mapState{
		processor:   c.machine(n.Processor),
		items:       c.items(n),
		itemsPath:   "$",
		selector:    c.template("ItemSelector", n.ItemSelector),
		concurrency: c.amount("MaxConcurrency", n.MaxConcurrency, n.MaxConcurrencyPath),
		language:    c.language,
	}
	if n.ItemsPath != nil {
		m.itemsPath = n.ItemsPath.Text
	}
	if n.Distributed() {
		return c.distributed(n, m)
	}
	return m
}

func (m *mapState) run(v *visit) (outcome, error) {
	results, err := v.fan(func() (*team, error) { return m.team(v) })
	if err != nil {
		return outcome{}, err
	}
	v.aside(history.Event{Type: history.MapStateSucceeded, Name: v.state.name})
	return v.state.io.conclude(v, jsonvalue.Array(results))
}

// team are the iterations that the state's fields ask for.
func (m *mapState) team(v *visit) (*team, error) {
	in, list, err := m.listed(v)
	if err != nil {
		return nil, err
	}
	limit, err := m.concurrency.of(v, in)
	if err != nil {
		return nil, err
	}
	if limit == 0 || limit > maxInlineConcurrency {
		limit = maxInlineConcurrency
	}
	items := list.Elements()
	v.record(history.Event{Type: history.MapStateStarted, Name: v.state.name, Info: &history.Info{Length: len(items)}})
	return newTeam(len(items), int(limit), &iterations{m, in, items}), nil
}

// listed is the effective input, and the array of items in it.
func (m *mapState) listed(v *visit) (in, list value, err error) {
	if in, err = v.state.io.effective(v); err != nil {
		return in, list, err
	}
	list, err = v.eval(m.items, in)
	if err == nil && list.Kind() != jsonvalue.ArrayKind {
		err = m.refuse(v, list)
	}
	return in, list, err
}

// refuse is the error of what is no list of items.
func (m *mapState) refuse(v *visit, list value) error {
	if m.language == asl.JSONata {
		return v.explain(&query.EvaluationError{Message: "Map state input must be an array but was: " + list.Text()})
	}
	path := m.itemsPath
	if strings.HasPrefix(path, "$$") {
		path = path[1:] // recorded behaviour: a path into the context object, without what says so
	}
	return v.wrong("Reference path %q must point to array.", path)
}

func (m *mapState) failed(v *visit) {
	v.record(history.Event{Type: history.MapStateFailed, Name: v.state.name})
}

// iterations are the crew of an inline Map state.
type iterations struct {
	*mapState
	input value // effective
	items []value
}

func (it *iterations) member(b *branch, i int) {
	b.item = &mapItem{index: i, value: it.items[i].Compact()}
}

func (it *iterations) play(b *branch, i int) (value, error) {
	in := b.item.value
	if it.selector != nil {
		var err error
		if in, err = it.selected(b); err != nil {
			return in, err
		}
	}
	return b.run(it.processor, in)
}

// selected is the input of an iteration by ItemSelector. Its expressions belong to
// the Map state: $ is its effective input, and $$.Map.Item the item.
func (it *iterations) selected(b *branch) (value, error) {
	v := *b.team.leader
	v.branch, v.item = b, b.item
	v.number, v.random = 0, nil // the iteration's own visits draw from 1 on
	out, err := v.eval(it.selector, it.input)
	if err == nil {
		err = v.fits(out)
	}
	return out, err
}

var iterationEvents = map[moment]history.Type{
	memberStarted:   history.MapIterationStarted,
	memberSucceeded: history.MapIterationSucceeded,
	memberFailed:    history.MapIterationFailed,
	memberAborted:   history.MapIterationAborted,
}

func (it *iterations) note(m moment, i int) (history.Event, bool) {
	return history.Event{Type: iterationEvents[m], Index: int32(i)}, true
}
