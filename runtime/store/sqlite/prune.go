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
	children = 10_000 // executions whose parent goes
	freed    = 512    // pages that are given back to the disk
)

// Prune forgets the executions that ended before t, and whose parents are gone.
func (s *Store) Prune(ctx context.Context, t time.Time) (int, error) {
	return s.forget(ctx, `SELECT id, answers + events FROM executions WHERE parent IS NULL AND stop IS NOT NULL AND stop < ? ORDER BY stop LIMIT ?`, t.UnixMilli())
}

// Forget forgets the executions of a state machine that have ended.
func (s *Store) Forget(ctx context.Context, machine string) error {
	_, err := s.forget(ctx, `SELECT e.id, e.answers + e.events FROM plans p JOIN executions e ON e.plan = p.id
		WHERE p.machine = ? AND e.stop IS NOT NULL LIMIT ?`, machine)
	return err
}

// forget forgets the executions that the query gives, until that gives no more.
func (s *Store) forget(ctx context.Context, query string, arg any) (total int, err error) {
	err = s.repeat(ctx, func() (bool, error) {
		n, more, err := s.writer.forget(query, arg)
		total += n
		return more, err
	})
	if err == nil {
		err = s.writer.submit(ctx, s.writer.sweep)
	}
	if err != nil || total == 0 {
		return total, err
	}
	return total, s.repeat(ctx, s.writer.shrink)
}

// repeat does a part of some work in transactions of their own, until a part says that
// no more is left to do.
func (s *Store) repeat(ctx context.Context, part func() (more bool, err error)) (err error) {
	for more := true; err == nil && more; {
		err = s.writer.submit(ctx, func() (err error) {
			more, err = part()
			return err
		})
	}
	return err
}

// goner is an execution that is to be forgotten.
type goner struct{ id, size int64 }

// forget forgets some of the executions that the query gives.
func (w *writer) forget(query string, arg any) (n int, more bool, err error) {
	list, err := w.ended(query, arg)
	for _, x := range list {
		all := false
		if all, err = w.delete(x.id); err != nil || !all {
			break
		}
		n++
	}
	return n, len(list) > 0, err
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

// delete forgets an execution, and lets its children stand by themselves. Where those
// are many, some of them are all that it does, and it says so.
func (w *writer) delete(id int64) (all bool, err error) {
	orphans, err := w.exec(`UPDATE executions SET parent = NULL WHERE id IN (SELECT id FROM executions WHERE parent = ? LIMIT ?)`, id, children)
	if err != nil {
		return false, err
	}
	if n, err := orphans.RowsAffected(); err != nil || n == children {
		return false, err
	}
	for _, text := range []string{
		`DELETE FROM journal WHERE id BETWEEN ? AND ?`,
		`DELETE FROM events WHERE id BETWEEN ? AND ?`,
	} {
		if _, err := w.exec(text, id*places, (id+1)*places-1); err != nil {
			return false, err
		}
	}
	_, err = w.exec(`DELETE FROM executions WHERE id = ?`, id)
	return true, err
}

// shrink gives some pages back to the disk, where more than a quarter of all is free,
// and says whether it did.
func (w *writer) shrink() (bool, error) {
	var free, all, left int
	if err := w.row(`PRAGMA freelist_count`, nil, &free); err != nil {
		return false, err
	}
	if err := w.row(`PRAGMA page_count`, nil, &all); err != nil {
		return false, err
	}
	if free < freed || free <= all/4 {
		return false, nil
	}
	if _, err := w.exec(fmt.Sprintf(`PRAGMA incremental_vacuum(%d)`, freed)); err != nil {
		return false, err
	}
	err := w.row(`PRAGMA freelist_count`, nil, &left)
	return left < free, err
}
