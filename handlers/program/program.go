// Package program lets programs of any language answer for functions. A program is run
// anew for each call, never by a shell, and with the environment of this process.
package program

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

// program is a function in another process.
type program struct {
	path    string
	running *group
}

// running are the programs of this process.
var running group

// New returns the handler that runs the program at path, or of that name in $PATH. The
// program reads its input as JSON from standard input, and writes its result as JSON to
// standard output. An exit code other than 0 is a failure: the Lambda error that it has
// written to standard output, or else what it has written to standard error.
func New(path string) (handlers.Handler, error) {
	found, err := exec.LookPath(path)
	if err != nil {
		return nil, err
	}
	return program{found, &running}, nil
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
	err := p.running.run(cmd)
	var exit *exec.ExitError
	if errors.Is(err, errEnded) {
		<-ctx.Done()
	}
	switch {
	case err == nil:
		return result(out.Bytes())
	case ctx.Err() != nil:
		return value.Value{}, ctx.Err()
	case !errors.As(err, &exit):
		return value.Value{}, &asl.Error{Name: "Runtime.InvalidEntrypoint", Cause: err.Error()}
	}
	payload := string(bytes.TrimSpace(out.Bytes()))
	if name := handlers.ErrorType(payload); name != "" {
		return value.Value{}, &asl.Error{Name: name, Cause: payload}
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

// excerpt is the beginning of what somebody has written.
func excerpt(text []byte) string {
	const most = 500
	text = bytes.TrimSpace(text)
	if len(text) > most {
		return strings.ToValidUTF8(string(text[:most]), "") + "..."
	}
	return string(text)
}
