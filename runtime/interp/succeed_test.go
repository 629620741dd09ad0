package interp

import "testing"

func TestSucceed(t *testing.T) {
	states{
		"hands on its input":       {`{"Type":"Succeed"}`, `{ "a": 1 }`, `{ "a": 1 }`},
		"InputPath and OutputPath": {`{"Type":"Succeed","InputPath":"$.a","OutputPath":"$.b"}`, `{"a":{"b":[]}}`, `[]`},
		"InputPath null":           {`{"Type":"Succeed","InputPath":null}`, `1`, `{}`},
	}.check(t, nil)
}

func TestSucceedEndsItsBranchAlone(t *testing.T) {
	states{
		"of a Parallel": {`{"Type":"Parallel","Next":"Other","Branches":[{"StartAt":"E","States":{"E":{"Type":"Succeed"}}}]}`, `1`, `"other"`},
	}.check(t, nil)
}
