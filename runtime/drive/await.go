package drive

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"canto/runtime/store"
	"canto/runtime/strand"
)

// await waits for the next answer. reply is where the outcome of its turn goes, if
// somebody outside waits for it.
func (l *loop) await(ctx context.Context) (a strand.Answer, reply chan error, err error) {
	for {
		for _, o := range l.pool.collect() {
			l.finished(o)
		}
		if err := cmp.Or(ctx.Err(), l.broken); err != nil {
			return a, nil, err
		}
		if a, reply, ok := l.listen(); ok {
			return a, reply, nil
		}
		a, wait, ok := l.clock.next(l)
		if ok {
			return l.onTime(a), nil, nil
		}
		if l.parks(wait) {
			return a, nil, &Parked{until: time.Now().Add(wait)}
		}
		a, reply, ok = l.receive(ctx, wait)
		if ok {
			return a, reply, nil
		}
	}
}

// onTime lets no answer turn time back: one that was due while somebody outside was
// waited for comes now.
func (l *loop) onTime(a strand.Answer) strand.Answer {
	if now := l.p.x.Now(); a.At.Before(now) {
		a.At = now
	}
	return a
}

// busy is after how long an execution that always has something to do hears who speaks
// to it from outside.
const busy = 100 * time.Millisecond

// listen takes a message that waits, once in a while, and says whether it is an answer
// for the execution. While calls are open their answers and timeouts go first.
func (l *loop) listen() (strand.Answer, chan error, bool) {
	if len(l.calls) == 0 && l.turned.Sub(l.heard) > busy {
		l.heard = l.turned
		select {
		case m := <-l.p.inbox:
			return l.message(m)
		default:
		}
	}
	return strand.Answer{}, nil, false
}

// receive waits for a message, at most that long (0: for as long as it takes), and
// says whether it is an answer for the execution.
func (l *loop) receive(ctx context.Context, wait time.Duration) (strand.Answer, chan error, bool) {
	if !l.pool.await() {
		return strand.Answer{}, nil, false
	}
	var late <-chan time.Time
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		late = t.C
	}
	l.heard = l.turned
	select {
	case m := <-l.p.inbox:
		return l.message(m)
	case <-l.wake:
	case <-late:
	case <-ctx.Done():
	}
	return strand.Answer{}, nil, false
}

// message takes what came from outside: an answer for the execution, or a heartbeat.
func (l *loop) message(m message) (strand.Answer, chan error, bool) {
	a := m.answer
	a.At = l.clock.now(l)
	if a.Kind == strand.Stopped || a.Kind == strand.Doomed {
		return a, m.reply, true
	}
	c := l.find(a.ID)
	switch {
	case c == nil || !l.takes(c, a):
		m.reply <- fmt.Errorf("%w: %s", ErrNoTask, a.ID)
	case a.Kind == beat:
		l.beat(c, a.At)
		m.reply <- nil
	case c.state == outside:
		return a, m.reply, true
	default:
		m.reply <- l.early(c, a)
	}
	return a, nil, false
}

// early keeps a callback that came before the handler had returned: its turn comes
// after the submission. The handler itself may wait for the reply.
func (l *loop) early(c *call, a strand.Answer) error {
	c.early = &a
	kept := a
	kept.Kind = early + a.Kind
	l.broken = l.commit(l.ctx, l.p, store.Turn{ID: l.p.ID, Answers: []strand.Answer{kept}})
	if c.submitted {
		c.callback()
	}
	return l.broken
}

// beat begins the time until the next heartbeat.
func (l *loop) beat(c *call, at time.Time) {
	if c.state == outside {
		l.heartbeat(c, l.mark(at))
	}
}

// takes says whether somebody outside may say a of the call.
func (l *loop) takes(c *call, a strand.Answer) bool {
	switch c.request.Call.Wait {
	case strand.ForWorker:
		if a.Kind == strand.Started {
			return !c.leased
		}
		return c.leased || l.Activities == nil
	case strand.ForCallback:
		return c.state == outside || a.Kind != strand.Started && c.early == nil
	case strand.ForJob:
		return c.state != finished && a.Kind != strand.Started && c.early == nil && !c.brought
	}
	return false
}

// finished takes what a handler says.
func (l *loop) finished(o outcome) {
	c := o.call
	if o.submitted {
		if !c.closed {
			c.submit(o)
		}
		return
	}
	if !c.left {
		l.busy--
	}
	switch broken := unfinished(o.err); {
	case c.closed:
	case broken != nil:
		l.broken = broken
	default:
		c.finish(o)
	}
	l.work()
}

// ring is the answer of a timer.
func (t *timer) ring() strand.Answer {
	a := strand.Answer{ID: t.id, At: t.at, Kind: strand.Succeeded}
	if t.call != nil {
		a.Kind, a.Error = strand.TimedOut, t.error
	}
	return a
}
