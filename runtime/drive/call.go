package drive

import (
	"context"
	"sync/atomic"
	"time"

	"canto/handlers"
	"canto/runtime/strand"
)

// call is a call in flight.
type call struct {
	key              // when it was asked, in the execution's time; its place in the order of asking
	request          strand.Request
	handler          handlers.Handler
	state            callState
	closed           bool // nobody waits for it any more
	limits           []*timer
	cancel           context.CancelFunc
	slept            atomic.Int64     // nanoseconds that the handler has declared
	answers          []strand.Answer  // once state is finished: what is to be delivered
	one              [1]strand.Answer // what answers is made of, mostly
	wall, finishedAt time.Time        // when the handler really began and returned
	wake             func()           // tells the loop that slept has grown
}

type callState int

const (
	queued   callState = iota // waits for a worker
	running                   // its handler runs
	finished                  // its handler has returned; the answer waits for its turn
	outside                   // waits for a callback, or for a worker of an activity
	hung                      // its handler runs on past a limit: it no longer holds up the clock
)

// earliest is the earliest time at which the call can have an answer.
func (c *call) earliest() key {
	return key{c.at.Add(time.Duration(c.slept.Load())), c.seq}
}

// Sleep is the handler's clock in virtual time: it notes the duration.
func (c *call) Sleep(ctx context.Context, d time.Duration) error {
	total := time.Duration(c.slept.Add(int64(d)))
	c.wake()
	if limit := c.request.Timeout; limit > 0 && total >= limit {
		return context.DeadlineExceeded
	}
	return ctx.Err()
}
