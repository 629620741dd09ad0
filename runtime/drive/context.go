package drive

import (
	"context"
	"sync"
	"time"

	"canto/asl/value"
	"canto/handlers"
)

// callContext is the context of a handler. It is made when it is first asked for
// anything: many handlers return before they look at it.
type callContext struct {
	call      *call
	mu        sync.Mutex
	made      context.Context // nil until somebody asks
	cancel    context.CancelCauseFunc
	withdrawn bool  // nobody waits for the answer any more
	why       error // of that
}

func (x *callContext) get() context.Context {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.made == nil {
		ctx, cancel := context.WithCancelCause(x.call.loop.ctx)
		x.made, x.cancel = x.call.context(ctx), cancel
		if x.withdrawn {
			cancel(x.why)
		}
	}
	return x.made
}

// withdraw ends the context, for that cause.
func (x *callContext) withdraw(why error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.withdrawn, x.why = true, why
	if x.cancel != nil {
		x.cancel(why)
	}
}

func (x *callContext) Deadline() (time.Time, bool) { return x.call.loop.ctx.Deadline() }
func (x *callContext) Done() <-chan struct{}       { return x.get().Done() }
func (x *callContext) Err() error                  { return x.get().Err() }
func (x *callContext) Value(key any) any           { return x.get().Value(key) }

// context is what the handler of a call gets to know of the loop.
func (c *call) context(ctx context.Context) context.Context {
	ctx = c.loop.clock.context(ctx, c)
	if !c.standsIn() {
		return ctx
	}
	return handlers.WithSubmit(ctx, func(response value.Value) {
		o := c.outcome(response, nil)
		o.submitted = true
		c.loop.pool.submitted(o)
	})
}
