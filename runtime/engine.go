// Package runtime runs state machines of the Amazon States Language in this
// process, against Go functions, and gives the results, errors and histories that
// AWS Step Functions would give.
//
//	machine, err := runtime.Load("poem.asl.json", runtime.TemplateBeside())
//	engine := runtime.New(runtime.Functions(registry))
//	run, err := engine.Run(ctx, machine, input)
//
// The package is a facade: what states mean is in interp, what time is in drive.
// It talks to no AWS service.
package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/drive"
	"canto/runtime/history"
	"canto/runtime/interp"
	"canto/runtime/maprun"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

// Version is the version of the engine. It is kept with every execution, because
// a replay has to be by the engine that began it.
const Version = "0.1.0"

// Epoch is when executions in virtual time start, so that their traces are the
// same everywhere: Sunday, 1 March 2026, 06:00 UTC.
var Epoch = time.Date(2026, time.March, 1, 6, 0, 0, 0, time.UTC)

// Account and Region are in the ARNs that the engine makes up, unless In says otherwise.
const (
	Account = "123456789012"
	Region  = "us-east-1"
)

// Engine runs executions. It is safe for concurrent use.
type Engine struct {
	driver   drive.Driver
	store    store.Store
	registry *handlers.Registry
	seed     uint64
	limits   bool
	role     string
	account  string
	region   string
	arns     string // what the ARNs that the engine makes up begin with
	maps     maprun.Runner
	mapRuns  *maprun.Runs
	cases    func(m *asl.Machine, machine, name string) error // nil: there are no test cases

	activities *activities
	trouble    func(execution string, err error)
	base       context.Context // of executions that outlive the request that started them
	shut       func()
	open       sync.WaitGroup

	mu         sync.Mutex
	names      map[string]int            // executions that were named by the engine, by machine
	running    map[string]*drive.Process // by ARN, with the children of Map Runs
	executions map[string]*Execution     // that run and were started, or recovered, by ARN
	catalog    catalog
}

// Option says how an engine runs executions.
type Option func(*Engine)

// Functions are the Go functions that stand for Lambda functions and services.
func Functions(r *handlers.Registry) Option {
	return func(e *Engine) { e.registry, e.driver.Resolver = r, r }
}

// Resolver replaces how handlers are found, as mocks do: wrap gets what finds them
// so far. It comes after Functions.
func Resolver(wrap func(handlers.Resolver) handlers.Resolver) Option {
	return func(e *Engine) { e.driver.Resolver = wrap(e.driver.Resolver) }
}

// VirtualTime lets time jump to what happens next: the default.
func VirtualTime() Option { return func(e *Engine) { e.driver.Live = false } }

// RealTime runs by the wall clock.
func RealTime() Option { return func(e *Engine) { e.driver.Live = true } }

// Seed seeds all randomness: jitter, States.UUID, States.MathRandom.
func Seed(n uint64) Option { return func(e *Engine) { e.seed = n } }

// NoLimits switches off the limits of 256 KiB a payload and 25,000 events.
func NoLimits() Option { return func(e *Engine) { e.limits = false } }

// Observe gets every event, in order, as it happens. It is called by the goroutine
// that drives the execution, which waits for it.
func Observe(f func(history.Event)) Option { return func(e *Engine) { e.driver.Observe = f } }

// Journal keeps every turn of the executions that Run and Start run.
func Journal(j store.Journal) Option { return func(e *Engine) { e.driver.Journal = j } }

// Store keeps every turn of every execution, and all that the engine has to know
// after a crash: Recover then goes on. By default executions that StartExecution has
// started are kept in memory, and others are not.
func Store(s store.Store) Option { return func(e *Engine) { e.driver.Journal, e.store = s, s } }

// Notices makes of every turn what is to be told outside: it is kept with the turn, until
// the store is told that it was Told. It is called by several goroutines at a time.
func Notices(f drive.Notices) Option { return func(e *Engine) { e.driver.Notices = f } }

// Follow gets every turn of every execution, once it is kept, with what the execution
// began with: its beginning, its events, a redrive, its end. It is called by the
// goroutine that drives the execution, which waits for it, and by several at a time.
func Follow(f drive.Follow) Option { return func(e *Engine) { e.driver.Follow = f } }

// Trouble is told of what goes wrong in the engine itself where nobody waits for the
// outcome: an execution whose journal fails, which is tried again, and one that cannot
// be recovered.
func Trouble(f func(execution string, err error)) Option { return func(e *Engine) { e.trouble = f } }

// Workers is how many handlers of one execution run at a time; 0 is 64 a processor.
func Workers(n int) Option { return func(e *Engine) { e.driver.Workers = n } }

// Role is the ARN of the role of executions, as the history and the context object show it.
func Role(arn string) Option { return func(e *Engine) { e.role = arn } }

// In is the account and the region in the ARNs that the engine makes up.
func In(account, region string) Option {
	return func(e *Engine) { e.account, e.region = account, region }
}

// New returns an engine.
func New(opts ...Option) *Engine {
	e := &Engine{
		registry: handlers.NewRegistry(), limits: true, account: Account, region: Region,
		names: map[string]int{}, running: map[string]*drive.Process{}, activities: newActivities(),
		executions: map[string]*Execution{}, trouble: func(string, error) {},
	}
	e.store = &memory.Store{}
	e.base, e.shut = context.WithCancel(context.Background())
	e.driver.Resolver, e.driver.Jobs = e.registry, e.jobs
	for _, o := range opts {
		o(e)
	}
	e.arns = "arn:aws:states:" + e.region + ":" + e.account + ":"
	if e.role == "" {
		e.role = "arn:aws:iam::" + e.account + ":role/canto"
	}
	e.mapRuns = maprun.NewRuns(e.store)
	if e.driver.Live {
		e.driver.Activities = e.activities
	}
	return e
}

