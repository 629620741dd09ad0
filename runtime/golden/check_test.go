package golden_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
	"canto/runtime/golden"
)

// told is a test that only notes what it is told.
type told struct {
	name   string
	errors []string
}

func (t *told) Helper()      {}
func (t *told) Name() string { return t.name }
func (t *told) Errorf(format string, args ...any) {
	t.errors = append(t.errors, fmt.Sprintf(format, args...))
}

func check(name string, run *runtime.Run) string {
	t := &told{name: name}
	golden.Check(t, run)
	return strings.Join(t.errors, "\n")
}

func pass(t *testing.T, input string) *runtime.Run {
	t.Helper()
	m, err := runtime.Parse("m.asl.json", `{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}`)
	if err != nil {
		t.Fatal(err)
	}
	run, err := runtime.New().Run(t.Context(), m, value.Raw(input))
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func TestCheckRecordsAndCompares(t *testing.T) {
	t.Chdir(t.TempDir())
	first := pass(t, `{ "n": 1 }`)
	t.Setenv("CANTO_UPDATE", "")
	if got := check("TestX/sub:test", first); !strings.Contains(got, "+    2      0s        PassStateEntered") {
		t.Errorf("without a file Check says\n%s\nwant the trace as a diff", got)
	}
	t.Setenv("CANTO_UPDATE", "1")
	if got := check("TestX/sub:test", first); got != "" {
		t.Errorf("Check does not record: %s", got)
	}
	t.Setenv("CANTO_UPDATE", "0")
	if got := check("TestX/sub:test", first); got != "" {
		t.Errorf("Check does not know its own record: %s", got)
	}
	if got := check("TestX/sub:test", pass(t, `[]`)); !strings.Contains(got, "-{ \"n\": 1 }\n+[]") {
		t.Errorf("Check says\n%s\nwant the other input as a diff", got)
	}
	text, err := os.ReadFile(filepath.FromSlash("testdata/traces/TestX/sub_test.txtar"))
	if err != nil || !strings.HasPrefix(string(text), "Recorded by TestX/sub:test.\n-- input.json --\n") {
		t.Errorf("the file is %q (%v)", text, err)
	}
}

func TestCheckLeavesNothingHalfWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("CANTO_UPDATE", "1")
	if err := os.WriteFile("testdata", nil, 0o666); err != nil { // where the folder should be
		t.Fatal(err)
	}
	if got := check("TestX", pass(t, `{}`)); !strings.Contains(got, "testdata") {
		t.Errorf("Check says %q, want that the folder cannot be made", got)
	}
}

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	passMachine = `-- machine.asl.json --
{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}
`
	taskMachine = `-- machine.asl.json --
{"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "Ask again"},
 "Ask again": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}}
`
)

