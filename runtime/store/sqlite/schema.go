package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	code "modernc.org/sqlite/lib"
)

// application is the mark in the header of a database that it is one of canto's: "cnto".
const application = 0x636e746f

// steps bring a database from one version of the schema to the next: the first
// makes version 1 of an empty one. A step that was released never changes.
var steps = []string{version1, version2}

// version1: a row of a journal, and one of events, has as its id that of the
// execution, times 2^32, plus its place: so the rows of an execution lie together.
const version1 = `
-- What many executions began with, once.
CREATE TABLE plans (
	id         INTEGER PRIMARY KEY,
	hash       BLOB NOT NULL UNIQUE, -- of all that follows
	machine    TEXT NOT NULL, -- ARNs; empty where there is none
	version    TEXT NOT NULL,
	alias      TEXT NOT NULL,
	map_run    TEXT NOT NULL,
	definition TEXT NOT NULL,
	revision   TEXT NOT NULL,
	begin      TEXT NOT NULL  -- JSON of the rest
);
CREATE INDEX plans_of_machine ON plans (machine);

CREATE TABLE executions (
	id      INTEGER PRIMARY KEY, -- in the order of beginning
	arn     TEXT NOT NULL UNIQUE,
	name    TEXT NOT NULL,
	plan    INTEGER NOT NULL,
	machine INTEGER NOT NULL, -- the plan's ARNs as numbers: the beginning of their SHA-256; 0: none
	version INTEGER NOT NULL,
	alias   INTEGER NOT NULL,
	map_run INTEGER NOT NULL,
	items   INTEGER NOT NULL,
	start   INTEGER NOT NULL, -- milliseconds since 1970
	status  TEXT NOT NULL,
	stop    INTEGER,          -- milliseconds since 1970
	redrive TEXT,             -- JSON of the last
	answers INTEGER NOT NULL, -- how many are in the journal
	events  INTEGER NOT NULL, -- how many the history has
	ending  TEXT              -- JSON
);
CREATE INDEX of_machine ON executions (machine, start) WHERE map_run = 0;
CREATE INDEX of_machine_by_status ON executions (machine, status, start) WHERE map_run = 0;
CREATE INDEX of_version ON executions (version, start) WHERE version <> 0;
CREATE INDEX of_version_by_status ON executions (version, status, start) WHERE version <> 0;
CREATE INDEX of_alias ON executions (alias, start) WHERE alias <> 0;
CREATE INDEX of_alias_by_status ON executions (alias, status, start) WHERE alias <> 0;
CREATE INDEX of_map_run ON executions (map_run, start);
CREATE INDEX of_map_run_by_status ON executions (map_run, status, start);
CREATE INDEX of_plan ON executions (plan);
CREATE INDEX ended ON executions (stop) WHERE stop IS NOT NULL;

CREATE TABLE journal (
	id   INTEGER PRIMARY KEY, -- place 0: what the execution began with; then the number of the first answer
	text TEXT NOT NULL        -- JSON, a line an answer
);
CREATE TABLE events (
	id   INTEGER PRIMARY KEY, -- place: the number of the first event
	text TEXT NOT NULL        -- JSON, a line an event
);
CREATE TABLE documents (
	kind TEXT NOT NULL,
	key  TEXT NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (kind, key)
) WITHOUT ROWID;
`

// version2: an execution knows its parent, and stays for as long as that does. What is
// told outside is kept until it is.
const version2 = `
ALTER TABLE executions ADD COLUMN parent INTEGER; -- id; NULL where there is none any more
CREATE INDEX of_parent ON executions (parent) WHERE parent IS NOT NULL;
DROP INDEX ended;
CREATE INDEX ended ON executions (stop) WHERE stop IS NOT NULL AND parent IS NULL;

CREATE TABLE notices (
	id    INTEGER PRIMARY KEY, -- in the order of commits
	queue TEXT NOT NULL,
	text  TEXT NOT NULL
);
CREATE INDEX notices_of_queue ON notices (queue, id);
`

