package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"canto/runtime/history"
	"canto/runtime/store"
)

// found is an execution as its row has it.
type found struct {
	store.Saved
	id      int64
	answers int
}

// Find returns what is kept of the execution beside its answers and its events.
func (s *Store) Find(ctx context.Context, id string) (store.Saved, error) {
	x, err := s.find(ctx, id)
	if err != nil {
		return store.Saved{}, err
	}
	return x.Saved, nil
}

func notFound(id string) error { return fmt.Errorf("%w: %s", store.ErrNotFound, id) }

func (s *Store) find(ctx context.Context, id string) (*found, error) {
	var x *found
	err := s.reader.each(ctx, `SELECT e.id, e.name, e.items, e.answers, e.events, e.redrive, e.ending, j.text, p.definition, p.revision, p.begin
		FROM executions e JOIN plans p ON p.id = e.plan JOIN journal j ON j.id = e.id * 4294967296 WHERE e.arn = ?`,
		[]any{id}, func(scan func(...any) error) (err error) {
			x, err = scanExecution(scan)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("execution %s: %w", id, err)
	}
	if x == nil {
		return nil, notFound(id)
	}
	x.ID = id
	return x, nil
}

func scanExecution(scan func(...any) error) (*found, error) {
	x := &found{}
	var name, own, definition, revision, begin string
	var items int
	var redrive, ending *string
	if err := scan(&x.id, &name, &items, &x.answers, &x.Count, &redrive, &ending, &own, &definition, &revision, &begin); err != nil {
		return nil, err
	}
	var part ownJSON
	if err := json.Unmarshal([]byte(own), &part); err != nil {
		return nil, err
	}
	b := &x.Begin
	if err := json.Unmarshal([]byte(begin), b); err != nil {
		return nil, err
	}
	join(b, part)
	b.Name, b.Items, b.Definition, b.Revision = name, items, definition, revision
	var err error
	if x.Redrive, err = decode[store.Redrive](redrive); err != nil {
		return nil, err
	}
	x.End, err = decode[store.End](ending)
	return x, err
}

// Load returns what is kept of the execution. Rows of the journal and of the
// history never change, so that those up to the numbers of one moment are the state
// of that moment.
func (s *Store) Load(ctx context.Context, id string) (store.Saved, error) {
	x, err := s.find(ctx, id)
	if err != nil {
		return store.Saved{}, err
	}
	out := x.Saved
	err = s.texts(ctx, `SELECT text FROM journal WHERE id BETWEEN ? AND ? ORDER BY id`, x.id*places+1, x.id*places+int64(x.answers), func(lines string) (err error) {
		out.Answers, err = readAnswers(out.Answers, lines)
		return err
	})
	if err == nil {
		err = s.texts(ctx, `SELECT text FROM events WHERE id BETWEEN ? AND ? ORDER BY id`, x.id*places+1, x.id*places+int64(x.Count), func(lines string) (err error) {
			out.Events, err = readEvents(out.Events, lines)
			return err
		})
	}
	switch {
	case err != nil:
		return store.Saved{}, fmt.Errorf("execution %s: %w", id, err)
	case len(out.Answers) != x.answers || len(out.Events) != x.Count:
		return store.Saved{}, notFound(id) // it was forgotten in the meantime
	}
	return out, nil
}

// texts calls take with the text of each row between two ids.
func (s *Store) texts(ctx context.Context, query string, from, to int64, take func(string) error) error {
	return s.reader.each(ctx, query, []any{from, to}, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		return take(text)
	})
}

// Events returns a part of the history of the execution.
func (s *Store) Events(ctx context.Context, id string, p store.Page) ([]history.Event, error) {
	var x, n int64
	err := s.reader.each(ctx, `SELECT id, events FROM executions WHERE arn = ?`, []any{id}, func(scan func(...any) error) error { return scan(&x, &n) })
	if err != nil {
		return nil, fmt.Errorf("execution %s: %w", id, err)
	}
	if x == 0 {
		return nil, notFound(id)
	}
	first, last := p.Range(int(n))
	if first > last {
		return nil, nil
	}
	events, err := s.between(ctx, x*places, first, last)
	if err != nil {
		return nil, fmt.Errorf("execution %s: %w", id, err)
	}
	if p.Reverse {
		slices.Reverse(events)
	}
	return events, nil
}

// between gives the events from one number to another. The first of them may be in
// a row that begins before it.
func (s *Store) between(ctx context.Context, base int64, first, last int) ([]history.Event, error) {
	skip := -1
	var events []history.Event
	err := s.reader.each(ctx, `SELECT id, text FROM events
		WHERE id BETWEEN (SELECT max(id) FROM events WHERE id BETWEEN ? AND ?) AND ? ORDER BY id`,
		[]any{base + 1, base + int64(first), base + int64(last)}, func(scan func(...any) error) (err error) {
			var id int64
			var lines string
			if err := scan(&id, &lines); err != nil {
				return err
			}
			if skip < 0 {
				skip = first - int(id-base)
			}
			events, err = readEvents(events, lines)
			return err
		})
	if err != nil || skip < 0 || len(events) < skip {
		return nil, err
	}
	events = events[skip:]
	return events[:min(len(events), last-first+1)], nil
}

