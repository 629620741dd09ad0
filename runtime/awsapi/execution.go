package awsapi

import (
	"context"
	"fmt"
	"time"

	"canto/runtime"
	"canto/runtime/interp"
	"canto/runtime/store"
)

func (a *API) startExecution(ctx context.Context, in *StartExecutionInput) (*StartExecutionOutput, error) {
	start, err := a.startInput(in)
	if err != nil {
		return nil, err
	}
	x, err := a.engine.StartExecution(ctx, start)
	if err != nil {
		return nil, err
	}
	return &StartExecutionOutput{ExecutionARN: x.ARN, StartDate: at(x.Start)}, nil
}

// startInput is what an execution is started with. An empty input is none, where an
// absent one is {} (recorded behaviour).
func (a *API) startInput(in *StartExecutionInput) (runtime.StartInput, error) {
	start := runtime.StartInput{
		StateMachine: text(in.StateMachineARN), Name: text(in.Name), Input: text(in.Input), TraceHeader: text(in.TraceHeader),
	}
	if in.Input == nil || *in.Input != "" {
		return start, nil
	}
	if _, err := a.engine.Startable(start.StateMachine); err != nil {
		return start, err
	}
	return start, fault("InvalidExecutionInput", "Invalid State Machine Execution Input: 'Invalid execution input.'")
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

func (a *API) describeExecution(ctx context.Context, in *DescribeExecutionInput) (*DescribeExecutionOutput, error) {
	x, err := a.engine.DescribeExecution(ctx, text(in.ExecutionARN))
	if err != nil {
		return nil, err
	}
	b := &x.Begin
	out := &DescribeExecutionOutput{
		ExecutionARN: x.ID, StateMachineARN: b.MachineARN, Name: b.Name, Status: store.Running,
		StateMachineVersionARN: b.VersionARN, StateMachineAliasARN: b.AliasARN, MapRunARN: b.MapRunARN,
		StartDate: at(b.Start), TraceHeader: b.TraceHeader, RedriveCount: some[int64](0), RedriveStatus: "REDRIVABLE",
	}
	if x.End != nil {
		out.Status, out.StopDate = x.End.Status, &Time{x.End.Stop}
	}
	if out.Status == string(runtime.Running) || out.Status == string(runtime.Succeeded) {
		out.RedriveStatus = "NOT_REDRIVABLE"
		out.RedriveStatusReason = fmt.Sprintf("Execution is %s and cannot be redriven", out.Status)
	}
	if text(in.IncludedData) == metadataOnly {
		return out, nil
	}
	out.Input, out.InputDetails = b.Input, included()
	switch interp.Status(out.Status) {
	case runtime.Succeeded:
		out.Output, out.OutputDetails = x.End.Output, included()
	case runtime.Failed, runtime.Aborted: // not of one that timed out (recorded behaviour)
		out.Error, out.Cause = x.End.Error, x.End.Cause
	}
	return out, nil
}

func (a *API) describeStateMachineForExecution(ctx context.Context, in *DescribeStateMachineForExecutionInput) (*DescribeStateMachineForExecutionOutput, error) {
	x, err := a.engine.DescribeExecution(ctx, text(in.ExecutionARN))
	if err != nil {
		return nil, err
	}
	m, err := a.engine.StateMachineOf(x)
	if err != nil {
		return nil, err
	}
	kept := settingsOf(m)
	return &DescribeStateMachineForExecutionOutput{
		StateMachineARN: m.ARN, Name: m.Machine.Name, Definition: definition(m, in.IncludedData), RoleARN: m.RoleARN,
		UpdateDate: at(m.Updated), RevisionID: m.Revision, VariableReferences: variableReferences(m.Machine.AST),
		LoggingConfiguration: kept.Logging, TracingConfiguration: kept.Tracing, EncryptionConfiguration: kept.Encryption,
	}, nil
}

func (a *API) listExecutions(ctx context.Context, in *ListExecutionsInput) (*ListExecutionsOutput, error) {
	if (in.StateMachineARN == nil) == (in.MapRunARN == nil) {
		return nil, invalid("", "Must provide exactly one of: stateMachineArn or mapRunArn")
	}
	q, err := a.executionsOf(text(in.StateMachineARN))
	if err != nil {
		return nil, err
	}
	p := paging{"executions " + text(in.StateMachineARN), in.MaxResults, in.NextToken}
	q.Status, q.Limit = text(in.StatusFilter), p.size()+1
	if q.After, err = p.key(); err != nil {
		return nil, err
	}
	found, err := a.engine.ListExecutions(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &ListExecutionsOutput{Executions: []ExecutionListItem{}}
	if n := p.size(); len(found) > n {
		found, out.NextToken = found[:n], p.tokenOf(found[n-1].Cursor)
	}
	for _, x := range found {
		out.Executions = append(out.Executions, listed(x))
	}
	return out, nil
}

// executionsOf asks for the executions of a machine, or of those that were
// started by a version or an alias of it.
func (a *API) executionsOf(arn string) (store.Query, error) {
	m, err := a.engine.StateMachine(arn)
	if err != nil { // an alias is no machine
		if m, err = a.engine.Startable(arn); err != nil {
			return store.Query{}, err
		}
	}
	q := store.Query{Machine: m.ARN}
	switch {
	case m.Express():
		return q, typeNotSupported()
	case arn == m.ARN:
	case arn == m.VersionARN:
		q.Version = arn
	default:
		q.Alias = arn
	}
	return q, nil
}

func listed(x store.Summary) ExecutionListItem {
	item := ExecutionListItem{
		ExecutionARN: x.ID, StateMachineARN: x.MachineARN, Name: x.Name, Status: x.Status, MapRunARN: x.MapRunARN,
		StateMachineVersionARN: x.VersionARN, StateMachineAliasARN: x.AliasARN,
		StartDate: at(x.Start), RedriveCount: some[int64](0),
	}
	if !x.Stop.IsZero() {
		item.StopDate = &Time{x.Stop}
	}
	if x.MapRunARN != "" {
		item.ItemCount = some(int64(x.Items))
	}
	return item
}

func typeNotSupported() error {
	return fault("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
}

// startSyncExecution runs an EXPRESS execution, and gives what came of it.
func (a *API) startSyncExecution(ctx context.Context, in *StartSyncExecutionInput) (*StartSyncExecutionOutput, error) {
	m, err := a.engine.Startable(text(in.StateMachineARN))
	if err != nil {
		return nil, err
	}
	if !m.Express() {
		return nil, typeNotSupported()
	}
	start, err := a.startInput(&StartExecutionInput{StateMachineARN: in.StateMachineARN, Name: in.Name, Input: in.Input, TraceHeader: in.TraceHeader})
	if err != nil {
		return nil, err
	}
	x, err := a.engine.StartSyncExecution(ctx, start)
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
