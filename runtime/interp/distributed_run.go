package interp

import (
	"crypto/sha256"
	"iter"
	"math/rand/v2"
	"strconv"
	"strings"

	"canto/asl/query"
	jsonvalue "canto/asl/value"
	"canto/runtime/history"
)

// MapRun is what a Map state in DISTRIBUTED mode asks for: the Job of its request.
// The answer is the result of the state, or the error by which the Map Run failed.
// It is immutable, and its methods may be called by several goroutines.
type MapRun struct {
	ARN        string
	ID         string // a UUID: the last part of the ARN
	Execution  string // ARN of the one that asks
	Redrives   int    // how often it was redriven: what succeeded before is not done again
	Machine    string // the name of the children's machine: "machine/label"
	MachineARN string
	Children   *Program // that machine
	Express    bool     // the children are EXPRESS executions
	Items      value    // an array or object; null where there is a Reader
	Reader     *Reader
	Batch      *Batching // nil: each item is the input of a child
	Writer     *Writer   // nil: results go into the state's result
	Limit      int       // children at a time
	Tolerance  Tolerance
	NoLimits   bool // on the size of inputs

	selection   selection
	arnPrefix   string // of its ARN, up to the ID
	childPrefix string // of the children's ARNs, up to the name
}

// begunRun is a Map Run that a visit has begun.
type begunRun struct {
	id       string
	seed     uint64 // of what its ItemSelector draws
	redrives int
}

// begin names the Map Run, the same in every replay: by the execution and the request.
// One that was begun before keeps its name, and the inputs of its children.
func (r *MapRun) begin(v *visit, begun *begunRun) {
	next := begunRun{id: uuid(v.x.ARN, v.NextID()), seed: hash(v.Scope(), v.number) + uint64(v.retries)<<32}
	if begun != nil {
		next = *begun
		next.redrives++
	}
	v.mapRun = &next
	r.ID, r.ARN = next.id, r.arnPrefix+":"+next.id
	r.Redrives, r.selection.seed = next.redrives, next.seed
}

// event says that the Map Run has begun.
func (r *MapRun) event(state string) history.Event {
	if r.Redrives > 0 {
		return history.Event{Type: history.MapRunRedriven, Name: state, Info: &history.Info{MapRunARN: r.ARN, RedriveCount: r.Redrives}}
	}
	return history.Event{Type: history.MapRunStarted, Name: state, Info: &history.Info{MapRunARN: r.ARN}}
}

// newMapRun is a Map Run without a name. Its machine is named by the state where
// there is no Label.
func newMapRun(v *visit, d *distributed) *MapRun {
	label := d.label
	if label == "" {
		label = uuid(v.x.MachineARN, v.state.name)
	}
	name, _, _ := strings.Cut(v.x.MachineName, "/") // of a child's machine: the parent's
	machine := strings.TrimSuffix(v.x.MachineARN, v.x.MachineName) + name + "/" + label
	kind := ":execution:"
	if d.express {
		kind = ":express:"
	}
	return &MapRun{
		Execution: v.x.ARN, Express: d.express, Children: d.children, NoLimits: v.x.NoLimits, Machine: name + "/" + label,
		MachineARN: machine, arnPrefix: arnOf(machine, ":mapRun:"), childPrefix: arnOf(machine, kind) + ":",
	}
}

// arnOf is the ARN of something that belongs to a machine.
func arnOf(machine, kind string) string {
	return strings.Replace(machine, ":stateMachine:", kind, 1)
}

// ChildName is the name of the i-th child, from 0.
func (r *MapRun) ChildName(i int) string { return uuid(r.ARN, strconv.Itoa(i)) }

// ChildARN is the ARN of the child of that name. That of an EXPRESS one has an ID of
// its own after the name.
func (r *MapRun) ChildARN(name string) string {
	if r.Express {
		return r.childPrefix + name + ":" + uuid(r.ARN, name)
	}
	return r.childPrefix + name
}

// uuid is made of two names, as UUIDs of version 5 are but by SHA-256.
func uuid(space, name string) string {
	var room [160]byte
	sum := sha256.Sum256(append(append(append(room[:0], space...), '\n'), name...))
	return jsonvalue.UUID(5, [16]byte(sum[:]))
}

// Item is one item of a Map Run, as $$.Map.Item shows it.
type Item struct {
	Index  int
	Key    string // of a member of an object
	Keyed  bool   // it is a member of an object
	Value  jsonvalue.Value
	Source string // "STATE_DATA", or where it was read
}

