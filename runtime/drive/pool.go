package drive

import (
	"sync"
	"time"

	"canto/asl/value"
	"canto/handlers"
)

// pool does the jobs of one loop on goroutines of its own, and keeps what has come of
// them until the loop asks. Each job begins at once, however long those before it take:
// a worker that takes a job while others wait lets another worker come first. Of jobs
// that take no time, one worker thus does many, and few goroutines are ever woken.
type pool struct {
	mu      sync.Mutex
	rest    sync.Cond // where workers wait for jobs
	jobs    queue
	idle    int  // workers at rest
	coming  bool // a worker was called, and has not come yet
	running int  // jobs under way
	closed  bool
	over    chan struct{} // closed when, after the end, no job is under way any more
	came    []outcome     // since the loop asked last
	given   []outcome     // what it got then: memory for what comes next
	waits   bool          // the loop waits to be told of what comes
	tell    func()        // tells it
}

// job is a call for a worker.
type job struct {
	call *call
	info handlers.Call
}

// queue is first in, first out, and reuses its memory.
type queue struct {
	jobs []job
	head int
}

func (q *queue) empty() bool { return q.head == len(q.jobs) }

func (q *queue) push(j job) {
	if q.empty() {
		q.jobs, q.head = q.jobs[:0], 0
	}
	q.jobs = append(q.jobs, j)
}

func (q *queue) pop() job {
	j := q.jobs[q.head]
	q.jobs[q.head] = job{}
	q.head++
	return j
}

func (p *pool) init(tell func()) { p.rest.L, p.tell = &p.mu, tell }

// start has a worker do the job.
func (p *pool) start(j job) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.jobs.push(j)
	p.call()
}

// call lets a worker come where a job waits and none is on its way.
func (p *pool) call() {
	if p.coming || p.jobs.empty() {
		return
	}
	p.coming = true
	if p.idle > 0 {
		p.rest.Signal()
		return
	}
	go p.work()
}

// work does one job after another, on a stack that has grown once. A handler that ends
// the goroutine (runtime.Goexit) takes the worker with it: another one follows.
func (p *pool) work() {
	gone := true
	defer func() {
		if gone {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.call()
		}
	}()
	p.arrive()
	for j, ok := p.take(); ok; j, ok = p.take() {
		handlers.Do(&j.call.ctx, j.call.handler, j.info, func(out value.Value, err error) {
			p.end(j.call.outcome(out, err))
		})
	}
	gone = false
}

func (p *pool) arrive() {
	p.mu.Lock()
	p.coming = false
	p.mu.Unlock()
}

// take waits for a job; ok is false where there will be none any more.
func (p *pool) take() (j job, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.closed && p.jobs.empty() {
		p.idle++
		p.rest.Wait()
		p.idle--
		p.coming = false
	}
	if p.closed {
		return job{}, false
	}
	p.running++
	j = p.jobs.pop()
	p.call()
	return j, true
}

// end takes what has come of a job.
func (p *pool) end(o outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	if p.over != nil && p.running == 0 {
		close(p.over)
	}
	p.add(o)
}

// submitted takes what is known of a job that goes on.
func (p *pool) submitted(o outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.add(o)
}

func (p *pool) add(o outcome) {
	if p.closed {
		return
	}
	p.came = append(p.came, o)
	if p.waits {
		p.waits = false
		p.tell()
	}
}

// collect gives what has come since it was last asked. It is good until then.
func (p *pool) collect() []outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.given)
	p.came, p.given = p.given[:0], p.came
	return p.given
}

// await says that the loop waits to be told of what comes; false where something has come.
func (p *pool) await() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waits = len(p.came) == 0
	return p.waits
}

// close lets no job begin any more, and waits a little for those under way.
func (p *pool) close(grace time.Duration) {
	p.mu.Lock()
	p.closed, p.jobs, p.came = true, queue{}, nil
	p.rest.Broadcast()
	if p.running == 0 {
		p.mu.Unlock()
		return
	}
	p.over = make(chan struct{})
	p.mu.Unlock()
	t := time.NewTimer(grace)
	defer t.Stop()
	select {
	case <-p.over:
	case <-t.C:
	}
}
