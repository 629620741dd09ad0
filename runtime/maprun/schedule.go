package maprun

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"sync"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/interp"
)

// schedule has the children of one Map Run run, so many at a time. One goroutine
// leads it; others only run children.
//
// In virtual time it says when each child starts: when the Map Run does, or where
// the limit is reached, when the first of those that run has ended. What ends is
// settled in the order of (time, index), which is that of the events, however fast
// the machine is: a child is settled once none that runs, or could start, may end
// before it.
type schedule struct {
	run     *interp.MapRun
	record  *live
	before  *finished // by the Map Run that this one is a redrive of
	start   Start
	live    bool
	workers int
	out     results
	all     int64 // items, where that is known
	count   func(Settings) (int64, error)
	Settings

	began   time.Time
	free    int         // children that may start when the Map Run does
	debt    int         // of those that run: more than may now
	slots   []time.Time // when others may, where some have ended: in order
	next    int         // index of the next child
	window  []*child    // that have started, from the first that really runs
	ended   ending      // and are not settled
	busy    int         // children that really run
	settled int
	skipped int   // children that had succeeded before
	good    spans // those that have succeeded since
	bad     int64 // items that failed
	failed  bool  // because too many items did
	lost    error // by which a child could not be aborted
	end     time.Time

	cancel context.CancelCauseFunc // of what runs
	jobs   chan *child
	done   chan *child
	idle   int // workers that wait for a job
	wg     sync.WaitGroup
}

// child is one that has started and is not settled.
type child struct {
	Child
	over   bool
	result Result
	err    error
	values []value.Value // what the results take of it: these, or a text
	text   []byte
}

func newSchedule(r *Runner, m *interp.MapRun, at time.Time, record *live, before *finished) *schedule {
	s := &schedule{
		run: m, record: record, before: before, good: before.Children, start: r.Start, live: r.Live,
		free: m.Limit, Settings: Settings{m.Limit, m.Tolerance}, began: at, end: at,
		workers: min(max(r.Workers, 1), m.Limit), jobs: make(chan *child),
	}
	if s.live {
		s.workers = m.Limit
	}
	s.done = make(chan *child, min(s.workers, 256))
	return s
}

// play runs all children, or as many as it takes to fail.
func (s *schedule) play(ctx context.Context, in *inputs) error {
	running, cancel := context.WithCancelCause(ctx)
	s.cancel = cancel
	defer s.wg.Wait()
	defer close(s.jobs)
	defer s.stop(nil)
	err := s.playAll(running, in)
	if _, over := statusOf(ctx, err); over && err != nil {
		err = cmp.Or(err, s.giveUp())
	}
	return cmp.Or(s.lost, err)
}

func (s *schedule) playAll(ctx context.Context, in *inputs) error {
	for next, err := range in.all(ctx) {
		if err != nil {
			return err
		}
		if err := s.launch(ctx, next); err != nil {
			return err
		}
		if s.failed && !s.out.wantsRest() {
			break
		}
	}
	for !s.failed && (s.busy > 0 || len(s.ended) > 0) {
		if err := s.turn(false); err != nil {
			return err
		}
	}
	if s.failed { // what ran was given up
		return nil
	}
	return ctx.Err()
}

// stop gives up what runs, and waits for it.
func (s *schedule) stop(why error) {
	s.cancel(why)
	for s.busy > 0 {
		_ = s.take(<-s.done) // whatever has become of it
	}
}

// launch starts the next child once it can, if the Map Run has not failed until then.
func (s *schedule) launch(ctx context.Context, in input) error {
	if s.before.has(s.next) {
		s.next++
		s.skipped++
		return nil
	}
	s.record.read(s.next, in.items)
	for !s.failed {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.room() && s.busy < s.workers && !s.ahead() {
			s.begin(ctx, in)
			return s.settleAll(true) // another may come, and start in the room that is left
		}
		if err := s.turn(true); err != nil {
			return err
		}
	}
	return s.leave(in)
}

// turn settles what can be settled, or waits for a child to end. more says that
// another child waits for a place.
func (s *schedule) turn(more bool) error {
	settled := s.settled
	if err := s.settleAll(more); err != nil || s.settled > settled {
		return err
	}
	select {
	case c := <-s.done:
		return s.take(c)
	case <-s.record.news:
		return s.adjust()
	}
}

// room says whether one more child may start.
func (s *schedule) room() bool { return s.free > 0 || len(s.slots) > 0 }

// opening is when the next child starts, if there is room.
func (s *schedule) opening() time.Time {
	if s.free > 0 {
		return s.began
	}
	return s.slots[0]
}

// begin starts the next child on a worker.
func (s *schedule) begin(ctx context.Context, in input) {
	c := &child{Child: Child{Index: s.next, Input: in.value, Items: in.items, Round: s.began}}
	s.next++
	s.record.start(c.Index, c.Items)
	if !s.live {
		c.At = s.opening()
	}
	if s.free > 0 {
		s.free--
	} else {
		s.slots = s.slots[1:]
	}
	s.window = append(s.window, c)
	s.busy++
	if s.idle > 0 {
		s.idle--
		s.jobs <- c
		return
	}
	s.wg.Add(1)
	go s.work(ctx, c)
}

