package runtime_test

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
	"canto/runtime/history"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type function = func(ctx context.Context, c handlers.Call) (value.Value, error)

// registry registers functions by name.
func registry(t testing.TB, functions map[string]function) *handlers.Registry {
	t.Helper()
	r := handlers.NewRegistry()
	for name, f := range functions {
		if err := r.Register(name, handlers.HandlerFunc(f)); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func machine(t testing.TB, text string) *runtime.Machine {
	t.Helper()
	m, err := runtime.Parse("test.asl.json", text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func echo(_ context.Context, c handlers.Call) (value.Value, error) { return c.Input, nil }

// execute runs text to its end.
func execute(t testing.TB, text, input string, opts ...runtime.Option) *runtime.Run {
	t.Helper()
	r, err := runtime.New(opts...).Run(context.Background(), machine(t, text), value.Raw(input))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// types are the types of the events, in order.
func types(h history.Events) (out []string) {
	for e := range h.All() {
		out = append(out, e.Type.String())
	}
	return out
}

const fanOut = `{"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":0,"End":true,
 "ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}}}}}`

func TestAnswersComeInTheOrderOfAskingHoweverFastHandlersAre(t *testing.T) {
	var turn atomic.Int32
	slowFirst := func(_ context.Context, c handlers.Call) (value.Value, error) {
		for int(turn.Load()) < 7-index(c) { // the last asked returns first
			goruntime.Gosched()
		}
		turn.Add(1)
		return c.Input, nil
	}
	slow := execute(t, fanOut, `[0,1,2,3,4,5,6,7]`, runtime.Functions(registry(t, map[string]function{"f": slowFirst})))
	fast := execute(t, fanOut, `[0,1,2,3,4,5,6,7]`, runtime.Functions(registry(t, map[string]function{"f": echo})))
	if slow.History.Text() != fast.History.Text() {
		t.Errorf("traces differ:\n%s\n%s", slow.History.Text(), fast.History.Text())
	}
}

func index(c handlers.Call) int {
	n, _ := c.Input.AsNumber()
	i, _ := n.Int64()
	return int(i)
}

func TestDeclaredTimeOrdersAnswersAndCostsNothing(t *testing.T) {
	f := func(ctx context.Context, c handlers.Call) (value.Value, error) {
		return c.Input, handlers.Sleep(ctx, time.Duration(10-index(c))*time.Hour)
	}
	r := execute(t, fanOut, `[0,1,2]`, runtime.Functions(registry(t, map[string]function{"f": f})))
	var order []string
	for e := range r.History.All() {
		if e.Type == history.LambdaFunctionSucceeded {
			order = append(order, fmt.Sprintf("%s at %s", e.Branch, e.Time().Sub(r.Start)))
		}
	}
	if want := []string{"/2 at 8h0m0s", "/1 at 9h0m0s", "/0 at 10h0m0s"}; !slices.Equal(order, want) {
		t.Errorf("got %v, want %v", order, want)
	}
	if r.Wall > time.Hour {
		t.Errorf("took %s", r.Wall)
	}
}

func TestTimeStartsAtTheEpoch(t *testing.T) {
	r := execute(t, `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":604800,"End":true}}}`, `{}`)
	if !r.Start.Equal(runtime.Epoch) || r.Duration() != 7*24*time.Hour {
		t.Errorf("from %s, %s", r.Start, r.Duration())
	}
}

const limited = `{"StartAt":"T","States":{
 "T":{"Type":"Task","Resource":"f","TimeoutSeconds":1,"Next":"D","Catch":[{"ErrorEquals":["States.Timeout"],"Next":"D"}]},
 "D":{"Type":"Succeed"}}}`

func TestHandlerThatDeclaresMoreThanItsTimeoutTimesOutThere(t *testing.T) {
	f := func(ctx context.Context, c handlers.Call) (value.Value, error) {
		return c.Input, handlers.Sleep(ctx, time.Minute)
	}
	r := execute(t, limited, `{}`, runtime.Functions(registry(t, map[string]function{"f": f})))
	if r.Output.Text() != `{"Error":"States.Timeout","Cause":""}` || r.Duration() != time.Second {
		t.Errorf("output %s after %s", r.Output.Text(), r.Duration())
	}
}

func TestHandlerThatReallyHangsIsLeftBehindAtItsTimeout(t *testing.T) {
	f := func(ctx context.Context, c handlers.Call) (value.Value, error) {
		<-ctx.Done()
		return value.Value{}, ctx.Err()
	}
	r := execute(t, limited, `{}`, runtime.Functions(registry(t, map[string]function{"f": f})))
	if r.Catches != 1 || r.Duration() != time.Second {
		t.Errorf("catches %d after %s: %s", r.Catches, r.Duration(), r.History.Text())
	}
}

func TestExecutionTimeoutEndsTheExecutionThere(t *testing.T) {
	r := execute(t, `{"StartAt":"W","TimeoutSeconds":3,"States":{"W":{"Type":"Wait","Seconds":10,"End":true}}}`, `{}`)
	if r.Status != runtime.TimedOut || r.Duration() != 3*time.Second || r.History.At(3).Previous != 0 {
		t.Errorf("%s after %s: %s", r.Status, r.Duration(), r.History.Text())
	}
}

func TestWithdrawnRequestsDoNotMoveTheClock(t *testing.T) {
	r := execute(t, `{"StartAt":"P","States":{"P":{"Type":"Parallel","Next":"W","Catch":[{"ErrorEquals":["E"],"Next":"W"}],"Branches":[
	 {"StartAt":"Nap","States":{"Nap":{"Type":"Wait","Seconds":3600,"End":true}}},
	 {"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}}]},
	 "W":{"Type":"Wait","Seconds":1,"End":true}}}`, `{}`)
	if r.Duration() != time.Second {
		t.Errorf("took %s: %s", r.Duration(), r.History.Text())
	}
}

func TestSiblingsOfAFailureAreCanceled(t *testing.T) {
	var canceled atomic.Bool
	r := execute(t, `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
	 {"StartAt":"Bad","States":{"Bad":{"Type":"Task","Resource":"bad","End":true}}},
	 {"StartAt":"Long","States":{"Long":{"Type":"Task","Resource":"long","End":true}}}]}}}`, `{}`,
		runtime.Functions(registry(t, map[string]function{
			"bad": func(context.Context, handlers.Call) (value.Value, error) { return value.Value{}, errors.New("no") },
			"long": func(ctx context.Context, _ handlers.Call) (value.Value, error) {
				<-ctx.Done()
				canceled.Store(true)
				return value.Value{}, ctx.Err()
			},
		})))
	if r.Status != runtime.Failed || r.Error != "errorString" || !canceled.Load() {
		t.Errorf("%s %s, canceled %v", r.Status, r.Error, canceled.Load())
	}
}

func TestPanicIsTheTasksFailureWithItsStack(t *testing.T) {
	r := execute(t, `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}}`, `{}`,
		runtime.Functions(registry(t, map[string]function{
			"f": func(context.Context, handlers.Call) (value.Value, error) { panic("bang") },
		})))
	if r.Status != runtime.Failed || r.Error != "string" || !strings.Contains(r.Cause, "stackTrace") {
		t.Errorf("%s: %s", r.Error, r.Cause)
	}
}

func TestGoexitIsTheTasksFailure(t *testing.T) {
	r := execute(t, `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}}`, `{}`,
		runtime.Functions(registry(t, map[string]function{
			"f": func(context.Context, handlers.Call) (value.Value, error) {
				goruntime.Goexit()
				return value.Value{}, nil
			},
		})))
	if r.Status != runtime.Failed || r.Error != "Runtime.ExitError" {
		t.Errorf("%s: %s", r.Error, r.Cause)
	}
}

func TestFunctionThatNobodyRegisteredIsFoundBeforeAnythingRuns(t *testing.T) {
	m := machine(t, `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"crwaler","End":true}}}`)
	_, err := runtime.New(runtime.Functions(registry(t, map[string]function{"crawler": echo}))).Run(context.Background(), m, value.Raw(`{}`))
	var missing *handlers.NotRegisteredError
	if !errors.As(err, &missing) || !slices.Contains(missing.Nearest, "crawler") || !strings.Contains(err.Error(), `state "T"`) {
		t.Errorf("got %v", err)
	}
}

func TestContextEndsALoopThatNeverWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var seen atomic.Int32
	e := runtime.New(runtime.NoLimits(), runtime.Functions(registry(t, map[string]function{
		"f": func(context.Context, handlers.Call) (value.Value, error) {
			if seen.Add(1) == 1 {
				time.AfterFunc(time.Millisecond, cancel)
			}
			return value.Value{}, nil
		},
	})))
	m := machine(t, `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","Next":"A"},
	 "A":{"Type":"Choice","Choices":[{"Variable":"$$.State.Name","StringEquals":"B","Next":"End"}],"Default":"A"},"End":{"Type":"Succeed"}}}`)
	r, err := e.Run(ctx, m, value.Raw(`{}`))
	if !errors.Is(err, context.Canceled) || r.Status != runtime.Running {
		t.Errorf("%v, %v", err, r.Status)
	}
}

func TestHistoryLimitIsTheLastEvent(t *testing.T) {
	const endless = `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}`
	unreachable := strings.Replace(endless, `"B":`, `"C":{"Type":"Choice","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"E"}],"Default":"A"},"E":{"Type":"Succeed"},"B":`, 1)
	r := execute(t, strings.Replace(unreachable, `"Next":"A"}}}`, `"Next":"C"}}}`, 1), `{}`)
	if n := r.History.Len(); n != history.MaxEvents || r.History.At(n).Type != history.ExecutionFailed {
		t.Errorf("%d events, the last %s", n, r.History.At(n).Type)
	}
	if r.Error != asl.ErrRuntime || r.Cause != "The execution reached the maximum number of history events (25000)." {
		t.Errorf("%s: %s", r.Error, r.Cause)
	}
}

func TestPayloadLimit(t *testing.T) {
	big := `{"x":"` + strings.Repeat("é", 131072) + `"}`
	const text = `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`
	if r := execute(t, text, big); r.Error != asl.ErrDataLimitExceeded ||
		r.Cause != "The state/task 'P' returned a result with a size exceeding the maximum number of bytes service limit." {
		t.Errorf("%s: %s", r.Error, r.Cause)
	}
	if r := execute(t, text, big, runtime.NoLimits()); r.Status != runtime.Succeeded {
		t.Errorf("without limits: %s", r.Cause)
	}
}

const callback = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",%s
 "Parameters":{"Token.$":"$$.Task.Token"},"End":true}}}`

func TestOpenTokenJumpsToItsTimeoutOrFailsWhereThereIsNone(t *testing.T) {
	functions := runtime.Functions(registry(t, map[string]function{"sqs:sendMessage": echo, "arn:aws:states:::sqs:sendMessage.waitForTaskToken": echo}))
	r := execute(t, fmt.Sprintf(callback, `"TimeoutSeconds":600,`), `{}`, functions)
	if r.Error != asl.ErrTimeout || r.Duration() != 10*time.Minute {
		t.Errorf("%s after %s", r.Error, r.Duration())
	}
	r = execute(t, fmt.Sprintf(callback, `"TimeoutSeconds":600,"HeartbeatSeconds":60,`), `{}`, functions)
	if r.Error != asl.ErrHeartbeatTimeout || r.Duration() != time.Minute {
		t.Errorf("%s after %s", r.Error, r.Duration())
	}
	r = execute(t, fmt.Sprintf(callback, ``), `{}`, functions)
	if r.Error != asl.ErrRuntime || !strings.Contains(r.Cause, "'T'") {
		t.Errorf("%s: %s", r.Error, r.Cause)
	}
}

func TestCallbackIsAnsweredByItsTokenInRealTime(t *testing.T) {
	tokens := make(chan string, 1)
	e := runtime.New(runtime.RealTime(), runtime.Functions(registry(t, map[string]function{
		"arn:aws:states:::sqs:sendMessage.waitForTaskToken": func(_ context.Context, c handlers.Call) (value.Value, error) {
			tokens <- c.Token
			return value.Raw(`{"MessageId":"1"}`), nil
		},
	})))
	ctx := context.Background()
	answered := make(chan error, 1)
	go func() {
		token := <-tokens
		for {
			err := e.SendTaskHeartbeat(ctx, token)
			if err == nil {
				answered <- e.SendTaskSuccess(ctx, token, value.Raw(`{"ok":true}`))
				return
			}
			goruntime.Gosched()
		}
	}()
	r, err := e.Run(ctx, machine(t, fmt.Sprintf(callback, ``)), value.Raw(`{}`))
	if err != nil || r.Output.Text() != `{"ok":true}` {
		t.Fatalf("%v: %s", err, r.History.Text())
	}
	if err := <-answered; err != nil {
		t.Error(err)
	}
	want := []string{"ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"}
	if got := types(r.History); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestStopAbortsTheExecution(t *testing.T) {
	ctx := context.Background()
	e := runtime.New(runtime.RealTime())
	x, err := e.Start(ctx, machine(t, `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}`), value.Raw(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Stop(ctx, x.ARN, "Enough", "said the test"); err != nil {
		t.Error(err)
	}
	r, err := x.Wait(ctx)
	if err != nil || r.Status != runtime.Aborted || r.Error != "Enough" || r.Cause != "said the test" {
		t.Errorf("%v: %s %s", err, r.Status, r.Error)
	}
	if err := e.Stop(ctx, x.ARN, "", ""); err == nil {
		t.Error("an execution that has ended was stopped")
	}
}

func TestVirtualTimeWaitsForOutsideWorkersAtTheWallClocksRate(t *testing.T) {
	ctx := context.Background()
	tokens := make(chan string, 1)
	e := runtime.New(runtime.Functions(registry(t, map[string]function{
		"arn:aws:states:::sqs:sendMessage.waitForTaskToken": func(_ context.Context, c handlers.Call) (value.Value, error) {
			tokens <- c.Token
			return value.Raw(`{}`), nil
		},
	})))
	x, err := e.Start(ctx, machine(t, fmt.Sprintf(callback, `"TimeoutSeconds":3600,`)), value.Raw(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	token := <-tokens
	for e.SendTaskSuccess(ctx, token, value.Raw(`"by hand"`)) != nil {
		goruntime.Gosched() // until the task waits for it
	}
	r, err := x.Wait(ctx)
	if err != nil || r.Output.Text() != `"by hand"` || r.Duration() >= time.Hour {
		t.Errorf("%v: %s after %s", err, r.Output.Text(), r.Duration())
	}
}

// breaking is a store that fails from the nth commit on, as a full disk does.
type breaking struct {
	memory.Store
	left int
}

var errFull = errors.New("no space left on device")

func (s *breaking) Commit(ctx context.Context, turns ...store.Turn) error {
	if s.left == 0 {
		return errFull
	}
	s.left--
	return s.Store.Commit(ctx, turns...)
}

const resumable = `{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"Next":"W",
 "Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1,"JitterStrategy":"FULL"}],
 "ItemProcessor":{"StartAt":"T","States":{
  "T":{"Type":"Task","Resource":"f","End":true,"Retry":[{"ErrorEquals":["flaky"],"IntervalSeconds":2}]}}}},
 "W":{"Type":"Wait","Seconds":3,"End":true}}}`

func TestExecutionKilledAfterEachTurnResumesToTheSameHistory(t *testing.T) {
	f := func(_ context.Context, c handlers.Call) (value.Value, error) {
		if c.Path == "/1" && c.Attempt == 0 {
			return value.Value{}, &asl.Error{Name: "flaky", Cause: "once"}
		}
		if c.Path == "/2" && c.Invocation < 6 {
			return value.Value{}, &asl.Error{Name: "broken", Cause: "the whole Map again"}
		}
		return c.Input, nil
	}
	functions := runtime.Functions(registry(t, map[string]function{"f": f}))
	m := machine(t, resumable)
	input := value.Raw(`{"items":[1,2,3]}`)
	whole := execute(t, resumable, `{"items":[1,2,3]}`, functions)
	for turns := 0; ; turns++ {
		s := &breaking{left: turns}
		_, err := runtime.New(functions, runtime.Journal(s)).Run(context.Background(), m, input)
		if err == nil {
			if turns < 8 {
				t.Fatalf("only %d turns", turns)
			}
			return
		}
		if !errors.Is(err, errFull) {
			t.Fatal(err)
		}
		s.left = -1
		if turns == 0 {
			continue // nothing was kept: there is nothing to resume
		}
		r, err := runtime.New(functions, runtime.Journal(s)).Resume(context.Background(), m, whole.ARN)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := r.History.Text(), whole.History.Text(); got != want {
			t.Fatalf("killed after turn %d:\n%s\nwant\n%s", turns, got, want)
		}
	}
}

func TestReplayFindsAChangedDefinition(t *testing.T) {
	functions := runtime.Functions(registry(t, map[string]function{"f": echo}))
	s := &breaking{left: 2}
	m := machine(t, `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"f","Next":"B"},"B":{"Type":"Task","Resource":"f","End":true}}}`)
	_, err := runtime.New(functions, runtime.Journal(s)).Run(context.Background(), m, value.Raw(`{}`))
	if !errors.Is(err, errFull) {
		t.Fatal(err)
	}
	s.left = -1
	changed := machine(t, `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"f","Next":"C"},"C":{"Type":"Task","Resource":"f","End":true}}}`)
	arn := "arn:aws:states:us-east-1:123456789012:execution:test:run-1"
	if _, err := runtime.New(functions, runtime.Journal(s)).Resume(context.Background(), changed, arn); err == nil || !strings.Contains(err.Error(), "comes out as") {
		t.Errorf("got %v", err)
	}
}

func TestExpressLoopThatNeverWaitsTimesOut(t *testing.T) {
	m, err := runtime.Parse("loop", `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Choice","Choices":[{"Variable":"$","IsNull":true,"Next":"End"}],"Default":"A"},"End":{"Type":"Succeed"}}}`, runtime.AsExpress())
	if err != nil {
		t.Fatal(err)
	}
	r, err := runtime.New().Run(t.Context(), m, value.Raw(`{}`))
	if err != nil || r.Status != runtime.TimedOut || r.Error != "States.Timeout" {
		t.Errorf("%v: %s %s", err, r.Status, r.Error)
	}
}
