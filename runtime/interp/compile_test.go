package interp

import (
	"fmt"
	"strings"
	"testing"

	"canto/asl/parse"
	"canto/asl/source"
)

func TestCompileSaysWhereAMachineIsWrong(t *testing.T) {
	cases := map[string]struct{ definition, at, want string }{
		"a start that is not there":   {`{"StartAt":"A","States":{"B":{"Type":"Succeed"}}}`, `{"StartAt"`, `StartAt names "A"`},
		"a next that is not there":    {alone(`{"Type":"Pass","Next":"Nowhere"}`), `{"Type":"Pass"`, `no state "Nowhere"`},
		"a Default that is not there": {alone(`{"Type":"Choice","Choices":[],"Default":"Nowhere"}`), `{"Type":"Choice"`, `no state "Nowhere"`},
		"a Catch to nowhere":          {alone(`{"Type":"Task","Resource":"f","End":true,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Nowhere"}]}`), `{"ErrorEquals"`, `no state "Nowhere"`},
		"a state of an outer machine": {alone(`{"Type":"Parallel","End":true,"Branches":[{"StartAt":"P","States":{"P":{"Type":"Pass","Next":"Other"}}}]}`), `{"Type":"Pass","Next":"Other"`, `no state "Other"`},
		"no path":                     {alone(`{"Type":"Pass","InputPath":"a.b","End":true}`), `"a.b"`, `a.b`},
		"a ResultPath to many places": {alone(`{"Type":"Pass","ResultPath":"$.a[*]","End":true}`), `"$.a[*]"`, `$.a[*]`},
		"no template":                 {alone(`{"Type":"Pass","Parameters":{"a.$":"b"},"End":true}`), `{"a.$"`, `a.$`},
		"no intrinsic":                {alone(`{"Type":"Fail","CausePath":"States.Nope()"}`), `"States.Nope()"`, `CausePath`},
		"no number of seconds":        {alone(`{"Type":"Wait","Seconds":1.5,"End":true}`), `1.5`, `whole number`},
		"no timestamp":                {alone(`{"Type":"Wait","Timestamp":"soon","End":true}`), `"soon"`, `RFC3339`},
		"a Wait for nothing":          {alone(`{"Type":"Wait","End":true}`), `{"Type":"Wait"`, `needs one of`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m, _ := parse.Parse(source.New("test.asl.json", c.definition))
			p, diags := Compile(m)
			if p != nil || len(diags) == 0 {
				t.Fatalf("it compiles, with %v", diags)
			}
			at := fmt.Sprintf("test.asl.json:1:%d: ", strings.Index(c.definition, c.at)+1)
			if text := diags.Error(); !strings.Contains(text, c.want) || !strings.Contains(text, at) {
				t.Errorf("Compile says\n%s\nwant %q at %s", text, c.want, at)
			}
		})
	}
}

func TestCompileSaysAllThatIsWrong(t *testing.T) {
	m, _ := parse.Parse(source.New("test.asl.json", alone(`{"Type":"Pass","InputPath":"a","OutputPath":"b","Next":"Nowhere"}`)))
	if _, diags := Compile(m); len(diags) != 3 {
		t.Errorf("%d diagnostics: %v", len(diags), diags)
	}
}
