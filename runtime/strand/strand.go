package strand

import (
	"strconv"
	"time"
)

// Strand is one line of an execution: the machine itself, a branch, an iteration.
type Strand struct {
	x     *Execution
	body  func(*Strand) error
	group *group
	index int
	co    *coroutine
	at    *wait // what it is parked in, if it is
	last  *wait // of its last question: memory for the next
	visit int
	asks  int
}

// wait is a place where a strand is parked.
type wait struct {
	s       *Strand // nil while s runs
	id      string
	asked   int // the request's place among all that the execution has asked, from 1
	answers []Answer
	first   [1]Answer // what answers is made of, mostly
}

// ring lets the parked strand run.
func (w *wait) ring() {
	if s := w.s; s != nil {
		w.s, s.at = nil, nil
		s.x.ready.push(s)
	}
}

// park leaves the strand until w rings, come what may.
func (s *Strand) park(w *wait) {
	w.s, s.at = s, w
	s.co.yield(struct{}{})
}

// Now is the time of the answer that moved the execution last.
func (s *Strand) Now() time.Time { return s.x.now }

// Path says where the strand stands in the tree: "" for the first, "/2/0" for
// the first child of the third.
func (s *Strand) Path() string { return string(s.appendPath(make([]byte, 0, 32))) }

func (s *Strand) appendPath(b []byte) []byte {
	p := s.group.parent
	if p == nil {
		return b
	}
	return strconv.AppendInt(append(p.appendPath(b), '/'), int64(s.index), 10)
}

// Visit begins the next visit to a state: request IDs count their questions by it.
func (s *Strand) Visit() int {
	s.visit++
	s.asks = 0
	return s.visit
}

// Revisit goes on with the visit of that number, as one that was begun again does.
func (s *Strand) Revisit(number int) { s.visit, s.asks = number, 0 }

// NextID is the ID that the next request of this strand will have.
func (s *Strand) NextID() string {
	return string(question(s.appendScope(make([]byte, 0, 32)), s.visit, s.asks+1))
}

// Scope is unique in the execution, and the same in every replay: it says which
// question of which visit the strand was begun for, in each strand around it. It is
// "" for the first strand ("~1" once it was begun again), and "#3.1/0" for the first child of the Join that is the
// first question of the third visit.
func (s *Strand) Scope() string { return string(s.appendScope(nil)) }

func (s *Strand) appendScope(b []byte) []byte {
	g := s.group
	if g.parent == nil {
		return append(b, s.x.scope...)
	}
	b = question(g.parent.appendScope(b), g.visit, g.ask)
	return strconv.AppendInt(append(b, '/'), int64(s.index), 10)
}

// question appends "#visit.ask".
func question(b []byte, visit, ask int) []byte {
	b = strconv.AppendInt(append(b, '#'), int64(visit), 10)
	return strconv.AppendInt(append(b, '.'), int64(ask), 10)
}

// Sleep waits for d.
func (s *Strand) Sleep(d time.Duration) error { return s.SleepUntil(s.x.now.Add(d)) }

// SleepUntil waits until due.
func (s *Strand) SleepUntil(due time.Time) error {
	_, err := s.ask(Request{Due: due}, nil)
	return err
}

// Invoke has somebody do call, and waits for the last answer. What comes before
// it (Started, Submitted) goes to progress. The error is *Canceled or nil: how
// the work itself went is for the answer to say.
func (s *Strand) Invoke(r Request, progress func(Answer)) (Answer, error) {
	return s.ask(r, progress)
}

func (s *Strand) ask(r Request, progress func(Answer)) (Answer, error) {
	if s.group.err != nil {
		return Answer{}, s.group.why()
	}
	r.ID, r.At = s.NextID(), s.x.now
	if s.x.open[r.ID] != nil {
		panic("strand: request " + r.ID + " is open already")
	}
	s.asks++
	w := s.wait(r)
	s.x.open[r.ID] = w
	for {
		if len(w.answers) == 0 {
			s.park(w)
		}
		if s.group.err != nil {
			return Answer{}, s.group.why()
		}
		a := w.answers[0]
		w.answers = w.answers[1:]
		if !a.progress() {
			return a, nil
		}
		progress(a)
	}
}

// wait asks for r, and gives the place where to wait for its answers.
func (s *Strand) wait(r Request) *wait {
	if s.last == nil {
		s.last = new(wait)
	}
	w := s.last
	*w = wait{id: r.ID, asked: s.x.ask(r)}
	w.answers = w.first[:0]
	return w
}

// Yield lets every other strand that can run go first.
func (s *Strand) Yield() error {
	s.x.ready.push(s)
	s.co.yield(struct{}{})
	return s.Err()
}

// Deadline gives the whole execution up at due, with ErrDeadline as the cause.
func (s *Strand) Deadline(due time.Time) {
	r := Request{ID: s.x.DeadlineID(), At: s.x.now, Due: due}
	s.x.limit = &wait{id: r.ID, asked: s.x.ask(r)}
}

// Err is why the strand was given up, or nil. A strand that goes on for long
// without waiting asks it now and then.
func (s *Strand) Err() error {
	if s.x.gone.Load() {
		s.x.Cancel(ErrClosed)
	}
	if s.group.err != nil {
		return s.group.why()
	}
	return nil
}

// Doom is why the execution may not go far any more, or nil. It stops nothing by
// itself: whoever would begin something asks it first.
func (s *Strand) Doom() *Stop { return s.x.doom }

// Fail gives the whole execution up: it ends with cause, which nothing can catch.
func (s *Strand) Fail(cause error) { s.x.Cancel(cause) }
