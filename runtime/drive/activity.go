package drive

import (
	"canto/asl"
	"canto/asl/value"
	"canto/runtime/strand"
)

// Activities is where the tasks of activities wait until a worker asks for them.
// It is safe for concurrent use.
type Activities interface {
	// Exists says whether there is an activity of that ARN.
	Exists(activity string) bool
	// Offer puts up a task. Whoever takes it answers its request with strand.Started,
	// which fails if the task has gone meanwhile.
	Offer(t ActivityTask)
	// Withdraw takes a task back, if it is still there.
	Withdraw(t ActivityTask)
}

// ActivityTask is a task that waits for the worker of an activity.
type ActivityTask struct {
	Activity string // ARN
	Process  *Process
	Request  string // ID
	Input    value.Value
}

func (l *loop) task(c *call) ActivityTask {
	r := c.request
	return ActivityTask{Activity: r.Call.Resource, Process: l.p, Request: r.ID, Input: r.Call.Input}
}

// offer puts up the task of an activity. Its clocks start when a worker takes it
// (recorded behaviour).
func (l *loop) offer(c *call) {
	c.state = outside
	if l.p.before != nil {
		if from, ok := l.p.before.leased[c.request.ID]; ok {
			l.lease(c, from)
			return
		}
	}
	l.Activities.Offer(l.task(c))
}

// unoffer takes the task of an activity back that no worker has taken.
func (l *loop) unoffer(c *call) {
	if c.request.Call.Wait == strand.ForWorker && !c.leased && l.Activities != nil {
		l.Activities.Withdraw(l.task(c))
	}
}

// lease starts the clocks of a task that a worker has taken.
func (l *loop) lease(c *call, from mark) {
	c.leased = true
	if c.request.Timeout > 0 {
		l.limit(c, key{from.at.Add(c.request.Timeout), from.place}, asl.ErrTimeout)
	}
	l.heartbeat(c, mark{from.at, from.place + 1})
}
