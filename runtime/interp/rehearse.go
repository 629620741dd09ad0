package interp

import (
	"errors"
	"strings"

	"canto/asl"
	jsonvalue "canto/asl/value"
)

// rehearsal is a state whose work a mock can stand for: it does all that comes before.
type rehearsal interface {
	rehearse(v *visit, t *Test) error
}

func (t *task) rehearse(v *visit, _ *Test) error {
	_, err := t.request(v)
	return err
}

func (p *parallel) rehearse(v *visit, _ *Test) error {
	_, err := v.work()
	return err
}

// shown: a Fail state looks at its input as it is.
func (f *fail) shown(v *visit) {
	if _, ok := v.state.io.(*paths); ok {
		v.show(StageAfterInputPath, v.input)
	}
}

func (m *mapState) rehearse(v *visit, t *Test) error {
	in, list, err := m.listed(v)
	if err != nil {
		return err
	}
	t.itemsPath(v, list)
	limit, err := m.concurrency.of(v, in)
	if err != nil {
		return err
	}
	t.Concurrency = &limit
	if m.selector != nil {
		inputs, err := m.selected(v, in, list)
		if err != nil {
			return err
		}
		v.show(StageAfterItemSelector, listing(inputs))
	}
	return t.iterations(len(list.Elements()), nil)
}

// selected are the inputs of the iterations by ItemSelector.
func (m *mapState) selected(v *visit, in, list value) ([]value, error) {
	all := &iterations{m, in, list.Elements()}
	inputs := make([]value, len(all.items))
	for i := range inputs {
		b := *v.branch
		b.team = &team{leader: v}
		all.member(&b, i)
		var err error
		if inputs[i], err = all.selected(&b); err != nil {
			return nil, err
		}
	}
	return inputs, nil
}

func (d *distributed) rehearse(v *visit, t *Test) error {
	in, err := v.state.io.effective(v)
	if err != nil {
		return err
	}
	items, err := d.given(v, in)
	if err != nil {
		return err
	}
	if d.reader == nil {
		t.itemsPath(v, items)
	}
	limit, err := d.concurrency.of(v, in)
	if err != nil {
		return err
	}
	t.Concurrency = &limit
	run, err := d.prepare(v, in)
	if err != nil {
		return err
	}
	if d.count != nil || d.percent != nil {
		t.Tolerance = run.Tolerance
	}
	run.Items = items
	n, err := d.inputs(v, t, run)
	if err != nil {
		return err
	}
	return t.iterations(n, d.writer)
}

// inputs makes the inputs of the children, and gives their number.
func (d *distributed) inputs(v *visit, t *Test, run *MapRun) (int, error) {
	var read, selected, batches []value
	batcher := run.NewBatcher()
	take := func() { batches = append(batches, batcher.Take()) }
	for item, err := range t.items(run) {
		if err != nil {
			return 0, err
		}
		in, err := run.selection.of(item)
		if err != nil {
			return 0, err
		}
		read, selected = append(read, item.Value), append(selected, in)
		if !batcher.Fits(in) {
			take()
		}
		batcher.Add(in)
	}
	if batcher.Len() > 0 {
		take()
	}
	if run.Reader != nil && text(run.Reader.Config, "ItemsPointer") != "" {
		v.show(StageAfterItemsPointer, listing(read))
	}
	if d.selector != nil {
		v.show(StageAfterItemSelector, listing(selected))
	}
	if run.Batch == nil {
		return len(selected), nil
	}
	for i := range batches {
		batches[i] = texts(batches[i])
	}
	v.show(StageAfterItemBatcher, listing(batches))
	return len(batches), nil
}

// items are the items of the Map Run, which a reader reads or the state has.
func (t *Test) items(run *MapRun) func(func(Item, error) bool) {
	if run.Reader != nil {
		if t.Read != nil {
			return t.Read(run)
		}
		return func(yield func(Item, error) bool) {
			yield(Item{}, t.refuse(errors.New("ItemReader data must be specified when testing a Map state with ItemReader specified.")))
		}
	}
	return func(yield func(Item, error) bool) {
		for item := range ItemsOf(run.Items, StateData) {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// iterations judges the mock of a Map with n iterations: its size, and how many of them
// have failed. Without a tolerance of its own the state bears any number (recorded
// behaviour).
func (t *Test) iterations(n int, writer *resultWriter) error {
	if result := t.Mock.Result; t.Mock.Error == nil && writer == nil && len(result.Elements()) != n {
		return t.refuse(errUnequal)
	}
	if t.FailedItems > int64(n) {
		return t.refuse(errors.New("Map iteration failure count must be less than or equal to the number of Map iterations"))
	}
	if t.Mock.Error == nil && t.Tolerance.Exceeded(t.FailedItems, int64(n)) {
		return &asl.Error{Name: asl.ErrThreshold, Cause: "The specified tolerated failure threshold was exceeded"}
	}
	return nil
}

// itemsPath shows the items, which the service does in JSONPath alone.
func (t *Test) itemsPath(v *visit, list value) {
	if _, ok := v.state.io.(*paths); !ok {
		return
	}
	if list.Kind() == jsonvalue.ArrayKind {
		list = listing(list.Elements())
	}
	v.show(StageAfterItemsPath, list)
}

// listing is an array as the service shows one: with a blank after each comma between
// its elements, which are compact.
func listing(items []value) value {
	var b strings.Builder
	b.WriteByte('[')
	for i, x := range items {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(x.Compact().Text())
	}
	b.WriteByte(']')
	return jsonvalue.Raw(b.String())
}

// texts is a batch with its items as texts of JSON, as the service shows it.
func texts(batch value) value {
	items, _ := batch.Field("Items")
	var out []value
	for _, x := range items.Elements() {
		out = append(out, jsonvalue.String(x.Compact().Text()))
	}
	return batch.With("Items", jsonvalue.Array(out))
}
