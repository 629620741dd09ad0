// Package memory keeps executions for as long as the process lives.
package memory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"canto/runtime/history"
	"canto/runtime/store"
)

// Store is a store.Store in memory. The zero Store is empty and ready.
type Store struct {
	mu        sync.RWMutex
	saved     map[string]*execution
	machines  map[string][]*execution // by the machine's ARN, in the order of beginning
	mapRuns   map[string][]*execution // those that a Map Run leads, by its ARN
	open      map[*execution]bool     // that no Map Run leads
	documents map[string]map[string]string
	begun     int
}

type execution struct {
	store.Saved
	number int // in the order of beginning, from 1
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
	out.Answers = slices.Clone(x.Answers)
	out.Events = slices.Clone(x.Events)
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
	out := x.Saved
	out.Answers, out.Events, out.Count = nil, nil, len(x.Events)
	out.End, out.Redrive = clone(x.End), clone(x.Redrive)
	return out
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
	for _, t := range turns {
		s.keep(t)
	}
	return nil
}

func (s *Store) check(turns []store.Turn) error {
	begun := map[string]bool{}
	for _, t := range turns {
		there := begun[t.ID] || s.saved[t.ID] != nil
		switch {
		case t.Begin != nil && there:
			return fmt.Errorf("%w: %s", store.ErrExists, t.ID)
		case t.Begin == nil && !there:
			return fmt.Errorf("%w: %s", store.ErrNotFound, t.ID)
		}
		begun[t.ID] = true
	}
	return nil
}

func (s *Store) keep(t store.Turn) {
	if t.Begin != nil {
		s.begin(t.ID, *t.Begin)
	}
	x := s.saved[t.ID]
	if t.Redrive != nil {
		x.Redrive, x.End = clone(t.Redrive), nil
		s.reopen(x)
	}
	x.Answers = append(x.Answers, t.Answers...)
	x.Events = append(x.Events, t.Events...)
	if t.End != nil {
		x.End = clone(t.End)
		delete(s.open, x)
	}
	if t.Forget {
		s.forget(func(o *execution) bool { return o == x })
	}
}

func (s *Store) begin(id string, b store.Begin) {
	if s.saved == nil {
		s.saved, s.open = map[string]*execution{}, map[*execution]bool{}
		s.machines, s.mapRuns = map[string][]*execution{}, map[string][]*execution{}
	}
	s.begun++
	x := &execution{Saved: store.Saved{ID: id, Begin: b}, number: s.begun}
	s.saved[id] = x
	list, key := s.list(x)
	list[key] = append(list[key], x)
	s.reopen(x)
}

func (s *Store) reopen(x *execution) {
	if x.Begin.MapRunARN == "" {
		s.open[x] = true
	}
}

// list is where the execution is listed.
func (s *Store) list(x *execution) (in map[string][]*execution, key string) {
	if x.Begin.MapRunARN != "" {
		return s.mapRuns, x.Begin.MapRunARN
	}
	return s.machines, x.Begin.MachineARN
}

// Open returns the IDs of the executions that have not ended.
func (s *Store) Open(context.Context) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	open := make([]*execution, 0, len(s.open))
	for x := range s.open {
		open = append(open, x)
	}
	slices.SortFunc(open, func(a, b *execution) int { return cmp.Compare(a.number, b.number) })
	ids := make([]string, len(open))
	for i, x := range open {
		ids[i] = x.ID
	}
	return ids, nil
}

// List returns the executions that the query asks for.
func (s *Store) List(_ context.Context, q store.Query) ([]store.Summary, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []*execution
	for _, x := range s.candidates(q) {
		if x.matches(q) {
			found = append(found, x)
		}
	}
	slices.SortFunc(found, func(a, b *execution) int { return -a.compare(b.place()) })
	if after, ok := parsePlace(q.After); ok {
		found = slices.DeleteFunc(found, func(x *execution) bool { return x.compare(after) >= 0 })
	}
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[:q.Limit]
	}
	out := make([]store.Summary, len(found))
	for i, x := range found {
		out[i] = x.summary()
	}
	return out, nil
}

