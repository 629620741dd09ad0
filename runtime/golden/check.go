package golden

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"canto/runtime"

	"github.com/rogpeppe/go-internal/txtar"
)

// TB is what Check needs of a *testing.T.
type TB interface {
	Helper()
	Name() string
	Errorf(format string, args ...any)
}

// Folder is where Check keeps its files, from the folder of the test.
const Folder = "testdata/traces"

// Check compares a run with what testdata/traces/<name of the test>.txtar has of it:
// input, trace, and output or error. With CANTO_UPDATE=1, or where the test binary
// has a flag -update of its own that is set, the file is written instead.
func Check(t TB, run *runtime.Run) {
	t.Helper()
	path := filepath.Join(filepath.FromSlash(Folder), fileName(t.Name()))
	r, err := recorded(path, run)
	if err != nil {
		t.Errorf("golden: %v", err)
		return
	}
	r.want.Comment = []byte("Recorded by " + t.Name() + ".\n")
	settle(t, r, path)
}

// settle compares, or updates the file.
func settle(t TB, r *Result, path string) {
	t.Helper()
	switch difference := r.Diff(); {
	case difference == "":
	case Updating():
		if err := r.save(path); err != nil {
			t.Errorf("golden: %v", err)
		}
	default:
		t.Errorf("%s: the run went another way (CANTO_UPDATE=1 takes it as it is):\n%s", path, difference)
	}
}

func recorded(path string, run *runtime.Run) (*Result, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	r := &Result{Run: run, want: txtar.Parse(text), got: outcome(run)}
	r.got[sectionInput] = run.Input.Text() + "\n"
	return r, nil
}

// fileName makes of the name of a test that of a file: a subtest is in a folder.
func fileName(test string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, test)
	return filepath.FromSlash(clean) + ".txtar"
}

// Updating says whether golden files are to be written: by the environment variable
// CANTO_UPDATE, or a flag -update that the program has defined for itself.
func Updating() bool {
	if on := os.Getenv("CANTO_UPDATE"); on != "" && on != "0" && on != "false" {
		return true
	}
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// T is what Test needs of a *testing.T.
type T[Self any] interface {
	TB
	Run(name string, f func(Self)) bool
	Context() context.Context
}

// Test runs every case in the folder, each in a subtest of its own. functions may
// be nil.
func Test[S T[S]](t S, folder string, functions Functions) {
	t.Helper()
	found, _, err := Find(folder)
	if err != nil {
		t.Errorf("golden: %v", err)
	}
	for _, path := range found {
		name, err := filepath.Rel(folder, path)
		if err != nil {
			name = path
		}
		t.Run(filepath.ToSlash(strings.TrimSuffix(name, ".txtar")), func(t S) {
			t.Helper()
			if err := test(t, path, functions); err != nil {
				t.Errorf("golden: %v", err)
			}
		})
	}
}

func test[S T[S]](t S, path string, functions Functions) error {
	t.Helper()
	c, err := Load(path)
	if err != nil {
		return err
	}
	r, err := Run(t.Context(), c, functions)
	if err != nil {
		return err
	}
	settle(t, r, path)
	return nil
}
