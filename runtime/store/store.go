// Package store is where executions are kept, so that they survive the process.
// An execution is kept as what it began with and the answers that it got, in
// their order: everything else follows from these by running it again. What else
// an engine has to remember it keeps as documents. The package runs nothing itself.
package store

import (
	"context"
	"errors"
	"time"

	"canto/runtime/history"
	"canto/runtime/strand"
)

// Journal keeps the turns of executions. It is safe for concurrent use.
type Journal interface {
	// Load returns all that is kept of the execution, or ErrNotFound.
	Load(ctx context.Context, id string) (Saved, error)
	// Commit keeps the turns, all of them or none. Once it has returned nil they
	// survive a crash. The slices in them are the store's from then on.
	Commit(ctx context.Context, turns ...Turn) error
}

// Store keeps executions, answers questions about them, and keeps documents. It is
// safe for concurrent use.
type Store interface {
	Journal
	// Find is Load without the answers and the events.
	Find(ctx context.Context, id string) (Saved, error)
	// List returns the executions that the query asks for: those that started last
	// come first.
	List(ctx context.Context, q Query) ([]Summary, error)
	// Events returns a part of the history of the execution, or ErrNotFound.
	Events(ctx context.Context, id string, p Page) ([]history.Event, error)
	// Open returns the IDs of the executions that have not ended and are not led by a
	// Map Run, in the order of their beginning.
	Open(ctx context.Context) ([]string, error)
	// Prune forgets the executions that ended before t, and says how many those were. One
	// stays for as long as its parent does, which may ask for it again.
	Prune(ctx context.Context, t time.Time) (int, error)
	// Forget forgets the executions of a state machine that have ended.
	Forget(ctx context.Context, machine string) error

	// Notices returns the notices of a queue that were not told, so many at most, in the
	// order in which they were kept.
	Notices(ctx context.Context, queue string, limit int) ([]Notice, error)
	// Told forgets the notices of a queue, up to the one with that ID.
	Told(ctx context.Context, queue string, last int64) error
	// Put keeps the documents in place of those of the same kind and key, all of them
	// or none. A document without a text is forgotten.
	Put(ctx context.Context, docs ...Document) error
	// Documents returns the documents of a kind, in the order of their keys.
	Documents(ctx context.Context, kind string) ([]Document, error)
}

// The errors of stores.
var (
	ErrNotFound = errors.New("no such execution")
	ErrExists   = errors.New("the execution exists already")
)

// Turn is one turn of an execution: what came in, and what came of it.
type Turn struct {
	ID      string          // of the execution: its ARN
	Begin   *Begin          // of the first turn only
	Redrive *Redrive        // of the first turn of a redrive: the execution, which had ended, runs again
	Answers []strand.Answer // that were delivered
	Events  []history.Event // that were recorded
	End     *End            // of the last turn only
	Forget  bool            // of the last turn: nothing is kept of the execution any more
	Notices []Notice        // what of the turn is to be told outside: no part of the execution
}

// Notice is a text for somebody outside. It is kept with its turn, and until it is told.
type Notice struct {
	ID    int64 // the store's, and from 1
	Queue string
	Text  string
}

// Begin is what an execution began with.
type Begin struct {
	Engine      string // version of the engine that began it
	Definition  string // JSON text; empty where a Map Run leads the execution
	Input       string // JSON text
	Name        string
	RoleARN     string `json:",omitempty"`
	MachineARN  string
	MachineName string
	Region      string
	Start       time.Time
	Seed        uint64
	NoLimits    bool   `json:",omitempty"`
	Express     bool   `json:",omitempty"`
	VersionARN  string `json:",omitempty"`
	AliasARN    string `json:",omitempty"`
	MapRunARN   string `json:",omitempty"` // of the Map Run that leads the execution
	Items       int    `json:",omitempty"` // of the Map Run, in the input
	Parent      string `json:",omitempty"` // ARN of the execution that asked for it: by a Map Run, or by a task
	Origin      string `json:",omitempty"` // the request of another execution that started it: asked again, it is found
	TraceHeader string `json:",omitempty"`
	Case        string `json:",omitempty"` // the test case of mocks that it runs by
	Revision    string `json:",omitempty"` // of the machine: JSON text, the engine's own
}

// Redrive is a new beginning of an execution that had ended.
type Redrive struct {
	Count int // from 1
	At    time.Time
}

// End is how an execution ended.
type End struct {
	Status string
	Output string `json:",omitempty"` // JSON text
	Error  string `json:",omitempty"`
	Cause  string `json:",omitempty"`
	Stop   time.Time
	Forced bool `json:",omitempty"` // nobody ran the execution then: its answers do not lead to this end
}

// Saved is all that is kept of an execution.
type Saved struct {
	ID      string
	Begin   Begin
	Redrive *Redrive // the last, if there was one
	Answers []strand.Answer
	Events  []history.Event
	Count   int // of the events
	End     *End
}

// Query says which executions are listed. Empty fields do not matter.
type Query struct {
	Machine  string // ARN
	Version  string // ARN
	Alias    string // ARN
	MapRun   string // ARN; executions that a Map Run leads are listed by it alone
	Status   string // Running where the execution has not ended
	Redriven *bool
	After    string // Cursor of the last execution of the page before; one that has gone is no error
	Limit    int    // 0: all
}

// Running is the status of an execution that has not ended.
const Running = "RUNNING"

// Summary is an execution in a list.
type Summary struct {
	ID, Name             string
	MachineARN           string
	VersionARN, AliasARN string
	MapRunARN            string
	Status               string
	Start, Stop          time.Time // Stop is zero where it runs
	Redrive              *Redrive
	Items                int
	Cursor               string // its place in lists; never empty
}

// Page says which events of a history are asked for, by their IDs.
type Page struct {
	From    int  // ID of the first
	Limit   int  // 0: all
	Reverse bool // down to the first of the history, and not up to the last
}

// Range is the first and the last event that the page asks for, in the order of the
// history, of one with n events. Where there is none, the last is before the first.
func (p Page) Range(n int) (first, last int) {
	switch {
	case p.From < 1 || p.From > n:
		return 1, 0
	case p.Reverse && (p.Limit <= 0 || p.Limit > p.From):
		return 1, p.From
	case p.Reverse:
		return p.From - p.Limit + 1, p.From
	case p.Limit <= 0 || p.Limit > n-p.From:
		return p.From, n
	}
	return p.From, p.From + p.Limit - 1
}

// Document is something that an engine remembers: JSON text under a kind and a key.
type Document struct{ Kind, Key, Text string }