// work runs one child after another, on a stack that has grown once.
func (s *schedule) work(ctx context.Context, c *child) {
	defer s.wg.Done()
	for ok := true; ok; c, ok = <-s.jobs {
		if c.result, c.err = s.start(ctx, s.run, c.Child); c.err == nil {
			s.out.prepare(c)
		}
		s.done <- c
	}
}

// take takes a child that has really ended.
func (s *schedule) take(c *child) error {
	s.busy--
	s.idle++
	c.over = true
	heap.Push(&s.ended, c)
	for len(s.window) > 0 && s.window[0].over {
		s.window = s.window[1:]
	}
	return c.err
}

// settleAll settles what has ended before all that may still end. more says that
// another child waits for a place: where there is room, it may end early too.
func (s *schedule) settleAll(more bool) error {
	for len(s.done) > 0 {
		if err := s.take(<-s.done); err != nil {
			return err
		}
	}
	for len(s.ended) > 0 && !s.failed && !s.early(more) {
		if err := s.settle(heap.Pop(&s.ended).(*child)); err != nil {
			return err
		}
	}
	return nil
}

// early says whether something may still end before the first that has.
func (s *schedule) early(more bool) bool {
	return !s.live && (more && s.vacant() || s.pending())
}

// vacant says whether a child that has not begun could end before the first that has.
func (s *schedule) vacant() bool {
	return s.room() && s.opening().Before(s.ended[0].result.Stop)
}

// pending says whether one that really runs could.
func (s *schedule) pending() bool {
	if len(s.window) == 0 {
		return false
	}
	oldest, first := s.window[0], s.ended[0]
	at := first.result.Stop
	return oldest.At.Before(at) || oldest.At.Equal(at) && oldest.Index < first.Index
}

// lead is how many children may have ended while one that really runs holds them up,
// for each worker: what they leave behind takes memory.
const lead = 4

// ahead says whether the workers have run too far ahead of one of them.
func (s *schedule) ahead() bool {
	return len(s.ended) > lead*s.workers && !s.live && !s.vacant() && s.pending()
}

// settle counts a child, and frees its place.
func (s *schedule) settle(c *child) error {
	s.settled++
	if c.result.Stop.After(s.end) {
		s.end = c.result.Stop
	}
	if s.debt > 0 {
		s.debt--
	} else {
		s.slots = append(s.slots, c.result.Stop)
	}
	if err := s.keep(c); err != nil || c.result.Status == interp.Succeeded {
		return err
	}
	s.bad += int64(c.Items)
	if s.Tolerance.Exceeded(s.bad, s.all) {
		return s.fail()
	}
	return nil
}

// keep counts a child, and keeps its results.
func (s *schedule) keep(c *child) error {
	s.record.settle(c.result, c.Items)
	if c.result.Status == interp.Succeeded {
		s.good.add(c.Index)
	}
	return s.out.add(c)
}

// fail ends the Map Run because too many items have failed.
func (s *schedule) fail() error {
	s.failed = true
	return s.giveUp()
}

// giveUp gives up the children that have started. What they did meanwhile is lost; by
// the wall clock, some may have come to their end.
func (s *schedule) giveUp() error {
	s.stop(handlers.ErrWithdrawn)
	slices.SortFunc(s.ended, func(a, b *child) int { return cmp.Compare(a.Index, b.Index) })
	for _, c := range s.ended {
		if s.live {
			s.lost = cmp.Or(s.lost, c.err)
		}
		if s.live && c.err == nil && c.result.Status != interp.Aborted {
			if err := s.keep(c); err != nil {
				return err
			}
		} else if err := s.abort(c.Child); err != nil {
			return err
		}
	}
	s.ended = nil
	return nil
}

func (s *schedule) abort(c Child) error {
	s.record.settle(Result{Status: interp.Aborted}, c.Items)
	return s.out.abort(c, s.end)
}

// leave takes a child that was not run, because the Map Run had failed. In virtual
// time it was given up where it had a place, whether a worker had come to it or not.
func (s *schedule) leave(in input) error {
	c := Child{Index: s.next, Input: in.value, Items: in.items, At: s.end}
	s.next++
	if !s.live && c.Index-s.skipped < s.Limit+s.settled {
		s.record.start(c.Index, c.Items)
		return s.abort(c)
	}
	return s.out.leave(c)
}

// ending are children by the time at which they ended, then by index.
type ending []*child

func (e ending) Len() int { return len(e) }

func (e ending) Less(i, j int) bool {
	if a, b := e[i].result.Stop, e[j].result.Stop; !a.Equal(b) {
		return a.Before(b)
	}
	return e[i].Index < e[j].Index
}

func (e ending) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *ending) Push(x any)   { *e = append(*e, x.(*child)) }

func (e *ending) Pop() any {
	old := *e
	x := old[len(old)-1]
	old[len(old)-1] = nil
	*e = old[:len(old)-1]
	return x
}
