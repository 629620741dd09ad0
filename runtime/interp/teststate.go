package interp

import (
	"errors"
	"iter"
	"time"

	"canto/asl"
	"canto/asl/query"
	"canto/asl/source"
	jsonvalue "canto/asl/value"
	"canto/runtime/strand"
)

// Test is how one state is run by itself, once, and looked at: what TestState of the
// API does. Its first part says how; the second is what has come of it. A Parallel or
// Map state, and a task that waits for a job or a worker, needs a Mock.
type Test struct {
	Mock        *Mock
	Context     *jsonvalue.Value           // the context object; nil: one of an EXPRESS execution
	Variables   map[string]jsonvalue.Value // that are set; afterwards, with those that the state has assigned
	Retries     int64                      // by the retrier that matches, so far
	FailedItems int64                      // of a Map
	// Read gives the items of a Map that has an ItemReader.
	Read func(*MapRun) iter.Seq2[Item, error]

	Verdict      Verdict
	Next         string // where the machine would go on; empty: nowhere
	Refused      error  // why the mock does not fit the state
	Data         map[Stage]jsonvalue.Value
	Retry, Catch *int64         // indexes of the retrier that matched the error, and of the catcher
	Backoff      *time.Duration // until the next attempt
	Concurrency  *int64         // of a Map, as the state has it
	Tolerance    Tolerance      // of a Map; what is negative is not said
}

// Mock stands for the work of a state: a result, or an error.
type Mock struct {
	Result jsonvalue.Value
	Error  *asl.Error
}

// Verdict is how the test of a state ends, as the API names it.
type Verdict string

// The verdicts.
const (
	TestSucceeded Verdict = "SUCCEEDED"
	TestFailed    Verdict = "FAILED"
	TestRetriable Verdict = "RETRIABLE"
	TestCaught    Verdict = "CAUGHT_ERROR"
)

// Stage is a point of the data's way through a state, as the API names it.
type Stage string

// The stages, in the order of the way.
const (
	StageInput               Stage = "input"
	StageAfterInputPath      Stage = "afterInputPath"
	StageAfterParameters     Stage = "afterParameters"
	StageAfterArguments      Stage = "afterArguments"
	StageAfterItemsPath      Stage = "afterItemsPath"
	StageAfterItemsPointer   Stage = "afterItemsPointer"
	StageAfterItemSelector   Stage = "afterItemSelector"
	StageAfterItemBatcher    Stage = "afterItemBatcher"
	StageResult              Stage = "result"
	StageAfterResultSelector Stage = "afterResultSelector"
	StageAfterResultPath     Stage = "afterResultPath"
)

// show keeps what the data is at a stage, where the state is tested.
func (v *visit) show(at Stage, x value) {
	if v.x.Test != nil {
		v.x.Test.Data[at] = x
	}
}

// stage evaluates the expression that leads to a stage.
func (v *visit) stage(at Stage, e query.Expr, in value) (value, error) {
	out, err := v.eval(e, in)
	if err == nil {
		v.show(at, out)
	}
	return out, err
}

// CompileState compiles a state by itself: the states to which it goes on need not be.
func CompileState(s asl.State) (*Program, source.Diagnostics) {
	c := &compiler{}
	own := s.Base()
	st := &state{name: own.Name, events: eventsOf[own.Type]}
	targets := map[string]*state{}
	for _, name := range asl.Targets(s) {
		targets[name] = &state{name: name}
	}
	c.state(st, s, func(name string) *state { return targets[name] })
	if c.faults.HasErrors() {
		return nil, c.faults
	}
	return &Program{root: &machine{start: st}}, c.faults
}

// run tests the state, and leaves what has come of it in x and in the test.
func (t *Test) run(s *strand.Strand, x *Execution, st *state, in value) error {
	s.Deadline(x.Start.Add(MaxExpress))
	t.Data, t.Tolerance = map[Stage]value{}, Tolerance{Count: -1, Percentage: -1}
	b := &branch{Strand: s, x: x, input: in, at: st, vars: &variables{}}
	b.vars.values = t.Variables
	v := &visit{branch: b, state: st, input: in, number: b.Visit(), entered: b.Now(), memo: &b.memo}
	v.show(StageInput, in)
	out, err := t.work(v)
	if errors.Is(err, strand.ErrClosed) {
		return err
	}
	if err == nil {
		err = v.fits(out.output)
	}
	if err == nil {
		t.Verdict = TestSucceeded
	} else {
		out, err = t.fail(v, err)
	}
	t.hide(st)
	t.end(v, out, err)
	return nil
}

