package maprun

import (
	"context"
	"slices"
)

// Running are the Map Runs of an execution that say that they run; of all where it is "".
func (r *Runs) Running(execution string) (all []Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	take := func(arn string) {
		if rec, err := r.find(arn); err == nil && rec.Status == Running {
			all = append(all, rec)
		}
	}
	if execution == "" {
		for arn := range r.ended {
			take(arn)
		}
	}
	for _, arn := range r.executions[execution] {
		take(arn)
	}
	slices.SortFunc(all, func(a, b Record) int { return a.Start.Compare(b.Start) })
	return all
}

// Abandon ends a Map Run that says that it runs, and that nobody will come back to. Who
// is at it is waited for. end gives the record as it ends, or as it was where somebody
// will come back to it after all; nobody begins the Map Run meanwhile.
func (r *Runs) Abandon(ctx context.Context, arn string, end func(Record) (Record, error)) error {
	l := newLive()
	l.keeping.Lock()
	defer l.keeping.Unlock()
	if err := r.claim(ctx, arn); err != nil {
		return err
	}
	rec, known := r.ended[arn]
	if !known || rec.Status != Running {
		r.mu.Unlock()
		return nil
	}
	l.record, l.opened = rec, rec
	r.live[arn] = l
	r.mu.Unlock()
	defer r.leave(l)
	rec, err := end(rec)
	if err != nil || rec.Status == Running {
		return err
	}
	if err := r.put(ctx, rec); err != nil {
		return err
	}
	l.set(rec)
	return nil
}
