package asl

// Error is a failure that a machine can see: what Retry and Catch match, and
// what a failed execution ends with. Either part may be absent from a Fail state;
// an absent part is the empty string.
type Error struct {
	Name  string // "States.Timeout", "CustomError"
	Cause string
}

func (e *Error) Error() string {
	switch {
	case e.Cause == "":
		return e.Name
	case e.Name == "":
		return e.Cause
	}
	return e.Name + ": " + e.Cause
}

// The reserved error names (Amazon States Language, "Errors").
const (
	ErrAll               = "States.ALL"
	ErrTimeout           = "States.Timeout"
	ErrHeartbeatTimeout  = "States.HeartbeatTimeout"
	ErrTaskFailed        = "States.TaskFailed"
	ErrPermissions       = "States.Permissions"
	ErrRuntime           = "States.Runtime"
	ErrDataLimitExceeded = "States.DataLimitExceeded"
	ErrResultPathMatch   = "States.ResultPathMatchFailure"
	ErrQueryEvaluation   = "States.QueryEvaluationError"
	ErrThreshold         = "States.ExceedToleratedFailureThreshold"
)
