// Package mock reads the mock file of AWS Step Functions Local, and answers
// Task states with what it says. It never calls a service: a state that the
// chosen case does not mention goes to its real handler.
package mock

import (
	"context"
	"fmt"
	"time"

	"canto/asl"
	"canto/asl/source"
	"canto/asl/value"
	"canto/handlers"
)

// Config is a mock file: the cases of its state machines, and the responses
// that the cases share.
type Config struct {
	src       *source.Source
	machines  []machine
	responses map[string]*response
}

type machine struct {
	name  string
	cases []*Case
}

// Case is a test case of one machine: which states are mocked, and how.
type Case struct {
	name   string
	states []state
}

type state struct {
	name     string
	span     source.Span
	response *response
}

// response is what a mocked state answers, invocation after invocation.
type response struct {
	name  string
	span  source.Span
	steps []step
}

// step is the answer to the invocations first to last.
type step struct {
	first, last int
	span        source.Span
	result      value.Value
	failure     *asl.Error // nil: result is returned
	after       time.Duration
}

// Resolver answers for the states of the case, and asks real for all others.
func (k *Case) Resolver(real handlers.Resolver) handlers.Resolver {
	responses := make(map[string]*response, len(k.states))
	for _, s := range k.states {
		responses[s.name] = s.response
	}
	return resolver{responses, real}
}

type resolver struct {
	responses map[string]*response
	real      handlers.Resolver
}

func (r resolver) Resolve(c handlers.Call) (handlers.Handler, error) {
	if mocked := r.responses[c.State]; mocked != nil {
		return mocked, nil
	}
	return r.real.Resolve(c)
}

// Completes says that a mock answers callback tasks too, as Step Functions
// Local has it: no token is waited for. The request itself is taken, and the answer
// is what the worker says, be it a failure.
func (r *response) Completes() bool { return true }

// Invoke gives the answer for the invocation, after its virtual duration. An
// invocation beyond the last one fails with States.Runtime, which nothing
// catches.
func (r *response) Invoke(ctx context.Context, c handlers.Call) (value.Value, error) {
	for _, s := range r.steps {
		if s.first <= c.Invocation && c.Invocation <= s.last {
			if c.Token != "" {
				handlers.Submit(ctx, handlers.Acknowledgement(c))
			}
			return s.answer(ctx, c)
		}
	}
	return value.Value{}, r.exhausted(c)
}

func (s step) answer(ctx context.Context, c handlers.Call) (value.Value, error) {
	if err := handlers.Sleep(ctx, s.after); err != nil {
		return value.Value{}, err
	}
	if s.failure != nil {
		return value.Value{}, s.failure
	}
	if handlers.Integration(c.Resource) {
		return s.result, nil
	}
	return functionResult(s.result), nil
}

// functionResult takes the payload out of the raw answer of Lambda's Invoke,
// which a mock file may hold for a Task that names its function directly too
// (recorded behaviour); any other value is the function's result itself.
func functionResult(raw value.Value) value.Value {
	payload, ok := raw.Field("Payload")
	if _, status := raw.Field("StatusCode"); ok && status {
		return payload
	}
	return raw
}

func (r *response) exhausted(c handlers.Call) error {
	last := r.steps[len(r.steps)-1].last
	p := r.span.Position()
	return &asl.Error{
		Name: asl.ErrRuntime,
		Cause: fmt.Sprintf("The state '%s' was invoked with index %d, but its mocked response '%s' ends at index %d (%s:%d:%d)",
			c.State, c.Invocation, r.name, last, p.Name, p.Line, p.Column),
	}
}
