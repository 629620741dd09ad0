package maprun

import (
	"strings"
	"time"

	"canto/runtime/interp"
)

// Record is what is known of a Map Run.
type Record struct {
	ARN       string
	Execution string // ARN of the one that asked for it
	Machine   string // ARN of the children's machine
	Express   bool   `json:",omitempty"` // the children are EXPRESS
	Status    Status
	Start     time.Time
	Stop      time.Time // zero while it runs
	Settings
	Executions Counts // children
	Items      Counts
	Opened     struct{ Executions, Items Counts } // the counts with which it began, or was redriven
	Redrives   int                                `json:",omitempty"`
	Redriven   time.Time                          `json:",omitzero"`  // when it was, last
	Listed     bool                               `json:",omitempty"` // the items were counted before they were read
}

// of says whether an execution of that machine has started the Map Run.
func (r *Record) of(machine string) bool { return strings.HasPrefix(r.Machine, machine+"/") }

// Status of a Map Run, as the API names it.
type Status string

// The statuses of Map Runs.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	Aborted   Status = "ABORTED"
)

// Settings are what may change while a Map Run runs.
type Settings struct {
	Limit     int // children at a time
	Tolerance interp.Tolerance
}

// Change is a change of Settings; what is nil stays.
type Change struct {
	Limit      *int // 0: as many as may be
	Count      *int64
	Percentage *float64
}

// apply makes the change. A percentage takes the place of the bound of none that a
// state has which sets no bound.
func (s *Settings) apply(c Change) {
	if c.Limit != nil {
		s.Limit = *c.Limit
		if s.Limit == 0 || s.Limit > interp.MaxConcurrency {
			s.Limit = interp.MaxConcurrency
		}
	}
	if c.Percentage != nil {
		if s.Tolerance.Count == 0 && s.Tolerance.Percentage < 0 {
			s.Tolerance.Count = -1
		}
		s.Tolerance.Percentage = *c.Percentage
	}
	if c.Count != nil {
		s.Tolerance.Count = *c.Count
	}
}

// Counts are how many children, or items, stand where (API reference,
// MapRunExecutionCounts).
type Counts struct {
	Pending, Running                     int64
	Succeeded, Failed, TimedOut, Aborted int64
	PendingRedrive                       int64 // unsuccessful, and to be run again
	NotRedrivable                        int64 // of the unsuccessful
	ResultsWritten                       int64
}

// Total is the number of all.
func (c *Counts) Total() int64 {
	return c.Pending + c.Running + c.Succeeded + c.Failed + c.TimedOut + c.Aborted + c.PendingRedrive
}

// Count counts n that stand there.
func (c *Counts) Count(s interp.Status, n int) { *c.at(s) += int64(n) }

// Recount counts anew: now are those that have been run, of so many as there were when the
// Map Run began.
func (c *Counts) Recount(now, opened Counts) {
	now.Pending = max(0, opened.Total()-now.Total())
	now.NotRedrivable, now.ResultsWritten = c.NotRedrivable, c.ResultsWritten
	*c = now
}

// begun is the number of those that have been run, once at least.
func (c *Counts) begun() int64 { return c.Total() - c.Pending }

// at is the column for a status.
func (c *Counts) at(s interp.Status) *int64 {
	switch s {
	case interp.Running:
		return &c.Running
	case interp.Succeeded:
		return &c.Succeeded
	case interp.TimedOut:
		return &c.TimedOut
	case interp.Aborted:
		return &c.Aborted
	case interp.Failed:
	}
	return &c.Failed
}

// again are the counts with which a redrive begins.
func (c *Counts) again() Counts {
	unsuccessful := c.Running + c.Failed + c.TimedOut + c.Aborted + c.PendingRedrive
	return Counts{Pending: c.Pending, Succeeded: c.Succeeded, PendingRedrive: unsuccessful}
}
