// Package notices tells the outside what executions do, as AWS does: each change of
// an execution's status as an event of EventBridge, and events of histories as lines
// of CloudWatch Logs. It never makes an execution wait: what cannot be delivered is
// kept in the store with its turn, and what is too much is lost, which the log says.
//
// Notices come in the order of the changes, at least once, also after a crash: what was
// delivered and not yet noted as told comes again. An event has the same id then, and a
// line of a log the same execution and number. Of executions that are not kept
// (synchronous ones), a crash loses what was not delivered.
package notices

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"canto/runtime/store"
)

// Keeper keeps notices with the turns that they tell of: a store.Store does.
type Keeper interface {
	Notices(ctx context.Context, queue string, limit int) ([]store.Notice, error)
	Told(ctx context.Context, queue string, last int64) error
}

// Waiting is where notices wait until they are told.
type Waiting struct {
	Keeper
	Durable bool // they outlive a crash: so has what is told to
	Log     *slog.Logger
}

// How many bytes wait for delivery at most.
const (
	maxInMemory = 64 << 20
	maxOnDisk   = 1 << 30
)

func (w Waiting) limit() int {
	if w.Durable {
		return maxOnDisk
	}
	return maxInMemory
}

// queue delivers notices in their order: those that are kept with their turns, and those
// of executions of which nothing is kept.
type queue struct {
	Waiting
	name    string
	batch   int // how many are told together
	deliver func(ctx context.Context, texts []string) (delivered int)

	ctx    context.Context // ends when delivery is given up
	giveUp func()
	wake   chan struct{}
	done   chan struct{}
	told   int64 // the last that was delivered, where the store has not noted it; 0: it has

	mu     sync.Mutex
	texts  []string // that no store keeps
	held   int      // bytes of these
	bytes  int      // of all that waits: about so many, since a turn may not have been kept
	limit  int
	lost   int // since there was no room
	closed bool
}

// newQueue makes a queue. deliver gives up when ctx ends, and not before.
func newQueue(name string, batch int, w Waiting, deliver func(context.Context, []string) int) *queue {
	q := &queue{
		Waiting: w, name: name, batch: batch, deliver: deliver, limit: w.limit(),
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	q.ctx, q.giveUp = context.WithCancel(context.Background())
	go q.run()
	return q
}

// notice appends a notice of a turn to all, unless there is no room for it.
func (q *queue) notice(all []store.Notice, text string) []store.Notice {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.room(q.bytes, len(text), q.limit) {
		return all
	}
	q.bytes += len(text)
	return append(all, store.Notice{Queue: q.name, Text: text})
}

// room says whether so many bytes more may wait, and logs where that changes.
func (q *queue) room(waiting, more, limit int) bool {
	if waiting > 0 && waiting+more > limit {
		if q.lost++; q.lost == 1 {
			q.Log.Error("the queue is full: what comes now is lost", "queue", q.name)
		}
		return false
	}
	if q.lost > 0 {
		q.Log.Error("the queue has room again", "queue", q.name, "lost", q.lost)
		q.lost = 0
	}
	return true
}

// follow takes those notices of a turn that no store keeps, and has all delivered.
func (q *queue) follow(all []store.Notice) {
	q.mu.Lock()
	for _, n := range all {
		if n.Queue == q.name && !q.closed && q.room(q.held, len(n.Text), maxInMemory) {
			q.texts, q.held = append(q.texts, n.Text), q.held+len(n.Text)
		}
	}
	q.mu.Unlock()
	q.rouse()
}

func (q *queue) rouse() {
	select {
	case q.wake <- struct{}{}:
	default: // it is awake
	}
}

func (q *queue) run() {
	defer close(q.done)
	for q.ctx.Err() == nil {
		some, closed, err := q.round()
		switch {
		case err != nil && q.ctx.Err() == nil:
			q.Log.Error("what is to be told cannot be read, or noted as told", "queue", q.name, "error", err)
			pause(q.ctx, longest)
		case some:
		case closed:
			return
		default:
			<-q.wake
		}
	}
	q.Log.Error("not all was told before the end", "queue", q.name, "told at the next start", q.Durable)
}

// round delivers some of what waits, if there is any.
func (q *queue) round() (some, closed bool, err error) {
	texts, closed := q.take()
	if len(texts) > 0 {
		q.deliver(q.ctx, texts)
		q.settle(texts)
		return true, closed, nil
	}
	if err := q.note(); err != nil {
		return false, closed, err
	}
	kept, err := q.Notices(q.ctx, q.name, q.batch)
	if err != nil {
		return false, closed, err
	}
	if len(kept) == 0 {
		q.empty()
		return false, closed, nil
	}
	for _, n := range kept {
		texts = append(texts, n.Text)
	}
	if n := q.deliver(q.ctx, texts); n > 0 {
		q.told = kept[n-1].ID
		q.settle(texts[:n])
	}
	return true, closed, q.note()
}

// note notes in the store what was told.
func (q *queue) note() error {
	if q.told == 0 {
		return nil
	}
	err := q.Told(context.WithoutCancel(q.ctx), q.name, q.told)
	if err == nil {
		q.told = 0
	}
	return err
}

func (q *queue) take() (texts []string, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	texts, q.texts, q.held = q.texts, nil, 0
	return texts, q.closed
}

// settle counts what was delivered.
func (q *queue) settle(texts []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, t := range texts {
		q.bytes = max(0, q.bytes-len(t))
	}
}

// empty counts anew: nothing is kept that waits.
func (q *queue) empty() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.bytes = q.held
}

// close takes nothing more, and delivers what waits until ctx ends.
func (q *queue) close(ctx context.Context) {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.rouse()
	stop := context.AfterFunc(ctx, func() { q.giveUp(); q.rouse() })
	defer stop()
	<-q.done
	q.giveUp()
}

// The times between tries: the first and the longest.
const (
	firstPause = 100 * time.Millisecond
	longest    = 10 * time.Second
)

// retry does something until it succeeds, is not worth another try, or ctx ends. The
// log tells of the first failure, since what comes after it waits.
func retry(ctx context.Context, log *slog.Logger, do func() (again bool, err error)) error {
	for wait := firstPause; ; wait = min(2*wait, longest) {
		again, err := do()
		if err == nil || !again {
			return err
		}
		if wait == firstPause {
			log.Warn("a notice was not taken: it is tried again, and what comes after it waits", "error", err)
		}
		if !pause(ctx, wait) {
			return err
		}
	}
}

// pause waits, and says whether ctx has not ended meanwhile.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