func load(t *testing.T, text string) *golden.Case {
	t.Helper()
	c, err := golden.Load(filepath.Join(write(t, map[string]string{"case.txtar": text}), "case.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRunFindsAFunctionThatDoesNotGiveTheSameTwice(t *testing.T) {
	calls := 0
	functions := func() (*handlers.Registry, error) {
		r := handlers.NewRegistry()
		return r, r.Register("f", handlers.HandlerFunc(func(context.Context, handlers.Call) (value.Value, error) {
			calls++
			return value.Of(calls), nil
		}))
	}
	_, err := golden.Run(t.Context(), load(t, taskMachine), functions)
	if err == nil || !strings.Contains(err.Error(), "the execution goes another way") || !strings.Contains(err.Error(), "+++ resumed") {
		t.Errorf("Run says %v, want a diff of the two runs", err)
	}
}

func TestRunSaysWhichFunctionIsMissing(t *testing.T) {
	_, err := golden.Run(t.Context(), load(t, taskMachine), nil)
	if err == nil || !strings.Contains(err.Error(), "case.txtar: ") || !strings.Contains(err.Error(), `"Ask"`) {
		t.Errorf("Run says %v, want the case and the state", err)
	}
}

func TestUpdateTouchesOnlyWhatCameOfIt(t *testing.T) {
	c := load(t, "What it is about.\n"+passMachine+"-- error --\nFAILED\n-- options --\n# none\n")
	r, err := golden.Run(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Passed() || !strings.Contains(r.Diff(), "want error") {
		t.Errorf("the diff is\n%s", r.Diff())
	}
	if err := golden.Update(r); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(c.Path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "What it is about.\n" + passMachine + "-- options --\n# none\n-- output.json --\n{}\n"; string(text) != want {
		t.Errorf("the file is now\n%s\nwant\n%s", text, want)
	}
}

func TestFindPassesOverWhatIsNoCase(t *testing.T) {
	dir := write(t, map[string]string{
		"b/two.txtar": passMachine, "a.txtar": passMachine, "recorded.txtar": "-- trace --\n", "notes.txt": passMachine,
	})
	found, skipped, err := golden.Find(dir)
	if err != nil || len(found) != 2 || skipped != 1 || filepath.Base(found[0]) != "a.txtar" {
		t.Errorf("Find gives %v, %d skipped, %v", found, skipped, err)
	}
	named, _, err := golden.Find(filepath.Join(dir, "recorded.txtar"))
	if err != nil || len(named) != 1 {
		t.Errorf("Find gives %v (%v) for a file by its name, want that file", named, err)
	}
	if _, _, err := golden.Find(filepath.Join(dir, "missing")); err == nil {
		t.Error("Find takes a folder that is not there")
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"section":        {passMachine + "-- ouput.json --\n", `:3: a case has no section "ouput.json"; did you mean "output.json"?`},
		"section twice":  {passMachine + passMachine, `:3: the section "machine.asl.json" stands there twice`},
		"no machine":     {"-- input.json --\n{}\n", "a case needs one machine"},
		"two machines":   {passMachine + "-- machine --\nm.asl.json\n", "but has 2"},
		"machine's path": {"-- machine --\nmissing.asl.json\n", "case.txtar:1: open "},
		"input":          {passMachine + "-- input.json --\n{\n 1}\n", "case.txtar:5:2: the input is not JSON"},
		"seed":           {passMachine + "-- options --\nseed x\n", `:4: the seed must be a whole number, but is "x"`},
		"define":         {passMachine + "-- options --\ndefine x\n", "define needs Name=text"},
		"function":       {passMachine + "-- options --\nfunction f {\n", "function needs a name and the JSON"},
		"stop":           {passMachine + "-- options --\nstop\n", "stop needs the name of a state"},
		"option":         {passMachine + "-- options --\nquickly\n", `there is no option "quickly"`},
		"mock file":      {passMachine + "-- mocks.json --\n{\"StateMachines\": 1}\n", "case.txtar:4:1"},
		"mock case":      {taskMachine + "-- mocks.json --\n" + `{"StateMachines": {"m": {"TestCases": {"A": {}, "B": {}}}}, "MockedResponses": {}}`, "has several test cases"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := golden.Parse("case.txtar", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Parse says %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestACaseMayBeYAMLWithPlaceholders(t *testing.T) {
	c := load(t, "-- machine.asl.yaml --\nStartAt: A\nStates:\n  A: {Type: Pass, Result: \"${Word}\", End: true}\n-- options --\ndefine Word=hello\n-- output.json --\n\"hello\"\n")
	r, err := golden.Run(t.Context(), c, nil)
	if err != nil || !r.Passed() {
		t.Errorf("the case gives %v\n%s", err, r.Diff())
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := golden.Run(ctx, load(t, passMachine), nil); err == nil {
		t.Error("Run goes on after its context has ended")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(passMachine + "-- options --\nseed 7\nstop A b c\n-- input.json --\n[1]\n-- trace --\n"))
	f.Add([]byte(taskMachine + "-- mocks.json --\n" + `{"StateMachines": {"m": {"TestCases": {"A": {"Ask": "R"}}}}, "MockedResponses": {"R": {"0": {"Return": 1}}}}`))
	f.Add([]byte("-- machine --\n../x\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := golden.Parse("case.txtar", text)
		if err == nil && c.Name != "case" {
			t.Errorf("the case is called %q", c.Name)
		}
	})
}
