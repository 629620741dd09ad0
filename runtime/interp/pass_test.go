package interp

import "testing"

func TestPass(t *testing.T) {
	states{
		"hands on its input as it is written": {`{"Type":"Pass","End":true}`, `{ "a": 1.0 }`, `{ "a": 1.0 }`},
		"gives its Result":                    {`{"Type":"Pass","Result":{ "x": [1, 2] },"End":true}`, `{}`, `{"x":[1,2]}`},
		"a Result is not evaluated":           {`{"Type":"Pass","Result":{"x.$":"$.no"},"End":true}`, `{}`, `{"x.$":"$.no"}`},
		"a null Result":                       {`{"Type":"Pass","Result":null,"End":true}`, `{"a":1}`, `null`},
		"Parameters":                          {`{"Type":"Pass","Parameters":{"y.$":"$.a"},"End":true}`, `{"a":[1]}`, `{"y":[1]}`},
		"Result goes before Parameters":       {`{"Type":"Pass","Parameters":{"y":1},"Result":2,"ResultPath":"$.r","End":true}`, `{"a":1}`, `{"a":1,"r":2}`},
		"goes on":                             {`{"Type":"Pass","Next":"Other"}`, `{}`, `"other"`},
		"a failing template":                  {`{"Type":"Pass","Parameters":{"y.$":"$.no"},"End":true}`, `{"a":1}`, `!States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$.no' specified for the field 'y.$' could not be found in the input '{"a":1}'`},
	}.check(t, nil)
}

func TestPassHasNoEventsOfItsOwn(t *testing.T) {
	expectChain(t, perform(t, alone(`{"Type":"Pass","Next":"Other"}`), `{}`, nil), `
1<0 ExecutionStarted
2<0 PassStateEntered S
3<2 PassStateExited S
4<3 PassStateEntered Other
5<4 PassStateExited Other
6<5 ExecutionSucceeded
`)
}
