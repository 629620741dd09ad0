package drive

import (
	"container/heap"
	"time"
)

// key orders what happens: by time, then by the order of asking.
type key struct {
	at  time.Time
	seq int
}

func (k key) before(o key) bool {
	if !k.at.Equal(o.at) {
		return k.at.Before(o.at)
	}
	return k.seq < o.seq
}

// timer rings at a time: for a request of its own, or for the limit of a call.
type timer struct {
	key
	id    string // of the request that it answers; of the call whose limit it is
	call  *call  // nil: a request of its own
	error string // of a limit: States.Timeout or States.HeartbeatTimeout
	dead  bool
}

// timers is a heap of timers; the dead ones are passed over.
type timers struct {
	heap timerHeap
	byID map[string]*timer // those that are requests of their own
}

func newTimers() timers { return timers{byID: map[string]*timer{}} }

func (t *timers) add(x *timer) {
	heap.Push(&t.heap, x)
	if x.call == nil {
		t.byID[x.id] = x
	}
}

// cancel takes back the timer of a request, and says whether there was one.
func (t *timers) cancel(id string) bool {
	x := t.byID[id]
	if x == nil {
		return false
	}
	x.dead = true
	delete(t.byID, id)
	return true
}

// first is the timer that rings next, or nil.
func (t *timers) first() *timer {
	for len(t.heap) > 0 && t.heap[0].over() {
		heap.Pop(&t.heap)
	}
	if len(t.heap) == 0 {
		return nil
	}
	return t.heap[0]
}

func (t *timers) pop() {
	x := heap.Pop(&t.heap).(*timer)
	if x.call == nil {
		delete(t.byID, x.id)
	}
}

func (x *timer) over() bool { return x.dead || x.call != nil && x.call.closed }

type timerHeap []*timer

func (h timerHeap) Len() int           { return len(h) }
func (h timerHeap) Less(i, j int) bool { return h[i].before(h[j].key) }
func (h timerHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *timerHeap) Push(x any)        { *h = append(*h, x.(*timer)) }
func (h *timerHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return x
}
