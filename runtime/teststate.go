package runtime

import (
	"cmp"
	"context"
	"iter"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/runtime/drive"
	"canto/runtime/history"
	"canto/runtime/interp"
	"canto/runtime/store"
)

// TestStateInput says which state to test, and how. Texts are JSON.
type TestStateInput struct {
	Definition string   // of the state by itself, or of a machine
	Machine    *Machine // instead of Definition
	StateName  string   // of the state in the machine, at any depth; empty: Definition is the state
	RoleARN    string   // wanted by a Task without a mock
	Input      string   // empty: {}
	Variables  string   // an object; empty: none
	Context    string   // the context object, with a mock alone; empty: that of a new EXPRESS execution

	RevealSecrets bool
	Mock          *StateMock // nil: the state does its work

	RetrierRetryCount        int64   // of the retrier that matches the error
	ErrorCausedByState       string  // in a branch or an iteration: it changes nothing in the answer
	MapIterationFailureCount *int64  // iterations that have failed
	MapItemReaderData        *string // what an ItemReader would read, as its source has it
}

// StateMock stands for the work of a Task, Parallel or Map state: a result or an error.
type StateMock struct {
	Result      *string    // JSON
	ErrorOutput *asl.Error // what the work fails with
	Mode        string     // of the check of a Task's result: STRICT (default), PRESENT or NONE
}

// TestStateOutput is what came of the test of a state.
type TestStateOutput struct {
	Status       interp.Verdict
	Output       *value.Value // nil: none
	Error, Cause string
	NextState    string // empty: the machine would end
	Unchecked    bool   // the fields of the mocked result: canto does not know what the service answers
	Inspection   StateInspection
}

// StateInspection is the data on its way through the state, and what else decided.
type StateInspection struct {
	Data       map[Stage]value.Value  // as far as it came
	Variables  map[string]value.Value // after the state
	CatchIndex *int64                 // of the catcher that took the error
	RetryIndex *int64                 // of the retrier that matched it
	Backoff    *time.Duration         // until the next attempt

	MaxConcurrency             *int64 // of a Map, as it is written; 0: as many as there are
	ToleratedFailureCount      *int64 // where the Map says so
	ToleratedFailurePercentage *float64

	Request  *HTTPRequest // of an HTTP task that was done
	Response *HTTPResponse
}

// Stage is a point of the data's way through a state.
type Stage = interp.Stage

// Stages are all stages, in the order of the way.
var Stages = []Stage{
	interp.StageInput, interp.StageAfterInputPath, interp.StageAfterParameters, interp.StageAfterArguments,
	interp.StageAfterItemsPath, interp.StageAfterItemsPointer, interp.StageAfterItemSelector, interp.StageAfterItemBatcher,
	interp.StageResult, interp.StageAfterResultSelector, interp.StageAfterResultPath,
}

// The outcomes of the test of a state.
const (
	TestSucceeded = interp.TestSucceeded
	TestFailed    = interp.TestFailed
	TestRetriable = interp.TestRetriable
	TestCaught    = interp.TestCaught
)

// TestState runs one state by itself, once, as TestState of the API does: without a
// mock a Task calls its function or service, for five minutes at most. Nothing is kept
// of it. What the API would refuse is a *Fault, or source.Diagnostics where it is the
// definition; that the state failed is no error.
func (e *Engine) TestState(ctx context.Context, in TestStateInput) (*TestStateOutput, error) {
	r := &rehearsal{in: in}
	if err := r.prepare(); err != nil {
		return nil, err
	}
	if in.Machine != nil {
		if err := e.alias(in.Machine); err != nil {
			return nil, err
		}
	}
	program, faults := interp.CompileState(r.state)
	if faults.HasErrors() {
		return nil, faults
	}
	x := e.testExecution(r)
	driver := e.driver
	driver.Journal, driver.Observe, driver.Notices, driver.Follow = nil, nil, nil, nil
	p := drive.New(program, store.Begin{Input: r.input.Text(), Start: x.Start}, x)
	if err := apart(ctx, func() error { return driver.Run(handed(ctx), p) }); err != nil {
		return nil, err
	}
	if refused := x.Test.Refused; refused != nil {
		return nil, fault("ValidationException", "%s", refused)
	}
	return newTestStateOutput(r, x), nil
}

// testExecution is the execution around the state: an EXPRESS one.
func (e *Engine) testExecution(r *rehearsal) *interp.Execution {
	machine, name := NewUUID(), NewUUID()
	prefix := "arn:aws:states:" + e.region + ":" + accountOf(r.in.RoleARN, e.account)
	x := &interp.Execution{
		ARN: prefix + ":express:" + machine + ":" + name, Name: name, RoleARN: r.in.RoleARN,
		MachineARN: prefix + ":stateMachine:" + machine, MachineName: machine, Region: e.region,
		Seed: e.seed, Start: Epoch, NoLimits: !e.limits, Recorder: &history.Recorder{}, Status: interp.Running,
		Synchronous: true, Test: r.test(e),
	}
	if e.driver.Live {
		x.Start = e.now()
	}
	x.Token = func(request string) string { return token(x.ARN, request) }
	return x
}

// accountOf is the account of a role, which is also that of whoever names it.
func accountOf(role, otherwise string) string {
	arn, _ := asl.ParseARN(role)
	return cmp.Or(arn.Account, otherwise)
}

func (r *rehearsal) test(e *Engine) *interp.Test {
	t := &interp.Test{
		Variables: map[string]value.Value{}, Context: r.context, Mock: r.mock, Retries: r.in.RetrierRetryCount,
	}
	for _, m := range r.variables.Members() {
		t.Variables[m.Name] = m.Value
	}
	if n := r.in.MapIterationFailureCount; n != nil {
		t.FailedItems = *n
	}
	if text := r.in.MapItemReaderData; text != nil {
		t.Read = func(run *interp.MapRun) iter.Seq2[interp.Item, error] { return e.maps.Given(run.Reader, *text) }
	}
	return t
}

func newTestStateOutput(r *rehearsal, x *interp.Execution) *TestStateOutput {
	t := x.Test
	out := &TestStateOutput{
		Status: t.Verdict, Error: x.Error, Cause: x.Cause, NextState: t.Next, Unchecked: r.unchecked(),
		Inspection: StateInspection{
			Data: t.Data, Variables: t.Variables, CatchIndex: t.Catch, RetryIndex: t.Retry, Backoff: t.Backoff,
			MaxConcurrency: t.Concurrency,
		},
	}
	if t.Verdict == TestSucceeded || t.Verdict == TestCaught {
		out.Output = &x.Output
	}
	if n := t.Tolerance.Count; n >= 0 {
		out.Inspection.ToleratedFailureCount = &n
	}
	if f := t.Tolerance.Percentage; f >= 0 {
		out.Inspection.ToleratedFailurePercentage = &f
	}
	if r.mock == nil {
		out.Inspection.Request, out.Inspection.Response = httpExchange(r.state, t.Data)
	}
	return out
}
