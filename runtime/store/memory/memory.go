// Package memory keeps executions for as long as the process lives.
package memory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"canto/runtime/history"
	"canto/runtime/store"
	"canto/runtime/strand"
)

// Store is a store.Store in memory. The zero Store is empty and ready.
type Store struct {
	mu        sync.RWMutex
	saved     map[string]*execution
	lists     lists
	documents map[string]map[string]string
	begun     int
	notices   map[string][]store.Notice // by queue
	noticed   int64                     // how many there have been
}

type execution struct {
	id      string
	number  int // in the order of beginning, from 1
	begin   store.Begin
	redrive *store.Redrive
	answers log[strand.Answer]
	events  log[history.Event]
	end     *store.End
	listed  string // the status by which it is in lists
}

func (x *execution) status() string {
	if x.end == nil {
		return store.Running
	}
	return x.end.Status
}

// Load returns what is kept of the execution.
func (s *Store) Load(_ context.Context, id string) (store.Saved, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x, err := s.find(id)
	if err != nil {
		return store.Saved{}, err
	}
	out := x.copy()
	out.Answers = x.answers.slice(0, x.answers.n)
	out.Events = x.events.slice(0, x.events.n)
	return out, nil
}

// Find returns what is kept of the execution beside its answers and its events.
func (s *Store) Find(_ context.Context, id string) (store.Saved, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x, err := s.find(id)
	if err != nil {
		return store.Saved{}, err
	}
	return x.copy(), nil
}

func (s *Store) find(id string) (*execution, error) {
	if x := s.saved[id]; x != nil {
		return x, nil
	}
	return nil, fmt.Errorf("%w: %s", store.ErrNotFound, id)
}

// copy is what Find gives: the caller's own.
func (x *execution) copy() store.Saved {
	return store.Saved{ID: x.id, Begin: x.begin, Redrive: clone(x.redrive), Count: x.events.n, End: clone(x.end)}
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// Commit keeps the turns, all of them or none.
func (s *Store) Commit(_ context.Context, turns ...store.Turn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(turns); err != nil {
		return err
	}
	for i := range turns {
		s.keep(&turns[i])
		s.notice(turns[i].Notices)
	}
	return nil
}

func (s *Store) notice(all []store.Notice) {
	if len(all) > 0 && s.notices == nil {
		s.notices = map[string][]store.Notice{}
	}
	for _, n := range all {
		s.noticed++
		n.ID = s.noticed
		s.notices[n.Queue] = append(s.notices[n.Queue], n)
	}
}

// Notices returns the notices of a queue that were not told.
func (s *Store) Notices(_ context.Context, queue string, limit int) ([]store.Notice, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	waiting := s.notices[queue]
	return slices.Clone(waiting[:min(limit, len(waiting))]), nil
}

// Told forgets the notices of a queue, up to one of them.
func (s *Store) Told(_ context.Context, queue string, last int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	rest := s.notices[queue]
	for len(rest) > 0 && rest[0].ID <= last {
		rest[0], rest = store.Notice{}, rest[1:] // whose text can be let go of
	}
	if len(rest) == 0 {
		delete(s.notices, queue)
		return nil
	}
	s.notices[queue] = rest
	return nil
}

func (s *Store) check(turns []store.Turn) error {
	var changed map[string]bool // whether they are there after the turns so far
	for i := range turns {
		t := &turns[i]
		there, known := changed[t.ID]
		if !known {
			there = s.saved[t.ID] != nil
		}
		switch {
		case t.Begin != nil && there:
			return fmt.Errorf("%w: %s", store.ErrExists, t.ID)
		case t.Begin == nil && !there:
			return fmt.Errorf("%w: %s", store.ErrNotFound, t.ID)
		case len(turns) > 1:
			if changed == nil {
				changed = map[string]bool{}
			}
			changed[t.ID] = !t.Forget
		}
	}
	return nil
}

func (s *Store) keep(t *store.Turn) {
	x := s.saved[t.ID]
	switch {
	case t.Forget && x == nil:
		return
	case t.Forget:
		s.drop(map[*execution]bool{x: true})
		return
	case t.Begin != nil:
		x = s.begin(t)
	}
	if t.Redrive != nil {
		x.redrive, x.end = clone(t.Redrive), nil
	}
	x.answers.add(t.Answers)
	x.events.add(t.Events)
	if t.End != nil {
		x.end = clone(t.End)
	}
	if t.Begin != nil {
		s.lists.enter(x)
	} else {
		s.lists.move(x)
	}
}

func (s *Store) begin(t *store.Turn) *execution {
	if s.saved == nil {
		s.saved, s.lists = map[string]*execution{}, lists{}
	}
	s.begun++
	x := &execution{id: t.ID, number: s.begun, begin: *t.Begin}
	s.saved[t.ID] = x
	return x
}

// Open returns the IDs of the executions that have not ended, and are not led by a Map Run.
func (s *Store) Open(context.Context) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	open := slices.Clone(s.lists[key{of: mapRun, status: store.Running}])
	slices.SortFunc(open, func(a, b *execution) int { return cmp.Compare(a.number, b.number) })
	ids := make([]string, len(open))
	for i, x := range open {
		ids[i] = x.id
	}
	return ids, nil
}

// Events returns a part of the history of the execution.
func (s *Store) Events(_ context.Context, id string, p store.Page) ([]history.Event, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x, err := s.find(id)
	if err != nil {
		return nil, err
	}
	first, last := p.Range(x.events.n)
	events := x.events.slice(first-1, last)
	if p.Reverse {
		slices.Reverse(events)
	}
	return events, nil
}

// Prune forgets the executions that ended before t, and whose parents are gone.
func (s *Store) Prune(_ context.Context, t time.Time) (total int, err error) {
	for n := 1; n > 0; total += n { // children go after their parents
		n = s.forget(func(x *execution) bool { return x.end.Stop.Before(t) && s.saved[x.begin.Parent] == nil })
	}
	return total, nil
}

// Forget forgets the executions of a state machine that have ended.
func (s *Store) Forget(_ context.Context, machine string) error {
	s.forget(func(x *execution) bool { return x.begin.MachineARN == machine })
	return nil
}

// forget forgets those of the executions that have ended.
func (s *Store) forget(those func(*execution) bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := map[*execution]bool{}
	for _, x := range s.saved {
		if x.end != nil && those(x) {
			gone[x] = true
		}
	}
	s.drop(gone)
	return len(gone)
}

func (s *Store) drop(gone map[*execution]bool) {
	for x := range gone {
		delete(s.saved, x.id)
	}
	s.lists.leave(gone)
}

// Put keeps documents.
func (s *Store) Put(_ context.Context, docs ...store.Document) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.documents == nil {
		s.documents = map[string]map[string]string{}
	}
	for _, d := range docs {
		of := s.documents[d.Kind]
		if of == nil {
			of = map[string]string{}
			s.documents[d.Kind] = of
		}
		if d.Text == "" {
			delete(of, d.Key)
		} else {
			of[d.Key] = d.Text
		}
	}
	return nil
}

// Documents returns the documents of a kind.
func (s *Store) Documents(_ context.Context, kind string) ([]store.Document, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []store.Document
	for key, text := range s.documents[kind] {
		out = append(out, store.Document{Kind: kind, Key: key, Text: text})
	}
	slices.SortFunc(out, func(a, b store.Document) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}
