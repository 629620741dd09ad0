package cli

import (
	"errors"
	"testing"

	"canto/asl/value"
	"canto/handlers"
)

func TestFunctionsAreMadeOnceAndOnlyWhenNeeded(t *testing.T) {
	r := handlers.NewRegistry()
	worlds := 0
	err := register(r, func() world {
		worlds++
		return offline(nowhere{})
	})
	if err != nil || worlds != 0 {
		t.Fatalf("registering makes %d worlds (%v), want none", worlds, err)
	}
	for range 2 {
		h, err := r.Lookup("sentiment")
		if err != nil {
			t.Fatal(err)
		}
		if out, err := h.Invoke(t.Context(), handlers.Call{Input: value.Raw(`{"Error":"E"}`)}); err != nil || out.Text() != "null" {
			t.Errorf("sentiment gives %s, %v", out.Text(), err)
		}
	}
	if worlds != 1 {
		t.Errorf("two calls make %d worlds, want one", worlds)
	}
}

func TestAFunctionThatCannotBeMadeFailsItsCalls(t *testing.T) {
	wrong := errors.New("wrong")
	h := lazy(func() (handlers.Handler, error) { return nil, wrong })
	if _, err := h.Invoke(t.Context(), handlers.Call{}); !errors.Is(err, wrong) {
		t.Errorf("the call gives %v, want what is wrong", err)
	}
}

func TestWhatTheUserBindsGoesFirst(t *testing.T) {
	r := handlers.NewRegistry()
	if err := r.Register("crawler", always(value.Raw("1"))); err != nil {
		t.Fatal(err)
	}
	if err := register(r, func() world { return offline(nowhere{}) }); err != nil {
		t.Fatal(err)
	}
	h, err := r.Lookup("crawler")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := h.Invoke(t.Context(), handlers.Call{}); err != nil || out.Text() != "1" {
		t.Errorf("crawler gives %s, %v, want what was bound", out.Text(), err)
	}
}
