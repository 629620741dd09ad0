package awsapi

import (
	"context"
	"time"

	"canto/runtime/store"
)

func (a *API) redriveExecution(ctx context.Context, in *RedriveExecutionInput) (*RedriveExecutionOutput, error) {
	redriven, err := a.engine.RedriveExecution(ctx, text(in.ExecutionARN), text(in.ClientToken))
	if err != nil {
		return nil, err
	}
	return &RedriveExecutionOutput{RedriveDate: at(redriven)}, nil
}

// redrivable says whether an execution can be redriven; only of one that cannot be it
// says why (API reference, DescribeExecution).
func (a *API) redrivable(x store.Saved) (status, reason string) {
	if status, reason = a.engine.Redrivable(x); status != "NOT_REDRIVABLE" {
		reason = ""
	}
	return status, reason
}

// The statuses that the store does not know.
const pendingRedrive = "PENDING_REDRIVE"

// status is the status of an execution, as the API tells it.
func (a *API) status(mapRun, kept string, began time.Time, r *store.Redrive) string {
	if r != nil {
		began = r.At
	}
	if a.engine.PendingRedrive(mapRun, kept, began) {
		return pendingRedrive
	}
	return kept
}

// redriven is how often an execution was redriven, and when, if it was.
func redriven(r *store.Redrive) (count *int64, date *Time) {
	if r == nil {
		return some[int64](0), nil
	}
	return some(int64(r.Count)), &Time{r.At}
}
