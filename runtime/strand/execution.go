package strand

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"sync/atomic"
	"time"
)

// Execution is a tree of strands. It is not safe for concurrent use, and whoever advances
// or closes it must not be locked to a thread (runtime.LockOSThread): coroutines go on in
// the thread in which they are switched to.
type Execution struct {
	now   time.Time
	scope string // of the first strand: how often it was begun again
	runs  int
	root  *group
	ready queue
	asked []Request // since the last Advance
	taken int       // requests that were given before those
	void  bool      // some of asked were withdrawn: they have no ID
	open  map[string]*wait
	limit *wait // for the deadline
	idle  []*coroutine
	doom  *Stop
	gone  atomic.Bool
}

// New makes an execution that begins with body, and has not begun.
func New(now time.Time, body func(*Strand) error) *Execution {
	x := &Execution{now: now, open: map[string]*wait{}}
	x.begin(body)
	return x
}

func (x *Execution) begin(body func(*Strand) error) {
	x.root = &group{strands: make([]*Strand, 1), left: 1}
	x.start(x.root, 0, body)
}

// Again begins an execution that has ended once more, with another body. The IDs of
// its requests begin with how often that was done, "~1": none is that of one before.
func (x *Execution) Again(now time.Time, body func(*Strand) error) {
	x.now, x.doom = now, nil
	x.runs++
	x.scope = "~" + strconv.Itoa(x.runs)
	x.begin(body)
}

// Advance runs every strand that can run, and returns what they ask: good until the
// execution is told anything more. What was asked and withdrawn within the same Advance
// is not returned.
func (x *Execution) Advance() []Request {
	for s := x.ready.pop(); s != nil; s = x.ready.pop() {
		x.resume(s)
	}
	asked := x.asked
	x.asked, x.taken = asked[:0], x.taken+len(asked) // the memory is used again
	if x.void {
		asked, x.void = slices.DeleteFunc(asked, func(r Request) bool { return r.ID == "" }), false
	}
	return asked
}

// ask asks for r, and gives its place among all that the execution has asked, from 1.
func (x *Execution) ask(r Request) int {
	x.asked = append(x.asked, r)
	return x.taken + len(x.asked)
}

// withdraw takes a request back: silently, where nobody has been given it yet.
func (x *Execution) withdraw(w *wait) {
	if w.asked > x.taken {
		x.asked[w.asked-x.taken-1].ID, x.void = "", true
		return
	}
	x.asked = append(x.asked, Request{ID: w.id, At: x.now, Withdraw: true})
}

// Deliver hands an answer to the strand that waits for it, and says whether one
// did. An answer that nobody waits for changes nothing.
func (x *Execution) Deliver(a Answer) bool {
	switch a.Kind {
	case Stopped:
		return x.stop(a)
	case Doomed:
		return x.sentence(a)
	}
	if x.limit != nil && a.ID == x.limit.id {
		x.now, x.limit = a.At, nil
		x.Cancel(ErrDeadline)
		return true
	}
	w := x.open[a.ID]
	if w == nil {
		return false
	}
	x.now = a.At
	w.answers = append(w.answers, a)
	if !a.progress() {
		delete(x.open, a.ID)
	}
	w.ring()
	return true
}

func (x *Execution) stop(a Answer) bool {
	if x.root.left == 0 || x.root.err != nil {
		return false
	}
	x.now = a.At
	x.Cancel(&Stop{Name: a.Error, Cause: a.Cause})
	return true
}

// sentence keeps the doom of an execution that has not ended.
func (x *Execution) sentence(a Answer) bool {
	if x.root.left == 0 || x.root.err != nil || x.doom != nil {
		return false
	}
	x.now, x.doom = a.At, &Stop{Name: a.Error, Cause: a.Cause}
	return true
}

// Cancel gives up the whole execution; Advance then unwinds it.
func (x *Execution) Cancel(cause error) {
	if x.root.err == nil {
		x.root.cancel(&Canceled{cause})
	}
}

// Abandon makes a running Advance come to an end soon, with ErrClosed as the
// cause. It is the one method that may be called while Advance runs.
func (x *Execution) Abandon() { x.gone.Store(true) }

// Done says whether the execution has ended, and how.
func (x *Execution) Done() (err error, ok bool) { return x.root.err, x.root.left == 0 }

// Now is the time of the answer that was delivered last, or of the beginning.
func (x *Execution) Now() time.Time { return x.now }

// DeadlineID is the ID of the request that Deadline makes.
func (x *Execution) DeadlineID() string { return x.scope + "deadline" }

// Open returns how many requests wait for an answer.
func (x *Execution) Open() int {
	if x.limit != nil {
		return len(x.open) + 1
	}
	return len(x.open)
}

// Close gives up the execution where it has not ended, and frees what it holds.
func (x *Execution) Close() {
	if x.root.left > 0 {
		x.Cancel(ErrClosed)
		x.Advance()
	}
	for _, c := range x.idle {
		c.stop()
	}
	x.idle = nil
}

// ErrClosed is the cause by which Close cancels.
var ErrClosed = errors.New("execution closed")

// ErrDeadline is the cause by which an execution that set a Deadline is given up.
var ErrDeadline = errors.New("execution timed out")

// Stop is the cause by which somebody stopped the execution.
type Stop struct{ Name, Cause string }

func (s *Stop) Error() string { return fmt.Sprintf("execution stopped: %s: %s", s.Name, s.Cause) }

// Canceled unwinds a strand that was given up. Err says why.
type Canceled struct{ Err error }

func (c *Canceled) Error() string { return "canceled: " + c.Err.Error() }

// Unwrap returns why.
func (c *Canceled) Unwrap() error { return c.Err }

// Panic is how a strand ends whose code panicked: with the stack of the panic,
// which the coroutine under it would lose.
type Panic struct {
	Value any
	Stack string
}

func (p *Panic) Error() string { return fmt.Sprintf("panic: %v\n%s", p.Value, p.Stack) }

// guarded runs the body of s and turns a panic into an error.
func guarded(s *Strand) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Panic{Value: p, Stack: string(debug.Stack())}
		}
	}()
	return s.body(s)
}

// queue is first in, first out, and reuses its memory.
type queue struct {
	items []*Strand
	head  int
}

func (q *queue) push(s *Strand) { q.items = append(q.items, s) }

func (q *queue) pop() *Strand {
	if q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
		return nil
	}
	s := q.items[q.head]
	q.items[q.head] = nil
	q.head++
	return s
}