// work does the work of the state, or lets the mock stand for it.
func (t *Test) work(v *visit) (outcome, error) {
	if f, ok := v.state.behavior.(interface{ shown(*visit) }); ok {
		f.shown(v)
	}
	if t.Mock == nil {
		return v.state.behavior.run(v)
	}
	r, ok := v.state.behavior.(rehearsal)
	if !ok {
		return outcome{}, errors.New("a state of this type has no work that a mock could stand for")
	}
	if err := r.rehearse(v, t); err != nil {
		return outcome{}, err
	}
	if t.Mock.Error != nil {
		e := *t.Mock.Error
		return outcome{}, &e
	}
	return v.state.io.conclude(v, t.Mock.Result)
}

// fail says what becomes of an error: the state is tried again, it is caught, or it is
// the end. Output and Assign of a catcher may fail in their turn.
func (t *Test) fail(v *visit, err error) (outcome, error) {
	x := v.x
	e := catchable(err)
	if e == nil {
		t.Verdict = TestFailed
		return outcome{}, err
	}
	x.Error, x.Cause = e.Name, e.Cause
	if i := v.retrier(e); i >= 0 {
		index := int64(i)
		t.Retry = &index
		tries := make([]int64, len(v.state.retry))
		tries[i] = t.Retries
		if delay, ok := v.backoff(e, tries); ok {
			t.Verdict, t.Backoff = TestRetriable, &delay
			return outcome{}, nil
		}
	}
	i := v.catcher(e)
	if i < 0 {
		t.Verdict = TestFailed
		return outcome{}, e
	}
	index := int64(i)
	t.Verdict, t.Catch = TestCaught, &index
	out, err := v.caught(e)
	if err == nil {
		err = v.fits(out.output)
	}
	if err != nil {
		t.Verdict = TestFailed
	}
	return out, err
}

// hide takes away what the service does not show of a type of state (recorded
// behaviour): the way to a fixed Result, or to the branches of a Parallel state, and
// the result of what is no work of its own.
func (t *Test) hide(st *state) {
	switch b := st.behavior.(type) {
	case *task:
		return
	case pass:
		if b.result != nil {
			delete(t.Data, StageAfterInputPath)
			delete(t.Data, StageAfterParameters)
			return
		}
	case *parallel:
		for _, at := range []Stage{StageAfterInputPath, StageAfterParameters, StageAfterArguments} {
			delete(t.Data, at)
		}
	}
	delete(t.Data, StageResult)
}

// end leaves in x how the execution of the one state has ended.
func (t *Test) end(v *visit, out outcome, err error) {
	x := v.x
	x.Stop = v.Now()
	if err != nil {
		var gone *strand.Canceled
		switch {
		case errors.Is(err, strand.ErrDeadline):
			err = &asl.Error{Name: asl.ErrTimeout}
		case errors.As(err, &gone):
			err = gone.Err
		}
		e := asError(err)
		x.Status, x.Error, x.Cause = Failed, e.Name, e.Cause
		return
	}
	x.Status, x.Output = Succeeded, out.output
	if t.Verdict == TestRetriable {
		return
	}
	if out.next != nil {
		t.Next = out.next.name
	}
	if len(out.assigned) > 0 {
		v.vars.set(out.assigned)
		t.Variables = v.vars.values
	}
}

// context is the context object in a test: the one that is given, or its own. An item
// that a Map looks at is in both.
func (t *Test) context(own value) value {
	if t.Context == nil {
		return own
	}
	item, there := own.Field("Map")
	if !there {
		return *t.Context
	}
	return t.Context.With("Map", item)
}

var errUnequal = errors.New("Input array does not equal the mocked result array's size")

// refuse says that the mock does not fit the state.
func (t *Test) refuse(err error) error {
	t.Refused = err
	return err
}
