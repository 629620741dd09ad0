// Package sqlite keeps executions in a file: an SQLite database in WAL mode. What
// Commit and Put have returned for is on the disk. One process has the file open at
// a time, and others may look at it with any SQLite tool. The package runs nothing,
// and never takes a file for its own that another program wrote.
//
// Commits that come at the same time share a transaction, and so one flush of the
// disk; a single one does not wait for company. Pages that Prune and Forget set
// free are used again, and given back to the disk where there are many.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	driver "modernc.org/sqlite"
	code "modernc.org/sqlite/lib"
)

// Store is a store.Store in a file.
type Store struct {
	path   string
	lock   *lock
	writer *writer
	reader *reader
	closed sync.Once
}

// Open opens the database, and makes it where the file is missing or empty. It
// refuses, and leaves as it is, what another process has open, what is damaged, what
// a newer version has written, and what is no database of canto.
func Open(path string) (*Store, error) {
	s, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	return s, nil
}

func open(path string) (*Store, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path}
	if s.lock, err = claim(path); err != nil {
		return nil, err
	}
	if err = s.start(); err != nil {
		_ = s.release()
		return nil, err
	}
	return s, nil
}

func (s *Store) start() (err error) {
	if err = inspect(s.path); err != nil {
		return err
	}
	if s.reader, err = newReader(s.path); err != nil {
		return err
	}
	s.writer, err = newWriter(s.path, s.reader)
	return err
}

// resolve gives the file itself, so that each has one lock, whatever its names are.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", fmt.Errorf("its folder is not there: %w", err)
	}
	path = filepath.Join(folder, filepath.Base(path))
	if file, err := filepath.EvalSymlinks(path); err == nil {
		return file, nil
	}
	return path, nil
}

// connect opens connections with these pragmas. The mode is "ro", "rw", or "rwc", which
// makes a file that is missing.
func connect(path, mode string, pragmas ...string) (*sql.DB, error) {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/
	}
	query := url.Values{"mode": {mode}, "_pragma": pragmas}
	u := url.URL{Scheme: "file", Path: slashed, RawQuery: query.Encode()}
	return sql.Open("sqlite", u.String())
}

// Close waits for the commits that are under way, brings the log into the database,
// and gives the file free.
func (s *Store) Close() (err error) {
	s.closed.Do(func() { err = s.release() })
	return err
}

func (s *Store) release() error {
	var errs []error
	if s.reader != nil {
		errs = append(errs, s.reader.close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.close()) // the last connection: it brings the log in
	}
	return errors.Join(append(errs, s.lock.release())...)
}

// ErrClosed is what a store says that has been closed.
var ErrClosed = errors.New("the database has been closed")

// lock is a database beside the database, that holds nothing. Its lock is that of
// the operating system, which frees it when the process ends in whatever way.
type lock struct {
	db   *sql.DB
	conn *sql.Conn
}

const lockSuffix = ".lock"

// claiming is held until a store has its lock: another one of this process that looked
// at the file meanwhile would give SQLite's own locks on it free.
var claiming sync.Mutex

// claim takes the lock. Where none lies beside the file, canto has never had it open: its
// header is looked at first, so that nothing is left beside what is not canto's. Whoever
// has the lock looks again.
func claim(path string) (*lock, error) {
	claiming.Lock()
	defer claiming.Unlock()
	if there(path) && !there(path+lockSuffix) {
		if _, err := look(path); err != nil {
			return nil, err
		}
	}
	return takeLock(path + lockSuffix)
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func takeLock(path string) (*lock, error) {
	db, err := connect(path, "rwc")
	if err != nil {
		return nil, err
	}
	l := &lock{db: db}
	if l.conn, err = db.Conn(context.Background()); err == nil {
		_, err = l.conn.ExecContext(context.Background(), "BEGIN EXCLUSIVE")
	}
	if err != nil {
		_ = l.release()
		if is(err, code.SQLITE_BUSY) {
			return nil, errors.New("another process, or another store of this one, has it open: it must be closed there first")
		}
		return nil, fmt.Errorf("its folder must be one that can be written, and %s a file that can: %w", filepath.Base(path), err)
	}
	return l, nil
}

func (l *lock) release() error {
	if l.conn != nil {
		_ = l.conn.Close()
	}
	return l.db.Close()
}

// is says whether an error is of that kind of SQLite's.
func is(err error, primary int) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code()&0xff == primary
}
