package drive

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/history"
	"canto/runtime/interp"
	"canto/runtime/store/memory"
	"canto/runtime/strand"
)

// flaky fails the first so many calls of each state in each branch, and then answers
// with its input.
func flaky(failures map[string]int) Driver {
	var mu sync.Mutex
	return Driver{Journal: &memory.Store{}, Resolver: functions{"f": func(_ context.Context, c handlers.Call) (value.Value, error) {
		at := c.State + c.Path
		mu.Lock()
		defer mu.Unlock()
		if failures[at] > 0 {
			failures[at]--
			return value.Value{}, &asl.Error{Name: "E", Cause: at}
		}
		return c.Input, nil
	}}}
}

// redrive redrives what the journal of d has, an hour after its end.
func redrive(t *testing.T, d *Driver, definition, input string, after *Process) *Process {
	t.Helper()
	p := process(t, definition, input)
	if err := d.Redrive(t.Context(), p, after.Execution.Stop.Add(time.Hour), ""); err != nil {
		t.Fatal(err)
	}
	return p
}

// since are the events from the first of that type on, in short.
func since(p *Process, first string) string {
	var b strings.Builder
	for e := range p.Execution.Recorder.Events().All() {
		if b.Len() == 0 && e.Type.String() != first {
			continue
		}
		fmt.Fprintf(&b, "%d<%d %s", e.ID, e.Previous, e.Type)
		if e.Name != "" {
			fmt.Fprintf(&b, " %s%s", e.Name, e.Branch)
		}
		if e.Data != "" {
			fmt.Fprintf(&b, " %s", e.Data)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// placed checks that the history, as the API gives it, tells where its events belong.
func placed(t *testing.T, p *Process) {
	t.Helper()
	events := p.Execution.Recorder.Events()
	text, err := events.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	read, err := history.Read(strings.NewReader(`{"events":` + string(text) + `}`))
	if err != nil {
		t.Fatal(err)
	}
	for e := range events.All() {
		if got := read.At(e.ID); got.Branch.String() != e.Branch.String() || got.Name != e.Name {
			t.Errorf("event %d, %s, is read as one of %s%s, not of %s%s", e.ID, e.Type, got.Name, got.Branch, e.Name, e.Branch)
		}
	}
}

const task = `{"Type":"Task","Resource":"f","End":true}`

func TestRedriveGoesOnWhereTheExecutionStood(t *testing.T) {
	for _, c := range []struct{ name, definition, input, fails, want string }{
		{
			"a task, with its input", `{"StartAt":"P","States":{"P":{"Type":"Pass","Result":1,"Next":"T"},"T":` + task + `}}`, `{}`, "T",
			`9<8 ExecutionRedriven
10<7 LambdaFunctionScheduled T 1
11<10 LambdaFunctionStarted T
12<11 LambdaFunctionSucceeded T 1
13<12 TaskStateExited T 1
14<13 ExecutionSucceeded 1
`,
		},
		{
			"a task whose retries count anew", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","Parameters":{"n.$":"$$.State.RetryCount","r.$":"$$.Execution.RedriveCount"},
				"Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}],"End":true}}}`, `{}`, "T T T",
			`10<9 ExecutionRedriven
11<8 LambdaFunctionScheduled T {"r":1,"n":0}
12<11 LambdaFunctionStarted T
13<12 LambdaFunctionFailed T
14<13 LambdaFunctionScheduled T {"r":1,"n":1}
15<14 LambdaFunctionStarted T
16<15 LambdaFunctionSucceeded T {"r":1,"n":1}
17<16 TaskStateExited T {"r":1,"n":1}
18<17 ExecutionSucceeded {"r":1,"n":1}
`,
		},
		{
			"the branch that failed", `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"A","States":{"A":` + task + `}},{"StartAt":"B","States":{"B":` + task + `}}]}}}`,
			`{}`, "B/1",
			`16<15 ExecutionRedriven
17<12 LambdaFunctionScheduled B/1 {}
18<17 LambdaFunctionStarted B/1
19<18 LambdaFunctionSucceeded B/1 {}
20<19 TaskStateExited B/1 {}
21<20 ParallelStateSucceeded P
22<20 ParallelStateExited P [{},{}]
23<22 ExecutionSucceeded [{},{}]
`,
		},
		{
			"the iteration that failed, and those that had to wait", `{"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":1,"End":true,
				"ItemProcessor":{"StartAt":"T","States":{"T":` + task + `}}}}}`, `[1,2,3]`, "T/1",
			`20<19 ExecutionRedriven
21<15 MapIterationStarted M/1
22<21 LambdaFunctionScheduled T/1 2
23<22 LambdaFunctionStarted T/1
24<23 LambdaFunctionSucceeded T/1 2
25<24 TaskStateExited T/1 2
26<25 MapIterationSucceeded M/1
27<25 MapIterationStarted M/2
28<27 TaskStateEntered T/2 3
29<28 LambdaFunctionScheduled T/2 3
30<29 LambdaFunctionStarted T/2
31<30 LambdaFunctionSucceeded T/2 3
32<31 TaskStateExited T/2 3
33<32 MapIterationSucceeded M/2
34<33 MapStateSucceeded M
35<33 MapStateExited M [1,2,3]
36<35 ExecutionSucceeded [1,2,3]
`,
		},
		{
			"a Map in a Map, with the variables of each", `{"StartAt":"V","States":{"V":{"Type":"Pass","Assign":{"v":7},"Next":"M"},"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"W","States":{
				"W":{"Type":"Pass","Assign":{"w.$":"$[0]"},"Next":"N"},"N":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"T","States":{
				"T":{"Type":"Task","Resource":"f","Parameters":{"v.$":"$v","w.$":"$w"},"End":true}}}}}}}}}`, `[[1,2],[3]]`, "T/0/1",
			`43<42 ExecutionRedriven
44<34 MapIterationStarted M/0
45<17 MapIterationStarted M/1
46<31 MapIterationStarted N/0/1
47<27 MapIterationStarted N/1/0
48<46 LambdaFunctionScheduled T/0/1 {"v":7,"w":1}
49<47 LambdaFunctionScheduled T/1/0 {"v":7,"w":3}
50<48 LambdaFunctionStarted T/0/1
51<49 LambdaFunctionStarted T/1/0
52<50 LambdaFunctionSucceeded T/0/1 {"v":7,"w":1}
53<52 TaskStateExited T/0/1 {"v":7,"w":1}
54<53 MapIterationSucceeded N/0/1
55<54 MapStateSucceeded N/0
56<54 MapStateExited N/0 [{"v":7,"w":1},{"v":7,"w":1}]
57<56 MapIterationSucceeded M/0
58<51 LambdaFunctionSucceeded T/1/0 {"v":7,"w":3}
59<58 TaskStateExited T/1/0 {"v":7,"w":3}
60<59 MapIterationSucceeded N/1/0
61<60 MapStateSucceeded N/1
62<60 MapStateExited N/1 [{"v":7,"w":3}]
63<62 MapIterationSucceeded M/1
64<63 MapStateSucceeded M
65<63 MapStateExited M [[{"v":7,"w":1},{"v":7,"w":1}],[{"v":7,"w":3}]]
66<65 ExecutionSucceeded [[{"v":7,"w":1},{"v":7,"w":1}],[{"v":7,"w":3}]]
`,
		},
		{
			"a state after one that was caught", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","Catch":[{"ErrorEquals":["E"],"Next":"U"}],"End":true},"U":` + task + `}}`, `{}`, "T U",
			`12<11 ExecutionRedriven
13<10 LambdaFunctionScheduled U {"Error":"E","Cause":"T"}
14<13 LambdaFunctionStarted U
15<14 LambdaFunctionSucceeded U {"Error":"E","Cause":"T"}
16<15 TaskStateExited U {"Error":"E","Cause":"T"}
17<16 ExecutionSucceeded {"Error":"E","Cause":"T"}
`,
		},
		{
			"a Fail state, which fails again", `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"X"}}}`, `{}`, "",
			`4<3 ExecutionRedriven
5<2 FailStateEntered F {}
6<5 ExecutionFailed
`,
		},
		{
			"a state that an expression has failed", `{"StartAt":"C","States":{"C":{"Type":"Pass","InputPath":"$.x","End":true}}}`, `{}`, "",
			`4<3 ExecutionRedriven
5<2 ExecutionFailed
`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			failures := map[string]int{}
			for _, at := range strings.Fields(c.fails) {
				failures[at]++
			}
			d := flaky(failures)
			p := process(t, c.definition, c.input)
			run(t, &d, p)
			p = redrive(t, &d, c.definition, c.input, p)
			if got := since(p, "ExecutionRedriven"); got != c.want {
				t.Errorf("the history is\n%swant\n%s", got, c.want)
			}
			placed(t, p)
		})
	}
}

func TestRedriveOfWhatTimedOutHasItsTimeAnew(t *testing.T) {
	const definition = `{"TimeoutSeconds":5,"StartAt":"V","States":{"V":{"Type":"Wait","Seconds":4,"Next":"W"},"W":{"Type":"Wait","Seconds":3,"Next":"X"},"X":{"Type":"Wait","Seconds":3,"End":true}}}`
	d := flaky(nil)
	p := process(t, definition, `{}`)
	run(t, &d, p)
	if p.Execution.Status != interp.TimedOut {
		t.Fatalf("it is %s", p.Execution.Status)
	}
	p = redrive(t, &d, definition, `{}`, p) // 3 s, and 2 of the 3
	if p.Execution.Status != interp.TimedOut || p.Execution.Error != asl.ErrTimeout {
		t.Fatalf("it is %s: %s", p.Execution.Status, p.Execution.Error)
	}
	p = redrive(t, &d, definition, `{}`, p)
	want := `5<0 ExecutionTimedOut
6<5 ExecutionRedriven
7<4 WaitStateExited W {}
8<7 WaitStateEntered X {}
9<0 ExecutionTimedOut
10<9 ExecutionRedriven
11<8 WaitStateExited X {}
12<11 ExecutionSucceeded {}
`
	if got := since(p, "ExecutionTimedOut"); got != want {
		t.Errorf("the history is\n%swant\n%s", got, want)
	}
}

func TestRedriveOfWhatWasStopped(t *testing.T) {
	const definition = `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:send.waitForTaskToken","Parameters":{"t.$":"$$.Task.Token"},"End":true}}},
		{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":900,"End":true}}}]}}}`
	m := &memory.Store{}
	d := Driver{Journal: m, Outside: true, Resolver: functions{send: echo}}
	p := process(t, definition, `{}`)
	asked := make(chan string, 1)
	d.Resolver = functions{send: func(_ context.Context, c handlers.Call) (value.Value, error) {
		asked <- c.Token
		return c.Input, nil
	}}
	ended := make(chan error, 1)
	go func() { ended <- d.Run(t.Context(), p) }()
	first := <-asked
	for submitted := false; !submitted; {
		saved, err := m.Load(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		submitted = saved.Events[len(saved.Events)-1].Type == history.TaskSubmitted
	}
	if err := p.Stop(t.Context(), "S", "enough"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil || p.Execution.Status != interp.Aborted {
		t.Fatalf("%s: %v", p.Execution.Status, err)
	}
	again := process(t, definition, `{}`)
	go func() { ended <- d.Redrive(t.Context(), again, p.Execution.Stop, "") }()
	second := <-asked
	if err := again.Answer(t.Context(), strand.Answer{ID: first, Kind: strand.Succeeded}); !errors.Is(err, ErrNoTask) {
		t.Errorf("the token of before: %v", err)
	}
	if err := again.Answer(t.Context(), strand.Answer{ID: second, Kind: strand.Succeeded, Output: value.String("done")}); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	want := `11<0 ExecutionAborted
12<11 ExecutionRedriven
13<8 TaskScheduled A/0 {"t":"~1#1.1/0#1.1"}
14<13 TaskStarted A/0
15<14 TaskSubmitted A/0 {"t":"~1#1.1/0#1.1"}
16<15 TaskSucceeded A/0 "done"
17<16 TaskStateExited A/0 "done"
18<6 WaitStateExited B/1 {}
19<18 ParallelStateSucceeded P
20<18 ParallelStateExited P ["done",{}]
21<20 ExecutionSucceeded ["done",{}]
`
	if got := since(again, "ExecutionAborted"); got != want {
		t.Errorf("the history is\n%swant\n%s", got, want)
	}
}

func TestOnlyWhatHasEndedWithoutSuccessIsRedriven(t *testing.T) {
	d := flaky(nil)
	run(t, &d, process(t, one, `{}`))
	if err := d.Redrive(t.Context(), process(t, one, `{}`), epoch, ""); !errors.Is(err, ErrNotRedrivable) {
		t.Errorf("what succeeded: %v", err)
	}
	d.Journal = &journal{left: 1}
	if err := d.Run(t.Context(), process(t, one, `{}`)); !errors.Is(err, errFull) {
		t.Fatal(err)
	}
	if err := d.Redrive(t.Context(), process(t, one, `{}`), epoch, ""); !errors.Is(err, ErrNotRedrivable) {
		t.Errorf("what runs: %v", err)
	}
}
