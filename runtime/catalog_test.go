package runtime

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"canto/asl/value"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

const (
	passing = `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`
	failing = `{"StartAt":"F","States":{"F":{"Type":"Fail"}}}`
	waiting = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"Next":"P"},"P":{"Type":"Pass","End":true}}}`
	working = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"%s","Next":"P"},"P":{"Type":"Pass","End":true}}}`
)

// breaking is a store whose Put fails while broken.
type breaking struct {
	*memory.Store
	broken bool
}

var errBroken = errors.New("the disk is full")

func (s *breaking) Put(ctx context.Context, docs ...store.Document) error {
	if s.broken {
		return errBroken
	}
	return s.Store.Put(ctx, docs...)
}

func opened(t *testing.T, s store.Store) *Engine {
	t.Helper()
	e := New(Store(s), RealTime())
	t.Cleanup(e.Close)
	if err := e.loadCatalog(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e
}

func parsed(t *testing.T, name, text string, opts ...LoadOption) *Machine {
	t.Helper()
	m, err := Parse(name, text, append(opts, Name(name))...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// must gives v where there is no error.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func refusedWith(t *testing.T, err error, code, part string) {
	t.Helper()
	var f *Fault
	if !errors.As(err, &f) || f.Code != code || !strings.Contains(f.Message, part) {
		t.Errorf("got %v, want %s: ... %s", err, code, part)
	}
}

// furnish makes a machine with three versions, an alias and tags, another one in
// YAML, and an activity.
func furnish(t *testing.T, e *Engine) *StateMachine {
	t.Helper()
	ctx, made := t.Context(), must[*StateMachine](t)
	m := made(e.CreateStateMachine(ctx, StateMachine{Machine: parsed(t, "m", passing), Settings: `{"a":1}`}, Publish("first"), Tags(Tag{"team", "red"})))
	made(e.UpdateStateMachine(ctx, m.ARN, Update{Machine: parsed(t, "m", failing), Publish: true, Description: "second"}))
	role, settings := "arn:role", `{"a":2}`
	made(e.UpdateStateMachine(ctx, m.ARN, Update{RoleARN: &role, Settings: &settings}))
	made(e.PublishStateMachineVersion(ctx, m.ARN, "", "third"))
	must[*Alias](t)(e.CreateStateMachineAlias(ctx, "live", "now", []Route{{m.ARN + ":1", 30}, {m.ARN + ":3", 70}}))
	made(e.CreateStateMachine(ctx, StateMachine{Machine: parsed(t, "yaml.yaml", "StartAt: P\nStates:\n  P:\n    Type: Pass\n    End: true\n"), Type: Express}))
	made(e.CreateStateMachine(ctx, StateMachine{Machine: parsed(t, "quoted.yaml", "\"StartAt\": P\nStates:\n  P:\n    Type: Pass\n    End: true\n"), Type: Express}))
	a := must[*Activity](t)(e.CreateActivity(ctx, "desk", Tags(Tag{"floor", "2"}), Settings(`{"b":1}`)))
	if err := e.TagResource(ctx, a.ARN, []Tag{{"floor", "3"}, {"window", ""}}); err != nil {
		t.Fatal(err)
	}
	return m
}

// inventory is all that an engine says of its catalog.
func inventory(t *testing.T, e *Engine) map[string]any {
	t.Helper()
	out := map[string]any{}
	note := func(m *StateMachine) {
		c := *must[*StateMachine](t)(e.StateMachine(firstText(m.VersionARN, m.ARN)))
		if c.Machine == nil || c.Machine.AST.StartAt == "" {
			t.Errorf("%s is not compiled", c.ARN)
		}
		c.Machine = nil
		out[firstText(m.VersionARN, m.ARN)] = c
	}
	for _, m := range e.StateMachines() {
		note(m)
		for _, v := range e.StateMachineVersions(m.ARN) {
			note(v)
		}
		for _, a := range must[[]*Alias](t)(e.StateMachineAliases(m.ARN)) {
			out[a.ARN] = *a
		}
		out["tags of "+m.ARN] = must[[]Tag](t)(e.TagsOf(m.ARN))
	}
	for _, a := range e.Activities() {
		out[a.ARN], out["tags of "+a.ARN] = *a, must[[]Tag](t)(e.TagsOf(a.ARN))
	}
	return out
}

func firstText(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func TestCatalogSurvivesARestart(t *testing.T) {
	s := &memory.Store{}
	e := opened(t, s)
	m := furnish(t, e)
	before := inventory(t, e)
	if len(before) != 3+3+1+1+4 { // versions, machines, an alias, an activity, and tags of four
		t.Errorf("there are %d things", len(before))
	}
	again := opened(t, s)
	after := inventory(t, again)
	for key, want := range before {
		if fmt.Sprintf("%+v", after[key]) != fmt.Sprintf("%+v", want) {
			t.Errorf("%s was\n%+v and is\n%+v", key, want, after[key])
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d things are %d", len(before), len(after))
	}
	v := must[*StateMachine](t)(again.UpdateStateMachine(t.Context(), m.ARN, Update{Machine: parsed(t, "m", passing), Publish: true}))
	if v.Version != 4 {
		t.Errorf("the next version is %d", v.Version)
	}
	if same := must[*StateMachine](t)(again.PublishStateMachineVersion(t.Context(), m.ARN, v.Revision, "")); same.Version != 4 {
		t.Errorf("the same revision is version %d", same.Version)
	}
}

func TestNothingChangesThatTheStoreDoesNotTake(t *testing.T) {
	s := &breaking{Store: &memory.Store{}}
	e := opened(t, s)
	m := furnish(t, e)
	before := inventory(t, e)
	s.broken = true
	ctx, role := t.Context(), "arn:other"
	changes := map[string]func() error{
		"create": func() error {
			_, err := e.CreateStateMachine(ctx, StateMachine{Machine: parsed(t, "n", passing)})
			return err
		},
		"update": func() error {
			_, err := e.UpdateStateMachine(ctx, m.ARN, Update{RoleARN: &role, Publish: true})
			return err
		},
		"publish":        func() error { _, err := e.PublishStateMachineVersion(ctx, m.ARN, "", ""); return err },
		"delete version": func() error { return e.DeleteStateMachineVersion(ctx, m.ARN+":2") },
		"delete":         func() error { return e.DeleteStateMachine(ctx, m.ARN) },
		"create alias": func() error {
			_, err := e.CreateStateMachineAlias(ctx, "b", "", []Route{{m.ARN + ":1", 100}})
			return err
		},
		"update alias":    func() error { _, err := e.UpdateStateMachineAlias(ctx, m.ARN+":live", &role, nil); return err },
		"delete alias":    func() error { return e.DeleteStateMachineAlias(ctx, m.ARN+":live") },
		"tag":             func() error { return e.TagResource(ctx, m.ARN, []Tag{{"a", "b"}}) },
		"untag":           func() error { return e.UntagResource(ctx, m.ARN, []string{"team"}) },
		"create activity": func() error { _, err := e.CreateActivity(ctx, "other"); return err },
		"delete activity": func() error { return e.DeleteActivity(ctx, e.Activities()[0].ARN) },
	}
	for name, change := range changes {
		if err := change(); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", name, err)
		}
		if after := inventory(t, e); !reflect.DeepEqual(after, before) {
			t.Errorf("%s has changed the catalog", name)
		}
	}
}

func TestAliasSharesOutExecutions(t *testing.T) {
	e := opened(t, &memory.Store{})
	m := furnish(t, e)
	counts := map[string]int{}
	for range 2000 {
		got := must[target](t)(e.target(m.ARN + ":live"))
		if got.AliasARN != m.ARN+":live" || got.Machine.VersionARN != got.VersionARN {
			t.Fatalf("the target is %+v", got)
		}
		counts[got.VersionARN]++
	}
	if n := counts[m.ARN+":1"]; n < 450 || n > 750 || counts[m.ARN+":3"] != 2000-n {
		t.Errorf("of 2000 executions at 30 and 70 %%: %v", counts)
	}
	x := must[*Execution](t)(e.StartExecution(t.Context(), StartInput{StateMachine: m.ARN + ":live"}))
	if x.AliasARN != m.ARN+":live" || counts[x.VersionARN] == 0 {
		t.Errorf("the execution was started by %s, %s", x.AliasARN, x.VersionARN)
	}
	a := &Alias{Routes: []Route{{"v:1", 0}, {"v:2", 100}}}
	for n := range 100 {
		if a.choose(n) != "v:2" {
			t.Fatalf("%d goes to a version without a share", n)
		}
	}
}

func TestTargets(t *testing.T) {
	e := opened(t, &memory.Store{})
	m := furnish(t, e)
	if got := must[target](t)(e.target(m.ARN)); got.VersionARN != "" || got.Machine.RoleARN != "arn:role" || got.Machine.Text != failing {
		t.Errorf("the machine is %+v", got.Machine)
	}
	if got := must[target](t)(e.target(m.ARN + ":1")); got.VersionARN != m.ARN+":1" || got.Machine.Text != passing || got.Machine.Settings != `{"a":1}` || got.AliasARN != "" {
		t.Errorf("version 1 is %+v", got.Machine)
	}
	for _, arn := range []string{"", "x", m.ARN + "x", m.ARN + ":", m.ARN + ":01", m.ARN + ":4", m.ARN + ":-1", m.ARN + ":dead", m.ARN + ":live:1"} {
		_, err := e.target(arn)
		refusedWith(t, err, "StateMachineDoesNotExist", "State Machine Does Not Exist: '"+arn+"'")
	}
	_, err := e.target(m.ARN + "/label")
	var f *Fault
	if !errors.As(err, &f) || f.Reason != "API_DOES_NOT_SUPPORT_LABELED_ARNS" {
		t.Errorf("a label: %v", err)
	}
}

func TestVersionsAreNumberedOnce(t *testing.T) {
	e := opened(t, &memory.Store{})
	ctx, made := t.Context(), must[*StateMachine](t)
	m := made(e.CreateStateMachine(ctx, StateMachine{Machine: parsed(t, "m", passing)}))
	if v := made(e.PublishStateMachineVersion(ctx, m.ARN, "INITIAL", "")); v.Version != 1 || v.Revision != "" {
		t.Errorf("the initial revision is version %d of %q", v.Version, v.Revision)
	}
	if v := made(e.PublishStateMachineVersion(ctx, m.ARN, "", "again")); v.Version != 1 || v.Description != "" {
		t.Errorf("published again it is %d %q", v.Version, v.Description)
	}
	u := made(e.UpdateStateMachine(ctx, m.ARN, Update{Machine: parsed(t, "m", failing)}))
	if same := made(e.UpdateStateMachine(ctx, m.ARN, Update{Machine: parsed(t, "m", failing)})); same.Revision != u.Revision || u.Revision == "" {
		t.Errorf("without a change %q is %q", u.Revision, same.Revision)
	}
	_, err := e.PublishStateMachineVersion(ctx, m.ARN, "INITIAL", "")
	refusedWith(t, err, "ConflictException", "for revision INITIAL. The current State Machine revision is "+u.Revision+".")
	made(e.PublishStateMachineVersion(ctx, m.ARN, u.Revision, ""))
	if err := e.DeleteStateMachineVersion(ctx, m.ARN+":2"); err != nil {
		t.Fatal(err)
	}
	if v := made(e.PublishStateMachineVersion(ctx, m.ARN, "", "")); v.Version != 3 {
		t.Errorf("after version 2 was deleted comes %d", v.Version)
	}
}

func TestLimitsOfTheCatalog(t *testing.T) {
	e := opened(t, &memory.Store{})
	ctx, made := t.Context(), must[*StateMachine](t)
	m := made(e.CreateStateMachine(ctx, StateMachine{Machine: parsed(t, "m", passing)}, Publish("")))
	for i := range maxVersions - 1 {
		settings := fmt.Sprint(i)
		made(e.UpdateStateMachine(ctx, m.ARN, Update{Settings: &settings, Publish: true}))
	}
	last := "last"
	_, err := e.UpdateStateMachine(ctx, m.ARN, Update{Settings: &last, Publish: true})
	refusedWith(t, err, "ServiceQuotaExceededException", "1000")
	for i := range maxAliases {
		must[*Alias](t)(e.CreateStateMachineAlias(ctx, fmt.Sprintf("a%d", i), "", []Route{{m.ARN + ":1", 100}}))
	}
	_, err = e.CreateStateMachineAlias(ctx, "last", "", []Route{{m.ARN + ":1", 100}})
	refusedWith(t, err, "ServiceQuotaExceededException", "100")
	var tags []Tag
	for i := range maxTags {
		tags = append(tags, Tag{fmt.Sprint(i), ""})
	}
	if err := e.TagResource(ctx, m.ARN, tags); err != nil {
		t.Fatal(err)
	}
	refusedWith(t, e.TagResource(ctx, m.ARN, []Tag{{"one more", ""}}), "TooManyTags", m.ARN)
	refusedWith(t, e.TagResource(ctx, m.ARN+":1", tags), "ResourceNotFound", "Resource not found: '"+m.ARN+":1'")
	_, err = e.CreateStateMachine(ctx, StateMachine{Machine: parsed(t, "n", passing)}, Tags(append(tags, Tag{"x", ""})...))
	refusedWith(t, err, "TooManyTags", ":n")
}

func TestDeletedMachineGoesWithItsLastExecution(t *testing.T) {
	s := &memory.Store{}
	e := opened(t, s)
	ctx := t.Context()
	idle := furnish(t, e)
	if err := e.DeleteStateMachine(ctx, idle.ARN); err != nil {
		t.Fatal(err)
	}
	if _, err := e.StateMachine(idle.ARN); !errors.Is(err, ErrStateMachineDoesNotExist) {
		t.Errorf("one that nobody runs: %v", err)
	}
	for _, kind := range []string{versionKind, aliasKind} {
		if docs := must[[]store.Document](t)(s.Documents(ctx, kind)); len(docs) > 0 {
			t.Errorf("left in the store: %v", docs)
		}
	}
}

func TestExecutionsOfADeletedMachineFailAtTheirNextState(t *testing.T) {
	s := &memory.Store{}
	e := opened(t, s)
	ctx := t.Context()
	must[*Activity](t)(e.CreateActivity(ctx, "desk"))
	desk := e.Activities()[0].ARN
	m := must[*StateMachine](t)(e.CreateStateMachine(ctx, StateMachine{Machine: parsed(t, "w", fmt.Sprintf(working, desk))}))
	x := must[*Execution](t)(e.StartExecution(ctx, StartInput{StateMachine: m.ARN}))
	task := must[*Task](t)(e.GetActivityTask(ctx, desk, "me"))
	if err := e.DeleteStateMachine(ctx, m.ARN); err != nil {
		t.Fatal(err)
	}
	deletingAfterACrash(t, s, m)
	if _, err := e.StartExecution(ctx, StartInput{StateMachine: m.ARN}); true {
		refusedWith(t, err, "StateMachineDeleting", m.ARN)
	}
	if err := e.SendTaskSuccess(ctx, task.Token, value.Raw(`1`)); err != nil {
		t.Errorf("the answer of a task under way: %v", err)
	}
	r := must[*Run](t)(x.Wait(ctx))
	if r.Status != Failed || r.Error != "States.Runtime" || r.Cause != "State machine w has been deleted" {
		t.Errorf("%s %s %s\n%s", r.Status, r.Error, r.Cause, r.History.Text())
	}
	for { // the machine goes right after the execution
		if _, err := e.StateMachine(m.ARN); errors.Is(err, ErrStateMachineDoesNotExist) {
			return
		}
	}
}

// deletingAfterACrash opens the store of a machine that is being deleted anew.
func deletingAfterACrash(t *testing.T, s store.Store, m *StateMachine) {
	t.Helper()
	e := opened(t, s)
	if d := must[*StateMachine](t)(e.StateMachine(m.ARN)); !d.Deleting {
		t.Error("after a crash it is not deleting")
	}
	_, err := e.CreateStateMachine(t.Context(), StateMachine{Machine: parsed(t, "w", waiting)})
	refusedWith(t, err, "StateMachineDeleting", m.ARN)
}

func TestMachineThatNobodyRunsAfterACrashIsForgotten(t *testing.T) {
	s := &memory.Store{}
	e := opened(t, s)
	m := furnish(t, e)
	x := &entry{ARN: m.ARN, current: e.catalog.find(m.ARN).current, deleting: true}
	if err := s.Put(t.Context(), x.document()); err != nil {
		t.Fatal(err)
	}
	again := opened(t, s)
	if err := again.buryAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := again.StateMachine(m.ARN); !errors.Is(err, ErrStateMachineDoesNotExist) {
		t.Errorf("it is there: %v", err)
	}
	if docs := must[[]store.Document](t)(s.Documents(t.Context(), versionKind)); len(docs) > 0 {
		t.Errorf("left in the store: %v", docs)
	}
}

func TestOpeningCompilesNothing(t *testing.T) {
	s := &memory.Store{}
	m := furnish(t, opened(t, s))
	x := opened(t, s).catalog.find(m.ARN)
	for _, r := range append(x.versions, x.current) {
		if r.compiled != nil || r.state.Machine != nil {
			t.Errorf("%s was compiled before anybody asked", firstText(r.state.VersionARN, x.ARN))
		}
	}
}

func BenchmarkOpeningAThousandMachines(b *testing.B) {
	s := &memory.Store{}
	e := New(Store(s))
	defer e.Close()
	for i := range 1000 {
		m, err := Parse("m", waiting, Name(fmt.Sprintf("m%d", i)))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := e.CreateStateMachine(b.Context(), StateMachine{Machine: m}, Publish("")); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		again := New(Store(s))
		if err := again.loadCatalog(b.Context()); err != nil {
			b.Fatal(err)
		}
		again.Close()
	}
}