// StateData is the source of items that are in the state's input.
const StateData = "STATE_DATA"

// ItemsOf yields the elements of an array, or the members of an object.
func ItemsOf(list jsonvalue.Value, source string) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		for i, x := range list.Elements() {
			if !yield(Item{Index: i, Value: x.Compact(), Source: source}) {
				return
			}
		}
		for i, m := range list.Members() {
			if !yield(Item{Index: i, Key: m.Name, Keyed: true, Value: m.Value.Compact(), Source: source}) {
				return
			}
		}
	}
}

// Select is what the state makes of an item by its ItemSelector: the input of a
// child, or its part of a batch. A failure is an *asl.Error, the state's own.
func (r *MapRun) Select(item Item) (jsonvalue.Value, error) {
	out, err := r.selection.of(item)
	if err != nil {
		return out, asError(err)
	}
	return out, nil
}

// selection is an ItemSelector and what it can see.
type selection struct {
	leader   *visit
	selector query.Expr
	input    value
	seed     uint64
}

func (s selection) of(item Item) (value, error) {
	if s.selector == nil {
		return item.Value, nil
	}
	v := *s.leader
	v.item = &mapItem{index: item.Index, value: item.Value, distributed: &item}
	v.random = rand.New(rand.NewPCG(v.x.Seed, s.seed+uint64(item.Index)+1)) // 0 is the state's own
	out, err := s.selector.Eval(v.seen(s.input))
	return out, v.owned(err) // beside the strand: the history is not its business
}

// frozen is the visit as it is now, for expressions that are evaluated beside the
// strand: what it has around it may change once the Map Run is given up.
func (v *visit) frozen() *visit {
	f := *v
	around := *v.branch
	around.vars = v.vars.flat()
	f.branch = &around
	return &f
}

// flat is a copy of all that can be seen.
func (s *variables) flat() *variables {
	all := &variables{values: map[string]value{}}
	for ; s != nil; s = s.outer {
		for name, x := range s.values {
			if _, hidden := all.values[name]; !hidden {
				all.values[name] = x
			}
		}
	}
	return all
}

// object is $$.Map.Item. The source, and the key of an object's member, are there in
// a distributed Map alone.
func (i *mapItem) object() value {
	members := []jsonvalue.Member{member("Index", jsonvalue.Of(i.index)), member("Value", i.value)}
	if d := i.distributed; d != nil {
		if d.Keyed {
			members = append(members, member("Key", jsonvalue.String(d.Key)))
		}
		members = append(members, member("Source", jsonvalue.String(d.Source)))
	}
	return jsonvalue.NewObject(members...)
}

// Batcher makes the inputs of children of the items' inputs, one after another.
type Batcher struct {
	how   *Batching // nil: each item is an input
	items []value
	size  int64 // of the input that the items make
}

// NewBatcher returns an empty batcher.
func (r *MapRun) NewBatcher() *Batcher { return &Batcher{how: r.Batch} }

// Fits says whether one more item has room. A batch of none has room for any.
func (b *Batcher) Fits(in jsonvalue.Value) bool {
	n := int64(len(b.items))
	switch {
	case n == 0:
		return true
	case b.how == nil:
		return false
	case b.how.Items > 0 && n >= b.how.Items:
		return false
	}
	return b.how.Bytes == 0 || b.size+1+int64(in.Size()) <= b.how.Bytes
}

// Add adds an item, that must fit.
func (b *Batcher) Add(in jsonvalue.Value) {
	if b.how != nil {
		b.size += int64(in.Size()) + 1
		if len(b.items) == 0 {
			b.size = int64(b.how.frame() + in.Size())
		}
	}
	b.items = append(b.items, in)
}

// frame is the size of an input without items.
func (b *Batching) frame() int {
	size := len(`{"Items":[]}`)
	if b.Input != nil {
		size += len(`"BatchInput":,`) + b.Input.Size()
	}
	return size
}

// Len is the number of items that the batcher has.
func (b *Batcher) Len() int { return len(b.items) }

// Take takes the items out, as the input of a child.
func (b *Batcher) Take() jsonvalue.Value {
	items := b.items
	b.items = nil
	if b.how == nil {
		return items[0]
	}
	if b.how.Input != nil {
		return jsonvalue.NewObject(member("BatchInput", *b.how.Input), member("Items", jsonvalue.Array(items)))
	}
	return jsonvalue.NewObject(member("Items", jsonvalue.Array(items)))
}
