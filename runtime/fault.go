package runtime

import (
	"errors"
	"fmt"

	"canto/handlers"
)

// Fault is how the engine refuses what is asked of it, in the codes and words of
// the API of Step Functions. errors.Is compares by Code.
type Fault = handlers.Fault

// The faults that callers tell apart.
var (
	ErrStateMachineDoesNotExist = &Fault{Code: "StateMachineDoesNotExist"}
	ErrExecutionDoesNotExist    = &Fault{Code: "ExecutionDoesNotExist"}
	ErrActivityDoesNotExist     = &Fault{Code: "ActivityDoesNotExist"}
	ErrInvalidToken             = &Fault{Code: "InvalidToken"}
	ErrTaskTimedOut             = &Fault{Code: "TaskTimedOut"}
)

func fault(code, format string, args ...any) error {
	return &Fault{Service: handlers.StepFunctions, Code: code, Message: fmt.Sprintf(format, args...)}
}

// ErrClosed is what an engine says that was closed.
var ErrClosed = errors.New("the engine is closed")
