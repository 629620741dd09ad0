package interp

import (
	"strings"
	"testing"
	"time"
)

func each(fields, processor string) string {
	return `{"Type":"Map",` + fields + `"End":true,"ItemProcessor":` + processor + `}`
}

const (
	same     = `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`
	ask      = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"t","End":true}}}`
	askOrEnd = `{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":0,"Next":"T"}],"Default":"W"},
		"T":{"Type":"Task","Resource":"t","End":true},"W":{"Type":"Wait","Seconds":9,"End":true}}}`
)

func TestMap(t *testing.T) {
	const prefix = `!States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). `
	states{
		"gives what its iterations give, in order": {each(``, same), `[3, 1.0, {"a": 2}]`, `[3,1.0,{"a":2}]`},
		"of nothing is nothing":                    {each(``, same), `[]`, `[]`},
		"ItemsPath":                                {each(`"ItemsPath":"$.a",`, same), `{"a":[1,2]}`, `[1,2]`},
		"ItemsPath after InputPath":                {each(`"InputPath":"$.a","ItemsPath":"$.b",`, same), `{"a":{"b":[1]}}`, `[1]`},
		"ItemsPath of no array":                    {each(`"ItemsPath":"$.a",`, same), `{"a":"x"}`, prefix + `Reference path "$.a" must point to array.`},
		"the input is no array":                    {each(``, same), `1`, prefix + `Reference path "$" must point to array.`},
		"ItemSelector sees the input of the Map":   {each(`"ItemsPath":"$.a","ItemSelector":{"x.$":"$.b"},`, same), `{"a":[1],"b":2}`, `[{"x":2}]`},
		"ItemSelector sees index and value":        {each(`"ItemSelector":{"x.$":"States.Array($$.Map.Item.Index,$$.Map.Item.Value)"},`, same), `["a","b"]`, `[{"x":[0,"a"]},{"x":[1,"b"]}]`},
		"Parameters are the legacy ItemSelector":   {each(`"Parameters":{"x.$":"$$.Map.Item.Value"},`, same), `[7]`, `[{"x":7}]`},
		"ItemSelector that fails":                  {each(`"ItemSelector":{"x.$":"$.no"},`, same), `[7]`, prefix + `The JSONPath '$.no' specified for the field 'x.$' could not be found in the input '[7]'`},
		"the legacy Iterator":                      {`{"Type":"Map","End":true,"Iterator":` + same + `}`, `[1]`, `[1]`},
		"ResultSelector and ResultPath":            {each(`"ItemsPath":"$.a","ResultSelector":{"n.$":"$[0]"},"ResultPath":"$.r",`, same), `{"a":[1]}`, `{"a":[1],"r":{"n":1}}`},
		"an inner Map has items of its own":        {each(``, `{"StartAt":"I","States":{"I":`+each(`"ItemSelector":{"x.$":"$$.Map.Item.Value"},`, same)+`}}`), `[[1],[2]]`, `[[{"x":1}],[{"x":2}]]`},
		"fails as its iteration does":              {each(``, `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"why"}}}`), `[1]`, `!E: why`},
		"its failure can be caught":                {each(`"Catch":[{"ErrorEquals":["E"],"Next":"Other"}],`, `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}}`), `[1]`, `"other"`},
		"MaxConcurrencyPath of no number":          {each(`"ItemsPath":"$.a","MaxConcurrencyPath":"$.n",`, same), `{"a":[1],"n":"x"}`, prefix + `The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.n`},
	}.check(t, nil)
}

func TestMapRunsSoManyAtATime(t *testing.T) {
	cases := map[string]struct {
		fields string
		items  int
		want   int
	}{
		"as MaxConcurrency says":    {`"MaxConcurrency":3,`, 10, 3},
		"as its path says":          {`"MaxConcurrencyPath":"$[0]",`, 10, 2},
		"at most 40":                {`"MaxConcurrency":1000,`, 50, 40},
		"40 where it says nothing":  {``, 50, 40},
		"40 where it says no limit": {`"MaxConcurrency":0,`, 50, 40},
		"no more than there are":    {`"MaxConcurrency":7,`, 5, 5},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			items := "[" + strings.TrimSuffix(strings.Repeat("2,", c.items), ",") + "]"
			s := perform(t, alone(each(c.fields, ask)), items, script{"t": {gives(`1`).in(time.Second)}})
			most := map[time.Time]int{}
			got := 0
			for _, r := range s.calls {
				most[r.At]++
				got = max(got, most[r.At])
			}
			if got != c.want || len(s.calls) != c.items {
				t.Errorf("%d at a time, want %d; %d in all", got, c.want, len(s.calls))
			}
		})
	}
}

func TestEventsOfAMapThatRunsAllAtOnce(t *testing.T) {
	s := perform(t, alone(each(``, ask)), `[1,2]`, script{"t": {gives(`1`).in(time.Second), gives(`2`)}})
	expectChain(t, s, `
