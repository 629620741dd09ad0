package drive

import (
	"context"
	"fmt"
	"time"

	"canto/asl"
	"canto/handlers"
	"canto/runtime/strand"
)

// virtual is the clock that jumps. What happens next is what has the earliest
// time, and was asked first: never what the machine happened to finish first. A
// handler takes no time but what it declares, and the clock does not pass a
// handler that still runs, with one exception: a handler that really takes longer
// than the limit of its task, or of the execution, is left behind there.
type virtual struct{}

func (virtual) context(ctx context.Context, c *call) context.Context {
	return handlers.WithClock(ctx, c)
}

func (virtual) now(l *loop) time.Time {
	now := l.p.x.Now()
	if l.Outside && l.open(outside) {
		now = now.Add(time.Since(l.turned))
	}
	return now
}

func (v virtual) next(l *loop) (strand.Answer, time.Duration, bool) {
	first, best := l.firstAnswer()
	t := l.timers.first()
	if t != nil && t.before(best) {
		best, first = t.key, nil
	}
	if wait, blocked := l.blocked(best); blocked {
		return strand.Answer{}, wait, false
	}
	switch {
	case first != nil:
		return first.next(best.at), 0, true
	case t == nil:
		return l.stuck()
	}
	if wait := t.at.Sub(v.now(l)); l.Outside && l.open(outside) && wait > 0 {
		return strand.Answer{}, wait, false
	}
	l.timers.pop()
	return t.ring(), 0, true
}

// later is after everything.
var later = key{time.Unix(1<<55, 0), 0}

// firstAnswer is the call whose answer comes first, and when.
func (l *loop) firstAnswer() (first *call, best key) {
	best = later
	for _, c := range l.calls {
		if best.before(c.key) {
			break // nor does any call that was asked for after it
		}
		if len(c.answers) > 0 {
			if k := c.earliest(); k.before(best) {
				first, best = c, k
			}
		}
	}
	return first, best
}

// blocked says whether a handler that still runs could have an answer before
// best, and how long at most to wait for it.
func (l *loop) blocked(best key) (wait time.Duration, yes bool) {
	for _, c := range l.calls {
		if best.before(c.key) {
			break
		}
		if c.state != running && c.state != queued || len(c.answers) > 0 || best.before(c.earliest()) {
			continue
		}
		left, limited := l.patience(c)
		if limited && left <= 0 {
			l.leave(c)
			c.state = hung
			continue
		}
		yes = true
		if limited && (wait == 0 || left < wait) {
			wait = left
		}
	}
	return wait, yes
}

// patience is how much longer the handler may really run.
func (l *loop) patience(c *call) (left time.Duration, limited bool) {
	if c.state != running {
		return 0, false
	}
	limits := c.limits
	if t := l.timers.byID[l.p.x.DeadlineID()]; t != nil {
		limits = append(limits[:len(limits):len(limits)], t)
	}
	for _, t := range limits {
		if d := t.at.Sub(c.at) - time.Since(c.wall); !t.dead && (!limited || d < left) {
			left, limited = d, true
		}
	}
	return left, limited
}

func (l *loop) open(state callState) bool {
	for _, c := range l.calls {
		if c.state == state {
			return true
		}
	}
	return false
}

// stuck is what happens when nothing can happen by itself any more: only tasks are
// open that somebody outside has to answer. Where nobody can come, the first fails.
func (l *loop) stuck() (strand.Answer, time.Duration, bool) {
	if l.Outside || len(l.calls) == 0 {
		return strand.Answer{}, 0, false
	}
	c := l.calls[0]
	return strand.Answer{
		ID: c.request.ID, At: l.p.x.Now(), Kind: strand.Failed, Error: asl.ErrRuntime,
		Cause: fmt.Sprintf("The state '%s' waits for somebody to answer %s, and nobody can in this run: mock the state, or give it TimeoutSeconds.",
			c.request.Call.State, c.request.Call.Resource),
	}, 0, true
}
