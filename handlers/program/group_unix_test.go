//go:build unix

package program

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"canto/asl/value"
	"canto/handlers"
)

// startsAnother is a program that waits for another one, which keeps the pipe open.
const startsAnother = `#!/bin/sh
sleep 60 > "$CANTO_TEST_PIPE" &
wait
`

func TestAProgramThatIsGivenUpEndsWithAllItHasStarted(t *testing.T) {
	h, pipe := another(t)
	ctx, giveUp := context.WithCancel(t.Context())
	failed := begin(ctx, h)
	ends(t, pipe, giveUp)
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("the call gives %v, want %v", err, context.Canceled)
	}
}

func TestAProgramEndsWithTheProcessAndNobodyTakesThatForItsFailure(t *testing.T) {
	h, pipe := another(t)
	of := &group{}
	h.running = of
	ctx, giveUp := context.WithCancel(t.Context())
	failed := begin(ctx, h)
	ends(t, pipe, of.end)
	late := begin(ctx, h)
	select {
	case err := <-failed:
		t.Errorf("the call gives %v before it is withdrawn", err)
	case err := <-late:
		t.Errorf("a late call gives %v before it is withdrawn", err)
	case <-time.After(10 * time.Millisecond):
	}
	giveUp()
	if a, b := <-failed, <-late; !errors.Is(a, context.Canceled) || !errors.Is(b, context.Canceled) {
		t.Errorf("the calls give %v and %v, want %v", a, b, context.Canceled)
	}
}

// another is the program startsAnother, and the pipe that it keeps open.
func another(t *testing.T) (h program, pipe string) {
	t.Helper()
	dir := t.TempDir()
	path, pipe := filepath.Join(dir, "slow.sh"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(path, []byte(startsAnother), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	t.Setenv("CANTO_TEST_PIPE", pipe)
	made, err := New(path)
	if err != nil {
		t.Fatal(err)
	}
	return made.(program), pipe
}

// begin calls the program, and gives how that ends.
func begin(ctx context.Context, h program) <-chan error {
	failed := make(chan error, 1)
	go func() {
		_, err := h.Invoke(ctx, handlers.Call{Input: value.Raw("{}")})
		failed <- err
	}()
	return failed
}

// ends checks that nobody writes to the pipe any more after end, which is called when
// somebody does.
func ends(t *testing.T, pipe string, end func()) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- untilClosed(pipe, end) }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("what the program has started outlives it")
	}
}

// untilClosed calls opened once somebody writes to the pipe, and returns when nobody
// does any more.
func untilClosed(pipe string, opened func()) error {
	file, err := os.Open(pipe)
	opened()
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(io.Discard, file)
	return err
}
