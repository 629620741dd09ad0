package awsapi

import (
	"context"
	"math"
	"slices"
	"strings"

	"canto/runtime/maprun"
	"canto/runtime/store"
)

func (a *API) listMapRuns(ctx context.Context, in *ListMapRunsInput) (*ListMapRunsOutput, error) {
	arn := text(in.ExecutionARN)
	all, err := a.engine.ListMapRuns(ctx, arn)
	if err != nil {
		return nil, err
	}
	some, token, err := page(paging{"map runs " + arn, in.MaxResults, in.NextToken}, all, func(r maprun.Record) string {
		return descending(r.Start.UnixMilli()) + " " + r.ARN
	})
	if err != nil {
		return nil, err
	}
	out := &ListMapRunsOutput{MapRuns: []MapRunListItem{}, NextToken: token}
	for _, r := range some {
		out.MapRuns = append(out.MapRuns, MapRunListItem{
			ExecutionARN: r.Execution, MapRunARN: r.ARN, StateMachineARN: r.Machine, StartDate: at(r.Start), StopDate: mapRunStop(&r),
		})
	}
	return out, nil
}

func mapRunStop(r *maprun.Record) *Time {
	if r.Status == maprun.Running {
		return nil
	}
	return &Time{r.Stop}
}

func (a *API) describeMapRun(_ context.Context, in *DescribeMapRunInput) (*DescribeMapRunOutput, error) {
	r, err := a.engine.DescribeMapRun(text(in.MapRunARN))
	if err != nil {
		return nil, err
	}
	out := &DescribeMapRunOutput{
		MapRunARN: r.ARN, ExecutionARN: r.Execution, Status: string(r.Status), StartDate: at(r.Start), StopDate: mapRunStop(&r),
		MaxConcurrency: int64(r.Limit), ToleratedFailureCount: max(0, r.Tolerance.Count),
		ToleratedFailurePercentage: math.Max(0, r.Tolerance.Percentage), RedriveCount: some(int64(r.Redrives)),
		ItemCounts: MapRunItemCounts(counts(&r.Items)), ExecutionCounts: counts(&r.Executions),
	}
	if !r.Redriven.IsZero() {
		out.RedriveDate = &Time{r.Redriven}
	}
	return out, nil
}

func counts(c *maprun.Counts) MapRunExecutionCounts {
	return MapRunExecutionCounts{
		Pending: c.Pending, Running: c.Running, Succeeded: c.Succeeded, Failed: c.Failed, TimedOut: c.TimedOut, Aborted: c.Aborted,
		Total: c.Total(), ResultsWritten: c.ResultsWritten, FailuresNotRedrivable: some(c.NotRedrivable), PendingRedrive: some(c.PendingRedrive),
	}
}

func (a *API) updateMapRun(ctx context.Context, in *UpdateMapRunInput) (*UpdateMapRunOutput, error) {
	c := maprun.Change{Count: in.ToleratedFailureCount, Percentage: in.ToleratedFailurePercentage}
	if n := in.MaxConcurrency; n != nil {
		limit := int(min(*n, math.MaxInt32))
		c.Limit = &limit
	}
	return &UpdateMapRunOutput{}, a.engine.UpdateMapRun(ctx, text(in.MapRunARN), c)
}

// childrenOf asks for the children of a Map Run. Those of EXPRESS type are not kept.
func (a *API) childrenOf(in *ListExecutionsInput) (store.Query, error) {
	r, err := a.engine.DescribeMapRun(text(in.MapRunARN))
	if err != nil {
		return store.Query{}, err
	}
	if r.Express {
		return store.Query{}, typeNotSupported()
	}
	q := store.Query{MapRun: r.ARN}
	if f := text(in.RedriveFilter); f != "" {
		q.Redriven = some(f == "REDRIVEN")
	}
	return q, nil
}

// listRedriving is a page of the children of a Map Run that is being redriven: their
// status depends on how far it has come, which the store does not know.
func (a *API) listRedriving(ctx context.Context, q store.Query, p paging) ([]store.Summary, string, error) {
	status := q.Status
	q.Status, q.Limit = "", 0
	all, err := a.engine.ListExecutions(ctx, q)
	if err != nil {
		return nil, "", err
	}
	found, token := p.cut(slices.DeleteFunc(all, func(x store.Summary) bool {
		return a.status(x.MapRunARN, x.Status, x.Start, x.Redrive) != status
	}))
	return found, token, nil
}

// labelOf is the label of the Map state that has the machine "name/label", and "" of
// any other machine.
func labelOf(machine string) string {
	_, label, _ := strings.Cut(machine, "/")
	return label
}
