package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canto/asl/check"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzMachine judges whatever can be read: it never panics, and each diagnostic
// has a code, a message and a text.
func FuzzMachine(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "testdata", "check", "*.txtar"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(txtar.Parse(text).Files[0].Data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"m.json", "m.yaml"} {
			diags := diagnose(name, text, check.Options{Express: true})
			for _, d := range diags {
				if d.Code == "" || strings.TrimSpace(d.Message) == "" {
					t.Fatalf("a diagnostic without code or message: %+v", d)
				}
			}
			_ = diags.Text(nil)
		}
	})
}

func BenchmarkMachine(b *testing.B) {
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "check", "trailing-comma.txtar"))
	if err != nil {
		b.Fatal(err)
	}
	definition := strings.Replace(string(txtar.Parse(text).Files[0].Data), `"End": true,`, `"End": true`, 1)
	b.SetBytes(int64(len(definition)))
	b.ReportAllocs()
	for b.Loop() {
		diagnose("m.json", definition, check.Options{})
	}
}
