package interp

import (
	"testing"

	"canto/runtime/history"
)

func TestFail(t *testing.T) {
	const prefix = `!States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). `
	states{
		"Error and Cause":        {`{"Type":"Fail","Error":"E","Cause":"why"}`, `{}`, `!E: why`},
		"Error alone":            {`{"Type":"Fail","Error":"E"}`, `{}`, `!E: `},
		"neither":                {`{"Type":"Fail"}`, `{}`, `!: `},
		"ErrorPath, CausePath":   {`{"Type":"Fail","ErrorPath":"$.e","CausePath":"$$.State.Name"}`, `{"e":"E"}`, `!E: S`},
		"an intrinsic":           {`{"Type":"Fail","Error":"E","CausePath":"States.Format('{} of {}', $.n, $.e)"}`, `{"e":"E","n":1}`, `!E: 1 of E`},
		"a path to no string":    {`{"Type":"Fail","Error":"E","CausePath":"$.o"}`, `{"o": { "a": 1 }}`, `!E: {"a":1}`},
		"a path that leads away": {`{"Type":"Fail","ErrorPath":"$.no"}`, `{"a":1}`, prefix + `The JSONPath '$.no' specified for the field 'ErrorPath' could not be found in the input '{"a":1}'`},
	}.check(t, nil)
}

func TestFailHasNoExitedEventAndNoMembersItWasNotGiven(t *testing.T) {
	s := perform(t, alone(`{"Type":"Fail"}`), `{}`, nil)
	expectChain(t, s, `
1<0 ExecutionStarted
2<0 FailStateEntered S
3<2 ExecutionFailed
`)
	e := s.event(t, history.ExecutionFailed)
	if got := string(e.AppendJSON(nil)); got != `{"timestamp":1767484800.000,"type":"ExecutionFailed","id":3,"previousEventId":2,"executionFailedEventDetails":{}}` {
		t.Errorf("ExecutionFailed is %s", got)
	}
}
