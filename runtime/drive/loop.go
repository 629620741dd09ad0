package drive

import (
	"context"
	"slices"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/strand"
)

// loop drives one execution: one answer at a time, each a turn.
type loop struct {
	*Driver
	p       *Process
	ctx     context.Context // of the handlers
	cancel  context.CancelFunc
	clock   clock
	timers  timers
	calls   []*call // open, in the order of asking
	waiting []*call // queued
	busy    int     // handlers that run and were not left behind
	pool    pool
	seq     int
	wake    chan struct{} // there is something new: a handler has declared time, or an outcome has come
	broken  error         // the execution cannot go on
	turned  time.Time     // when the last turn really was
	heard   time.Time     // which turn was the last after which it listened to who is outside
	began   time.Time     // when the loop did, by the clock of the history
}

// clock tells a loop what happens next.
type clock interface {
	// next gives the next answer at hand, or false where the loop has to wait; then
	// wait says how long at most (0: for a message).
	next(l *loop) (a strand.Answer, wait time.Duration, ok bool)
	// now is the time at which a message from outside is delivered.
	now(l *loop) time.Time
	// context prepares the context of a handler.
	context(ctx context.Context, c *call) context.Context
}

func newLoop(d *Driver, p *Process) *loop {
	l := &loop{
		Driver: d, p: p, clock: virtual{}, timers: newTimers(),
		wake: make(chan struct{}, 1),
	}
	if d.Live {
		l.clock = live{}
	}
	l.pool.init(l.ring)
	return l
}

func (l *loop) run(ctx context.Context, asked []strand.Request) error {
	l.ctx, l.cancel = context.WithCancel(ctx)
	l.turned = time.Now()
	l.heard = l.turned
	l.began = l.clock.now(l)
	if l.p.before != nil {
		l.resume(l.p.before)
	}
	l.take(asked)
	for !l.p.done() {
		a, reply, err := l.await(ctx)
		if err != nil {
			return err
		}
		t, asked := l.p.turn(a)
		err = l.commit(ctx, l.p, t)
		l.turned = time.Now() // time goes on before anybody hears of the turn
		if reply != nil {
			reply <- err
		}
		if err != nil {
			return err
		}
		l.settle(a)
		l.take(asked)
	}
	return nil
}

// close gives up what still runs, and waits for it a little.
func (l *loop) close() {
	if l.cancel == nil {
		return
	}
	for _, c := range l.calls {
		l.unoffer(c)
	}
	l.cancel()
	l.pool.close(l.grace())
}

// take sets to work what the execution has asked for.
func (l *loop) take(asked []strand.Request) {
	for _, r := range asked {
		switch {
		case r.Withdraw:
			l.withdraw(r.ID)
		case r.Call == nil:
			l.timers.add(&timer{key: key{r.Due, l.mark(r.At).place}, id: r.ID})
		default:
			l.call(r)
		}
	}
}

func (l *loop) withdraw(id string) {
	if l.timers.cancel(id) {
		return
	}
	if c := l.find(id); c != nil {
		l.drop(c)
	}
}

func (l *loop) find(id string) *call {
	for _, c := range l.calls {
		if c.request.ID == id {
			return c
		}
	}
	return nil
}

// drop takes leave of a call that has its answer, or needs none.
func (l *loop) drop(c *call) {
	c.closed = true
	l.unoffer(c)
	c.ctx.withdraw(c.why())
	l.calls = slices.DeleteFunc(l.calls, func(o *call) bool { return o == c })
	l.waiting = slices.DeleteFunc(l.waiting, func(o *call) bool { return o == c })
	l.leave(c)
}

// leave goes on without the handler of c: another one may take its worker's place, so
// that handlers that hear nothing cannot hold up those that wait for their turn.
func (l *loop) leave(c *call) {
	if c.state == running && !c.left {
		c.left = true
		l.busy--
		l.work()
	}
}

// settle takes leave of the call that a has answered for good; one that was only
// submitted waits outside from now on, if nothing else is to come.
func (l *loop) settle(a strand.Answer) {
	c := l.find(a.ID)
	switch {
	case c == nil:
	case a.Kind == strand.Started:
		if c.request.Call.Wait == strand.ForWorker {
			l.lease(c, l.mark(a.At))
		}
	case a.Kind != strand.Submitted:
		l.drop(c)
	case len(c.answers) == 0 && !c.callback() && c.state == finished:
		c.state = outside
		l.heartbeat(c, l.mark(a.At))
	}
}

// call opens a call: a handler's, or that of a worker outside.
func (l *loop) call(r strand.Request) {
	asked := l.mark(r.At)
	c := &call{key: key{asked.at, asked.place}, request: r, loop: l}
	c.ctx.call = c
	if l.p.before != nil {
		_, c.submitted = l.p.before.submitted[r.ID]
	}
	if _, came := l.p.early[r.ID]; came {
		a := l.p.early[r.ID]
		c.early = &a
	}
	l.calls = append(l.calls, c)
	if r.Call.Wait == strand.ForWorker && l.Activities != nil {
		l.offer(c)
		return
	}
	if r.Timeout > 0 {
		l.limit(c, key{r.At.Add(r.Timeout), asked.place + 1}, asl.ErrTimeout)
	}
	if r.Call.Wait != strand.ForWorker {
		h, err := l.resolve(r)
		if err != nil {
			c.finish(c.outcome(value.Value{}, err))
			return
		}
		c.handler = h
	}
	if l.isOutside(c) {
		return
	}
	l.waiting = append(l.waiting, c)
	l.work()
}

// isOutside says whether the call waits for somebody outside: an activity's worker,
// or a callback after the job was submitted. One that came before is its answer.
func (l *loop) isOutside(c *call) bool {
	from := mark{c.request.At, c.seq + 2}
	switch {
	case c.request.Call.Wait == strand.ForWorker:
	case c.request.Call.Wait == strand.ForCallback && c.submitted && !handlers.Completes(c.handler),
		c.request.Call.Wait == strand.ForJob && c.submitted && c.early != nil:
		from = l.p.before.submitted[c.request.ID]
	default:
		return false
	}
	if c.callback() {
		c.state = finished
		return true
	}
	c.state = outside
	l.heartbeat(c, from)
	return true
}

// limit gives a call until due.
func (l *loop) limit(c *call, due key, error string) {
	t := &timer{key: due, id: c.request.ID, call: c, error: error}
	c.limits = append(c.limits, t)
	l.timers.add(t)
}

// heartbeat begins the time until the next sign of life. Nobody could give one before the
// loop began: after a crash each worker has all of its time again.
func (l *loop) heartbeat(c *call, from mark) {
	c.limits = slices.DeleteFunc(c.limits, func(t *timer) bool {
		t.dead = t.dead || t.error == asl.ErrHeartbeatTimeout
		return t.dead
	})
	if c.request.Heartbeat > 0 {
		if (l.Live || l.Outside) && from.at.Before(l.began) {
			from.at = l.began
		}
		l.limit(c, key{from.at.Add(c.request.Heartbeat), from.place}, asl.ErrHeartbeatTimeout)
	}
}

// work starts handlers while there are workers.
func (l *loop) work() {
	started := 0
	for ; started < len(l.waiting) && l.busy < l.workers(); started++ {
		l.start(l.waiting[started])
	}
	l.waiting = slices.Delete(l.waiting, 0, started)
}

// start hands the call to a worker.
func (l *loop) start(c *call) {
	c.state, c.wall = running, time.Now()
	l.busy++
	l.pool.start(job{c, l.info(c.request)})
}

// ring lets a waiting loop look again.
func (l *loop) ring() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}
