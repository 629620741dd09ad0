package awsapi

import (
	"context"
	"fmt"
	"time"

	"canto/runtime"
)

func (a *API) startExecution(ctx context.Context, in *StartExecutionInput) (*StartExecutionOutput, error) {
	x, err := a.start(ctx, in)
	if err != nil {
		return nil, err
	}
	return &StartExecutionOutput{ExecutionARN: x.ARN, StartDate: at(x.Start)}, nil
}

// start starts an execution. An empty input is none, where an absent one is {}
// (recorded behaviour).
func (a *API) start(ctx context.Context, in *StartExecutionInput) (*runtime.Execution, error) {
	if _, err := a.engine.Startable(text(in.StateMachineARN)); err != nil {
		return nil, err
	}
	if in.Input != nil && *in.Input == "" {
		return nil, fault("InvalidExecutionInput", "Invalid State Machine Execution Input: 'Invalid execution input.'")
	}
	return a.engine.StartExecution(ctx, runtime.StartInput{
		StateMachine: text(in.StateMachineARN), Name: text(in.Name), Input: text(in.Input), TraceHeader: text(in.TraceHeader),
	})
}

func (a *API) stopExecution(ctx context.Context, in *StopExecutionInput) (*StopExecutionOutput, error) {
	stopped, err := a.engine.StopExecution(ctx, text(in.ExecutionARN), text(in.Error), text(in.Cause))
	if err != nil {
		return nil, err
	}
	return &StopExecutionOutput{StopDate: at(stopped)}, nil
}

func included() *CloudWatchEventsExecutionDataDetails {
	return &CloudWatchEventsExecutionDataDetails{Included: some(true)}
}

func (a *API) describeExecution(_ context.Context, in *DescribeExecutionInput) (*DescribeExecutionOutput, error) {
	x, err := a.engine.Execution(text(in.ExecutionARN))
	if err != nil {
		return nil, err
	}
	r := x.Look()
	out := &DescribeExecutionOutput{
		ExecutionARN: x.ARN, StateMachineARN: x.MachineARN, Name: x.Name, Status: string(r.Status),
		StartDate: at(x.Start), StopDate: stopDate(r), TraceHeader: x.TraceHeader, RedriveCount: some[int64](0),
		RedriveStatus: "REDRIVABLE", StateMachineVersionARN: x.VersionARN, StateMachineAliasARN: x.AliasARN,
	}
	if r.Status == runtime.Running || r.Status == runtime.Succeeded {
		out.RedriveStatus = "NOT_REDRIVABLE"
		out.RedriveStatusReason = fmt.Sprintf("Execution is %s and cannot be redriven", r.Status)
	}
	if text(in.IncludedData) == metadataOnly {
		return out, nil
	}
	out.Input, out.InputDetails = x.Input.Text(), included()
	switch r.Status {
	case runtime.Succeeded:
		out.Output, out.OutputDetails = r.Output.Text(), included()
	case runtime.Failed, runtime.Aborted: // not of one that timed out (recorded behaviour)
		out.Error, out.Cause = r.Error, r.Cause
	}
	return out, nil
}

// stopDate is when an execution has ended, if it has.
func stopDate(r *runtime.Run) *Time {
	if r.Status == runtime.Running {
		return nil
	}
	return &Time{r.Stop}
}

func (a *API) describeStateMachineForExecution(_ context.Context, in *DescribeStateMachineForExecutionInput) (*DescribeStateMachineForExecutionOutput, error) {
	x, err := a.engine.Execution(text(in.ExecutionARN))
	if err != nil {
		return nil, err
	}
	m := x.StateMachine
	kept := settingsOf(m)
	return &DescribeStateMachineForExecutionOutput{
		StateMachineARN: m.ARN, Name: m.Machine.Name, Definition: definition(m, in.IncludedData), RoleARN: m.RoleARN,
		UpdateDate: at(m.Updated), RevisionID: m.Revision, VariableReferences: variableReferences(m.Machine.AST),
		LoggingConfiguration: kept.Logging, TracingConfiguration: kept.Tracing, EncryptionConfiguration: kept.Encryption,
	}, nil
}

