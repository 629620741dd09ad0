package definitions

import (
	"os"
	"testing"

	"canto/asl/check"
	"canto/asl/parse"
	"canto/asl/source"
)

func TestTemplateDeploysTheDistributedPoem(t *testing.T) {
	const file = "poem-distributed.asl.json"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	deployed, ok := poemTemplate(t).Machine(file)
	if !ok {
		t.Fatalf("no machine is deployed from %s", file)
	}
	if len(deployed.Schedules) > 0 {
		t.Errorf("it has schedules: %v", deployed.Schedules)
	}
	src, open := source.Substitute(source.New(file, string(text)), deployed.Substitutions)
	if len(open) > 0 {
		t.Fatalf("left open: %v", open)
	}
	machine, diagnostics := parse.Parse(src)
	if diagnostics = append(diagnostics, check.Machine(machine)...); diagnostics.HasErrors() {
		t.Fatal(diagnostics.Text(nil))
	}
}
