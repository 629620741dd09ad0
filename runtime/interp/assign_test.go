package interp

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"canto/runtime/history"
)

// then makes a machine of S, which assigns, and End, which shows $x.
func then(state string) string {
	return `{"StartAt":"S","States":{"S":` + state + `,"End":{"Type":"Pass","Parameters":{"x.$":"$x"},"End":true},"C":{"Type":"Pass","Next":"End"}}}`
}

func TestAssignSees(t *testing.T) {
	cases := map[string]struct{ state, want string }{
		"the result of a Pass":     {`{"Type":"Pass","Result":{"r":1},"Assign":{"x.$":"$.r"},"Next":"End"}`, `1`},
		"a literal":                {`{"Type":"Pass","Assign":{"x":{"y":[1]}},"Next":"End"}`, `{"y":[1]}`},
		"the result of a Task":     {`{"Type":"Task","Resource":"f","ResultPath":null,"Assign":{"x.$":"$.v"},"Next":"End"}`, `2`},
		"what ResultSelector left": {`{"Type":"Task","Resource":"f","ResultSelector":{"s.$":"$.v"},"Assign":{"x.$":"$.s"},"Next":"End"}`, `2`},
		"the input of a Wait":      {`{"Type":"Wait","Seconds":1,"InputPath":"$.a","Assign":{"x.$":"$.b"},"Next":"End"}`, `3`},
		"that of a rule of Choice": {`{"Type":"Choice","Choices":[{"Variable":"$.a.b","NumericEquals":3,"Assign":{"x.$":"$.a"},"Next":"End"}],"Default":"C","Assign":{"x":0}}`, `{"b":3}`},
		"that of the Default":      {`{"Type":"Choice","Choices":[{"Variable":"$.a.b","NumericEquals":4,"Assign":{"x":0},"Next":"End"}],"Default":"C","Assign":{"x.$":"$.a"}}`, `{"b":3}`},
		"the error in a Catch":     {`{"Type":"Task","Resource":"bad","Assign":{"x":0},"Catch":[{"ErrorEquals":["E"],"Assign":{"x.$":"$.Cause"},"Next":"C"}],"Next":"End"}`, `"why"`},
		"the results of a Map":     {`{"Type":"Map","ItemsPath":"$.l","ItemProcessor":` + same + `,"Assign":{"x.$":"$[1]"},"Next":"End"}`, `6`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := perform(t, then(c.state), `{"a":{"b":3},"l":[5,6]}`, script{"f": {gives(`{"v":2}`)}, "bad": {fails("E", "why")}})
			if want := `{"x":` + c.want + `}`; s.end() != want {
				t.Errorf("$x is shown as %s, want %s", s.end(), want)
			}
		})
	}
}

func TestAssignedVariablesAreSetTogether(t *testing.T) {
	s := perform(t, `{"StartAt":"A","States":{
		"A":{"Type":"Pass","Assign":{"x":1,"y":2},"Next":"B"},
		"B":{"Type":"Pass","Assign":{"x.$":"$y","y.$":"$x"},"Next":"C"},
		"C":{"Type":"Pass","Parameters":{"xy.$":"States.Array($x,$y)"},"End":true}}}`, `{}`, nil)
	if s.end() != `{"xy":[2,1]}` {
		t.Errorf("ends with %s", s.end())
	}
	e := s.event(t, history.PassStateExited)
	if diff := cmp.Diff([]history.Assigned{{Name: "x", Value: "1"}, {Name: "y", Value: "2"}}, e.Info.Assigned); diff != "" {
		t.Error(diff)
	}
}

func TestVariablesOfABranchAreItsOwn(t *testing.T) {
	s := perform(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"x":"outer"},"Next":"P"},
		"P":{"Type":"Map","ItemsPath":"$.l","MaxConcurrency":1,"End":true,"ItemProcessor":{"StartAt":"I","States":{
			"I":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":1,"Assign":{"i.$":"$"},"Next":"Show"}],"Default":"Look"},
			"Show":{"Type":"Pass","Parameters":{"v.$":"States.Array($x,$i)"},"End":true},
			"Look":{"Type":"Pass","Parameters":{"v.$":"$i"},"End":true}}}}}}`, `{"l":[1,2]}`, nil)
	if s.Error != "States.Runtime" || s.event(t, history.MapIterationSucceeded).Index != 0 {
		t.Errorf("the second iteration sees what the first has set: %s", s.end())
	}
}
