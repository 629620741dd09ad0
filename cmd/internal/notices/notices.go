// Package notices tells the outside what executions do, as AWS does: each change of
// an execution's status as an event of EventBridge, and events of histories as lines
// of CloudWatch Logs. It never makes an execution wait: what cannot be delivered is
// queued, and what the queue cannot hold is lost, which the log says.
//
// Events come in the order of the changes, at least once. A stop delivers what is
// queued. A crash loses what was queued and not yet delivered, and may lead to one
// event being delivered twice: it has the same id then.
package notices

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// maxQueued is how many bytes wait for delivery at most.
const maxQueued = 64 << 20

// queue holds items until they have been delivered, in their order.
type queue[T any] struct {
	name    string
	log     *slog.Logger
	deliver func(ctx context.Context, items []T)

	ctx    context.Context // ends when delivery is given up
	giveUp func()
	wake   chan struct{}
	done   chan struct{}

	mu     sync.Mutex
	items  []T
	bytes  int // of the items, and of those that are being delivered
	limit  int
	lost   int // since the queue was full
	closed bool
}

func newQueue[T any](name string, log *slog.Logger, deliver func(context.Context, []T)) *queue[T] {
	q := &queue[T]{name: name, log: log, deliver: deliver, limit: maxQueued, wake: make(chan struct{}, 1), done: make(chan struct{})}
	q.ctx, q.giveUp = context.WithCancel(context.Background())
	go q.run()
	return q
}

// put queues an item, unless there is no room for it. It never waits for delivery.
func (q *queue[T]) put(item T, size int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.bytes > 0 && q.bytes+size > q.limit {
		if q.lost++; q.lost == 1 {
			q.log.Error("the queue is full: what comes now is lost", "queue", q.name)
		}
		return
	}
	if q.lost > 0 {
		q.log.Error("the queue has room again", "queue", q.name, "lost", q.lost)
		q.lost = 0
	}
	q.items, q.bytes = append(q.items, item), q.bytes+size
	select {
	case q.wake <- struct{}{}:
	default: // it is awake
	}
}

func (q *queue[T]) run() {
	defer close(q.done)
	for {
		items, bytes, closed := q.take()
		if len(items) > 0 {
			q.deliver(q.ctx, items)
			q.mu.Lock()
			q.bytes -= bytes
			q.mu.Unlock()
			continue
		}
		if closed {
			return
		}
		<-q.wake
	}
}

func (q *queue[T]) take() (items []T, bytes int, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	items, q.items = q.items, nil
	return items, q.bytes, q.closed
}

// close takes nothing more, and delivers what is queued until ctx ends.
func (q *queue[T]) close(ctx context.Context) {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
	stop := context.AfterFunc(ctx, q.giveUp)
	defer stop()
	<-q.done
	q.giveUp()
}

// The times between tries: the first, the longest, and how long tries go on.
const (
	firstPause = 100 * time.Millisecond
	longest    = 10 * time.Second
	patience   = 10 * time.Minute
)

// retry does something until it succeeds, is not worth another try, or ctx ends. The
// log tells of the first failure, since what comes after it waits.
func retry(ctx context.Context, log *slog.Logger, do func() (again bool, err error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for pause := firstPause; ; pause = min(2*pause, longest) {
		again, err := do()
		if err == nil || !again {
			return err
		}
		if pause == firstPause {
			log.Warn("a notice was not taken: it is tried again, and what comes after it waits", "error", err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}
