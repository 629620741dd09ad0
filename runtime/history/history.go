// Package history is the history of an execution: AWS's event types, their
// numbering and JSON, and the text form of a trace that people review. It
// decides nothing about what a state means.
package history

import (
	"iter"
	"slices"
	"strconv"
	"time"
)

// Event is one event of a history. Which of its members count depends on Type;
// the JSON of an event has just those that the API has for that type.
type Event struct {
	ID       int
	Previous int   // the event that caused this one; 0: none
	Millis   int64 // since 1970, UTC
	Branch   *Branch
	Name     string // of the state, also where the API leaves it out
	Data     string // JSON text: the input, output or parameters
	Info     *Info
	Index    int32 // of the iteration
	Type     Type
}

// Time of the event, to the millisecond, UTC.
func (e Event) Time() time.Time { return time.UnixMilli(e.Millis).UTC() }

// Info is what only some events have.
type Info struct {
	Error, Cause   string
	Resource       string // the ARN of a function or activity, or what follows the service's name
	ResourceType   string // the service: "lambda", "aws-sdk:s3"
	Region         string
	RoleARN        string // of the execution, or of the task's credentials
	Worker         string
	TimeoutSeconds int64 // 0: none
	Heartbeat      int64 // seconds; 0: none
	Length         int
	Assigned       []Assigned
	MapRunARN      string
	RedriveCount   int
	Location       string // of a failed evaluation: the field
	VersionARN     string
	AliasARN       string
}

// Same says whether two events that schedule a task say the same.
func (i *Info) Same(o Info) bool {
	return i.Resource == o.Resource && i.ResourceType == o.ResourceType && i.Region == o.Region &&
		i.RoleARN == o.RoleARN && i.TimeoutSeconds == o.TimeoutSeconds && i.Heartbeat == o.Heartbeat
}

// Assigned is a variable that got a new value, as JSON text.
type Assigned struct{ Name, Value string }

// Branch is the place of an event in the tree of branches and iterations. The
// nil Branch is the machine itself.
type Branch struct {
	Parent *Branch
	Index  int
}

// String is "" for the machine itself, "/2/0" for the first branch in the third iteration.
func (b *Branch) String() string { return string(b.append(nil)) }

func (b *Branch) append(to []byte) []byte {
	if b == nil {
		return to
	}
	return strconv.AppendInt(append(b.Parent.append(to), '/'), int64(b.Index), 10)
}

// MaxEvents is how many events the history of a STANDARD execution may have; the
// last of them is then its ExecutionFailed (recorded behaviour).
const MaxEvents = 25000

const chunk = 256 // events are kept in chunks, so that a long history is never copied

// Recorder numbers events and keeps them. The zero Recorder is ready, and has no limit.
type Recorder struct {
	Limit   int  // 0: none
	Discard bool // events are numbered and not kept, as those of EXPRESS executions
	chunks  [][]Event
	n       int
}

// Append gives e the next ID, keeps it, and returns the ID. Once only the last
// event that Limit allows is left, it takes nothing but a terminal event and
// returns 0.
func (r *Recorder) Append(e Event) int {
	if r.Full() && !e.Type.Terminal() {
		return 0
	}
	if r.Discard {
		r.n++
		return r.n
	}
	if r.n%chunk == 0 {
		size := chunk
		if r.n == 0 {
			size = 16
		}
		r.chunks = append(r.chunks, make([]Event, 0, size))
	}
	r.n++
	e.ID = r.n
	last := &r.chunks[len(r.chunks)-1]
	if n := len(*last); n == cap(*last) {
		*last = slices.Grow(*last, min(7*n, chunk-n))
	}
	*last = append(*last, e)
	return r.n
}

// Full says whether only the terminal event has room.
func (r *Recorder) Full() bool { return r.Limit > 0 && r.n >= r.Limit-1 }

// Len is the number of events.
func (r *Recorder) Len() int { return r.n }

// Events are the events so far. They stay valid as the recorder grows.
func (r *Recorder) Events() Events {
	if r.Discard {
		return Events{}
	}
	return Events{chunks: r.chunks[:len(r.chunks):len(r.chunks)], n: r.n}
}

// Events is a history, or the beginning of one.
type Events struct {
	chunks [][]Event
	n      int
}

// Len is the number of events.
func (h Events) Len() int { return h.n }

// At returns the event with that ID: they count from 1.
func (h Events) At(id int) Event { return h.chunks[(id-1)/chunk][(id-1)%chunk] }

// All yields the events in order.
func (h Events) All() iter.Seq[Event] { return h.From(1) }

// From yields the events from that ID on.
func (h Events) From(id int) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for ; id <= h.n; id++ {
			if !yield(h.At(id)) {
				return
			}
		}
	}
}

// Of makes a history of events that have their IDs already.
func Of(events ...Event) Events {
	var r Recorder
	for _, e := range events {
		r.Append(e)
	}
	return r.Events()
}
