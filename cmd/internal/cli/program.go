package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
)

// program is a function in another process: it reads its input as JSON from standard
// input, and writes its result as JSON to standard output. An exit code other than 0
// is a failure, with what it has written to standard error as the cause; or, where it
// has written a Lambda error to standard output, that.
type program struct{ path string }

func newProgram(path string) (handlers.Handler, error) {
	found, err := exec.LookPath(path)
	if err != nil {
		return nil, err
	}
	return program{found}, nil
}

// patience is how long a program that was given up may keep its output open.
const patience = time.Second

// Invoke runs the program once.
func (p program) Invoke(ctx context.Context, c handlers.Call) (value.Value, error) {
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, p.path)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.Input.Text()), &out, &said
	cmd.WaitDelay = patience
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return functionAnswer(out.Bytes(), false)
	case ctx.Err() != nil:
		return value.Value{}, ctx.Err()
	case !errors.As(err, &exit):
		return value.Value{}, &asl.Error{Name: "Runtime.InvalidEntrypoint", Cause: err.Error()}
	}
	if v, err := value.Parse(out.String()); err == nil && isFailure(v) {
		return functionAnswer(out.Bytes(), true)
	}
	return value.Value{}, &asl.Error{Name: "Runtime.ExitError", Cause: fmt.Sprintf("%s: %v: %s", p.path, exit, excerpt(said.Bytes()))}
}
