package drive

import (
	"context"
	"sync/atomic"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/strand"
)

// call is a call in flight.
type call struct {
	key       // when it was asked, in the execution's time; its place in the order of asking
	request   strand.Request
	handler   handlers.Handler
	state     callState
	closed    bool // nobody waits for it any more
	left      bool // its handler runs on, and no longer counts as a worker
	submitted bool // its job was taken
	leased    bool // a worker has the task of the activity
	limits    []*timer
	ctx       callContext
	slept     atomic.Int64   // nanoseconds that the handler has declared
	answers   []reply        // what is to be delivered
	one       [1]reply       // what answers is made of, mostly
	early     *strand.Answer // of a callback that came before the handler had returned
	brought   bool           // it is among the answers
	wall      time.Time      // when the handler really began
	loop      *loop
}

type callState int

const (
	queued   callState = iota // waits for a worker
	running                   // its handler runs
	finished                  // its handler has returned; the answers wait for their turn
	outside                   // waits for a callback, or for a worker of an activity
	hung                      // its handler runs on past a limit: it no longer holds up the clock
)

// reply is an answer that waits for its turn.
type reply struct {
	strand.Answer
	after time.Duration // what the handler had declared until then
	came  time.Time     // when it really came
}

// earliest is the earliest time at which the call can have an answer.
func (c *call) earliest() key {
	after := time.Duration(c.slept.Load())
	switch {
	case len(c.answers) > 0:
		after = c.answers[0].after
	case c.standsIn() && !c.submitted:
		after = 0 // the submission is still to come
	}
	return key{c.at.Add(after), c.seq}
}

// next is the first of the call's answers, given at that time.
func (c *call) next(at time.Time) strand.Answer {
	a := c.answers[0].Answer
	c.answers = c.answers[1:]
	a.At = at
	return a
}

// finish takes what the handler has returned.
func (c *call) finish(o outcome) {
	c.state = finished
	if o.err != nil && c.early == nil {
		e := handlers.Failure(o.err)
		c.answer(o, strand.Answer{Kind: strand.Failed, Error: e.Name, Cause: e.Cause})
		return
	}
	done := strand.Answer{Kind: strand.Succeeded, Output: o.out}
	switch wait := c.request.Call.Wait; {
	case wait == strand.ForResult:
		c.answer(o, done)
	case o.err == nil && wait == strand.ForCallback && !c.standsIn():
		c.submit(o)
	case o.err == nil: // the handler stood in for the job: it was submitted at once
		taken := o
		taken.after = 0
		c.submit(taken)
		if c.early == nil {
			c.answer(o, done)
		}
	}
	c.callback()
}

// standsIn says whether the handler's result is that of a job that it stands in for,
// or of an outside worker.
func (c *call) standsIn() bool {
	wait := c.request.Call.Wait
	return wait == strand.ForJob || wait == strand.ForCallback && handlers.Completes(c.handler)
}

// submit says that the job was taken, once.
func (c *call) submit(o outcome) {
	if !c.submitted {
		c.submitted = true
		c.answer(o, strand.Answer{Kind: strand.Submitted, Output: o.out})
	}
}

// callback lets an early callback follow, once nothing else is to come before it,
// and says whether there is one.
func (c *call) callback() bool {
	if len(c.answers) > 0 || c.early == nil {
		return false
	}
	c.answer(outcome{after: time.Duration(c.slept.Load()), came: time.Now()}, *c.early)
	c.early, c.brought = nil, true
	return true
}

// why is the cause by which the handler's context ends once the call has its answer: a
// job whose token was brought back goes on by itself.
func (c *call) why() error {
	if c.brought {
		return nil
	}
	return handlers.ErrWithdrawn
}

func (c *call) answer(o outcome, a strand.Answer) {
	if c.answers == nil {
		c.answers = c.one[:0]
	}
	a.ID = c.request.ID
	c.answers = append(c.answers, reply{a, o.after, o.came})
}

// outcome is what a handler has returned, or the submission of its job.
type outcome struct {
	call      *call
	out       value.Value
	err       error
	submitted bool
	after     time.Duration
	came      time.Time
}

// outcome stamps what the handler says with the time that it has declared so far.
func (c *call) outcome(out value.Value, err error) outcome {
	return outcome{call: c, out: out, err: err, after: time.Duration(c.slept.Load()), came: time.Now()}
}

// Sleep is the handler's clock in virtual time: it notes the duration.
func (c *call) Sleep(ctx context.Context, d time.Duration) error {
	total := time.Duration(c.slept.Add(int64(d)))
	c.loop.ring()
	if limit := c.request.Timeout; limit > 0 && total > limit {
		return context.DeadlineExceeded
	}
	return ctx.Err()
}

// Now is the time of the execution, as far as the handler has declared it.
func (c *call) Now() time.Time { return c.at.Add(time.Duration(c.slept.Load())) }
