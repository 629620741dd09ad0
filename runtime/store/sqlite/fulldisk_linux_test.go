package sqlite_test

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"canto/runtime/store"
)

// TestAWriteThatFailsKeepsNothing has a file size limit stand in for a disk that
// takes nothing more, in the middle of a write.
func TestAWriteThatFailsKeepsNothing(t *testing.T) {
	if path := os.Getenv(childVariable); path != "" {
		commitBeyondLimit(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "canto.db")
	if out, err := child(t, path).Output(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s := open(t, path)
	for n, there := range []bool{true, false, true} {
		if _, err := s.Load(t.Context(), arn(n)); (err == nil) != there {
			t.Errorf("execution %d: %v", n, err)
		}
	}
}

func commitBeyondLimit(t *testing.T, path string) {
	s := open(t, path)
	if err := s.Commit(t.Context(), execution(0)); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Skip(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 100_000, Max: limit.Max}); err != nil {
		t.Skip(err)
	}
	large := execution(1)
	large.Begin.Input = strings.Repeat("x", 1_000_000)
	err := s.Commit(t.Context(), large)
	if err == nil || !strings.Contains(err.Error(), "nothing was kept") {
		t.Errorf("the error is %v", err)
	}
	if _, err := s.Load(t.Context(), arn(1)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("what was not kept gives %v", err)
	}
	_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
	if err := s.Commit(t.Context(), execution(2)); err != nil {
		t.Errorf("when there is room again: %v", err)
	}
}
