package awsapi

import (
	"context"
	"errors"
	"maps"
	"slices"

	"canto/asl"
	"canto/asl/source"
	"canto/asl/value"
	"canto/runtime"
	"canto/runtime/interp"
)

// testState tests one state. How much is told of it depends on the level: INFO has
// what came of it, DEBUG the data on its way, too, and TRACE the call of an HTTP task.
func (a *API) testState(ctx context.Context, in *TestStateInput) (*TestStateOutput, error) {
	if faults := unreadable(text(in.Definition)); faults != nil {
		return nil, invalidDefinition(faults)
	}
	r, err := a.engine.TestState(ctx, testStateInput(in))
	var faults source.Diagnostics
	if errors.As(err, &faults) {
		return nil, invalidDefinition(faults)
	}
	if err != nil {
		return nil, err
	}
	return NewTestStateOutput(r, or(in.InspectionLevel, "INFO")), nil
}

func testStateInput(in *TestStateInput) runtime.TestStateInput {
	out := runtime.TestStateInput{
		Definition: text(in.Definition), StateName: text(in.StateName), RoleARN: text(in.RoleARN), Input: text(in.Input),
		Variables: text(in.Variables), Context: text(in.Context), RevealSecrets: or(in.RevealSecrets, false),
	}
	if m := in.Mock; m != nil {
		out.Mock = &runtime.StateMock{Result: m.Result, Mode: text(m.FieldValidationMode)}
		if e := m.ErrorOutput; e != nil {
			out.Mock.ErrorOutput = &asl.Error{Name: text(e.Error), Cause: text(e.Cause)}
		}
	}
	if c := in.StateConfiguration; c != nil {
		out.RetrierRetryCount, out.ErrorCausedByState = or(c.RetrierRetryCount, 0), text(c.ErrorCausedByState)
		out.MapIterationFailureCount, out.MapItemReaderData = c.MapIterationFailureCount, c.MapItemReaderData
	}
	return out
}

// NewTestStateOutput is what came of the test of a state, as the API tells it at a
// level of inspection.
func NewTestStateOutput(r *runtime.TestStateOutput, level string) *TestStateOutput {
	out := &TestStateOutput{Error: r.Error, Cause: r.Cause, NextState: r.NextState, Status: string(r.Status)}
	if r.Output != nil {
		out.Output = r.Output.Text()
	}
	if level != "INFO" {
		out.InspectionData = inspectionData(&r.Inspection)
	}
	if level == "TRACE" {
		out.InspectionData.Request, out.InspectionData.Response = exchange(&r.Inspection)
	}
	return out
}

func exchange(i *runtime.StateInspection) (request *InspectionDataRequest, response *InspectionDataResponse) {
	if r := i.Request; r != nil {
		request = &InspectionDataRequest{Protocol: r.Protocol, Method: r.Method, URL: r.URL, Headers: r.Headers, Body: r.Body}
	}
	if r := i.Response; r != nil {
		response = &InspectionDataResponse{
			Protocol: r.Protocol, StatusCode: r.StatusCode, StatusMessage: r.StatusMessage, Headers: r.Headers, Body: r.Body,
		}
	}
	return request, response
}

func inspectionData(i *runtime.StateInspection) *InspectionData {
	at := func(stage runtime.Stage) string {
		if x, there := i.Data[stage]; there {
			return x.Text()
		}
		return ""
	}
	return &InspectionData{
		Input:          at(interp.StageInput),
		AfterInputPath: at(interp.StageAfterInputPath), AfterParameters: at(interp.StageAfterParameters),
		AfterArguments: at(interp.StageAfterArguments), AfterItemsPath: at(interp.StageAfterItemsPath),
		AfterItemsPointer: at(interp.StageAfterItemsPointer), AfterItemSelector: at(interp.StageAfterItemSelector), AfterItemBatcher: at(interp.StageAfterItemBatcher),
		Result: at(interp.StageResult), AfterResultSelector: at(interp.StageAfterResultSelector),
		AfterResultPath: at(interp.StageAfterResultPath), Variables: variables(i.Variables), ErrorDetails: errorDetails(i),
		MaxConcurrency: i.MaxConcurrency, ToleratedFailureCount: i.ToleratedFailureCount,
		ToleratedFailurePercentage: i.ToleratedFailurePercentage,
	}
}

// variables are an object, or "" where there are none.
func variables(all map[string]value.Value) string {
	if len(all) == 0 {
		return ""
	}
	var members []value.Member
	for _, name := range slices.Sorted(maps.Keys(all)) {
		members = append(members, value.Member{Name: name, Value: all[name]})
	}
	return value.NewObject(members...).Text()
}

func errorDetails(i *runtime.StateInspection) *InspectionErrorDetails {
	if i.CatchIndex == nil && i.RetryIndex == nil {
		return nil
	}
	out := &InspectionErrorDetails{CatchIndex: i.CatchIndex, RetryIndex: i.RetryIndex}
	if i.Backoff != nil {
		out.RetryBackoffIntervalSeconds = some(int64(i.Backoff.Seconds()))
	}
	return out
}
