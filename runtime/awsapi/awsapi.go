// Package awsapi answers the API of AWS Step Functions, in the protocol AWS JSON
// 1.0, for a runtime.Engine: requests are checked against the service's model, and
// refused in its words. Signatures are not looked at. What a machine means, and
// what is kept of it, is the engine's.
package awsapi

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
	"canto/runtime/drive"
)

// API is the API in front of an engine. It is an http.Handler, and the
// handlers.StatesAPI of the engine's own tasks.
type API struct {
	engine *runtime.Engine
	poll   time.Duration
}

// Option says how an API answers.
type Option func(*API)

// Poll is how long GetActivityTask waits for a task; by default 60 seconds.
func Poll(d time.Duration) Option { return func(a *API) { a.poll = d } }

// New returns the API of an engine.
func New(e *runtime.Engine, opts ...Option) *API {
	a := &API{engine: e, poll: time.Minute}
	for _, o := range opts {
		o(a)
	}
	return a
}

// operation answers a request that has passed the model's constraints.
type operation func(ctx context.Context, a *API, request value.Value, answer *writer) error

// op makes an operation of a method that takes and gives the model's structures.
func op[In, Out any, P reader[In], Q written[Out]](f func(*API, context.Context, P) (Q, error)) operation {
	return func(ctx context.Context, a *API, request value.Value, answer *writer) error {
		out, err := f(a, ctx, readStructure[In, P](request))
		if err == nil {
			out.write(answer)
		}
		return err
	}
}

// operations are those that are answered.
var operations = map[string]operation{
	"CreateActivity":                   op((*API).createActivity),
	"CreateStateMachine":               op((*API).createStateMachine),
	"CreateStateMachineAlias":          op((*API).createStateMachineAlias),
	"DeleteActivity":                   op((*API).deleteActivity),
	"DeleteStateMachine":               op((*API).deleteStateMachine),
	"DeleteStateMachineAlias":          op((*API).deleteStateMachineAlias),
	"DeleteStateMachineVersion":        op((*API).deleteStateMachineVersion),
	"DescribeActivity":                 op((*API).describeActivity),
	"DescribeExecution":                op((*API).describeExecution),
	"DescribeMapRun":                   op((*API).describeMapRun),
	"DescribeStateMachine":             op((*API).describeStateMachine),
	"DescribeStateMachineAlias":        op((*API).describeStateMachineAlias),
	"DescribeStateMachineForExecution": op((*API).describeStateMachineForExecution),
	"GetActivityTask":                  op((*API).getActivityTask),
	"GetExecutionHistory":              op((*API).getExecutionHistory),
	"ListActivities":                   op((*API).listActivities),
	"ListExecutions":                   op((*API).listExecutions),
	"ListMapRuns":                      op((*API).listMapRuns),
	"ListStateMachineAliases":          op((*API).listStateMachineAliases),
	"ListStateMachineVersions":         op((*API).listStateMachineVersions),
	"ListStateMachines":                op((*API).listStateMachines),
	"ListTagsForResource":              op((*API).listTagsForResource),
	"PublishStateMachineVersion":       op((*API).publishStateMachineVersion),
	"RedriveExecution":                 op((*API).redriveExecution),
	"SendTaskFailure":                  op((*API).sendTaskFailure),
	"SendTaskHeartbeat":                op((*API).sendTaskHeartbeat),
	"SendTaskSuccess":                  op((*API).sendTaskSuccess),
	"StartExecution":                   op((*API).startExecution),
	"StartSyncExecution":               op((*API).startSyncExecution),
	"StopExecution":                    op((*API).stopExecution),
	"TagResource":                      op((*API).tagResource),
	"TestState":                        op((*API).testState),
	"UntagResource":                    op((*API).untagResource),
	"UpdateMapRun":                     op((*API).updateMapRun),
	"UpdateStateMachine":               op((*API).updateStateMachine),
	"UpdateStateMachineAlias":          op((*API).updateStateMachineAlias),
	"ValidateStateMachineDefinition":   op((*API).validateStateMachineDefinition),
}

// Operations are the names of the operations that are answered, sorted.
func Operations() []string {
	names := make([]string, 0, len(operations))
	for name := range operations {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Do implements handlers.StatesAPI.
func (a *API) Do(ctx context.Context, operation string, input value.Value) (value.Value, error) {
	var answer writer
	if err := a.do(ctx, operation, input, &answer); err != nil {
		return value.Value{}, unfinished(err)
	}
	return value.Raw(string(answer.b)), nil
}

// unfinished says of what is no refusal, as when nothing can be kept, that it is no
// outcome of the task that asks: that is asked for again.
func unfinished(err error) error {
	if f := (*runtime.Fault)(nil); err == nil || errors.As(err, &f) {
		return err
	}
	return &drive.Unfinished{Err: err}
}

func (a *API) do(ctx context.Context, name string, input value.Value, answer *writer) error {
	perform, known := operations[name]
	if !known {
		return unknownOperation()
	}
	if err := admit(name, input); err != nil {
		return err
	}
	return perform(ctx, a, input, answer)
}

// Await implements handlers.StatesAPI.
func (a *API) Await(ctx context.Context, execution string) error {
	err := a.engine.AwaitExecution(ctx, execution)
	return cmp.Or(ctx.Err(), unfinished(err))
}

var _ handlers.StatesAPI = (*API)(nil)
