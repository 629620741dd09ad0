package golden_test

import (
	"path/filepath"
	"strings"
	"testing"

	"canto/runtime/golden"
	"canto/runtime/history"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const corpus = "../../testdata/traces"

func TestCorpus(t *testing.T) { golden.Test(t, corpus, nil) }

// A history comes back from its JSON as it was: with the places that our lines tell,
// and from what the API tells, which has no places.
func TestHistoriesComeBack(t *testing.T) {
	files, _, err := golden.Find(corpus)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			h := runCase(t, file).Run.History
			var lines, api []byte
			for e := range h.All() {
				lines = e.AppendLine(lines)
				api = append(e.AppendJSON(api), '\n')
			}
			comesBack(t, h, lines)
			comesBack(t, h, api)
		})
	}
}

func comesBack(t *testing.T, want history.Events, stored []byte) {
	t.Helper()
	got, err := history.Read(strings.NewReader(string(stored)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Text(), got.Text()); diff != "" {
		t.Error(diff)
	}
}

func runCase(t *testing.T, file string) *golden.Result {
	t.Helper()
	c, err := golden.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := golden.Run(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
