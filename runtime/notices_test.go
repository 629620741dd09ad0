package runtime_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"canto/runtime"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

// bell makes a notice of each turn: its machine's settings, its events and its redrives.
type bell struct {
	mu     sync.Mutex
	unkept []string
}

func (b *bell) notices(begin *store.Begin, redrive *store.Redrive, t store.Turn) []store.Notice {
	text := runtime.SettingsOf(begin)
	for _, e := range t.Events {
		text += " " + e.Type.String()
	}
	if redrive != nil {
		text += fmt.Sprint(" ", redrive.Count)
	}
	return []store.Notice{{Queue: "bell", Text: text}}
}

func (b *bell) follow(_ *store.Begin, t store.Turn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range t.Notices {
		b.unkept = append(b.unkept, n.Text)
	}
}

func (b *bell) engine(s store.Store) *runtime.Engine {
	return runtime.New(runtime.Store(s), runtime.Notices(b.notices), runtime.Follow(b.follow))
}

func waiting(t *testing.T, s store.Store) (texts []string) {
	t.Helper()
	all, err := s.Notices(t.Context(), "bell", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range all {
		texts = append(texts, n.Text)
	}
	return texts
}

func TestNoticesAreKeptWithTheirTurns(t *testing.T) {
	s, b := &memory.Store{}, &bell{}
	e := b.engine(s)
	defer e.Close()
	m := register(t, e, "m", `{"StartAt":"F","States":{"F":{"Type":"Fail"}}}`)
	x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.RedriveExecution(t.Context(), x.ARN, ""); err != nil {
		t.Fatal(err)
	}
	if kept := waiting(t, s); len(kept) != 2 || kept[0] != " ExecutionStarted FailStateEntered ExecutionFailed" ||
		!strings.HasPrefix(kept[1], " ExecutionRedriven ") || !strings.HasSuffix(kept[1], " ExecutionFailed 1") {
		t.Errorf("kept is %q", kept)
	}
	if len(b.unkept) > 0 {
		t.Errorf("not kept is %q", b.unkept)
	}
}

// The EXPRESS children of a Map Run are not kept: whoever follows gets their notices.
func TestExpressChildrenOfAMapRunAreToldOf(t *testing.T) {
	s, b := &memory.Store{}, &bell{}
	e := b.engine(s)
	defer e.Close()
	m, err := e.CreateStateMachine(t.Context(), runtime.StateMachine{Settings: `{"logs":1}`, Machine: named(t, "m", `{"StartAt":"M","States":{"M":{"Type":"Map","End":true,
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}}`)})
	if err != nil {
		t.Fatal(err)
	}
	x, err := e.StartExecution(t.Context(), runtime.StartInput{StateMachine: m.ARN, Input: `[1,2]`})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	const child = `{"logs":1} ExecutionStarted PassStateEntered PassStateExited ExecutionSucceeded`
	if !slices.Equal(b.unkept, []string{child, child}) {
		t.Errorf("not kept is %q", b.unkept)
	}
	if kept := waiting(t, s); len(kept) < 2 || slices.Contains(kept, child) {
		t.Errorf("kept is %q", kept)
	}
}

func TestNothingIsToldOfATestOfAState(t *testing.T) {
	e := runtime.New(runtime.Notices(func(*store.Begin, *store.Redrive, store.Turn) []store.Notice {
		t.Error("a test of a state is told of")
		return nil
	}))
	t.Cleanup(e.Close)
	if _, err := e.TestState(t.Context(), runtime.TestStateInput{Definition: `{"Type":"Succeed"}`}); err != nil {
		t.Fatal(err)
	}
}
