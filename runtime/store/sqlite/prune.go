package sqlite

import (
	"context"
	"fmt"
	"time"
)

// Bounds of what is forgotten in one transaction, so that no commit waits for long.
const (
	pruned   = 64     // executions
	prunedOf = 10_000 // answers and events, or one execution with more
	freed    = 512    // pages that are given back to the disk
)

// Prune forgets the executions that ended before t.
func (s *Store) Prune(ctx context.Context, t time.Time) (int, error) {
	return s.forget(ctx, `SELECT id, answers + events FROM executions WHERE stop IS NOT NULL AND stop < ? ORDER BY stop LIMIT ?`, t.UnixMilli())
}

// Forget forgets the executions of a state machine that have ended.
func (s *Store) Forget(ctx context.Context, machine string) error {
	_, err := s.forget(ctx, `SELECT e.id, e.answers + e.events FROM plans p JOIN executions e ON e.plan = p.id
		WHERE p.machine = ? AND e.stop IS NOT NULL LIMIT ?`, machine)
	return err
}

// forget forgets the executions that the query gives, until that gives no more.
func (s *Store) forget(ctx context.Context, query string, arg any) (int, error) {
	total, err := s.repeat(ctx, func() (int, error) { return s.writer.forget(query, arg) })
	if err == nil {
		err = s.writer.submit(ctx, s.writer.sweep)
	}
	if err != nil || total == 0 {
		return total, err
	}
	_, err = s.repeat(ctx, s.writer.shrink)
	return total, err
}

// repeat does a part of some work in transactions of their own, until nothing is
// left to do. It gives the sum of what the parts say that they have done.
func (s *Store) repeat(ctx context.Context, part func() (int, error)) (total int, err error) {
	for n := 1; err == nil && n > 0; total += n {
		n = 0
		err = s.writer.submit(ctx, func() (err error) {
			n, err = part()
			return err
		})
	}
	return total, err
}

// goner is an execution that is to be forgotten.
type goner struct{ id, size int64 }

func (w *writer) forget(query string, arg any) (int, error) {
	list, err := w.ended(query, arg)
	if err != nil {
		return 0, err
	}
	for _, x := range list {
		if err := w.delete(x.id); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// sweep forgets the plans of which no execution is left.
func (w *writer) sweep() error {
	w.forgetPlans()
	_, err := w.exec(`DELETE FROM plans WHERE NOT EXISTS (SELECT 1 FROM executions WHERE plan = plans.id)`)
	return err
}

func (w *writer) ended(query string, arg any) (list []goner, err error) {
	s, err := w.stmt(query)
	if err != nil {
		return nil, err
	}
	found, err := s.QueryContext(context.Background(), arg, pruned)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for size := int64(0); found.Next() && size < prunedOf; {
		var x goner
		if err := found.Scan(&x.id, &x.size); err != nil {
			return nil, err
		}
		list = append(list, x)
		size += x.size
	}
	return list, found.Err()
}

func (w *writer) delete(id int64) error {
	for _, text := range []string{
		`DELETE FROM journal WHERE id BETWEEN ? AND ?`,
		`DELETE FROM events WHERE id BETWEEN ? AND ?`,
	} {
		if _, err := w.exec(text, id*places, (id+1)*places-1); err != nil {
			return err
		}
	}
	_, err := w.exec(`DELETE FROM executions WHERE id = ?`, id)
	return err
}

// shrink gives some pages back to the disk, where more than a quarter of all is free,
// and says how many.
func (w *writer) shrink() (int, error) {
	var free, all, left int
	if err := w.row(`PRAGMA freelist_count`, nil, &free); err != nil {
		return 0, err
	}
	if err := w.row(`PRAGMA page_count`, nil, &all); err != nil {
		return 0, err
	}
	if free < freed || free <= all/4 {
		return 0, nil
	}
	if _, err := w.exec(fmt.Sprintf(`PRAGMA incremental_vacuum(%d)`, freed)); err != nil {
		return 0, err
	}
	err := w.row(`PRAGMA freelist_count`, nil, &left)
	return free - left, err
}
