package interp

import (
	"errors"
	"strconv"
	"time"

	"canto/asl"
	jsonvalue "canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/strand"
)

// MaxPayload is how many bytes of UTF-8 an input or output may have (quotas).
const MaxPayload = 262144

// MaxError and MaxCause are how many characters an error's name and its cause may have
// (the API's model). What is longer is cut.
const (
	MaxError = 256
	MaxCause = 32768
)

// failureOf is an error in the lengths that it may have.
func failureOf(name, cause string) *asl.Error {
	return &asl.Error{Name: cut(name, MaxError), Cause: cut(cause, MaxCause)}
}

// cut is the first n characters of a text, or all of it.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for i := range text {
		if n--; n < 0 {
			return text[:i]
		}
	}
	return text
}

// MaxExpressVisits is how many states an EXPRESS execution may enter: the service takes
// more than a millisecond for each, so that one with more takes longer than
// MaxExpress. It bounds a loop that never waits, to which no time passes here.
const MaxExpressVisits = int(MaxExpress / time.Millisecond)

// Execution is one run of a Program: who it is, and what has come of it.
type Execution struct {
	ARN, Name, RoleARN       string
	MachineARN, MachineName  string
	VersionARN, AliasARN     string
	Region                   string
	Case                     string    // the test case of mocks that its handlers are asked for
	Seed                     uint64    // of all randomness in the execution
	Start, Stop              time.Time // Stop is set when it has ended
	Synchronous              bool      // EXPRESS, and somebody waits for it: its context object has no RedriveCount (recorded behaviour)
	NoLimits                 bool      // no limit on payloads; that on events is the Recorder's
	Recorder                 *history.Recorder
	Token                    func(requestID string) string         // the task token of a request
	Absent                   func(requestID, activity string) bool // whether there is no such activity, when that request is to be made; nil: there is
	Status                   Status                                // Running until Run returns
	Output                   jsonvalue.Value
	Error, Cause             string
	RedriveCount             int
	Redriven                 time.Time // when it was, last
	Test                     *Test     // of a single state; nil: the program is run
	held                     int       // bytes of all variables that are alive
	halted                   *halt     // of one that ended without success
	MaxVisits                int       // of states, after which it has taken longer than it may; 0: no limit
	Retries, Catches, Visits int
}

// Status of an execution, as the API names it.
type Status string

// The statuses.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// Run runs the program on s to its end, and leaves in x how it ended.
func (p *Program) Run(s *strand.Strand, x *Execution, in jsonvalue.Value) error {
	if x.Test != nil {
		return x.Test.run(s, x, p.root.start, in)
	}
	b := &branch{Strand: s, x: x, input: in, vars: &variables{}}
	b.record(history.Event{Type: history.ExecutionStarted, Data: in.Text(), Info: &history.Info{
		RoleARN: x.RoleARN, VersionARN: x.VersionARN, AliasARN: x.AliasARN,
	}})
	b.prev = 0 // recorded behaviour: the first state does not point to ExecutionStarted
	p.limit(s)
	return x.conclude(b, func() (value, error) { return b.run(p.root, in) })
}

// conclude runs the machine to its end, and leaves in x how it ended.
func (x *Execution) conclude(b *branch, run func() (value, error)) error {
	out, err := run()
	if errors.Is(err, strand.ErrClosed) {
		return err
	}
	x.halted = nil
	if err != nil {
		x.halted = &halt{b.checkpoint(), b.input}
	}
	x.end(b, out, err)
	return err
}

// end records the terminal event.
func (x *Execution) end(b *branch, out value, err error) {
	x.Stop = b.Now()
	if err == nil {
		x.Status, x.Output = Succeeded, out
		b.record(history.Event{Type: history.ExecutionSucceeded, Data: out.Text()})
		return
	}
	var stop *strand.Stop
	var gone *strand.Canceled
	switch {
	case errors.As(err, &stop):
		x.Status, x.Error, x.Cause = Aborted, stop.Name, stop.Cause
		b.prev = 0
		b.record(failure(history.ExecutionAborted, stop.Name, stop.Cause))
	case errors.Is(err, strand.ErrDeadline):
		x.Status, x.Error = TimedOut, asl.ErrTimeout
		b.prev = 0
		b.record(failure(history.ExecutionTimedOut, asl.ErrTimeout, ""))
	default:
		if errors.As(err, &gone) {
			err = gone.Err
		}
		e := asError(err)
		x.Status, x.Error, x.Cause = Failed, e.Name, e.Cause
		b.record(failure(history.ExecutionFailed, e.Name, e.Cause))
	}
}

func failure(t history.Type, name, cause string) history.Event {
	return history.Event{Type: t, Info: &history.Info{Error: name, Cause: cause}}
}

// asError is what of err the machine and its owner get to see. What is no error of
// the language is a fault of canto's own, and says so.
func asError(err error) *asl.Error {
	var e *asl.Error
	if errors.As(err, &e) {
		return e
	}
	return &asl.Error{Name: asl.ErrRuntime, Cause: "internal fault: " + err.Error()}
}

var errTooManyEvents = &asl.Error{
	Name:  asl.ErrRuntime,
	Cause: "The execution reached the maximum number of history events (" + strconv.Itoa(history.MaxEvents) + ").",
}
