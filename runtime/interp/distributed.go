package interp

import (
	"strconv"
	"time"

	"canto/asl"
	jsonvalue "canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/strand"
)

// MaxConcurrency is how many children a Map Run has at a time, at most (quotas).
const MaxConcurrency = 10_000

// MaxExpress is how long an EXPRESS execution may take (quotas).
const MaxExpress = 5 * time.Minute

// distributed is a Map state in DISTRIBUTED mode: it asks for one Map Run, in which
// each item, or batch of items, is an execution of its own. Items never come to the
// strand: what the Map Run needs to know of them goes with the request.
type distributed struct {
	*mapState
	children *Program
	express  bool
	label    string
	reader   *itemReader
	batcher  *itemBatcher
	writer   *resultWriter
	count    *amount // tolerated failures; nil: not said
	percent  *percentage
}

func (c *compiler) distributed(n *asl.Map, m *mapState) behavior {
	express := n.Processor.Processor.ExecutionType == "EXPRESS"
	children := &Program{root: m.processor}
	if express {
		children.timeout = MaxExpress
	}
	return &distributed{
		mapState: m,
		children: children,
		express:  express,
		label:    n.Label,
		reader:   c.itemReader(n.ItemReader),
		batcher:  c.itemBatcher(n.ItemBatcher),
		writer:   c.resultWriter(n.ResultWriter),
		count:    c.optional("ToleratedFailureCount", n.ToleratedFailureCount, n.ToleratedFailureCountPath),
		percent:  c.percentage("ToleratedFailurePercentage", n.ToleratedFailurePercentage, n.ToleratedFailurePercentagePath),
	}
}

// optional is an amount, or nil where the state has neither of its fields.
func (c *compiler) optional(field string, fixed *asl.Scalar, path *asl.Path) *amount {
	if fixed == nil && path == nil {
		return nil
	}
	a := c.amount(field, fixed, path)
	return &a
}

func (d *distributed) run(v *visit) (outcome, error) {
	v.led = false
	begun := v.take().mapRun
	in, err := v.state.io.effective(v)
	if err != nil {
		return outcome{}, err
	}
	items, err := d.given(v, in)
	if err != nil {
		return outcome{}, err
	}
	if begun == nil {
		v.record(history.Event{Type: history.MapStateStarted, Name: v.state.name, Info: &history.Info{Length: items.Len()}})
	}
	run, err := d.prepare(v, in)
	if err != nil {
		return outcome{}, err
	}
	run.begin(v, begun)
	run.Items = items
	result, err := d.ask(v, run)
	if err != nil {
		return outcome{}, err
	}
	return v.state.io.conclude(v, result)
}

// given are the items in the state's input: an array, or the members of an object.
// They are null where an ItemReader reads them.
func (d *distributed) given(v *visit, in value) (value, error) {
	if d.reader != nil {
		return value{}, nil
	}
	list, err := v.eval(d.items, in)
	if err == nil && list.Kind() != jsonvalue.ArrayKind && list.Kind() != jsonvalue.ObjectKind {
		err = d.refuse(v, list)
	}
	return list, err
}

// prepare evaluates what the fields of the state say of the Map Run.
func (d *distributed) prepare(v *visit, in value) (*MapRun, error) {
	limit, err := d.concurrency.of(v, in)
	if err != nil {
		return nil, err
	}
	if limit == 0 || limit > MaxConcurrency {
		limit = MaxConcurrency
	}
	tolerance, err := d.tolerance(v, in)
	if err != nil {
		return nil, err
	}
	reader, err := d.reader.of(v, in)
	if err != nil {
		return nil, err
	}
	batch, err := d.batcher.of(v, in)
	if err != nil {
		return nil, err
	}
	writer, err := d.writer.of(v, in)
	if err != nil {
		return nil, err
	}
	run := newMapRun(v, d)
	run.Limit, run.Tolerance = int(limit), tolerance
	run.Reader, run.Batch, run.Writer = reader, batch, writer
	run.selection = selection{leader: v.frozen(), selector: d.selector, input: in}
	return run, nil
}

func (d *distributed) tolerance(v *visit, in value) (Tolerance, error) {
	t := Tolerance{Count: -1, Percentage: -1}
	var err error
	if d.count != nil {
		if t.Count, err = d.count.of(v, in); err != nil {
			return t, err
		}
	}
	if d.percent != nil {
		t.Percentage, err = d.percent.of(v, in)
	}
	if d.count == nil && d.percent == nil {
		t.Count = 0
	}
	return t, err
}

// ask has the Map Run done, and records what came of it.
func (d *distributed) ask(v *visit, run *MapRun) (value, error) {
	v.led = true
	v.record(run.event(v.state.name))
	answer, err := v.Invoke(strand.Request{Call: &strand.Call{
		Resource: run.ARN, State: v.state.name, Path: v.Path(), Visit: v.number, Attempt: v.retries, Job: run,
	}}, func(strand.Answer) {})
	if err != nil {
		return value{}, err
	}
	if answer.Kind != strand.Succeeded {
		return value{}, d.broken(v, failureOf(answer.Error, answer.Cause))
	}
	v.mapRun = nil
	started := v.prev
	v.record(history.Event{Type: history.MapRunSucceeded, Name: v.state.name})
	v.aside(history.Event{Type: history.MapStateSucceeded, Name: v.state.name})
	v.prev = started // recorded behaviour since November 2024
	return answer.Output, nil
}

// broken records that the Map Run failed. An item that the state's own expressions
// could not take is a States.Runtime, which nothing catches.
func (d *distributed) broken(v *visit, e *asl.Error) error {
	v.record(history.Event{Type: history.MapRunFailed, Name: v.state.name, Info: &history.Info{Error: e.Name, Cause: e.Cause}})
	if e.Name == asl.ErrRuntime {
		return fatal{e}
	}
	return e
}

// percentage is a number from 0 to 100: fixed, or by a path.
type percentage struct {
	amount
	number float64 // where it is fixed
}

func (c *compiler) percentage(field string, fixed *asl.Scalar, path *asl.Path) *percentage {
	if fixed == nil && path == nil {
		return nil
	}
	p := &percentage{amount: c.amount(field, fixed, path)}
	if fixed != nil {
		n, _ := fixed.Value.AsNumber()
		p.number = n.Float64()
	}
	return p
}

func (p *percentage) of(v *visit, in value) (float64, error) {
	if p.path == nil {
		return p.number, nil
	}
	x, err := v.eval(p.path, in)
	if err != nil {
		return 0, err
	}
	f, err := strconv.ParseFloat(plain(x), 64)
	switch {
	case err != nil:
		return 0, p.refuse(v, x, "float")
	case !(f >= 0 && f <= 100):
		return 0, p.wrong(v, "%s must be between 0 and 100.", p.field)
	}
	return f, nil
}

// Tolerance is how many items may fail before their Map Run does. What is negative
// sets no bound.
type Tolerance struct {
	Count      int64
	Percentage float64
}

// Exceeded says whether that many failed items of all are too many.
func (t Tolerance) Exceeded(failed, all int64) bool {
	return t.Count >= 0 && failed > t.Count || t.Relative() && float64(failed)*100 > t.Percentage*float64(all)
}

// Relative says whether the bound depends on the number of all items.
func (t Tolerance) Relative() bool { return t.Percentage >= 0 && t.Percentage < 100 }
