package runtime

import (
	"context"
	"errors"
	"runtime"
	"testing"
)

func TestApart(t *testing.T) {
	ctx := context.Background()
	failure := errors.New("no")
	if err := apart(ctx, func() error { return failure }); err != failure {
		t.Errorf("returned %v", err)
	}
	func() {
		defer func() {
			if p := recover(); p != "oh" {
				t.Errorf("recovered %v", p)
			}
		}()
		_ = apart(ctx, func() error { panic("oh") })
	}()
	returned, done := false, make(chan struct{})
	go func() {
		defer close(done)
		_ = apart(ctx, func() error { runtime.Goexit(); return nil })
		returned = true
	}()
	if <-done; returned {
		t.Error("it came back from Goexit")
	}
}
