// Package handlers is what a state machine calls: the contract between a Task
// and the Go function, mock or service that does its work. It knows how results
// and failures look on AWS Lambda, and nothing of states, clocks and histories.
package handlers

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"canto/asl/value"
)

// Call is one attempt of a Task state.
type Call struct {
	Resource   string // as the state names it
	Execution  string // name of the execution
	Machine    string // name of the state machine
	Case       string // the test case of mocks that the execution was started with; empty: none
	State      string // name of the state
	Path       string // branch path: "" at the top, "/2/0" in branches and iterations
	Visit      int    // visit of the state in its branch, from 1
	Attempt    int    // retries so far, from 0
	Invocation int    // nth invocation of this state in this execution, from 0: mocks count by it
	Input      value.Value
	Token      string        // task token of a callback task, else empty
	Timeout    time.Duration // 0: none
	Heartbeat  time.Duration // 0: none
	Scheduled  time.Time     // when, by the execution's clock
	ARN        string        // of the execution
	Began      time.Time     // when the execution did, by the wall clock; zero in virtual time
	Redrives   int           // of the execution, so far
}

// Handler does the work of a Task. A failure that the machine should see by a
// name of its own is an *asl.Error; any other error is named by Failure.
// Handlers are called concurrently.
type Handler interface {
	Invoke(ctx context.Context, c Call) (value.Value, error)
}

// HandlerFunc is a Handler from a function.
type HandlerFunc func(ctx context.Context, c Call) (value.Value, error)

// Invoke calls f.
func (f HandlerFunc) Invoke(ctx context.Context, c Call) (value.Value, error) { return f(ctx, c) }

// Resolver finds the handler of a call. It looks at everything but the input.
type Resolver interface {
	Resolve(c Call) (Handler, error)
}

// Completer is a Handler that may answer a callback task (".waitForTaskToken")
// for the outside worker: where Completes says so, the result of Invoke is the
// task's result. Otherwise a callback task waits for its token after Invoke.
type Completer interface {
	Handler
	Completes() bool
}

// Completes says whether h answers callback tasks itself.
func Completes(h Handler) bool {
	c, ok := h.(Completer)
	return ok && c.Completes()
}

// Do calls h and hands its outcome to deliver, exactly once, whatever h does: a
// panic is the failure that aws-lambda-go makes of it, and so is runtime.Goexit
// (as testing's FailNow calls it), after which the calling goroutine ends once
// deliver has returned. So Do belongs on a goroutine of its own.
func Do(ctx context.Context, h Handler, c Call, deliver func(value.Value, error)) {
	var out value.Value
	var err error
	returned := false
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		} else if !returned {
			err = exited(c)
		}
		deliver(out, err)
	}()
	out, err = h.Invoke(ctx, c)
	returned = true
}

// Invoke calls h on a goroutine of its own, waits for it, and returns its
// outcome as Do tells it.
func Invoke(ctx context.Context, h Handler, c Call) (out value.Value, err error) {
	done := make(chan struct{})
	go Do(ctx, h, c, func(v value.Value, e error) {
		out, err = v, e
		close(done)
	})
	<-done
	return out, err
}

// exited is the failure of a handler that ended its goroutine. On Lambda that
// ends the process without an answer, which is reported as Runtime.ExitError.
func exited(c Call) error {
	return lambdaFailure(messages.InvokeResponse_Error{
		Type:    "Runtime.ExitError",
		Message: fmt.Sprintf("the handler of %q ended its goroutine (runtime.Goexit) without a result", c.Resource),
	})
}