1<0 ExecutionStarted
2<0 MapStateEntered S
3<2 MapStateStarted S
4<3 /0 MapIterationStarted S #0
5<3 /1 MapIterationStarted S #1
6<4 /0 TaskStateEntered T
7<6 /0 LambdaFunctionScheduled T
8<5 /1 TaskStateEntered T
9<8 /1 LambdaFunctionScheduled T
10<7 /0 LambdaFunctionStarted T
11<9 /1 LambdaFunctionStarted T
12<11 /1 LambdaFunctionSucceeded T
13<12 /1 TaskStateExited T
14<13 /1 MapIterationSucceeded S #1
15<10 /0 LambdaFunctionSucceeded T
16<15 /0 TaskStateExited T
17<16 /0 MapIterationSucceeded S #0
18<17 MapStateSucceeded S
19<17 MapStateExited S
20<19 ExecutionSucceeded
`)
}

// Recorded behaviour: an iteration that had to wait hangs on the last state event of
// the one that made room for it.
func TestEventsOfAMapThatRunsOneAtATime(t *testing.T) {
	expectChain(t, perform(t, alone(each(`"MaxConcurrency":1,`, same)), `[1,2]`, nil), `
1<0 ExecutionStarted
2<0 MapStateEntered S
3<2 MapStateStarted S
4<3 /0 MapIterationStarted S #0
5<4 /0 PassStateEntered P
6<5 /0 PassStateExited P
7<6 /0 MapIterationSucceeded S #0
8<6 /1 MapIterationStarted S #1
9<8 /1 PassStateEntered P
10<9 /1 PassStateExited P
11<10 /1 MapIterationSucceeded S #1
12<11 MapStateSucceeded S
13<11 MapStateExited S
14<13 ExecutionSucceeded
`)
}

func TestEventsOfAnEmptyMap(t *testing.T) {
	expectChain(t, perform(t, alone(each(``, same)), `[]`, nil), `
1<0 ExecutionStarted
2<0 MapStateEntered S
3<2 MapStateStarted S
4<3 MapStateSucceeded S
5<3 MapStateExited S
6<5 ExecutionSucceeded
`)
}

func TestEventsOfAMapThatFailsAndIsCaught(t *testing.T) {
	s := perform(t, alone(each(`"MaxConcurrency":2,"Catch":[{"ErrorEquals":["E"],"Next":"Other"}],`, askOrEnd)), `[1,0,2]`, script{"t": {fails("E", "")}})
	expectChain(t, s, `
1<0 ExecutionStarted
2<0 MapStateEntered S
3<2 MapStateStarted S
4<3 /0 MapIterationStarted S #0
5<3 /1 MapIterationStarted S #1
6<4 /0 ChoiceStateEntered C
7<6 /0 ChoiceStateExited C
8<7 /0 WaitStateEntered W
9<5 /1 ChoiceStateEntered C
10<9 /1 ChoiceStateExited C
11<10 /1 TaskStateEntered T
12<11 /1 LambdaFunctionScheduled T
13<12 /1 LambdaFunctionStarted T
14<13 /1 LambdaFunctionFailed T
15<14 /1 MapIterationFailed S #1
16<14 /0 WaitStateAborted W
17<14 /0 MapIterationAborted S #0
18<14 /1 TaskStateAborted T
19<14 MapStateFailed S
20<19 MapStateExited S
21<20 PassStateEntered Other
22<21 PassStateExited Other
23<22 ExecutionSucceeded
`)
}

// What is brought down unwinds innermost first, and all of it hangs on the event
// that brought it down.
func TestEventsOfNestedAborts(t *testing.T) {
	inner := each(``, `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"End":true}}}`)
	s := perform(t, alone(`{"Type":"Parallel","End":true,"Branches":[{"StartAt":"I","States":{"I":`+inner+`}},`+ask+`]}`), `[1,2]`, script{"t": {fails("E", "")}})
	expectChain(t, s, `
1<0 ExecutionStarted
2<0 ParallelStateEntered S
3<2 ParallelStateStarted S
4<3 /0 MapStateEntered I
5<4 /0 MapStateStarted I
6<5 /0/0 MapIterationStarted I #0
7<5 /0/1 MapIterationStarted I #1
8<3 /1 TaskStateEntered T
9<8 /1 LambdaFunctionScheduled T
10<6 /0/0 WaitStateEntered W
11<7 /0/1 WaitStateEntered W
12<9 /1 LambdaFunctionStarted T
13<12 /1 LambdaFunctionFailed T
14<13 /0/0 WaitStateAborted W
15<13 /0/0 MapIterationAborted I #0
16<13 /0/1 WaitStateAborted W
17<13 /0/1 MapIterationAborted I #1
18<13 /0 MapStateAborted I
19<13 /1 TaskStateAborted T
20<13 ParallelStateFailed S
21<20 ExecutionFailed
`)
}
