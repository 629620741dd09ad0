package notices

import (
	"sync"

	"canto/runtime/store"
)

// Follower makes notices of the turns of executions.
type Follower struct {
	Events  *Events                                     // nil: nobody wants events
	Logs    *Logs                                       // nil: nobody wants logs
	Logging func(*store.Begin) Logging                  // what a machine wants to be logged of its executions
	Find    func(execution string) (store.Saved, error) // for executions that began before this process

	mu       sync.Mutex
	redrives map[string]*store.Redrive // the last of executions that run; nil: there was none
	logging  map[string]Logging        // by revision of a machine
}

// Follow takes a turn of an execution that was kept: see runtime.Follow.
func (f *Follower) Follow(begin *store.Begin, t store.Turn) {
	if f.Logs == nil && t.Begin == nil && t.Redrive == nil && t.End == nil {
		return
	}
	redrive := f.redrive(t)
	if f.Logs != nil {
		to, count := f.loggingOf(begin), 0
		if redrive != nil {
			count = redrive.Count
		}
		for _, e := range t.Events {
			f.Logs.Tell(to, t.ID, count, e)
		}
	}
	if f.Events == nil || begin.Express {
		return
	}
	c := changeOf(begin, t.ID, redrive)
	if t.Begin != nil || t.Redrive != nil {
		f.Events.Tell(c)
	}
	if t.End != nil {
		f.Events.Tell(c.ended(t.End))
	}
}

// redrive is the last redrive of the execution, if there was one.
func (f *Follower) redrive(t store.Turn) *store.Redrive {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.redrives == nil {
		f.redrives = map[string]*store.Redrive{}
	}
	last, known := f.redrives[t.ID]
	switch {
	case t.Redrive != nil:
		last = t.Redrive
	case !known && t.Begin == nil:
		saved, _ := f.Find(t.ID) // the turn is kept: so is what was before it
		last = saved.Redrive
	}
	f.redrives[t.ID] = last
	if t.End != nil {
		delete(f.redrives, t.ID)
	}
	return last
}

func (f *Follower) loggingOf(begin *store.Begin) Logging {
	f.mu.Lock()
	defer f.mu.Unlock()
	to, known := f.logging[begin.Revision]
	if !known {
		if len(f.logging) > 10_000 || f.logging == nil { // machines come and go
			f.logging = map[string]Logging{}
		}
		to = f.Logging(begin)
		f.logging[begin.Revision] = to
	}
	return to
}

// changeOf is the beginning of an execution, or of a redrive of it.
func changeOf(begin *store.Begin, arn string, redrive *store.Redrive) Change {
	c := Change{
		ExecutionARN: arn, StateMachineARN: begin.MachineARN, VersionARN: begin.VersionARN, AliasARN: begin.AliasARN,
		Name: begin.Name, Status: store.Running, Start: begin.Start, Input: begin.Input,
	}
	if redrive != nil {
		c.Redrives, c.Redriven = redrive.Count, redrive.At
	}
	return c
}

// ended is how the execution ended. One that timed out has neither error nor cause,
// as DescribeExecution has none of it.
func (c Change) ended(end *store.End) Change {
	c.Status, c.Stop, c.Output = end.Status, end.Stop, end.Output
	if end.Status != "TIMED_OUT" {
		c.Error, c.Cause = end.Error, end.Cause
	}
	return c
}
