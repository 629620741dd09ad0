package awsapi

import (
	"context"
	"time"

	"canto/runtime"
	"canto/runtime/maprun"
	"canto/runtime/store"
)

func (a *API) startExecution(ctx context.Context, in *StartExecutionInput) (*StartExecutionOutput, error) {
	x, err := a.engine.StartExecution(ctx, startInput(ctx, in))
	if err != nil {
		return nil, err
	}
	return &StartExecutionOutput{ExecutionARN: x.ARN, StartDate: at(x.Start)}, nil
}

// startInput is what an execution is started with. An absent input is {}, and an
// empty one is no JSON, as a blank is (recorded behaviour).
func startInput(ctx context.Context, in *StartExecutionInput) runtime.StartInput {
	start := runtime.StartInput{
		StateMachine: text(in.StateMachineARN), Name: text(in.Name), Input: text(in.Input), TraceHeader: traceHeader(ctx, in.TraceHeader),
	}
	if in.Input != nil && start.Input == "" {
		start.Input = " "
	}
	return start
}

func (a *API) stopExecution(ctx context.Context, in *StopExecutionInput) (*StopExecutionOutput, error) {
	stopped, err := a.engine.StopExecution(ctx, text(in.ExecutionARN), text(in.Error), text(in.Cause))
	if err != nil {
		return nil, err
	}
	return &StopExecutionOutput{StopDate: at(stopped)}, nil
}

// included says that data is in the answer.
var included = &CloudWatchEventsExecutionDataDetails{Included: some(true)}

func (a *API) describeExecution(ctx context.Context, in *DescribeExecutionInput) (*DescribeExecutionOutput, error) {
	x, err := a.engine.DescribeExecution(ctx, text(in.ExecutionARN))
	if err != nil {
		return nil, err
	}
	b := &x.Begin
	out := &DescribeExecutionOutput{
		ExecutionARN: x.ID, StateMachineARN: b.MachineARN, Name: b.Name, Status: store.Running,
		StateMachineVersionARN: b.VersionARN, StateMachineAliasARN: b.AliasARN, MapRunARN: b.MapRunARN,
		StartDate: at(b.Start), TraceHeader: b.TraceHeader,
	}
	if x.End != nil {
		out.Status, out.StopDate = a.status(b.MapRunARN, x.End.Status, b.Start, x.Redrive), &Time{x.End.Stop}
	}
	out.RedriveCount, out.RedriveDate = redriven(x.Redrive)
	out.RedriveStatus, out.RedriveStatusReason = a.redrivable(x)
	if text(in.IncludedData) == metadataOnly {
		return out, nil
	}
	out.Input, out.InputDetails = b.Input, included
	switch {
	case x.End == nil:
	case x.End.Status == string(runtime.Succeeded):
		out.Output, out.OutputDetails = x.End.Output, included
	case x.End.Status != string(runtime.TimedOut): // not of one that timed out (recorded behaviour)
		out.Error, out.Cause = x.End.Error, x.End.Cause
	}
	return out, nil
}

func (a *API) describeStateMachineForExecution(ctx context.Context, in *DescribeStateMachineForExecutionInput) (*DescribeStateMachineForExecutionOutput, error) {
	x, err := a.engine.DescribeExecution(ctx, text(in.ExecutionARN))
	if err != nil {
		return nil, err
	}
	leader, err := a.engine.Leader(ctx, x)
	if err != nil {
		return nil, err
	}
	m, err := a.engine.StateMachineOf(leader)
	if err != nil {
		return nil, err
	}
	kept := settingsOf(m)
	return &DescribeStateMachineForExecutionOutput{
		StateMachineARN: x.Begin.MachineARN, Name: m.Machine.Name, Definition: definition(m, in.IncludedData), RoleARN: m.RoleARN,
		MapRunARN: x.Begin.MapRunARN, Label: labelOf(x.Begin.MachineName),
		UpdateDate: at(m.Updated), RevisionID: m.Revision, VariableReferences: variableReferences(m.Machine.AST),
		LoggingConfiguration: kept.Logging, TracingConfiguration: kept.Tracing, EncryptionConfiguration: kept.Encryption,
	}, nil
}

func (a *API) listExecutions(ctx context.Context, in *ListExecutionsInput) (*ListExecutionsOutput, error) {
	if (in.StateMachineARN == nil) == (in.MapRunARN == nil) {
		return nil, invalid("", "Must provide exactly one of: stateMachineArn or mapRunArn")
	}
	q, err := a.listed(in)
	if err != nil {
		return nil, err
	}
	p := paging{"executions " + text(in.StateMachineARN) + text(in.MapRunARN), in.MaxResults, in.NextToken}
	found, token, err := a.listPage(ctx, q, p)
	if err != nil {
		return nil, err
	}
	out := &ListExecutionsOutput{Executions: []ExecutionListItem{}, NextToken: token}
	for _, x := range found {
		out.Executions = append(out.Executions, a.item(x))
	}
	return out, nil
}

// listed are the executions that a request asks for.
func (a *API) listed(in *ListExecutionsInput) (q store.Query, err error) {
	switch {
	case in.MapRunARN != nil:
		q, err = a.childrenOf(in)
	case in.RedriveFilter != nil:
		err = invalid("", "redriveFilter can be used with mapRunArn only")
	case text(in.StatusFilter) == pendingRedrive: // of children alone (API reference; the text is a guess)
		err = invalid("", "statusFilter PENDING_REDRIVE can be used with mapRunArn only")
	default:
		q, err = a.executionsOf(text(in.StateMachineARN))
	}
	q.Status = text(in.StatusFilter)
	return q, err
}

// listPage is a page of the executions that q asks for, and the token of the next.
func (a *API) listPage(ctx context.Context, q store.Query, p paging) (found []store.Summary, token string, err error) {
	if q.After, err = p.key(); err != nil {
		return nil, "", err
	}
	if q.MapRun != "" && q.Status != "" {
		if r, err := a.engine.DescribeMapRun(q.MapRun); err == nil && r.Redrives > 0 && r.Status == maprun.Running {
			return a.listRedriving(ctx, q, p)
		}
	}
	if q.Status == pendingRedrive {
		return nil, "", nil
	}
	q.Limit = p.size() + 1
	found, err = a.engine.ListExecutions(ctx, q)
	found, token = p.cut(found)
	return found, token, err
}

// cut is what of the executions found goes into the page, and the token of the next:
// it names the last of this one.
func (p paging) cut(found []store.Summary) ([]store.Summary, string) {
	n := p.size()
	if len(found) <= n {
		return found, ""
	}
	return found[:n], p.tokenOf(found[n-1].Cursor)
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

func (a *API) item(x store.Summary) ExecutionListItem {
	item := ExecutionListItem{
		ExecutionARN: x.ID, StateMachineARN: x.MachineARN, Name: x.Name, MapRunARN: x.MapRunARN,
		Status:                 a.status(x.MapRunARN, x.Status, x.Start, x.Redrive),
		StateMachineVersionARN: x.VersionARN, StateMachineAliasARN: x.AliasARN, StartDate: at(x.Start),
	}
	item.RedriveCount, item.RedriveDate = redriven(x.Redrive)
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
	x, err := a.engine.StartSyncExecution(ctx, startInput(ctx, &StartExecutionInput{
		StateMachineARN: in.StateMachineARN, Name: in.Name, Input: in.Input, TraceHeader: in.TraceHeader,
	}))
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
	out.Input, out.InputDetails, out.OutputDetails = x.Input.Text(), included, included
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