// Run starts an execution and waits for its end. That the execution failed is no
// error: Status says so. An error means that it could not be run to its end, as
// when ctx ends; the Run then holds how far it came.
func (e *Engine) Run(ctx context.Context, m *Machine, input value.Value, opts ...RunOption) (*Run, error) {
	if err := e.prepare(m); err != nil {
		return nil, err
	}
	began := time.Now()
	b := e.begin(m, input, opts)
	p := e.process(m, b, e.arn("execution", b.MachineName, b.Name))
	e.enlist(p)
	defer e.discharge(p)
	err := apart(ctx, func() error { return e.driver.Run(handed(ctx), p) })
	return newRun(p, p.Final(), time.Since(began)), err
}

// Resume runs on an execution that the store has and that did not end, from where
// it was. Calls without an answer are made again.
func (e *Engine) Resume(ctx context.Context, m *Machine, arn string) (*Run, error) {
	if e.driver.Journal == nil {
		return nil, errors.New("an engine without a store has nothing to resume")
	}
	saved, err := e.driver.Journal.Load(ctx, arn)
	if err != nil {
		return nil, err
	}
	if err := e.prepare(m); err != nil {
		return nil, err
	}
	began := time.Now()
	p := e.process(m, saved.Begin, arn)
	e.enlist(p)
	defer e.discharge(p)
	err = apart(ctx, func() error { return e.driver.Resume(handed(ctx), p) })
	return newRun(p, p.Final(), time.Since(began)), err
}

// prepare makes sure that m can be run.
func (e *Engine) prepare(m *Machine) error {
	if m == nil || m.program == nil {
		return errors.New("there is no state machine to run: Load or Parse gives one")
	}
	if err := e.alias(m); err != nil {
		return err
	}
	return e.preflight(m)
}

// alias lets the names that the template has for a function stand for the one
// that is registered.
func (e *Engine) alias(m *Machine) error {
	if m.Template == nil {
		return nil
	}
	known := e.registry.Names()
	for _, f := range m.Template.Functions {
		names := m.Template.Names(f)
		target := firstOf(names, known)
		if target == "" {
			continue
		}
		for _, name := range names {
			if name == target {
				continue
			}
			if err := e.registry.Alias(name, target); err != nil && !errors.Is(err, handlers.ErrDuplicate) {
				return err
			}
		}
	}
	return nil
}

func firstOf(names, known []string) string {
	for _, name := range names {
		for _, k := range known {
			if name == k {
				return name
			}
		}
	}
	return ""
}

// begin is what a new execution of m begins with.
func (e *Engine) begin(m *Machine, input value.Value, opts []RunOption) store.Begin {
	b := store.Begin{
		Engine: Version, Definition: m.definition, Input: input.Text(), RoleARN: e.role,
		MachineARN: e.arn("stateMachine", m.Name), MachineName: m.Name, Region: e.region,
		Start: Epoch, Seed: e.seed, NoLimits: !e.limits,
	}
	if e.driver.Live {
		b.Start = time.Now().UTC().Truncate(time.Millisecond)
	}
	for _, o := range opts {
		o(&b)
	}
	if b.Name == "" {
		b.Name = e.nextName(m)
	}
	return b
}

// nextName names an execution that nobody named: by machine, in the order of starting.
func (e *Engine) nextName(m *Machine) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.names[m.Name]++
	return fmt.Sprintf("run-%d", e.names[m.Name])
}

// RunOption says how one execution is run.
type RunOption func(*store.Begin)

// ExecutionName names the execution; by default the first of a machine is "run-1".
func ExecutionName(name string) RunOption { return func(b *store.Begin) { b.Name = name } }

// StartAt is when an execution in virtual time starts; by default at Epoch.
func StartAt(t time.Time) RunOption { return func(b *store.Begin) { b.Start = t } }

// arn makes up an ARN of Step Functions.
func (e *Engine) arn(kind string, names ...string) string {
	return e.arns + kind + ":" + strings.Join(names, ":")
}

// process makes a process of what an execution began with.
func (e *Engine) process(m *Machine, b store.Begin, arn string) *drive.Process {
	return drive.New(m.program, b, e.meaning(m, b, arn))
}

// meaning is an execution that has not begun.
func (e *Engine) meaning(m *Machine, b store.Begin, arn string) *interp.Execution {
	x := &interp.Execution{
		ARN: arn, Name: b.Name, RoleARN: b.RoleARN, VersionARN: b.VersionARN, AliasARN: b.AliasARN,
		MachineARN: b.MachineARN, MachineName: b.MachineName, Region: b.Region,
		Seed: b.Seed, Start: b.Start, NoLimits: b.NoLimits, Case: b.Case,
		Recorder: &history.Recorder{}, Status: interp.Running,
	}
	switch {
	case m.express:
		x.MaxVisits = interp.MaxExpressVisits
	case !b.NoLimits:
		x.Recorder.Limit = history.MaxEvents
	}
	x.Token = func(request string) string { return token(x.ARN, request) }
	return x
}

func (e *Engine) enlist(p *drive.Process) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.running[p.ID] = p
}

// Running says how many executions run, with the children of Map Runs.
func (e *Engine) Running() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.running)
}

func (e *Engine) discharge(p *drive.Process) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.running, p.ID)
}
