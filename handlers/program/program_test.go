//go:build unix

package program_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/program"
)

func TestAProgramAnswersOrFails(t *testing.T) {
	for _, c := range []struct {
		name, script string
		want         string // the result, or the error's name
		cause        string
	}{
		{"it hands its input on", "cat", `{"n": 1}`, ""},
		{"it writes nothing", "exit 0", "null", ""},
		{"what it writes is no JSON", "echo hello", "Runtime.InvalidJSON", "not JSON"},
		{"it says what has failed", `echo '{"errorType": "Declined", "errorMessage": "no"}'; exit 1`, "Declined", `{"errorType": "Declined", "errorMessage": "no"}`},
		{"it says so elsewhere", "echo broken >&2; exit 3", "Runtime.ExitError", "exit status 3: broken"},
	} {
		path := filepath.Join(t.TempDir(), "function.sh")
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+c.script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		h, err := program.New(path)
		if err != nil {
			t.Fatal(err)
		}
		out, err := h.Invoke(t.Context(), handlers.Call{Input: value.Raw(`{"n": 1}`)})
		got, cause := out.Text(), ""
		if failure := (*asl.Error)(nil); errors.As(err, &failure) {
			got, cause = failure.Name, failure.Cause
		}
		if got != c.want || !strings.Contains(cause, c.cause) {
			t.Errorf("%s: got %s: %s", c.name, got, cause)
		}
	}
	if _, err := program.New("./no-such-program"); err == nil {
		t.Error("a program that is not there is taken")
	}
}
