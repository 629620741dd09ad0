package check_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canto/asl/check"
	"canto/asl/parse"
	"canto/asl/source"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the diagnostics that were found into the cases")

// TestCases judges the definition of each case in testdata/check and compares the
// text of the diagnostics. A case whose comment has a line "express" is an
// Express workflow.
func TestCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "check", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases (%v)", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Files) != 2 || archive.Files[1].Name != "diagnostics" {
				t.Fatal("a case has two files: a definition, and diagnostics")
			}
			definition := archive.Files[0]
			options := check.Options{Express: strings.Contains("\n"+string(archive.Comment), "\nexpress\n")}
			got := diagnose(definition.Name, string(definition.Data), options).Text(nil)
			if *update {
				archive.Files[1].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// diagnose reads and judges a definition.
func diagnose(name, text string, o check.Options) source.Diagnostics {
	src, _ := source.Substitute(source.New(name, text), nil)
	m, diags := parse.Parse(src)
	diags = append(diags, o.Machine(m)...)
	diags.Sort()
	return diags
}
