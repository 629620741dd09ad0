package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"canto/runtime/store"
)

// Commit keeps the turns, all of them or none.
func (s *Store) Commit(ctx context.Context, turns ...store.Turn) error {
	if len(turns) == 0 {
		return nil
	}
	all := make([]rows, len(turns))
	for i := range turns {
		var err error
		if all[i], err = encode(&turns[i]); err != nil {
			return fmt.Errorf("execution %s: %w", turns[i].ID, err)
		}
	}
	return s.writer.submit(ctx, func() error {
		for i := range all {
			if err := s.writer.keep(&all[i]); err != nil {
				return err
			}
			if err := s.writer.notice(turns[i].Notices); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *writer) notice(all []store.Notice) error {
	for _, n := range all {
		if _, err := w.exec(`INSERT INTO notices (queue, text) VALUES (?, ?)`, n.Queue, n.Text); err != nil {
			return err
		}
	}
	return nil
}

// Told forgets the notices of a queue, up to one of them.
func (s *Store) Told(ctx context.Context, queue string, last int64) error {
	return s.writer.submit(ctx, func() error {
		_, err := s.writer.exec(`DELETE FROM notices WHERE queue = ? AND id <= ?`, queue, last)
		return err
	})
}

// keep writes a turn.
func (w *writer) keep(r *rows) error {
	switch {
	case r.turn.Forget:
		return w.drop(r.turn)
	case r.turn.Begin != nil:
		return w.begin(r)
	}
	var id int64
	var answers, events int
	err := w.row(`UPDATE executions SET answers = answers + ?, events = events + ? WHERE arn = ? RETURNING id, answers, events`,
		[]any{len(r.turn.Answers), len(r.turn.Events), r.turn.ID}, &id, &answers, &events)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: %s", store.ErrNotFound, r.turn.ID)
	}
	if err != nil {
		return err
	}
	if err := w.state(id, r); err != nil {
		return err
	}
	return w.texts(id, answers, events, r)
}

// drop forgets the execution of a turn that is its last.
func (w *writer) drop(t *store.Turn) error {
	var id int64
	err := w.row(`SELECT id FROM executions WHERE arn = ?`, []any{t.ID}, &id)
	none := errors.Is(err, sql.ErrNoRows)
	switch {
	case none && t.Begin != nil:
		return nil
	case none:
		return fmt.Errorf("%w: %s", store.ErrNotFound, t.ID)
	case err == nil && t.Begin != nil:
		return fmt.Errorf("%w: %s", store.ErrExists, t.ID)
	case err != nil:
		return err
	}
	for all := false; !all && err == nil; {
		all, err = w.delete(id)
	}
	return err
}

// begin writes the first turn of an execution.
func (w *writer) begin(r *rows) error {
	plan, err := w.plan(r.plan)
	if err != nil {
		return err
	}
	t, b := r.turn, r.turn.Begin
	status, stop := ended(t.End)
	var id int64
	err = w.row(`INSERT INTO executions (arn, name, plan, machine, version, alias, map_run, items, start, status, stop, redrive, answers, events, ending, parent)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT id FROM executions WHERE arn = ?)) ON CONFLICT (arn) DO NOTHING RETURNING id`,
		[]any{t.ID, b.Name, plan, number(b.MachineARN), number(b.VersionARN), number(b.AliasARN), number(b.MapRunARN), b.Items,
			b.Start.UnixMilli(), status, stop, r.redrive, len(t.Answers), len(t.Events), r.ending, b.Parent}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: %s", store.ErrExists, t.ID)
	}
	if err != nil {
		return err
	}
	if _, err := w.exec(`INSERT INTO journal (id, text) VALUES (?, ?)`, id*places, r.own); err != nil {
		return err
	}
	return w.texts(id, len(t.Answers), len(t.Events), r)
}

// ended is status and stop of an execution, in the way of the table.
func ended(e *store.End) (status string, stop any) {
	if e == nil {
		return store.Running, nil
	}
	return e.Status, e.Stop.UnixMilli()
}

// state writes that an execution runs again, or has ended.
func (w *writer) state(id int64, r *rows) error {
	if r.redrive != nil {
		_, err := w.exec(`UPDATE executions SET redrive = ?, status = ?, stop = NULL, ending = NULL WHERE id = ?`, *r.redrive, store.Running, id)
		if err != nil {
			return err
		}
	}
	if r.ending == nil {
		return nil
	}
	status, stop := ended(r.turn.End)
	_, err := w.exec(`UPDATE executions SET status = ?, stop = ?, ending = ? WHERE id = ?`, status, stop, *r.ending, id)
	return err
}

// texts writes the answers and the events of a turn. The execution has so many with them.
func (w *writer) texts(id int64, answers, events int, r *rows) error {
	if n := len(r.turn.Answers); n > 0 {
		if _, err := w.exec(`INSERT INTO journal (id, text) VALUES (?, ?)`, id*places+int64(answers-n+1), r.answers); err != nil {
			return err
		}
	}
	if n := len(r.turn.Events); n > 0 {
		if _, err := w.exec(`INSERT INTO events (id, text) VALUES (?, ?)`, id*places+int64(events-n+1), r.events); err != nil {
			return err
		}
	}
	return nil
}

// plan gives the id of a plan, which it writes where it is new.
func (w *writer) plan(b store.Begin) (int64, error) {
	if id, ok := w.plans[b]; ok {
		return id, nil
	}
	rest := b
	rest.Definition, rest.Revision = "", ""
	begin, err := text(rest)
	if err != nil {
		return 0, err
	}
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%d %d %s%s%s", len(b.Definition), len(b.Revision), b.Definition, b.Revision, begin)
	hash := h.Sum(nil)
	var id int64
	err = w.row(`SELECT id FROM plans WHERE hash = ?`, []any{hash}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		err = w.row(`INSERT INTO plans (hash, machine, version, alias, map_run, definition, revision, begin) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			[]any{hash, b.MachineARN, b.VersionARN, b.AliasARN, b.MapRunARN, b.Definition, b.Revision, begin}, &id)
	}
	if err != nil {
		return 0, err
	}
	if len(w.plans) >= plans {
		w.forgetPlans()
	}
	w.plans[b] = id
	return id, nil
}

// Put keeps documents, all of them or none.
func (s *Store) Put(ctx context.Context, docs ...store.Document) error {
	if len(docs) == 0 {
		return nil
	}
	return s.writer.submit(ctx, func() error {
		for _, d := range docs {
			if err := s.writer.put(d); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *writer) put(d store.Document) error {
	if d.Text == "" {
		_, err := w.exec(`DELETE FROM documents WHERE kind = ? AND key = ?`, d.Kind, d.Key)
		return err
	}
	_, err := w.exec(`INSERT INTO documents (kind, key, text) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET text = excluded.text`, d.Kind, d.Key, d.Text)
	return err
}
