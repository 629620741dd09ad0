package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

const (
	validMachine  = `{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}`
	brokenMachine = "{\n  \"StartAt\": \"Dnoe\",\n  \"States\": {\"Done\": {\"Type\": \"Succeed\"}}\n}"
	warnedMachine = `{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "crawler", "End": true}}}`
	openMachine   = `{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${FunctionArn}", "TimeoutSeconds": ${Timeout}, "End": true}}}`
)

// runValidate runs the command on the files, which are written into a folder that
// is the working directory.
func runValidate(t *testing.T, files map[string]string, stdin string, args ...string) (out string, code int, err error) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var stdout bytes.Buffer
	cmd := newValidateCommand()
	cmd.SetArgs(append([]string{}, args...)) // of none it would take the test binary's
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetOut(&stdout)
	cmd.SetErr(&stdout)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err = cmd.Execute()
	var exit *exitError
	if errors.As(err, &exit) {
		code = exit.Code
	} else if err != nil {
		t.Fatalf("an error without an exit code: %v", err)
	}
	return stdout.String(), code, err
}

func TestValidateExitsWith2OnErrors(t *testing.T) {
	files := map[string]string{"valid.json": validMachine, "broken.json": brokenMachine, "warned.json": warnedMachine, "open.json": openMachine}
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"valid", []string{"valid.json"}, 0, "valid.json: valid\n"},
		{"error", []string{"broken.json"}, 2, "broken.json: 1 error\n"},
		{"error with its place", []string{"broken.json"}, 2, "broken.json:2:14: error MISSING_TRANSITION_TARGET: Missing 'Next' target: Dnoe at /StartAt\n   2 |   \"StartAt\": \"Dnoe\",\n     |              ^^^^^^\n     = help: did you mean \"Done\"?\n"},
		{"warning", []string{"warned.json"}, 0, "warned.json: valid, with 1 warning\n"},
		{"warning when strict", []string{"--strict", "warned.json"}, 2, "warned.json: valid, with 1 warning\n"},
		{"several files", []string{"valid.json", "broken.json"}, 2, "valid.json: valid\nbroken.json: 1 error\n"},
		{"open placeholders", []string{"open.json"}, 0, "open.json: valid; open placeholders: FunctionArn, Timeout\n"},
		{"defined placeholders", []string{"--define", "Timeout=0", "--define", "FunctionArn=arn:aws:states:::lambda:invoke", "open.json"}, 2, "The value for the field 'TimeoutSeconds' must be between 1 and 99999999 at /States/A/TimeoutSeconds"},
		{"express", []string{"--express", "--define", "FunctionArn=arn:aws:states:::sqs:sendMessage.waitForTaskToken", "open.json"}, 2, "Express state machine does not support '.waitForTaskToken'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, code, _ := runValidate(t, files, "", c.args...)
			if code != c.code || !strings.Contains(out, c.want) {
				t.Errorf("exit code %d, want %d; output\n%s\nwant in it\n%s", code, c.code, out, c.want)
			}
		})
	}
}

func TestValidateReadsStandardInput(t *testing.T) {
	out, code, _ := runValidate(t, nil, brokenMachine, "-")
	if code != 2 || !strings.HasPrefix(out, "-:2:14: error") {
		t.Errorf("exit code %d, output\n%s", code, out)
	}
}

func TestValidatePlacesAreThoseBeforeSubstitution(t *testing.T) {
	out, _, _ := runValidate(t, map[string]string{"m.json": openMachine}, "", "--define", "FunctionArn=arn:aws:states:::lambda:invoke", "--define", "Timeout=1.5", "m.json")
	if want := "m.json:1:99: error"; !strings.HasPrefix(out, want) || !strings.Contains(out, "^^^^^^^^^^") {
		t.Errorf("output\n%s\nwant %s and ${Timeout} marked", out, want)
	}
}

func TestValidateSaysWhatIsWrongWithItsArguments(t *testing.T) {
	files := map[string]string{"valid.json": validMachine, "list.json": `["a"]`, "nested.json": "{\n \"A\": {}}", "torn.json": `{"A": `}
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no file", nil, "name the definitions to validate"},
		{"missing file", []string{"nowhere.json"}, "there is no file nowhere.json"},
		{"folder", []string{"."}, ". is a folder"},
		{"format", []string{"--format", "xml", "valid.json"}, `there is no format "xml": use text, json, sarif`},
		{"define", []string{"--define", "A", "valid.json"}, "--define A: write Name=value"},
		{"missing defines", []string{"--defines", "nowhere.json", "valid.json"}, "--defines: open nowhere.json"},
		{"defines that are no object", []string{"--defines", "list.json", "valid.json"}, "the file holds an object"},
		{"defines with an object inside", []string{"--defines", "nested.json", "valid.json"}, `nested.json:2:7: the value of "A" is an object`},
		{"defines that are not JSON", []string{"--defines", "torn.json", "valid.json"}, "torn.json:1:2: error INVALID_JSON_DESCRIPTION"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, code, err := runValidate(t, files, "", c.args...)
			if code != 2 || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("exit code %d, error %v; want 2 and %q", code, err, c.want)
			}
		})
	}
}

