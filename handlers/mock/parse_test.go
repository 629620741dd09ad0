package mock_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canto/asl/source"
	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/mock"
)

// responses is a file whose only mocked response holds body.
func responses(body string) string {
	return "{\"StateMachines\": {\"M\": {\"TestCases\": {\"C\": {\"S\": \"R\"}}}}, \"MockedResponses\": {\"R\":\n" + body + "}}"
}

func TestMistakesAreReportedWhereTheyStand(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", ``, `m.json:1:1: error INVALID_MOCK_FILE: the mock file is empty`},
		{"no object", `[]`, `m.json:1:1: error INVALID_MOCK_FILE: the mock file must be an object, but is an array`},
		{"no responses", `{"StateMachines": {}}`, `m.json:1:1: error INVALID_MOCK_FILE: the mock file must have the field "MockedResponses"`},
		{"machines are no object", `{"MockedResponses": {}, "StateMachines": []}`, `m.json:1:42: error INVALID_MOCK_FILE: StateMachines must be an object, but is an array`},
		{"machine is no object", `{"MockedResponses": {}, "StateMachines": {"M": 1}}`, `m.json:1:48: error INVALID_MOCK_FILE: the state machine "M" must be an object, but is a number`},
		{"no cases", `{"MockedResponses": {}, "StateMachines": {"M": {}}}`, `m.json:1:48: error INVALID_MOCK_FILE: the state machine "M" must have the field "TestCases"`},
		{"unknown response", `{"MockedResponses": {}, "StateMachines": {"M": {"TestCases": {"C": {"S": "R"}}}}}`, `m.json:1:74: error INVALID_MOCK_FILE: there is no mocked response "R"`},
		{"response is no name", `{"MockedResponses": {}, "StateMachines": {"M": {"TestCases": {"C": {"S": {}}}}}}`, `m.json:1:74: error INVALID_MOCK_FILE: the state "S" must name a mocked response, but is an object`},
		{"no answer", responses(`{}`), `m.json:1:80: error INVALID_MOCK_FILE: the mocked response "R" has no answer`},
		{"no index", responses(`{"first": {"Return": 1}, "0": {"Return": 1}}`), `m.json:2:2: error INVALID_MOCK_FILE: "first" is no index of an invocation`},
		{"negative", responses(`{"-1": {"Return": 1}, "0": {"Return": 1}}`), `m.json:2:2: error INVALID_MOCK_FILE: "-1" is no index of an invocation`},
		{"backwards", responses(`{"2-1": {"Return": 1}, "0": {"Return": 1}}`), `m.json:2:2: error INVALID_MOCK_FILE: "2-1" is no index of an invocation`},
		{"too large", responses(`{"0-1000000000": {"Return": 1}, "0": {"Return": 1}}`), `m.json:2:2: error INVALID_MOCK_FILE: "0-1000000000" is no index of an invocation`},
		{"gap at the start", responses(`{"1": {"Return": 1}}`), `m.json:2:2: error INVALID_MOCK_FILE: the mocked response "R" has no answer for index 0`},
		{"gap", responses(`{"0-1": {"Return": 1}, "3": {"Return": 1}}`), `m.json:2:24: error INVALID_MOCK_FILE: the mocked response "R" has no answer for index 2`},
		{"overlap", responses(`{"0-2": {"Return": 1}, "2": {"Return": 1}, "3": {"Return": 1}}`), `m.json:2:24: error INVALID_MOCK_FILE: the mocked response "R" has two answers for index 2`},
		{"neither", responses(`{"0": {}}`), `m.json:2:2: error INVALID_MOCK_FILE: the answer "0" must have "Return" or "Throw"`},
		{"both", responses(`{"0": {"Return": 1, "Throw": {"Error": "E"}}}`), `m.json:2:21: error INVALID_MOCK_FILE: the answer "0" has both "Return" and "Throw"`},
		{"answer is no object", responses(`{"0": 7}`), `m.json:2:7: error INVALID_MOCK_FILE: the answer "0" must be an object, but is a number`},
		{"throw is no object", responses(`{"0": {"Throw": "E"}}`), `m.json:2:17: error INVALID_MOCK_FILE: Throw must be an object, but is a string`},
		{"throw without error", responses(`{"0": {"Throw": {"Cause": "c"}}}`), `m.json:2:17: error INVALID_MOCK_FILE: Throw must have the field "Error"`},
		{"error is no string", responses(`{"0": {"Throw": {"Error": 404}}}`), `m.json:2:27: error INVALID_MOCK_FILE: Error must be a string, but is a number`},
		{"negative time", responses(`{"0": {"Return": 1, "After": -1}}`), `m.json:2:30: error INVALID_MOCK_FILE: After must be a number of seconds from 0 to 99999999, but is -1`},
		{"time as text", responses(`{"0": {"Return": 1, "After": "1s"}}`), `m.json:2:30: error INVALID_MOCK_FILE: After must be a number of seconds from 0 to 99999999, but is "1s"`},
		{"placeholder", responses(`{"0": {"Return": [{"a": ${Open}}]}}`), `m.json:2:25: error INVALID_MOCK_FILE: ${Open} is not JSON`},
		{"the same index twice", responses(`{"0": {"Return": 1}, "0": {"Return": 2}}`), `m.json:2:22: error INVALID_JSON_DESCRIPTION: Duplicate field '0'`},
		{"unknown field", responses(`{"0": {"Return": 1, "Wait": 2}}`), `m.json:2:21: warning INVALID_MOCK_FILE: the field "Wait" means nothing here`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, diags := mock.Parse(source.New("m.json", c.text))
			if len(diags) == 0 || diags[0].Error() != c.want {
				t.Errorf("got\n%s\nwant\n%s", diags, c.want)
			}
		})
	}
}