func (a *API) listExecutions(_ context.Context, in *ListExecutionsInput) (*ListExecutionsOutput, error) {
	if (in.StateMachineARN == nil) == (in.MapRunARN == nil) {
		return nil, invalid("", "Must provide exactly one of: stateMachineArn or mapRunArn")
	}
	m, err := a.engine.StateMachine(text(in.StateMachineARN))
	if err != nil {
		return nil, err
	}
	if m.Express() {
		return nil, typeNotSupported()
	}
	out := &ListExecutionsOutput{Executions: []ExecutionListItem{}}
	wanted := filtered(a.engine.Executions(m.ARN), text(in.StatusFilter))
	wanted, out.NextToken, err = page(paging{"executions " + m.ARN, in.MaxResults, in.NextToken}, wanted,
		func(x listed) string { return x.ARN })
	if err != nil {
		return nil, err
	}
	for _, x := range wanted {
		out.Executions = append(out.Executions, ExecutionListItem{
			ExecutionARN: x.ARN, StateMachineARN: m.ARN, Name: x.Name, Status: string(x.run.Status),
			StartDate: at(x.Start), StopDate: stopDate(x.run), RedriveCount: some[int64](0),
			StateMachineVersionARN: x.VersionARN, StateMachineAliasARN: x.AliasARN,
		})
	}
	return out, nil
}

func typeNotSupported() error {
	return fault("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
}

// listed is an execution as it was when the list was made.
type listed struct {
	*runtime.Execution
	run *runtime.Run
}

func filtered(all []*runtime.Execution, status string) []listed {
	out := make([]listed, 0, len(all))
	for _, x := range all {
		if r := x.Look(); status == "" || status == string(r.Status) {
			out = append(out, listed{x, r})
		}
	}
	return out
}

// startSyncExecution runs an EXPRESS execution, and gives what came of it. It is
// given up with the request.
func (a *API) startSyncExecution(ctx context.Context, in *StartSyncExecutionInput) (*StartSyncExecutionOutput, error) {
	m, err := a.engine.Startable(text(in.StateMachineARN))
	if err != nil {
		return nil, err
	}
	if !m.Express() {
		return nil, typeNotSupported()
	}
	x, err := a.start(ctx, &StartExecutionInput{StateMachineARN: in.StateMachineARN, Name: in.Name, Input: in.Input, TraceHeader: in.TraceHeader})
	if err != nil {
		return nil, err
	}
	r, err := x.Wait(ctx)
	if err != nil {
		return nil, err
	}
	return synchronous(x, r, text(in.IncludedData) != metadataOnly), nil
}

func synchronous(x *runtime.Execution, r *runtime.Run, data bool) *StartSyncExecutionOutput {
	out := &StartSyncExecutionOutput{
		ExecutionARN: x.ARN, StateMachineARN: x.MachineARN, Name: x.Name, Status: string(r.Status),
		StartDate: at(x.Start), StopDate: at(r.Stop), TraceHeader: x.TraceHeader, BillingDetails: billing(r.Duration()),
	}
	if !data {
		return out
	}
	out.Input, out.InputDetails, out.OutputDetails = x.Input.Text(), included(), included()
	if r.Status == runtime.Succeeded {
		out.Output = r.Output.Text()
	} else {
		out.Error, out.Cause = r.Error, r.Cause
	}
	return out
}

// billing is what AWS would bill: at least 64 MB, in steps of 100 ms.
func billing(d time.Duration) *BillingDetails {
	const step = 100 * time.Millisecond
	steps := max(1, (d+step-1)/step)
	return &BillingDetails{BilledMemoryUsedInMB: some[int64](64), BilledDurationInMilliseconds: some((steps * step).Milliseconds())}
}
