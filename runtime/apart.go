package runtime

import (
	"context"
	"runtime"
)

// apart runs f in a goroutine of its own, and waits for it. Whoever switches to the
// coroutines of an execution must not be locked to a thread, as a caller may be
// (LockOSThread): the Go runtime would end the process. A panic of f is the caller's,
// and so is a Goexit.
func apart(ctx context.Context, f func() error) error {
	if ctx.Value(unlocked{}) != nil {
		return f()
	}
	var (
		err      error
		panicked any
		returned bool
		done     = make(chan struct{})
	)
	go func() {
		defer close(done)
		defer func() { panicked = recover() }()
		err = f()
		returned = true
	}()
	<-done
	if returned {
		return err
	}
	if panicked == nil {
		runtime.Goexit()
	}
	panic(panicked)
}

type unlocked struct{}

// handed is ctx for handlers, which are called in goroutines of which nothing is known.
func handed(ctx context.Context) context.Context {
	if ctx.Value(unlocked{}) == nil {
		return ctx
	}
	return context.WithValue(ctx, unlocked{}, nil)
}

// Unlocked says of the calling goroutine that it is not locked to a thread
// (runtime.LockOSThread), as those of net/http are not: what is started with the
// context begins in it, which spares a goroutine.
func Unlocked(ctx context.Context) context.Context { return context.WithValue(ctx, unlocked{}, true) }
