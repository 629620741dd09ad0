package notices

import (
	"sync"

	"canto/runtime/store"
)

// Follower makes notices of the turns of executions.
type Follower struct {
	Events  *Events                    // nil: nobody wants events
	Logs    *Logs                      // nil: nobody wants logs
	Logging func(*store.Begin) Logging // what a machine wants to be logged of its executions

	mu      sync.Mutex
	logging map[string]Logging // by revision of a machine
}

// Notices are what is to be told of a turn: see runtime.Notices.
func (f *Follower) Notices(begin *store.Begin, redrive *store.Redrive, t store.Turn) (all []store.Notice) {
	if f.Logs != nil && len(t.Events) > 0 {
		redrives := 0
		if redrive != nil {
			redrives = redrive.Count
		}
		all = f.Logs.notice(all, f.loggingOf(begin), t.ID, redrives, t.Events)
	}
	if f.Events != nil && !begin.Express {
		all = f.Events.notice(all, changes(begin, redrive, t))
	}
	return all
}

// Follow has the notices of a turn delivered: see runtime.Follow.
func (f *Follower) Follow(_ *store.Begin, t store.Turn) {
	if f.Logs != nil && len(t.Events) > 0 {
		f.Logs.queue.follow(t.Notices)
	}
	if f.Events != nil && (t.Begin != nil || t.Redrive != nil || t.End != nil) {
		f.Events.queue.follow(t.Notices)
	}
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

// changes are those of the execution's status in a turn.
func changes(begin *store.Begin, redrive *store.Redrive, t store.Turn) (all []Change) {
	if t.Begin == nil && t.Redrive == nil && t.End == nil {
		return nil
	}
	c := changeOf(begin, t.ID, redrive)
	if t.Begin != nil || t.Redrive != nil {
		all = append(all, c)
	}
	if t.End != nil {
		all = append(all, c.ended(t.End))
	}
	return all
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
