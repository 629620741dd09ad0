package drive

import (
	"context"
	"fmt"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/strand"
)

// await waits for the next answer. reply is where the outcome of its turn goes, if
// somebody outside waits for it.
func (l *loop) await(ctx context.Context) (a strand.Answer, reply chan error, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return a, nil, err
		}
		a, wait, ok := l.clock.next(l)
		if ok {
			return l.onTime(a), nil, nil
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

// receive waits for a message, at most that long (0: for as long as it takes), and
// says whether it is an answer for the execution.
func (l *loop) receive(ctx context.Context, wait time.Duration) (strand.Answer, chan error, bool) {
	var late <-chan time.Time
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		late = t.C
	}
	select {
	case o := <-l.done:
		l.finished(o)
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
	if a.Kind == strand.Stopped {
		return a, m.reply, true
	}
	c := l.find(a.ID)
	if c == nil || c.state != outside {
		m.reply <- fmt.Errorf("%w: %s", ErrNoTask, a.ID)
		return a, nil, false
	}
	if a.Kind == beat {
		l.heartbeat(c, a.At)
		m.reply <- nil
		return a, nil, false
	}
	return a, m.reply, true
}

// finished takes what a handler has returned.
func (l *loop) finished(o outcome) {
	l.busy--
	l.idle++
	c := o.call
	if !c.closed {
		c.finish(o.out, o.err)
		c.finishedAt = time.Now()
	}
	l.work()
}

// finish makes the answers of what the handler has returned. A job that is waited
// for has been submitted first; a callback task is only submitted, unless its
// handler stands in for the worker as well.
func (c *call) finish(out value.Value, err error) {
	c.state = finished
	if err != nil {
		e := handlers.Failure(err)
		c.answers = []strand.Answer{{ID: c.request.ID, Kind: strand.Failed, Error: e.Name, Cause: e.Cause}}
		return
	}
	succeeded := strand.Answer{ID: c.request.ID, Kind: strand.Succeeded, Output: out}
	submitted := strand.Answer{ID: c.request.ID, Kind: strand.Submitted, Output: out}
	switch wait := c.request.Call.Wait; {
	case wait == strand.ForResult:
		c.answers = append(c.one[:0], succeeded)
	case wait == strand.ForCallback && !handlers.Completes(c.handler):
		c.answers = []strand.Answer{submitted}
	default:
		c.answers = []strand.Answer{submitted, succeeded}
	}
}

// next is the first of the call's answers, given at that time.
func (c *call) next(at time.Time) strand.Answer {
	a := c.answers[0]
	c.answers = c.answers[1:]
	a.At = at
	return a
}

// ring is the answer of a timer.
func (t *timer) ring() strand.Answer {
	a := strand.Answer{ID: t.id, At: t.at, Kind: strand.Succeeded}
	if t.call != nil {
		a.Kind, a.Error = strand.TimedOut, t.error
	}
	return a
}
