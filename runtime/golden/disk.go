package golden

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"canto/runtime/store"
	"canto/runtime/store/memory"
)

var errKilled = errors.New("killed")

// disk is a journal of bytes. It is a store that kills whoever writes to it, once
// it has kept as many turns as are left.
type disk struct {
	mu      sync.Mutex
	journal []byte
	turns   int
	left    int
}

// Commit keeps the turns, and kills.
func (d *disk) Commit(_ context.Context, turns ...store.Turn) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, t := range turns {
		journal, err := t.AppendLine(d.journal)
		if err != nil {
			return err
		}
		d.journal = journal
	}
	d.turns += len(turns)
	d.left -= len(turns)
	if d.left <= 0 {
		return errKilled
	}
	return nil
}

// Load reads the journal as after a crash: into a store that knows nothing yet.
func (d *disk) Load(ctx context.Context, id string) (store.Saved, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	turns, err := store.ReadTurns(bytes.NewReader(d.journal))
	if err != nil {
		return store.Saved{}, err
	}
	var fresh memory.Store
	for _, t := range turns {
		if err := fresh.Commit(ctx, t); err != nil {
			return store.Saved{}, err
		}
	}
	return fresh.Load(ctx, id)
}
