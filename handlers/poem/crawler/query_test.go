package crawler

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestInputs(t *testing.T) {
	for input, want := range map[string]string{
		`{"Query": "war crimes"}`:                           "war crimes",
		`{"query": "lower case"}`:                           "lower case",
		`{"Query": "  spaces "}`:                            "spaces",
		`{"Query": "first", "detail": {"Query": "second"}}`: "first",
		`"a bare string"`:                                   "a bare string",
		`"caf\u00e9"`:                                       "café",
		`""`:                                                "",
		`null`:                                              "",
		`{}`:                                                "",
		`{"Query": null}`:                                   "",
		`{"Comment": "started by hand"}`:                    "",
		`{"version":"0","id":"53dc4d37","detail-type":"Scheduled Event","source":"aws.scheduler","account":"123456789012","time":"2026-03-01T06:00:00Z","region":"eu-central-1","resources":["arn:aws:scheduler:eu-central-1:123456789012:schedule/default/poem"],"detail":"{}"}`: "",
		`{"source":"aws.scheduler","detail":"{\"Query\":\"in a string\"}"}`: "in a string",
		`{"source":"aws.events","detail":{"Query":"in an object"}}`:         "in an object",
		`{"detail":[1,2]}`: "",
	} {
		var q Query
		if err := json.Unmarshal([]byte(input), &q); err != nil || q.Text != want {
			t.Errorf("%s: %q, %v; want %q", input, q.Text, err, want)
		}
	}
}

func TestInputsThatCannotBeAQuery(t *testing.T) {
	for _, input := range []string{`42`, `true`, `["a"]`, `{"Query": 7}`, `{"Query": ["a"]}`} {
		var q Query
		err := json.Unmarshal([]byte(input), &q)
		if invalid := new(InvalidQuery); !errors.As(err, &invalid) {
			t.Errorf("%s: %T %v", input, err, err)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{`{"Query":"a"}`, `"a"`, `null`, `{"detail":"{\"Query\":\"x\"}"}`, `[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		var q Query
		err := q.UnmarshalJSON(input)
		if invalid := new(InvalidQuery); err != nil && !errors.As(err, &invalid) {
			t.Errorf("%q: %T", input, err)
		}
	})
}
