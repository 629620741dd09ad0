package drive

import (
	"time"

	"canto/runtime/strand"
)

// What is due at the same time comes in the order in which it was asked for, or began.
// A replay finds that order in the journal, so that an execution goes on after a crash as
// it would have without it.

// mark is when something began that may be due, and its place in the order.
type mark struct {
	at    time.Time
	place int
}

// places is how many timers a mark has room for, each with a place of its own.
const places = 4

// requests are the open requests of a journal, in the order of asking.
type requests struct {
	list      []strand.Request
	asked     []int           // their places
	submitted map[string]mark // when the jobs of calls were taken, by request
	leased    map[string]mark // when workers took the tasks of activities, by request
	last      int             // place
}

func newRequests() *requests { return &requests{} }

func (r *requests) next() int {
	r.last += places
	return r.last
}

func (r *requests) take(asked []strand.Request) {
	for _, q := range asked {
		if q.Withdraw {
			r.drop(q.ID)
		} else {
			r.list, r.asked = append(r.list, q), append(r.asked, r.next())
		}
	}
}

func (r *requests) answered(a strand.Answer) {
	switch a.Kind {
	case strand.Submitted:
		note(&r.submitted, a.ID, mark{a.At, r.next()})
	case strand.Started:
		note(&r.leased, a.ID, mark{a.At, r.next()})
	default:
		r.drop(a.ID)
	}
}

func (r *requests) drop(id string) {
	delete(r.submitted, id)
	delete(r.leased, id)
	for i, q := range r.list {
		if q.ID == id {
			r.list = append(r.list[:i:i], r.list[i+1:]...)
			r.asked = append(r.asked[:i:i], r.asked[i+1:]...)
			return
		}
	}
}

// resume sets to work what was open in the journal, at the places that it had.
func (l *loop) resume(before *requests) {
	for i, q := range before.list {
		l.seq = before.asked[i] - places
		l.take([]strand.Request{q})
	}
	l.seq = before.last
}

// mark is where something begins now.
func (l *loop) mark(at time.Time) mark {
	l.seq += places
	return mark{at, l.seq}
}
