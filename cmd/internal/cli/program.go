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
// is a failure: the Lambda error that it has written to standard output, or else what
// it has written to standard error.
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
	alone(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return result(out.Bytes())
	case ctx.Err() != nil:
		return value.Value{}, ctx.Err()
	case !errors.As(err, &exit):
		return value.Value{}, &asl.Error{Name: "Runtime.InvalidEntrypoint", Cause: err.Error()}
	}
	if e := lambdaError(out.Bytes()); e != nil {
		return value.Value{}, e
	}
	return value.Value{}, &asl.Error{Name: "Runtime.ExitError", Cause: fmt.Sprintf("%s: %v: %s", p.path, exit, excerpt(said.Bytes()))}
}

// result is what a program has written; nothing is null.
func result(out []byte) (value.Value, error) {
	out = bytes.TrimSpace(out)
	if len(out) == 0 {
		return value.Raw("null"), nil
	}
	v, err := value.Parse(string(out))
	if err != nil {
		return v, &asl.Error{Name: "Runtime.InvalidJSON", Cause: "what the program has written is not JSON: " + err.Error()}
	}
	return v, nil
}

// lambdaError is the error {"errorType": ..., "errorMessage": ...}, or nil.
func lambdaError(out []byte) error {
	out = bytes.TrimSpace(out)
	v, err := value.Parse(string(out))
	if err != nil {
		return nil
	}
	field, _ := v.Field("errorType")
	name, ok := field.AsString()
	if !ok || name == "" {
		return nil
	}
	return &asl.Error{Name: name, Cause: string(out)}
}

// excerpt is the beginning of what somebody has written.
func excerpt(text []byte) string {
	const most = 500
	text = bytes.TrimSpace(text)
	if len(text) > most {
		return strings.ToValidUTF8(string(text[:most]), "") + "..."
	}
	return string(text)
}
