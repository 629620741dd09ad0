// Package sfn does the tasks that call Step Functions itself: nested executions
// ("states:startExecution") and the operations of the API ("aws-sdk:sfn"). The
// engine stands behind handlers.StatesAPI; the package keeps nothing.
package sfn

import (
	"context"
	"errors"
	"strings"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
)

// operations that tasks may call by "aws-sdk:sfn". The API says which of them it
// answers.
var operations = []string{
	"createActivity", "createStateMachine", "createStateMachineAlias", "deleteActivity", "deleteStateMachine",
	"deleteStateMachineAlias", "deleteStateMachineVersion", "describeActivity", "describeExecution", "describeMapRun",
	"describeStateMachine", "describeStateMachineAlias", "describeStateMachineForExecution", "getActivityTask",
	"getExecutionHistory", "listActivities", "listExecutions", "listMapRuns", "listStateMachineAliases",
	"listStateMachineVersions", "listStateMachines", "listTagsForResource", "publishStateMachineVersion",
	"redriveExecution", "sendTaskFailure", "sendTaskHeartbeat", "sendTaskSuccess", "startExecution",
	"startSyncExecution", "stopExecution", "tagResource", "testState", "untagResource", "updateMapRun",
	"updateStateMachine", "updateStateMachineAlias", "validateStateMachineDefinition",
}

// Register adds the integrations to r.
func Register(r *handlers.Registry, api handlers.StatesAPI) error {
	s := service{api}
	all := map[string]handlers.Handler{
		"states:startExecution":                  handlers.HandlerFunc(s.start),
		"states:startExecution.waitForTaskToken": handlers.HandlerFunc(s.start),
		"states:startExecution.sync":             handlers.HandlerFunc(s.run),
		"states:startExecution.sync:2":           handlers.HandlerFunc(s.run),
	}
	for _, name := range operations {
		all["aws-sdk:sfn:"+name] = s.sdk(name)
		all["aws-sdk:sfn:"+name+".waitForTaskToken"] = s.sdk(name)
	}
	var errs []error
	for name, h := range all {
		errs = append(errs, r.Register(name, h))
	}
	return errors.Join(errs...)
}

type service struct{ api handlers.StatesAPI }

// sdk is an operation of the API: its members are spelled in Pascal case, and there
// is no metadata (recorded behaviour).
func (s service) sdk(name string) handlers.HandlerFunc {
	operation := pascal(name)
	return func(ctx context.Context, c handlers.Call) (value.Value, error) {
		out, err := s.api.Do(ctx, operation, camelCased(textual(c.Input)))
		if err != nil {
			return value.Value{}, failure(c, err, (*handlers.Fault).SDK)
		}
		return pascalCased(out, isoTime), nil
	}
}

// failure is the task's failure for a refusal of the API.
func failure(c handlers.Call, err error, words func(*handlers.Fault) *asl.Error) error {
	var f *handlers.Fault
	if !errors.As(err, &f) {
		return err
	}
	named := *f
	named.Service, named.RequestID = handlers.StepFunctions, handlers.RequestID(c)
	return words(&named)
}

// textual lets JSON stand where the API wants a text of JSON, as the integrations do.
func textual(parameters value.Value) value.Value {
	for _, name := range []string{"Input", "Output", "Definition"} {
		v, there := parameters.Field(name)
		if _, isText := v.AsString(); there && !isText && !v.IsNull() {
			parameters = parameters.With(name, value.String(v.Compact().Text()))
		}
	}
	return parameters
}

func pascal(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
func camel(name string) string  { return strings.ToLower(name[:1]) + name[1:] }
