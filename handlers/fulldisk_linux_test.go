package handlers_test

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"canto/handlers"
)

// limitVariable tells the test binary, run again, to stay below a file size.
const limitVariable = "CANTO_TEST_FILE_LIMIT"

func TestAFullDiskLeavesTheOldObjectWhole(t *testing.T) {
	dir := os.Getenv(limitVariable)
	if dir != "" {
		putBeyondLimit(t, dir)
		return
	}
	dir = t.TempDir()
	bucket := handlers.Folder(dir)
	if err := bucket.Put(t.Context(), "page", handlers.Object{Body: []byte("old")}); err != nil {
		t.Fatal(err)
	}
	process := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	process.Env = append(os.Environ(), limitVariable+"="+dir)
	if out, err := process.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if o, err := bucket.Get(t.Context(), "page"); err != nil || string(o.Body) != "old" {
		t.Errorf("the page holds %q, %v", o.Body, err)
	}
	if files := filesUnder(t, dir); len(files) != 1 {
		t.Errorf("the folder holds %q", files)
	}
}

// putBeyondLimit stands in for a full disk: writes stop in the middle of the file.
func putBeyondLimit(t *testing.T, dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Skip(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1000, Max: limit.Max}); err != nil {
		t.Skip(err)
	}
	defer func() { _ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit) }() // a coverage report may follow
	err := handlers.Folder(dir).Put(t.Context(), "page", handlers.Object{Body: make([]byte, 4000)})
	if !errors.Is(err, syscall.EFBIG) {
		t.Errorf("the error is %v", err)
	}
}