// errDamaged is what a database is that SQLite cannot read.
var errDamaged = errors.New("it is damaged, and was left as it is: put a copy of it back, or move it away together with its -wal file")

// inspect makes sure that the file may be opened.
func inspect(path string) error {
	size, err := look(path)
	if err != nil || size == 0 {
		return err
	}
	return check(path, size)
}

// look gives the size of the file, which it makes where it is missing, and looks at
// its header. Where a journal lies beside it, its making was cut off, and SQLite
// has to clear up first. A database in which nothing was ever made is as good as an
// empty file: a crash may leave one.
func look(path string) (int64, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, fmt.Errorf("it must be a file that can be written: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() == 0 || there(path+"-journal") {
		return 0, err
	}
	head := make([]byte, 100)
	if _, err := io.ReadFull(f, head); err != nil || !bytes.HasPrefix(head, []byte("SQLite format 3\x00")) {
		return 0, errors.New("it is no database: name another file, or a new one")
	}
	mark, version, cookie := binary.BigEndian.Uint32(head[68:]), binary.BigEndian.Uint32(head[60:]), binary.BigEndian.Uint32(head[40:])
	if mark == 0 && version == 0 && cookie == 0 { // which counts the changes of the schema
		return 0, nil
	}
	return info.Size(), known(mark, int(version))
}

// known says whether a mark and a version are ours.
func known(mark uint32, version int) error {
	switch {
	case mark != application:
		return errors.New("it is a database of another program: name another file, or a new one")
	case version > len(steps):
		return fmt.Errorf("a newer canto has written it (version %d of the schema; this one knows %d): use that canto, or a new file", version, len(steps))
	}
	return nil
}

// checkLimit is the size up to which the structure of a whole database is checked
// when it is opened. In a larger one damage shows where it is met.
const checkLimit = 16 << 20

// check reads the database and changes nothing.
func check(path string, size int64) error {
	db, err := connect(path, "ro", "busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var found string
	if size <= checkLimit {
		err = db.QueryRow("PRAGMA quick_check(1)").Scan(&found)
	} else {
		err = db.QueryRow("SELECT 'ok' FROM executions, journal, events UNION ALL SELECT 'ok' LIMIT 1").Scan(&found)
	}
	if err != nil || found != "ok" {
		return damage(err, found)
	}
	return nil
}

func damage(err error, found string) error {
	switch {
	case err == nil:
		return fmt.Errorf("%w (%s)", errDamaged, found)
	case is(err, code.SQLITE_CORRUPT), is(err, code.SQLITE_NOTADB), is(err, code.SQLITE_ERROR):
		return fmt.Errorf("%w (%w)", errDamaged, err)
	}
	return err
}

// migrate brings the database to the present version, in one transaction. A new
// one is made with a rollback journal, so that a crash leaves an empty database or a
// whole one; and what it says of itself is then in the file, and not in a log.
func migrate(ctx context.Context, conn *sql.Conn) error {
	var mark uint32
	var version, tables int
	row := conn.QueryRowContext(ctx, "SELECT a.application_id, u.user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id a, pragma_user_version u")
	if err := row.Scan(&mark, &version, &tables); err != nil {
		return damage(err, "")
	}
	if version > 0 || mark != 0 || tables > 0 {
		if err := known(mark, version); err != nil {
			return err
		}
	}
	if version < len(steps) {
		if err := climb(ctx, conn, version); err != nil {
			return fmt.Errorf("it could not be brought from version %d of the schema to %d: %w", version, len(steps), err)
		}
		if _, err := conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			return err
		}
	}
	_, err := conn.ExecContext(ctx, "PRAGMA journal_mode = WAL")
	return err
}

func climb(ctx context.Context, conn *sql.Conn, version int) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it has been committed, or the error is known
	for _, step := range steps[version:] {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", application, len(steps))); err != nil {
		return err
	}
	return tx.Commit()
}
