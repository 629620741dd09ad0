package mock_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canto/asl/parse"
	"canto/asl/source"
	"canto/handlers/mock"
)

const two = `{"StateMachines": {
  "A": {"TestCases": {"Well": {"S": "R"}, "Ill": {}}},
  "B": {"TestCases": {"Well": {}}}
}, "MockedResponses": {"R": {"0": {"Return": 1}}}}`

const one = `{"StateMachines": {"A": {"TestCases": {"Well": {}}}}, "MockedResponses": {}}`

func TestCaseIsChosen(t *testing.T) {
	for _, c := range []struct{ text, machine, name, want string }{
		{one, "", "", ""},
		{one, "A", "Well", ""},
		{two, "", "Ill", ""},
		{two, "B", "", ""},
		{two, "A", "", "m.json has several test cases, choose one: A#Well, A#Ill"},
		{two, "", "Well", "m.json has several test cases, choose one: A#Well, B#Well"},
		{two, "", "Wel", `m.json has no test case "Wel"; did you mean "Well"?`},
		{two, "A", "Something", `m.json has no test case "Something"; it has Well, Ill`},
		{two, "Elsewhere", "Well", `m.json has no state machine "Elsewhere"; it has A, B`},
		{`{"StateMachines": {}, "MockedResponses": {}}`, "", "", "m.json has no test case"},
		{`{"StateMachines": {}, "MockedResponses": {}}`, "", "C", `m.json has no test case "C", and no other`},
	} {
		config, diags := mock.Parse(source.New("m.json", c.text))
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		k, err := config.Case(c.machine, c.name)
		switch {
		case c.want == "" && (err != nil || k == nil):
			t.Errorf("%s#%s: got %v", c.machine, c.name, err)
		case c.want != "" && (err == nil || err.Error() != c.want):
			t.Errorf("%s#%s: got %v, want %s", c.machine, c.name, err, c.want)
		}
	}
}

func TestOpenTakesFileCaseAndMachine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mocks.json")
	if err := os.WriteFile(path, []byte(two), 0o600); err != nil {
		t.Fatal(err)
	}
	for spec, ok := range map[string]bool{
		path + "#Ill": true, path + "#B#Well": true, path + "#A#Well": true,
		path + "#Well": false, path: false, path + "#B#Ill": false, path + "x": false,
	} {
		if _, err := mock.Open(spec, "other"); (err == nil) != ok {
			t.Errorf("%s: got %v", spec, err)
		}
	}
	if _, err := mock.Open(path, "B"); err != nil {
		t.Errorf("the machine's only case: %v", err)
	}
}

const machine = `{"StartAt": "Both", "States": {
  "Both": {"Type": "Parallel", "Next": "Each", "Branches": [
    {"StartAt": "Crawl", "States": {"Crawl": {"Type": "Task", "Resource": "crawl", "End": true}}}]},
  "Each": {"Type": "Map", "Next": "Done", "ItemProcessor": {"StartAt": "Score", "States": {"Score": {"Type": "Task", "Resource": "score", "End": true}}}},
  "Done": {"Type": "Pass", "End": true}}}`

func TestCheckFindsMocksThatWouldNeverBeUsed(t *testing.T) {
	m, diags := parse.Parse(source.New("machine.json", machine))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	text := `{"StateMachines": {"M": {"TestCases": {"C": {
"Crawl": "R", "Score": "R",
"Scroe": "R",
"Done": "R",
"Elsewhere": "R"
}}}}, "MockedResponses": {"R": {"0": {"Return": 1}}}}`
	got := choose(t, text, "C").Check(m).Text(nil)
	for _, want := range []string{
		`mocks.json:3:1: error INVALID_MOCK_FILE: the test case "C" mocks the state "Scroe", which the machine does not have`,
		`did you mean "Score"?`,
		`mocks.json:4:1: error INVALID_MOCK_FILE: the test case "C" mocks the state "Done", which is a Pass; only Task states are mocked`,
		`mocks.json:5:1: error INVALID_MOCK_FILE: the test case "C" mocks the state "Elsewhere", which the machine does not have`,
		`its Task states are Crawl, Score`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "error INVALID"); n != 3 {
		t.Errorf("%d errors:\n%s", n, got)
	}
}
