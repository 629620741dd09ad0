package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/sfn"
	"canto/runtime"
	"canto/runtime/awsapi"
	"canto/runtime/store"
	"canto/runtime/store/memory"

	"github.com/google/go-cmp/cmp"
)

// disk is a store that keeps nothing of some of its writes: those from one number to
// another, each of turns or of documents.
type disk struct {
	*memory.Store
	mu       sync.Mutex
	writes   int
	from, to int
	late     bool   // the first of them is kept, and it is not acknowledged
	crashed  func() // called with the first of them
}

func (d *disk) write(keep func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.writes++
	if d.writes < d.from || d.to <= d.writes {
		return keep()
	}
	if d.writes == d.from && d.crash() && d.late {
		_ = keep()
	}
	return errDisk
}

func (d *disk) crash() bool {
	if d.to < never {
		return false
	}
	d.crashed()
	return true
}

func (d *disk) Commit(ctx context.Context, turns ...store.Turn) error {
	return d.write(func() error { return d.Store.Commit(ctx, turns...) })
}

func (d *disk) Put(ctx context.Context, docs ...store.Document) error {
	return d.write(func() error { return d.Store.Put(ctx, docs...) })
}

// never is the number of no write.
const never = 1 << 30

// everything asks for all that an execution may wait for, and fails once.
const everything = `{"StartAt":"Step","States":{
 "Step":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:step","Next":"Many"},
 "Many":{"Type":"Map","Label":"L","MaxConcurrency":2,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
  "StartAt":"One","States":{"One":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:step","End":true}}},"Next":"Ask"},
 "Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"ask","Payload":{"t.$":"$$.Task.Token"}},"Next":"Work"},
 "Work":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","TimeoutSeconds":60,
  "Retry":[{"ErrorEquals":["States.Timeout"],"IntervalSeconds":1}],"Next":"Nested"},
 "Nested":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:rest","Input":{}},
  "ResultSelector":{"o.$":"$.Output"},"Next":"Last"},
 "Last":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:last","End":true}}}`

const (
	rest    = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":20,"Next":"P"},"P":{"Type":"Pass","End":true}}}`
	resting = `{"StartAt":"M","States":{"M":{"Type":"Map","Label":"L","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
  "StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}}}}`
	// a Map Run that its execution gives up, and one that gives itself up
	givingUp = `{"StartAt":"P","States":{
 "P":{"Type":"Parallel","Branches":[` + resting + `,{"StartAt":"S","States":{"S":{"Type":"Wait","Seconds":60,"Next":"F"},"F":{"Type":"Fail","Error":"F"}}}],
  "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":null,"Next":"T"}],"Next":"E"},
 "T":{"Type":"Map","Label":"K","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"C","States":{
   "C":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":2,"Next":"S2"}],"Default":"L"},
   "L":{"Type":"Wait","Seconds":600,"End":true},"S2":{"Type":"Wait","Seconds":5,"Next":"F2"},"F2":{"Type":"Fail","Error":"F"}}},
  "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":null,"Next":"E"}],"Next":"E"},
 "E":{"Type":"Wait","Seconds":20,"End":true}}}`
)

// user is whoever asks an engine, again and again until it does what it is asked for.
type user struct {
	t *testing.T
	e *atomic.Pointer[runtime.Engine]
}

func (u user) insist(what string, do func() error) {
	u.t.Helper()
	for range 200 {
		err := do()
		if err == nil {
			return
		}
		if !errors.Is(err, errDisk) && code(err) != "" {
			u.t.Errorf("%s: %v", what, err)
		}
		time.Sleep(700 * time.Millisecond)
	}
	u.t.Fatalf("%s is never done", what)
}

func (u user) machine(name, text string) string {
	var arn string
	u.insist("CreateStateMachine", func() error {
		m, err := u.e.Load().CreateStateMachine(u.t.Context(), runtime.StateMachine{Machine: named(u.t, name, text)})
		if err == nil {
			arn = m.ARN
		}
		return err
	})
	return arn
}

