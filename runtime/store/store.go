// Package store is where executions are kept, so that they survive the process.
// An execution is kept as what it began with and the answers that it got, in
// their order: everything else follows from these by running it again. The
// package runs nothing itself.
package store

import (
	"context"
	"errors"
	"time"

	"canto/runtime/history"
	"canto/runtime/strand"
)

// Store keeps executions. It is safe for concurrent use.
type Store interface {
	// Load returns what is kept of the execution, or ErrNotFound.
	Load(ctx context.Context, id string) (Saved, error)
	// Commit keeps the turns, all of them or none. Once it has returned nil they
	// survive a crash.
	Commit(ctx context.Context, turns ...Turn) error
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
	Answers []strand.Answer // that were delivered
	Events  []history.Event // that were recorded
	End     *End            // of the last turn only
}

// Begin is what an execution began with.
type Begin struct {
	Engine      string // version of the engine that began it
	Definition  string // JSON text
	Input       string // JSON text
	Name        string
	RoleARN     string `json:",omitempty"`
	MachineARN  string
	MachineName string
	Region      string
	Start       time.Time
	Seed        uint64
	NoLimits    bool `json:",omitempty"`
}

// End is how an execution ended.
type End struct {
	Status string
	Output string `json:",omitempty"` // JSON text
	Error  string `json:",omitempty"`
	Cause  string `json:",omitempty"`
	Stop   time.Time
}

// Saved is all that is kept of an execution.
type Saved struct {
	ID      string
	Begin   Begin
	Answers []strand.Answer
	Events  []history.Event
	End     *End
}
