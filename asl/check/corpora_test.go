package check_test

import (
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canto/asl/check"
	"canto/asl/source"

	"github.com/google/go-cmp/cmp"
)

// shared is a folder of the reference data, which lies beside the project; tests
// that need it are skipped where it is not there.
func shared(t *testing.T, folder string) string {
	t.Helper()
	root := os.Getenv("CANTO_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	dir := filepath.Join(root, folder)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no reference data: ", err)
	}
	return dir
}

func filesIn(t *testing.T, dir, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in %s (%v)", pattern, dir, err)
	}
	return files
}

func judgeFile(t *testing.T, file string) source.Diagnostics {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return diagnose(filepath.Base(file), string(text), check.Options{})
}

func TestPublishedWorkflowsGiveNoFalseAlarm(t *testing.T) {
	for _, file := range filesIn(t, shared(t, "definitions/workflows"), "*") {
		diags := judgeFile(t, file)
		if strings.HasPrefix(filepath.Base(file), "sfn-iot-data-analytics-dataset") {
			if len(diags) != 1 || diags[0].Code != "INVALID_JSON_DESCRIPTION" {
				t.Errorf("%s is broken JSON as published; got\n%s", file, diags.Text(nil))
			}
			continue
		}
		if warned := len(diags) > 0; diags.HasErrors() || warned != (warnings[filepath.Base(file)] != "") {
			t.Errorf("%s", diags.Text(nil))
		}
	}
}

// warnings are the published workflows that deserve one.
var warnings = map[string]string{
	"chain-of-responsibility-cdk__python__atm_dispenser_chained.asl.json": "retries States.TaskFailedId, which nothing raises",
	"shared-fallback-state-jsonata__statemachine.asl.json":                "has the QueryLanguage of the machine among its states",
}

// verdicts are the files of the lint folder that are judged otherwise than their
// name says, and why.
var verdicts = map[string]string{
	"invalid-json-surround-syntax-extra-spaces.json": "valid: blanks inside of {% %} are allowed",
	"invalid-jsonata-surround-syntax-no-spaces.json": "valid: {%10%} needs no blanks",
}

func TestLintFilesGetTheVerdictOfTheirName(t *testing.T) {
	for _, file := range filesIn(t, shared(t, "definitions/lint"), "*") {
		name := filepath.Base(file)
		diags := judgeFile(t, file)
		invalid := strings.HasPrefix(name, "invalid-")
		if _, ok := verdicts[name]; ok {
			invalid = !invalid
		}
		if diags.HasErrors() != invalid {
			t.Errorf("%s: errors are expected: %v; got\n%s", name, invalid, diags.Text(nil))
		}
	}
}

// recording is what a test needs of a recorded case.
type recording struct {
	Kind       string
	Type       string
	Suspect    string
	Definition string
	Recorded   json.RawMessage
	Calls      []struct {
		Op     string
		Params struct{ Definition, Type string }
	}
}

// recordings are the recorded cases, by their file names.
func recordings(t *testing.T) iter.Seq2[string, *recording] {
	files := filesIn(t, shared(t, "conformance/cases"), "*/*.json")
	return func(yield func(string, *recording) bool) {
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			r := &recording{}
			if err := json.Unmarshal(text, r); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if !yield(filepath.Base(file), r) {
				return
			}
		}
	}
}

// accepted are the definitions of a case of which the service refused none. A
// TestState takes a state alone, and is not among them.
func (r *recording) accepted() []string {
	recorded := string(r.Recorded)
	if r.Suspect != "" || r.Kind == "test_state" || strings.Contains(recorded, "Invalid State Machine Definition") || strings.Contains(recorded, `"ERROR"`) {
		return nil
	}
	var out []string
	if r.Definition != "" {
		out = append(out, r.Definition)
	}
	for _, c := range r.Calls {
		if c.Params.Definition != "" {
			out = append(out, c.Params.Definition)
		}
	}
	return out
}

func TestDefinitionsThatTheServiceTookHaveNoErrors(t *testing.T) {
	judged := 0
	for name, r := range recordings(t) {
		for _, definition := range r.accepted() {
			judged++
			if diags := diagnose(name, definition, check.Options{Express: r.Type == "EXPRESS"}); diags.HasErrors() {
				t.Errorf("%s", diags.Text(nil))
			}
		}
	}
	t.Logf("%d definitions judged", judged)
}

func TestArticleListings(t *testing.T) {
	dir := shared(t, "seed")
	for name, want := range map[string][]string{
		"listing-1.asl.json": {
			`error SCHEMA_VALIDATION_FAILED: One of these fields is required: [Next, End] at /States/ProcessArray`,
		},
		"listing-2.asl.json": {
			`error SCHEMA_VALIDATION_FAILED: One of these fields is required: [Next, End] at /States/ProcessArray`,
			`error INVALID_JSON_DESCRIPTION: Trailing comma before '}'`,
		},
		"listing-3.asl.json": {
			`error INVALID_JSON_DESCRIPTION: Stray ']'`,
		},
		"listing-4.asl.json": nil,
	} {
		var got []string
		warned := 0
		for _, d := range judgeFile(t, filepath.Join(dir, name)) {
			if d.Severity == source.Warning {
				warned++
				if !strings.Contains(d.Help, "${FunctionArn}") {
					t.Errorf("%s: the warning does not say what to put in: %s", name, d.Text(nil))
				}
				continue
			}
			_, message, _ := strings.Cut(d.Error(), ": ")
			got = append(got, message)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
		text, _ := os.ReadFile(filepath.Join(dir, name))
		if arns := strings.Count(string(text), "arn>"); warned != arns {
			t.Errorf("%s: %d warnings for %d resources that are to be filled in", name, warned, arns)
		}
	}
}

// TestRecordedRefusals compares with what the service said of definitions that it
// refused, word for word.
func TestRecordedRefusals(t *testing.T) {
	compared := 0
	for name, r := range recordings(t) {
		want, definition, express, ok := r.refusal()
		if !ok {
			continue
		}
		compared++
		var got []string
		for _, d := range diagnose("definition", definition, check.Options{Express: express}) {
			if d.Severity == source.Error {
				got = append(got, d.Code+": "+d.Message+" at "+d.Location)
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
	t.Logf("%d refusals compared", compared)
}

// refusal is what the service said of the last definition of the case, as
// "CODE: message at location", and whether that is on record.
func (r *recording) refusal() (said, definition string, express, ok bool) {
	if r.Suspect != "" || r.Kind != "validation" && r.Kind != "api" {
		return "", "", false, false
	}
	for _, c := range r.Calls {
		if c.Params.Definition != "" || c.Op == "ValidateStateMachineDefinition" {
			definition, express = c.Params.Definition, c.Params.Type == "EXPRESS"
		}
	}
	var answers map[string]struct {
		Message     string
		Exception   string `json:"exception_value"`
		Diagnostics []struct{ Code, Message, Location string }
	}
	if json.Unmarshal(r.Recorded, &answers) != nil {
		return "", "", false, false
	}
	for _, a := range answers {
		for _, d := range a.Diagnostics {
			said, ok = d.Code+": "+d.Message+" at "+d.Location, true
		}
		for _, text := range []string{a.Message, a.Exception} {
			if _, after, found := strings.Cut(text, "Invalid State Machine Definition: '"); found {
				said, ok = strings.TrimSuffix(after, "'"), true
			}
		}
	}
	return said, definition, express, ok
}