func (u user) start(machine, name, input string) string {
	var arn string
	u.insist("StartExecution", func() error {
		x, err := u.e.Load().StartExecution(u.t.Context(), runtime.StartInput{StateMachine: machine, Name: name, Input: input})
		if err == nil {
			arn = x.ARN
		}
		return err
	})
	return arn
}

// await waits until an execution has ended.
func (u user) await(arn string) {
	u.t.Helper()
	for range 2000 {
		if got, err := u.e.Load().DescribeExecution(u.t.Context(), arn); err == nil && got.End != nil {
			return
		}
		time.Sleep(time.Second)
	}
	u.t.Fatalf("%s never ends", arn)
}

// tell is what became of an execution and of its Map Runs, without times.
func (u user) tell(arn string) string {
	var b strings.Builder
	got, err := u.e.Load().DescribeExecution(u.t.Context(), arn)
	if err != nil {
		return arn + " " + err.Error() + "\n"
	}
	status := store.Running
	if got.End != nil {
		status = got.End.Status + " " + got.End.Error + " " + got.End.Output
	}
	fmt.Fprintf(&b, "%s %s\n", arn, status)
	events, err := u.e.Load().GetExecutionHistory(u.t.Context(), arn, store.Page{From: 1})
	if err != nil {
		u.t.Error(err)
	}
	for _, e := range events {
		fmt.Fprintf(&b, " %d<%d %s %s\n", e.ID, e.Previous, e.Type, e.Name)
	}
	runs, err := u.e.Load().ListMapRuns(u.t.Context(), arn)
	if err != nil {
		u.t.Error(err)
	}
	for _, r := range runs {
		fmt.Fprintf(&b, " %s %s %+v %+v\n", r.ARN, r.Status, r.Executions, r.Items)
		children, err := u.e.Load().ListExecutions(u.t.Context(), store.Query{MapRun: r.ARN})
		if err != nil {
			u.t.Error(err)
		}
		slices.SortFunc(children, func(a, b store.Summary) int { return strings.Compare(a.ID, b.ID) })
		for _, c := range children {
			b.WriteString(u.tell(c.ID))
		}
	}
	return b.String()
}

// answers are those of the functions and of the worker of an activity.
func (u user) functions(r *handlers.Registry) {
	for name, f := range map[string]handlers.HandlerFunc{
		"step": func(_ context.Context, c handlers.Call) (value.Value, error) { return c.Input, nil },
		"ask": func(_ context.Context, c handlers.Call) (value.Value, error) {
			go func() {
				time.Sleep(time.Second)
				u.insist("SendTaskSuccess", func() error {
					err := u.e.Load().SendTaskSuccess(context.Background(), c.Token, value.Raw(`{}`))
					if code(err) == "TaskTimedOut" { // it was asked twice
						return nil
					}
					return err
				})
			}()
			return value.Raw(`{}`), nil
		},
		"last": func(_ context.Context, c handlers.Call) (value.Value, error) {
			if c.Redrives == 0 {
				return value.Value{}, &asl.Error{Name: "NotYet"}
			}
			return c.Input, nil
		},
	} {
		if err := r.Register(name, f); err != nil {
			u.t.Fatal(err)
		}
	}
}

func (u user) work(ctx context.Context, activity string) {
	for ctx.Err() == nil {
		poll, cancel := context.WithTimeout(ctx, 10*time.Second)
		task, err := u.e.Load().GetActivityTask(poll, activity, "w")
		cancel()
		if err != nil || task == nil {
			continue
		}
		u.insist("SendTaskSuccess of the activity", func() error {
			err := u.e.Load().SendTaskSuccess(context.Background(), task.Token, value.Raw(`{"worked":true}`))
			if code(err) == "TaskTimedOut" {
				return nil
			}
			return err
		})
	}
}

