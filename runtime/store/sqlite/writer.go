package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"

	driver "modernc.org/sqlite"
	code "modernc.org/sqlite/lib"

	"canto/runtime/store"
)

// writer is the one connection that writes. What comes while a transaction is under
// way is gathered, and goes together into the next.
type writer struct {
	db     *sql.DB
	conn   *sql.Conn
	log    string // the file of the log
	limit  int64  // its size from which on it is cut
	reader *reader
	known  map[string]*sql.Stmt
	plans  map[store.Begin]int64 // ids of plans that were used of late
	fault  error                 // why nothing can be written any more

	mu     sync.Mutex
	queue  []*job
	closed bool
	wake   chan struct{} // says that the queue is not empty; closed at the end
	gone   chan struct{}
}

// job is something that is done whole or not at all.
type job struct {
	do    func() error
	reply chan error
}

// Bounds.
const (
	batch    = 256      // jobs in a transaction
	plans    = 256      // plans whose ids are remembered
	logLimit = 32 << 20 // size of the log from which on readers wait until it is cut
)

func newWriter(path string, r *reader) (*writer, error) {
	db, err := connect(path, "rw", "busy_timeout(5000)", "auto_vacuum(2)", "synchronous(FULL)", "fullfsync(1)", "checkpoint_fullfsync(1)", "cache_size(-2000)", "wal_autocheckpoint(1000)")
	if err != nil {
		return nil, err
	}
	w := &writer{
		db: db, log: path + "-wal", limit: logLimit, reader: r, known: map[string]*sql.Stmt{}, plans: map[store.Begin]int64{},
		wake: make(chan struct{}, 1), gone: make(chan struct{}),
	}
	ctx := context.Background()
	if w.conn, err = db.Conn(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := migrate(ctx, w.conn); err != nil {
		_, _ = w.conn.Close(), db.Close()
		return nil, err
	}
	go w.run()
	return w, nil
}

// close waits for what is in the queue.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	close(w.wake)
	w.mu.Unlock()
	<-w.gone
	return errors.Join(closeAll(w.known), w.conn.Close(), w.db.Close())
}

// closeAll closes prepared statements: one that is left keeps its connection from
// closing, and the log from being brought in.
func closeAll(known map[string]*sql.Stmt) (err error) {
	for _, s := range known {
		err = errors.Join(err, s.Close())
	}
	return err
}

// submit has something done in a transaction, and returns when that is on the disk. A
// context that ends later changes nothing: an error means that nothing was kept.
func (w *writer) submit(ctx context.Context, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{do: do, reply: make(chan error, 1)}
	if err := w.enqueue(j); err != nil {
		return err
	}
	return <-j.reply
}

func (w *writer) enqueue(j *job) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return ErrClosed
	}
	w.queue = append(w.queue, j)
	select {
	case w.wake <- struct{}{}:
	default:
	}
	return nil
}

func (w *writer) run() {
	defer close(w.gone)
	for range w.wake {
		for jobs := w.take(); len(jobs) > 0; jobs = w.take() {
			w.write(jobs)
			w.cut()
		}
	}
}

func (w *writer) take() []*job {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := min(len(w.queue), batch)
	jobs := w.queue[:n:n]
	w.queue = w.queue[n:]
	if len(w.queue) == 0 {
		w.queue = nil
	}
	return jobs
}

// write does the jobs in one transaction, and tells their callers.
func (w *writer) write(jobs []*job) {
	outcomes := make([]error, len(jobs))
	err := w.transact(jobs, outcomes)
	if err != nil {
		w.forgetPlans()
		_, _ = w.exec("ROLLBACK") // where SQLite has not done so
		err = w.explain(err)
	}
	for i, j := range jobs {
		if err != nil {
			outcomes[i] = err
		}
		j.reply <- outcomes[i]
	}
}

// transact returns an error where nothing of all the jobs is kept.
func (w *writer) transact(jobs []*job, outcomes []error) error {
	if w.fault != nil {
		return w.fault
	}
	if _, err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for i, j := range jobs {
		if err := w.attempt(j, &outcomes[i]); err != nil {
			return err
		}
	}
	_, err := w.exec("COMMIT")
	return err
}

// attempt does a job. Where that fails, what it did is undone; the error is one of
// the whole transaction, which then is lost.
func (w *writer) attempt(j *job, outcome *error) error {
	if _, err := w.exec("SAVEPOINT job"); err != nil {
		return err
	}
	if *outcome = j.do(); *outcome != nil {
		w.forgetPlans()
		if _, err := w.exec("ROLLBACK TO job"); err != nil {
			return *outcome
		}
	}
	_, err := w.exec("RELEASE job")
	return err
}

// explain says what an error of SQLite's means for the store. After a flush that
// failed nobody knows what the disk has: nothing more is written then.
func (w *writer) explain(err error) error {
	switch {
	case errors.Is(err, w.fault):
	case is(err, code.SQLITE_FULL):
		err = fmt.Errorf("the disk is full, and nothing was kept: %w", err)
	case is(err, code.SQLITE_CORRUPT), is(err, code.SQLITE_NOTADB), flushFailed(err):
		w.fault = fmt.Errorf("the database takes nothing any more, until it has been opened again: %w", err)
		err = w.fault
	default:
		err = fmt.Errorf("nothing was kept: %w", err)
	}
	return err
}

// cut brings the log into the database where that has grown, because there was
// always somebody who read. Who reads now is waited for, and others wait. Where
// another program reads for long, it is tried again when the log has grown as much.
func (w *writer) cut() {
	info, err := os.Stat(w.log)
	if err != nil || info.Size() < w.limit {
		return
	}
	w.reader.gate.Lock()
	defer w.reader.gate.Unlock()
	var busy, pages, moved int
	err = w.row("PRAGMA wal_checkpoint(TRUNCATE)", nil, &busy, &pages, &moved)
	w.limit = logLimit
	if err != nil || busy != 0 {
		w.limit += info.Size()
	}
}

func (w *writer) forgetPlans() { clear(w.plans) }

// stmt gives the prepared statement. The texts are few.
func (w *writer) stmt(text string) (*sql.Stmt, error) {
	if s := w.known[text]; s != nil {
		return s, nil
	}
	s, err := w.conn.PrepareContext(context.Background(), text)
	if err == nil {
		w.known[text] = s
	}
	return s, err
}

func (w *writer) exec(text string, args ...any) (sql.Result, error) {
	s, err := w.stmt(text)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.Background(), args...)
}

// row runs a statement that gives a row, or sql.ErrNoRows.
func (w *writer) row(text string, args []any, into ...any) error {
	s, err := w.stmt(text)
	if err != nil {
		return err
	}
	return s.QueryRowContext(context.Background(), args...).Scan(into...)
}

// flushFailed says whether the disk did not confirm what it was given.
func flushFailed(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && (e.Code() == code.SQLITE_IOERR_FSYNC || e.Code() == code.SQLITE_IOERR_DIR_FSYNC)
}
