package interp

import "testing"

func TestParallel(t *testing.T) {
	parallel := func(fields string, branches string) string {
		return `{"Type":"Parallel",` + fields + `"End":true,"Branches":[` + branches + `]}`
	}
	const same, two = `{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`, `{"StartAt":"B","States":{"B":{"Type":"Pass","Result":2,"End":true}}}`
	const failing = `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"why"}}}`
	states{
		"gives what its branches give, in order": {parallel(``, same+`,`+two), `{ "a": 1.0 }`, `[{ "a": 1.0 },2]`},
		"each branch gets the same":              {parallel(`"Parameters":{"x.$":"$.a"},`, same+`,`+`{"StartAt":"C","States":{"C":{"Type":"Succeed"}}}`), `{"a":1}`, `[{"x":1},{"x":1}]`},
		"ResultSelector and ResultPath":          {parallel(`"ResultSelector":{"n.$":"$[1]"},"ResultPath":"$.r",`, same+`,`+two), `{"a":1}`, `{"a":1,"r":{"n":2}}`},
		"fails as its branch does":               {parallel(``, same+`,`+failing), `{}`, `!E: why`},
		"its failure can be caught":              {parallel(`"Catch":[{"ErrorEquals":["E"],"Next":"Other"}],`, failing), `{}`, `"other"`},
		"a Runtime error in a branch cannot":     {parallel(`"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Other"}],`, `{"StartAt":"F","States":{"F":{"Type":"Pass","InputPath":"$.no","End":true}}}`), `{}`, `!States.Runtime: An error occurred while executing the state 'F' (entered at the event id #4). Invalid path '$.no' : No results for path: $['no']`},
	}.check(t, nil)
}

const aside = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"t","End":true}}},{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"End":true}}}`

func TestEventsOfAParallelThatSucceeds(t *testing.T) {
	s := perform(t, alone(`{"Type":"Parallel","End":true,"Branches":[`+aside+`]}`), `{}`, script{"t": {gives(`1`)}})
	expectChain(t, s, `
1<0 ExecutionStarted
2<0 ParallelStateEntered S
3<2 ParallelStateStarted S
4<3 /0 TaskStateEntered T
5<4 /0 LambdaFunctionScheduled T
6<3 /1 WaitStateEntered W
7<5 /0 LambdaFunctionStarted T
8<7 /0 LambdaFunctionSucceeded T
9<8 /0 TaskStateExited T
10<6 /1 WaitStateExited W
11<10 ParallelStateSucceeded S
12<10 ParallelStateExited S
13<12 ExecutionSucceeded
`)
}

// Recorded behaviour: what is brought down hangs on the event that brought it down,
// and so does the next attempt of the state.
func TestEventsOfAParallelThatFailsAndIsRetried(t *testing.T) {
	s := perform(t, alone(`{"Type":"Parallel","End":true,"Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}],"Branches":[`+aside+`]}`), `{}`, script{"t": {fails("E", "")}})
	expectChain(t, s, `
1<0 ExecutionStarted
2<0 ParallelStateEntered S
3<2 ParallelStateStarted S
4<3 /0 TaskStateEntered T
5<4 /0 LambdaFunctionScheduled T
6<3 /1 WaitStateEntered W
7<5 /0 LambdaFunctionStarted T
8<7 /0 LambdaFunctionFailed T
9<8 /1 WaitStateAborted W
10<8 /0 TaskStateAborted T
11<8 ParallelStateStarted S
12<11 /0 TaskStateEntered T
13<12 /0 LambdaFunctionScheduled T
14<11 /1 WaitStateEntered W
15<13 /0 LambdaFunctionStarted T
16<15 /0 LambdaFunctionFailed T
17<16 /1 WaitStateAborted W
18<16 /0 TaskStateAborted T
19<16 ParallelStateFailed S
20<19 ExecutionFailed
`)
}
