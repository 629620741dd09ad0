package interp

import (
	"strings"
	"testing"
)

func TestInputAndOutput(t *testing.T) {
	echo := func() script { return script{"f": {gives(`{"v": 1, "w": [2]}`)}} }
	task := func(fields string) string { return `{"Type":"Task","Resource":"f",` + fields + `"End":true}` }
	const in = `{ "a": {"b": 1.0}, "c": 2 }`
	states{
		"the result is the output":                 {task(``), in, `{"v": 1, "w": [2]}`},
		"ResultSelector sees the result":           {task(`"ResultSelector":{"x.$":"$.v"},`), in, `{"x":1}`},
		"ResultPath puts it into the raw input":    {task(`"InputPath":"$.a","ResultPath":"$.r",`), in, `{"a":{"b":1.0},"c":2,"r":{"v":1,"w":[2]}}`},
		"ResultPath replaces in place":             {task(`"ResultSelector":{"n":1},"ResultPath":"$.a",`), in, `{"a":{"n":1},"c":2}`},
		"ResultPath makes what is not there":       {task(`"ResultSelector":{"n":1},"ResultPath":"$.x.y",`), in, `{"a":{"b":1.0},"c":2,"x":{"y":{"n":1}}}`},
		"ResultPath null hands on the raw input":   {task(`"ResultPath":null,`), in, in},
		"OutputPath picks from the whole":          {task(`"ResultPath":"$.r","OutputPath":"$.r.w",`), in, `[2]`},
		"OutputPath null is an empty object":       {task(`"OutputPath":null,`), in, `{}`},
		"OutputPath that leads nowhere":            {task(`"OutputPath":"$.no",`), in, `!States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). Invalid path '$.no' : No results for path: $['no']`},
		"OutputPath of the context object":         {task(`"OutputPath":"$$.State.Name",`), in, `"S"`},
		"ResultPath that does not fit is an error": {task(`"ResultPath":"$.c.d",`), in, `!States.ResultPathMatchFailure`},
	}.checkPrefix(t, echo)
}

// checkPrefix compares as much of the end as is wanted, spaces aside.
func (table states) checkPrefix(t *testing.T, lines func() script) {
	t.Helper()
	plain := strings.NewReplacer(" ", "")
	for name, c := range table {
		t.Run(name, func(t *testing.T) {
			got := perform(t, alone(c.state), c.input, lines()).end()
			if !strings.HasPrefix(plain.Replace(got), plain.Replace(c.want)) {
				t.Errorf("ends with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestInputOfATask(t *testing.T) {
	cases := map[string]struct{ fields, want string }{
		"the raw input, verbatim":            {``, `{ "a": {"b": 1.0} }`},
		"InputPath":                          {`"InputPath":"$.a",`, `{"b":1.0}`},
		"InputPath null is an empty object":  {`"InputPath":null,`, `{}`},
		"InputPath of the context object":    {`"InputPath":"$$.StateMachine.Name",`, `"machine"`},
		"Parameters see what InputPath left": {`"InputPath":"$.a","Parameters":{"y":{"z.$":"$"}},`, `{"y":{"z":{"b":1.0}}}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := perform(t, alone(`{"Type":"Task","Resource":"f",`+c.fields+`"End":true}`), `{ "a": {"b": 1.0} }`, script{"f": {gives(`1`)}})
			if got := s.calls[0].Call.Input.Text(); got != c.want {
				t.Errorf("the task gets %s, want %s", got, c.want)
			}
		})
	}
}

func TestResultPathMatchFailureCanBeCaught(t *testing.T) {
	s := perform(t, alone(`{"Type":"Task","Resource":"f","ResultPath":"$.a.b","End":true,
		"Catch":[{"ErrorEquals":["States.ResultPathMatchFailure"],"Next":"Other"}]}`), `{"a":1}`, script{"f": {gives(`1`)}})
	if s.end() != `"other"` {
		t.Errorf("ends with %s", s.end())
	}
}
