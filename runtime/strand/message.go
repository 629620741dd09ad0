package strand

import (
	"time"

	"canto/asl/value"
)

// Request is what an execution asks of the world: to ring at Due, or to do Call.
type Request struct {
	ID        string
	At        time.Time // when it was asked
	Due       time.Time // of a timer: when it rings
	Call      *Call     // of a call: what to do; nil for a timer
	Timeout   time.Duration
	Heartbeat time.Duration // the longest silence of the worker; 0: any
	Withdraw  bool          // the answer to the request of this ID is no longer wanted
}

// Call is a piece of work for somebody outside.
type Call struct {
	Resource    string // as the state names it
	State       string
	Path        string // of the strand that asks
	Visit       int    // of the state's strand, from 1: the number in the request's ID
	Attempt     int    // retries so far
	Input       value.Value
	Token       string // task token, where the worker answers by callback
	Credentials string // role to assume, if any
	Job         any    // what Input cannot say: made anew in each replay, and never kept
	Wait        Wait
	Invocation  int // how many calls the state has made before; the driver counts them
}

// Wait is what a call waits for.
type Wait int

// The ways to wait. ForWorker is an activity's, which somebody takes from outside.
const (
	ForResult   Wait = iota // what the worker returns
	ForJob                  // the end of the job that the worker has submitted
	ForCallback             // whoever brings back the task token
	ForWorker
)

// Kind is what an answer says.
type Kind string

// The kinds. Started and Submitted report progress and leave the request open;
// Stopped, Doomed and Redriven belong to the execution as a whole and have no ID.
const (
	Started   Kind = "started"   // a worker has begun; Worker says which
	Submitted Kind = "submitted" // the job was taken; Output is the first response
	Succeeded Kind = "succeeded" // Output; a timer has rung
	Failed    Kind = "failed"    // Error and Cause
	TimedOut  Kind = "timedout"  // Error says which clock ran out
	Stopped   Kind = "stopped"   // somebody stops the execution; Error and Cause
	Doomed    Kind = "doomed"    // the execution may not go far any more; Error and Cause (Strand.Doom)
	Redriven  Kind = "redriven"  // somebody begins an execution that has ended once more
)

// Answer is what the world says to a request. The answers, in their order, are
// all that must be kept for an execution to be run again to where it was.
type Answer struct {
	ID     string
	At     time.Time
	Kind   Kind
	Output value.Value
	Error  string
	Cause  string
	Worker string
}

func (a Answer) progress() bool { return a.Kind == Started || a.Kind == Submitted }
