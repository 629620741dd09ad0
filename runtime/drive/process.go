package drive

import (
	"bytes"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/history"
	"canto/runtime/interp"
	"canto/runtime/store"
	"canto/runtime/strand"
)

// Process is an execution under a driver: its kernel, its meaning and its journal.
type Process struct {
	ID        string
	Execution *interp.Execution // read it when no turn is under way
	x         *strand.Execution
	program   *interp.Program
	begin     store.Begin
	begun     bool
	kept      bool                     // turns go to a store, with their events
	told      int                      // events that went to the store
	observed  int                      // events that went to the observer
	counts    map[string]int           // invocations of each state
	before    *requests                // of the journal: what is still open; nil: it was not resumed
	missing   []strand.Answer          // of this turn: activities that do not exist
	missed    map[string]bool          // the same of the journal that is replayed, by request
	early     map[string]strand.Answer // of the journal: callbacks that came before the handler had returned, by request
	replaying bool
	inbox     chan message
	senders   atomic.Int32  // that have a message
	knock     chan struct{} // has one where somebody has had a message since the last rest
	gone      chan struct{} // closed when the process is over
	err       error         // why, once it is: nil where the execution has ended
	watched   bool
	over      atomic.Bool // the last turn has been kept
	shown     atomic.Pointer[Snapshot]
	showed    bool
	first     chan struct{} // closed when a turn has been kept
}

// New makes a process that has not begun.
func New(program *interp.Program, begin store.Begin, e *interp.Execution) *Process {
	p := &Process{
		ID: e.ARN, Execution: e, program: program, begin: begin,
		inbox: make(chan message), knock: make(chan struct{}, 1), gone: make(chan struct{}), first: make(chan struct{}),
	}
	input := value.Raw(begin.Input)
	p.x = strand.New(begin.Start, func(s *strand.Strand) error { return program.Run(s, e, input) })
	return p
}

// turn delivers an answer, if there is one, and runs as far as it goes.
func (p *Process) turn(answers ...strand.Answer) (store.Turn, []strand.Request) {
	t := store.Turn{ID: p.ID}
	if !p.begun {
		t.Begin, p.begun = &p.begin, true
	}
	for _, a := range answers {
		if a.Kind == strand.Redriven {
			t.Redrive = p.redrive(a.At)
		} else if !p.x.Deliver(a) {
			continue
		}
		if p.kept {
			t.Answers = append(t.Answers, a)
		}
	}
	requests := p.x.Advance()
	t.Answers, p.missing = append(t.Answers, p.missing...), nil
	for _, r := range requests {
		if r.Call != nil {
			r.Call.Invocation = p.counts[r.Call.State]
			note(&p.counts, r.Call.State, r.Call.Invocation+1)
		}
	}
	if p.kept {
		events := p.Execution.Recorder.Events()
		t.Events = slices.AppendSeq(make([]history.Event, 0, events.Len()-p.told), events.From(p.told+1))
		p.told = events.Len()
	}
	if p.done() {
		t.End, t.Forget = p.end(), p.begin.Express
	}
	return t, requests
}

// redrive begins an execution that has ended once more, where it stood.
func (p *Process) redrive(at time.Time) *store.Redrive {
	e := p.Execution
	p.x.Again(at, func(s *strand.Strand) error { return p.program.Redrive(s, e) })
	return &store.Redrive{Count: e.RedriveCount + 1, At: at}
}

// redriven is the last redrive, or nil.
func (p *Process) redriven() *store.Redrive {
	e := p.Execution
	if e.RedriveCount == 0 {
		return nil
	}
	return &store.Redrive{Count: e.RedriveCount, At: e.Redriven}
}

// note puts something into a map, which most executions never need.
func note[V any](in *map[string]V, key string, v V) {
	if *in == nil {
		*in = map[string]V{}
	}
	(*in)[key] = v
}

// info is what a handler gets to know of a call.
func (l *loop) info(r strand.Request) handlers.Call {
	p, c := l.p, r.Call
	call := handlers.Call{
		Resource: c.Resource, Execution: p.Execution.Name, Machine: p.Execution.MachineName, Case: p.Execution.Case,
		State: c.State, Path: c.Path, Visit: c.Visit, Attempt: c.Attempt, Invocation: c.Invocation,
		Input: c.Input, Token: c.Token, Timeout: r.Timeout, Heartbeat: r.Heartbeat, Scheduled: r.At,
		ARN: p.ID, Redrives: p.Execution.RedriveCount,
	}
	if l.Live {
		call.Began = p.begin.Start
	}
	return call
}

// Begin is what the execution began with.
func (p *Process) Begin() store.Begin { return p.begin }

func (p *Process) done() bool {
	_, ok := p.x.Done()
	return ok
}

func (p *Process) end() *store.End {
	e := p.Execution
	end := &store.End{Status: string(e.Status), Error: e.Error, Cause: e.Cause, Stop: p.x.Now()}
	if e.Status == interp.Succeeded {
		end.Output = e.Output.Text()
	}
	return end
}

// Replay brings a process to where it was, from what is kept of it: it gives the
// requests that are still open. An event that comes out otherwise than it was
// kept is an error: the definition, the engine or the store has changed.
func (p *Process) replay(saved store.Saved) (*requests, error) {
	answers := p.recall(saved.Answers)
	p.begunAs(saved.Events)
	p.replaying = true
	defer func() { p.replaying = false }()
	open := newRequests()
	_, asked := p.turn()
	open.take(asked)
	for _, a := range answers {
		_, asked = p.turn(a)
		open.answered(a)
		open.take(asked)
	}
	if err := compare(p.Execution.Recorder.Events(), saved.Events); err != nil {
		return nil, fmt.Errorf("execution %s: %w: %w", p.ID, ErrReplay, err)
	}
	return open, nil
}

// begunAs lets the first event name the version and the alias of the execution if it did:
// earlier engines said in no event by which it was started.
func (p *Process) begunAs(kept []history.Event) {
	if len(kept) == 0 {
		return
	}
	p.Execution.VersionARN, p.Execution.AliasARN = "", ""
	if first := kept[0].Info; first != nil {
		p.Execution.VersionARN, p.Execution.AliasARN = first.VersionARN, first.AliasARN
	}
}

func compare(now history.Events, kept []history.Event) error {
	if now.Len() != len(kept) {
		return fmt.Errorf("running it again gives %d events, where %d were kept", now.Len(), len(kept))
	}
	for i, e := range kept {
		was, is := e.AppendLine(nil), now.At(i+1).AppendLine(nil)
		if !bytes.Equal(was, is) {
			return fmt.Errorf("event %d was kept as %s and comes out as %s", i+1, bytes.TrimSpace(was), bytes.TrimSpace(is))
		}
	}
	return nil
}
