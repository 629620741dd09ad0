package handlers

import (
	"context"
	"time"
)

// Clock makes time pass for the handlers of one engine. Under virtual time Sleep
// notes the duration and returns at once.
type Clock interface {
	Sleep(ctx context.Context, d time.Duration) error
}

type clockKey struct{}

// WithClock returns a context in which Sleep asks c.
func WithClock(ctx context.Context, c Clock) context.Context {
	return context.WithValue(ctx, clockKey{}, c)
}

// Sleep lets a handler take d: in virtual time it declares so and returns, else
// it sleeps. It returns the context's error where that ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	if c, ok := ctx.Value(clockKey{}).(Clock); ok {
		return c.Sleep(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
