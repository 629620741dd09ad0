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
	dir := t.TempDir()
	path, pipe := filepath.Join(dir, "slow.sh"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(path, []byte(startsAnother), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	t.Setenv("CANTO_TEST_PIPE", pipe)
	h, err := New(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, giveUp := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := h.Invoke(ctx, handlers.Call{Input: value.Raw("{}")})
		failed <- err
	}()
	ended := make(chan error, 1)
	go func() {
		ended <- untilClosed(pipe, giveUp)
	}()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("what the program has started outlives it")
	}
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("the call gives %v, want %v", err, context.Canceled)
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
