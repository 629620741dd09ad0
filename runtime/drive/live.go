package drive

import (
	"context"
	"time"

	"canto/runtime/strand"
)

// live is the wall clock: things happen when they happen.
type live struct{}

func (live) context(ctx context.Context, _ *call) context.Context { return ctx }

// now is the wall clock's time, to the millisecond as the history tells it; it
// never goes back.
func (live) now(l *loop) time.Time {
	now := time.Now().UTC().Truncate(time.Millisecond)
	if last := l.p.x.Now(); now.Before(last) {
		return last
	}
	return now
}

func (w live) next(l *loop) (strand.Answer, time.Duration, bool) {
	now := w.now(l)
	if t := l.timers.first(); t != nil && !t.at.After(now) {
		l.timers.pop()
		return w.late(l, t.ring()), 0, true
	}
	var first *call
	for _, c := range l.calls {
		if len(c.answers) > 0 && (first == nil || c.answers[0].came.Before(first.answers[0].came)) {
			first = c
		}
	}
	if first != nil {
		return first.next(now), 0, true
	}
	if t := l.timers.first(); t != nil {
		return strand.Answer{}, max(t.at.Sub(now), time.Millisecond/2), false
	}
	return strand.Answer{}, 0, false
}

// late is a ring that was due while nobody drove the execution: it comes when somebody
// does again, so that what follows has all of its own time.
func (live) late(l *loop, a strand.Answer) strand.Answer {
	if a.At.Before(l.began) {
		a.At = l.began
	}
	return a
}
