package mock_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canto/asl"
	"canto/asl/parse"
	"canto/asl/source"
	"canto/handlers"
	"canto/handlers/mock"
)

const twoMachines = `{
  "StateMachines": {
    "M": {"TestCases": {"Good": {"S": "One"}, "Bad": {"S": "Two"}}},
    "N": {"TestCases": {"Good": {"S": "Two"}}}
  },
  "MockedResponses": {"One": {"0": {"Return": 1}}, "Two": {"0": {"Return": 2}}}
}`

func cases(t *testing.T, chosen string) (*mock.Cases, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mocks.json")
	if err := os.WriteFile(path, []byte(twoMachines), 0o600); err != nil {
		t.Fatal(err)
	}
	return mock.OpenCases(path + chosen)
}

// machineOf is a machine of one Task.
func machineOf(task string) *asl.Machine {
	m, _ := parse.Parse(source.New("m.asl.json", `{"StartAt":"`+task+`","States":{"`+task+`":{"Type":"Task","Resource":"f","End":true}}}`))
	return m
}

func TestEachExecutionHasItsCase(t *testing.T) {
	for _, c := range []struct{ chosen, machine, name, want string }{
		{"", "M", "Good", "1"}, {"", "M", "Bad", "2"}, {"", "N", "Good", "2"},
		{"", "M/Label", "Good", "1"},                                                 // a child of a distributed Map
		{"", "M", "", ""},                                                            // none was chosen
		{"#Good", "M", "", "1"}, {"#Good", "N", "", "2"}, {"#Good", "M", "Bad", "2"}, // the usual one gives way
		{"#Bad", "N", "", ""}, {"#Bad", "O", "", ""},
		{"#M#Good", "M", "", "1"}, {"#M#Good", "N", "", ""}, {"#M#Good", "N", "Good", "2"},
	} {
		all, err := cases(t, c.chosen)
		if err != nil {
			t.Fatal(err)
		}
		call := handlers.Call{Resource: "f", Machine: c.machine, Case: c.name, State: "S"}
		got := ""
		if h, err := all.Resolver(none).Resolve(call); err == nil {
			out, err := h.Invoke(t.Context(), call)
			if err != nil {
				t.Fatal(err)
			}
			got = out.Text()
		}
		if got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}

func TestACaseThatIsNotThereIsRefused(t *testing.T) {
	for chosen, want := range map[string]string{
		"#Godo": `has no test case "Godo"; did you mean "Good"?`, "#O#Good": `has no state machine "O"`, "#N#Bad": `has no test case "Bad"`, "#N#": "is empty",
	} {
		if _, err := cases(t, chosen); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", chosen, err)
		}
	}
	all, err := cases(t, "")
	if err != nil {
		t.Fatal(err)
	}
	fit, unfit := machineOf("S"), machineOf("Sleep")
	for _, c := range []struct {
		m             *asl.Machine
		machine, name string
		want          string
	}{
		{fit, "M", "Bad", ""}, {fit, "N", "Bad", `no test case "Bad"`}, {fit, "M", "", "is empty"}, {unfit, "M", "Bad", "which the machine does not have"},
	} {
		if err := all.Fits(c.m, c.machine, c.name); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s of %s: got %v", c.name, c.machine, err)
		}
	}
}
