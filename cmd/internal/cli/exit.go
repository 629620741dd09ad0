package cli

import "fmt"

// The exit codes of every command.
const (
	exitFailed      = 1   // the execution failed
	exitUsage       = 2   // wrong usage, or an invalid definition
	exitInterrupted = 130 // Ctrl-C
)

// exitError is an error with the code that the process ends with. Err is nil
// where all has been said already.
type exitError struct {
	Code int
	Err  error
}

func (e *exitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

func (e *exitError) Unwrap() error { return e.Err }