func TestValidateDefinesFileGivesWayToDefine(t *testing.T) {
	files := map[string]string{"m.json": openMachine, "d.yaml": "Timeout: 0\nFunctionArn: crawler\n"}
	out, code, _ := runValidate(t, files, "", "--defines", "d.yaml", "--define", "Timeout=5", "m.json")
	if code != 0 || !strings.Contains(out, "m.json: valid, with 1 warning\n") {
		t.Errorf("exit code %d, output\n%s", code, out)
	}
}

func TestValidateWritesJSON(t *testing.T) {
	out, code, _ := runValidate(t, map[string]string{"broken.json": brokenMachine, "open.json": openMachine}, "", "--format", "json", "broken.json", "open.json")
	var answer struct{ Files []jsonFile }
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if code != 2 || len(answer.Files) != 2 {
		t.Fatalf("exit code %d, output\n%s", code, out)
	}
	want := jsonDiagnostic{"ERROR", "MISSING_TRANSITION_TARGET", "Missing 'Next' target: Dnoe", "/StartAt", `did you mean "Done"?`, jsonRange{2, 14, 2, 20}}
	if f := answer.Files[0]; f.Result != "FAIL" || len(f.Diagnostics) != 1 || f.Diagnostics[0] != want {
		t.Errorf("got %+v, want %+v", f, want)
	}
	if f := answer.Files[1]; f.Result != "OK" || len(f.Placeholders) != 2 || f.Placeholders[1].Name != "Timeout" {
		t.Errorf("got %+v, want OK and two placeholders", f)
	}
}

func TestValidateWritesSARIF(t *testing.T) {
	out, code, _ := runValidate(t, map[string]string{"broken.json": brokenMachine, "warned.json": warnedMachine}, "", "--format", "sarif", "broken.json", "warned.json")
	report, err := sarif.FromString(out)
	if err != nil || code != 2 {
		t.Fatalf("%v, exit code %d", err, code)
	}
	if report.Version != "2.1.0" || len(report.Runs) != 1 || len(report.Runs[0].Results) != 2 {
		t.Fatalf("not what was expected:\n%s", out)
	}
	if err := report.Validate(); err != nil {
		t.Errorf("the report breaks the schema of SARIF: %v", err)
	}
	first := report.Runs[0].Results[0]
	place := first.Locations[0].PhysicalLocation
	if *first.RuleID != "MISSING_TRANSITION_TARGET" || first.Level != "error" || *place.ArtifactLocation.URI != "broken.json" || *place.Region.StartLine != 2 {
		t.Errorf("first result: %+v", first)
	}
	if second := report.Runs[0].Results[1]; second.Level != "warning" {
		t.Errorf("level of the second result: %s", second.Level)
	}
}

func TestSARIFNamesFilesByURI(t *testing.T) {
	const name = "my machine #1 50%.json"
	out, _, _ := runValidate(t, map[string]string{name: brokenMachine}, "", "--format", "sarif", name)
	report, err := sarif.FromString(out)
	if err != nil {
		t.Fatal(err)
	}
	const want = "my%20machine%20%231%2050%25.json"
	run := report.Runs[0]
	if got := *run.Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI; got != want {
		t.Errorf("the result is in %s, want %s", got, want)
	}
	if got := *run.Artifacts[0].Location.URI; got != want {
		t.Errorf("the artifact is %s, want %s", got, want)
	}
}

func TestFileURIs(t *testing.T) {
	absolute := filepath.Join(t.TempDir(), "a b.json")
	for path, want := range map[string]string{
		"a.json":                   "a.json",
		filepath.Join("a?", "b c"): "a%3F/b%20c",
		"a:b.json":                 "./a:b.json",
		"\u00e9.json":              "%C3%A9.json",
		"-":                        "-",
		absolute:                   "file:///" + strings.TrimLeft(strings.ReplaceAll(filepath.ToSlash(absolute), " ", "%20"), "/"),
	} {
		if got := fileURI(path); got != want {
			t.Errorf("fileURI(%q) = %q, want %q", path, got, want)
		}
	}
}