// Open returns the IDs of the executions that have not ended, and are not led by a Map Run.
func (s *Store) Open(ctx context.Context) ([]string, error) {
	var ids []string
	err := s.reader.each(ctx, `SELECT arn FROM executions INDEXED BY of_map_run_by_status WHERE map_run = 0 AND status = ? ORDER BY id`,
		[]any{store.Running}, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
	return ids, err
}

// Notices returns the notices of a queue that were not told.
func (s *Store) Notices(ctx context.Context, queue string, limit int) ([]store.Notice, error) {
	var all []store.Notice
	err := s.reader.each(ctx, "SELECT id, text FROM notices WHERE queue = ? ORDER BY id LIMIT ?", []any{queue, limit}, func(scan func(...any) error) error {
		n := store.Notice{Queue: queue}
		err := scan(&n.ID, &n.Text)
		all = append(all, n)
		return err
	})
	return all, err
}

// Documents returns the documents of a kind.
func (s *Store) Documents(ctx context.Context, kind string) ([]store.Document, error) {
	var docs []store.Document
	err := s.reader.each(ctx, `SELECT key, text FROM documents WHERE kind = ? ORDER BY key`, []any{kind}, func(scan func(...any) error) error {
		d := store.Document{Kind: kind}
		err := scan(&d.Key, &d.Text)
		docs = append(docs, d)
		return err
	})
	return docs, err
}

// List returns the executions that the query asks for.
func (s *Store) List(ctx context.Context, q store.Query) ([]store.Summary, error) {
	text, args := listing(q)
	var list []store.Summary
	err := s.reader.each(ctx, text, args, func(scan func(...any) error) error {
		x, err := scanSummary(scan)
		list = append(list, x)
		return err
	})
	return list, err
}

// listing is the query in SQL. There are as many texts as there are sets of filters.
func listing(q store.Query) (string, []any) {
	var where []string
	var args []any
	filter := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	index := "of_map_run"
	if q.MapRun == "" {
		filter("e.map_run = 0")
	} else {
		filter("e.map_run = ?", number(q.MapRun))
	}
	for _, by := range []struct{ column, arn string }{{"machine", q.Machine}, {"version", q.Version}, {"alias", q.Alias}} {
		if by.arn == "" {
			continue
		}
		filter("e."+by.column+" = ? AND e."+by.column+" <> 0", number(by.arn))
		if q.MapRun == "" {
			index = "of_" + by.column // the last is the narrowest
		}
	}
	if q.Status != "" {
		filter("e.status = ?", q.Status)
		index += "_by_status"
	}
	if q.Redriven != nil {
		filter("(e.redrive IS NOT NULL) = ?", *q.Redriven)
	}
	if start, id, ok := parseCursor(q.After); ok {
		filter("(e.start, e.id) < (?, ?)", start, id)
	}
	limit := -1
	if q.Limit > 0 {
		limit = q.Limit
	}
	return `SELECT e.id, e.arn, e.name, e.start, e.stop, e.status, e.items, e.redrive, p.machine, p.version, p.alias, p.map_run
		FROM executions e INDEXED BY ` + index + ` JOIN plans p ON p.id = e.plan
		WHERE ` + strings.Join(where, " AND ") + ` ORDER BY e.start DESC, e.id DESC LIMIT ?`, append(args, limit)
}

func scanSummary(scan func(...any) error) (x store.Summary, err error) {
	var id, start int64
	var stop *int64
	var redrive *string
	err = scan(&id, &x.ID, &x.Name, &start, &stop, &x.Status, &x.Items, &redrive, &x.MachineARN, &x.VersionARN, &x.AliasARN, &x.MapRunARN)
	if err != nil {
		return x, err
	}
	x.Start, x.Cursor = time.UnixMilli(start).UTC(), cursor(start, id)
	if stop != nil {
		x.Stop = time.UnixMilli(*stop).UTC()
	}
	x.Redrive, err = decode[store.Redrive](redrive)
	return x, err
}

// cursor is where an execution stands in lists.
func cursor(start, id int64) string {
	return strconv.FormatInt(start, 10) + "." + strconv.FormatInt(id, 10)
}

func parseCursor(cursor string) (start, id int64, ok bool) {
	a, b, _ := strings.Cut(cursor, ".")
	start, err := strconv.ParseInt(a, 10, 64)
	id, err2 := strconv.ParseInt(b, 10, 64)
	return start, id, err == nil && err2 == nil
}