func TestManyMistakesAreReportedAtOnce(t *testing.T) {
	_, diags := mock.Parse(source.New("m.json", responses(`{"x": {}, "0": {"Retrun": 1}, "2": {"Throw": {}}}`)))
	if len(diags) != 5 {
		t.Errorf("got %d:\n%s", len(diags), diags)
	}
	if help := diags[1].Help; help != `is "Retrun" meant to be it?` {
		t.Errorf("the help is %q", help)
	}
}

func TestTheNearestResponseIsOffered(t *testing.T) {
	_, diags := mock.Parse(source.New("m.json", strings.Replace(file, `"Slow"}`, `"Slwo"}`, 1)))
	if len(diags) != 1 || diags[0].Help != `did you mean "Slow"?` {
		t.Errorf("got %s", diags.Text(nil))
	}
}

// TestRecordedMockFilesAreRead reads the files that were run against Step
// Functions Local's format elsewhere, where they are at hand.
func TestRecordedMockFilesAreRead(t *testing.T) {
	root := os.Getenv("CANTO_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	files, _ := filepath.Glob(filepath.Join(root, "conformance", "cases", "local_mocking", "*.json"))
	if len(files) == 0 {
		t.Skip("no recorded cases")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		recorded, err := value.Parse(string(text))
		if err != nil {
			t.Fatal(err)
		}
		config, ok := recorded.Field("mock_config")
		if !ok {
			t.Fatalf("%s has no mock file", file)
		}
		if _, diags := mock.Parse(source.New(file, config.Text())); len(diags) > 0 {
			t.Errorf("%s", diags)
		}
	}
}

func TestLoadNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mocks.json")
	if _, err := mock.Load(path); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(path, []byte(`{"StateMachines": {},}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := mock.Load(path)
	var diags source.Diagnostics
	if !errors.As(err, &diags) || !strings.HasPrefix(err.Error(), path+":1:") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(file)
	f.Add(`{"0-2": {"Return": 1, "After": 0.5}, "3": {"Throw": {"Error": "E"}}}`)
	f.Add(`{"0": {"Return": ${x}}, "0": []}`)
	f.Add(`{"1-1": {"Throw": {"Cause": 1}}, "00": {"After": 1e9}}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, text := range []string{text, responses(text)} {
			_, diags := mock.Parse(source.New("m.json", text))
			for _, d := range diags {
				if d.Span.Source == nil || d.Span.Start < 0 || d.Span.End > len(text) {
					t.Errorf("%s is nowhere in the text", d)
				}
			}
		}
		firstAnswer(t, responses(text))
	})
}

// firstAnswer checks that a response without a mistake answers invocation 0.
func firstAnswer(t *testing.T, text string) {
	config, diags := mock.Parse(source.New("m.json", text))
	k, err := config.Case("M", "C")
	if diags.HasErrors() || err != nil {
		return
	}
	h, err := k.Resolver(none).Resolve(handlers.Call{State: "S"})
	if err != nil {
		t.Fatal(err)
	}
	var slept clock
	out, err := h.Invoke(handlers.WithClock(t.Context(), &slept), handlers.Call{State: "S"})
	if slept < 0 {
		t.Errorf("slept %v", slept)
	}
	if err != nil && strings.HasPrefix(handlers.Failure(err).Cause, "The state 'S' was invoked") {
		t.Error(err)
	}
	if _, err := value.Parse(out.Text()); err != nil {
		t.Errorf("the result is not JSON: %v", err)
	}
}
