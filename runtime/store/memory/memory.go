// Package memory keeps executions for as long as the process lives.
package memory

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"canto/runtime/store"
)

// Store is a store.Store in memory. The zero Store is empty and ready.
type Store struct {
	mu    sync.Mutex
	saved map[string]*store.Saved
}

// Load returns what is kept of the execution.
func (s *Store) Load(_ context.Context, id string) (store.Saved, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	saved := s.saved[id]
	if saved == nil {
		return store.Saved{}, fmt.Errorf("%w: %s", store.ErrNotFound, id)
	}
	out := *saved
	out.Answers = slices.Clone(saved.Answers)
	out.Events = slices.Clone(saved.Events)
	if saved.End != nil {
		end := *saved.End
		out.End = &end
	}
	return out, nil
}

// Commit keeps the turns, all of them or none.
func (s *Store) Commit(_ context.Context, turns ...store.Turn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(turns); err != nil {
		return err
	}
	if s.saved == nil {
		s.saved = map[string]*store.Saved{}
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
		s.saved[t.ID] = &store.Saved{ID: t.ID, Begin: *t.Begin}
	}
	saved := s.saved[t.ID]
	saved.Answers = append(saved.Answers, t.Answers...)
	saved.Events = append(saved.Events, t.Events...)
	if t.End != nil {
		end := *t.End
		saved.End = &end
	}
}
