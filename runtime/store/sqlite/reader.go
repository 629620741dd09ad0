package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"sync"
)

// reader is the connections that read. They neither wait for the writer nor hold it
// up: each statement sees what was committed before it.
type reader struct {
	db   *sql.DB
	gate sync.RWMutex // held while somebody reads

	mu     sync.Mutex
	known  map[string]*sql.Stmt
	closed bool
}

func newReader(path string) (*reader, error) {
	db, err := connect(path, "rw", "query_only(1)", "busy_timeout(5000)", "cache_size(-1000)")
	if err != nil {
		return nil, err
	}
	n := max(2, runtime.GOMAXPROCS(0))
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return &reader{db: db, known: map[string]*sql.Stmt{}}, nil
}

func (r *reader) close() error {
	r.gate.Lock()
	defer r.gate.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return errors.Join(closeAll(r.known), r.db.Close())
}

// stmt gives the prepared statement. The texts are few.
func (r *reader) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, ErrClosed
	}
	if s := r.known[text]; s != nil {
		return s, nil
	}
	s, err := r.db.PrepareContext(ctx, text)
	if err == nil {
		r.known[text] = s
	}
	return s, err
}

// each calls take for every row of the answer, until that returns an error.
func (r *reader) each(ctx context.Context, text string, args []any, take func(scan func(...any) error) error) error {
	r.gate.RLock()
	defer r.gate.RUnlock()
	s, err := r.stmt(ctx, text)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