func (s *Store) candidates(q store.Query) []*execution {
	switch {
	case q.MapRun != "":
		return s.mapRuns[q.MapRun]
	case q.Machine != "":
		return s.machines[q.Machine]
	}
	var all []*execution
	for _, list := range s.machines {
		all = append(all, list...)
	}
	return all
}

func (x *execution) matches(q store.Query) bool {
	return (q.Machine == "" || x.Begin.MachineARN == q.Machine) &&
		(q.Version == "" || x.Begin.VersionARN == q.Version) &&
		(q.Alias == "" || x.Begin.AliasARN == q.Alias) &&
		(q.Status == "" || x.status() == q.Status) &&
		(q.Redriven == nil || (x.Redrive != nil) == *q.Redriven)
}

func (x *execution) status() string {
	if x.End == nil {
		return store.Running
	}
	return x.End.Status
}

// place is where an execution stands in lists.
type place struct {
	start  int64
	number int
}

func (x *execution) place() place { return place{x.Begin.Start.UnixMilli(), x.number} }

func (x *execution) compare(p place) int {
	own := x.place()
	return cmp.Or(cmp.Compare(own.start, p.start), cmp.Compare(own.number, p.number))
}

func (p place) String() string {
	return strconv.FormatInt(p.start, 10) + "." + strconv.Itoa(p.number)
}

func parsePlace(cursor string) (place, bool) {
	start, number, _ := strings.Cut(cursor, ".")
	ms, err := strconv.ParseInt(start, 10, 64)
	n, err2 := strconv.Atoi(number)
	return place{ms, n}, err == nil && err2 == nil
}

func (x *execution) summary() store.Summary {
	b := &x.Begin
	out := store.Summary{
		ID: x.ID, Name: b.Name, MachineARN: b.MachineARN, VersionARN: b.VersionARN, AliasARN: b.AliasARN,
		MapRunARN: b.MapRunARN, Status: x.status(), Start: b.Start, Redrive: clone(x.Redrive), Items: b.Items,
		Cursor: x.place().String(),
	}
	if x.End != nil {
		out.Stop = x.End.Stop
	}
	return out
}

// Events returns a part of the history of the execution.
func (s *Store) Events(_ context.Context, id string, p store.Page) ([]history.Event, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x, err := s.find(id)
	if err != nil {
		return nil, err
	}
	n := len(x.Events)
	if p.From < 1 || p.From > n {
		return nil, nil
	}
	var out []history.Event
	if p.Reverse {
		out = slices.Clone(x.Events[:p.From])
		slices.Reverse(out)
	} else {
		out = slices.Clone(x.Events[p.From-1:])
	}
	if p.Limit > 0 && len(out) > p.Limit {
		out = out[:p.Limit]
	}
	return out, nil
}

// Prune forgets the executions that ended before t.
func (s *Store) Prune(_ context.Context, t time.Time) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.forget(func(x *execution) bool { return x.End != nil && x.End.Stop.Before(t) }), nil
}

// Forget forgets the executions of a state machine that have ended.
func (s *Store) Forget(_ context.Context, machine string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(func(x *execution) bool { return x.End != nil && x.Begin.MachineARN == machine })
	return nil
}

func (s *Store) forget(gone func(*execution) bool) int {
	n := 0
	for id, x := range s.saved {
		if !gone(x) {
			continue
		}
		n++
		delete(s.saved, id)
	}
	if n == 0 {
		return 0
	}
	for _, lists := range []map[string][]*execution{s.machines, s.mapRuns} {
		for key, list := range lists {
			lists[key] = slices.DeleteFunc(list, gone)
			if len(lists[key]) == 0 {
				delete(lists, key)
			}
		}
	}
	return n
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