// lives goes through whole lives of executions, and tells what became of them.
func (u user) lives() string {
	ctx, cancel := context.WithCancel(u.t.Context())
	var worker sync.WaitGroup
	defer worker.Wait()
	defer cancel()
	u.insist("CreateActivity", func() error { _, err := u.e.Load().CreateActivity(ctx, "a"); return err })
	worker.Go(func() { u.work(ctx, "arn:aws:states:us-east-1:123456789012:activity:a") })
	u.machine("rest", rest)
	whole := u.start(u.machine("everything", everything), "x", `[1,2,3]`)
	u.await(whole)
	u.insist("RedriveExecution", func() error { _, err := u.e.Load().RedriveExecution(ctx, whole, "token"); return err })
	u.await(whole)
	out := u.tell(whole)

	resting := u.machine("resting", resting)
	stopped := u.start(resting, "x", `[1,2]`)
	time.Sleep(time.Minute)
	u.insist("StopExecution", func() error { _, err := u.e.Load().StopExecution(ctx, stopped, "E", "c"); return err })
	time.Sleep(5 * time.Minute)
	out += u.tell(stopped)

	gaveUp := u.start(u.machine("givingUp", givingUp), "x", `[1,2,3]`)
	u.await(gaveUp)
	time.Sleep(5 * time.Minute)
	out += u.tell(gaveUp)

	r := "arn:aws:states:us-east-1:123456789012:stateMachine:rest"
	doomed := u.start(r, "y", `{}`)
	u.insist("DeleteStateMachine", func() error { return u.e.Load().DeleteStateMachine(ctx, r) })
	u.await(doomed)
	time.Sleep(5 * time.Minute)
	out += u.tell(doomed)
	again := u.start(u.machine("rest", rest), "y", `{}`)
	u.await(again)
	return out + u.tell(again)
}

// engine is a new engine on a store.
func (u user) engine(s store.Store) *runtime.Engine {
	r := handlers.NewRegistry()
	e := runtime.New(runtime.Functions(r), runtime.Store(s), runtime.RealTime())
	if err := sfn.Register(r, awsapi.New(e)); err != nil {
		u.t.Fatal(err)
	}
	u.functions(r)
	return e
}

func live(t *testing.T, d *disk) (told string) {
	synctest.Test(t, func(t *testing.T) {
		u := user{t, &atomic.Pointer[runtime.Engine]{}}
		u.e.Store(u.engine(d))
		defer func() { u.e.Load().Close() }()
		d.crashed = func() { go u.restart(d) }
		told = u.lives()
		synctest.Wait()
		if n := u.e.Load().Running(); n != 0 {
			t.Errorf("%d run on", n)
		}
	})
	return told
}

// restart closes an engine whose store keeps nothing any more, and goes on with what was kept.
func (u user) restart(d *disk) {
	u.e.Load().Close()
	e := u.engine(&disk{Store: d.Store})
	if err := e.Recover(context.Background()); err != nil {
		u.t.Error(err)
	}
	u.e.Store(e)
}

// TestNothingIsLostOnAFullDisk has each write fail in turn, for once and for a while.
func TestNothingIsLostOnAFullDisk(t *testing.T) {
	d := &disk{Store: &memory.Store{}}
	want := live(t, d)
	for k := 1; k <= d.writes; k++ {
		for _, n := range []int{1, 4} {
			t.Run(fmt.Sprintf("write %d, %d times", k, n), func(t *testing.T) {
				same(t, live(t, &disk{Store: &memory.Store{}, from: k, to: k + n}), want)
			})
		}
	}
}

// TestNothingIsLostInACrash has the process die at each write in turn: before it is kept,
// and when it is.
func TestNothingIsLostInACrash(t *testing.T) {
	d := &disk{Store: &memory.Store{}}
	want := live(t, d)
	for k := 1; k <= d.writes; k++ {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d, late %v", k, late), func(t *testing.T) {
				got, want := live(t, &disk{Store: &memory.Store{}, from: k, to: never, late: late}), want
				if strings.Contains(got, "ActivityTimedOut") { // the worker never heard of the task that it got
					got, want = firstLine(got), firstLine(want)
				}
				same(t, got, want)
			})
		}
	}
}

func same(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Error(cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
