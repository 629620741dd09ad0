package handlers

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"canto/asl/value"
)

// StatesAPI is the API of Step Functions as tasks use it: nested executions,
// activities, callbacks. The engine that runs the tasks stands behind it.
type StatesAPI interface {
	// Do performs an operation, such as "StartExecution". Input and output are the
	// JSON of the API; a refusal is a *Fault.
	Do(ctx context.Context, operation string, input value.Value) (value.Value, error)
	// Await waits until an execution has ended.
	Await(ctx context.Context, execution string) error
}

// RequestID is the id of the request that a call makes: the same whenever the same
// execution is run.
func RequestID(c Call) string { return requestID(digest(c)) }

// StartID is the id of the execution that a call starts: the same whenever the call is
// made again after a crash, another one after a redrive, and in another execution
// that has the same name by the wall clock.
func StartID(c Call) string {
	if c.Redrives == 0 && c.Began.IsZero() {
		return RequestID(c)
	}
	call := digest(c)
	return requestID(sha256.Sum256(fmt.Appendf(call[:], " %q %d %d", c.ARN, c.Began.UnixMilli(), c.Redrives)))
}

// timeline is a Clock that knows what time it is.
type timeline interface{ Now() time.Time }

// Now is the time of the execution for which a handler works, with what the
// handler has declared by Sleep; ok is false where the wall clock holds.
func Now(ctx context.Context) (now time.Time, ok bool) {
	if c, ok := ctx.Value(clockKey{}).(timeline); ok {
		return c.Now(), true
	}
	return time.Time{}, false
}

type submitKey struct{}

// WithSubmit returns a context in which Submit calls f.
func WithSubmit(ctx context.Context, f func(value.Value)) context.Context {
	return context.WithValue(ctx, submitKey{}, f)
}

// Submit says that the job of a ".sync" task, or the request of a callback task that
// the handler completes itself, was taken, and what the service answered. The handler
// then goes on, and returns how the job has ended. A handler that never says so has
// its result taken for both.
func Submit(ctx context.Context, response value.Value) {
	if f, ok := ctx.Value(submitKey{}).(func(value.Value)); ok {
		f(response)
	}
}

// Origin is who has an execution started, where that is another execution.
type Origin struct {
	Execution string // ARN
	Request   string // the same where it is asked for again after a crash: it gets the execution that it has started
}

type originKey struct{}

// WithOrigin returns a context in which an execution is started on behalf of another one.
func WithOrigin(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// OriginOf is on whose behalf something is done; it is empty where nobody said so.
func OriginOf(ctx context.Context) Origin {
	o, _ := ctx.Value(originKey{}).(Origin)
	return o
}
