package maprun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"canto/runtime/interp"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

// The kinds of the documents that Map Runs leave: their records; and, of each that did
// not succeed, a kind of its own for what a redrive need not do again.
const (
	recordKind   = "mapRun"
	finishedKind = "mapRunFinished "
)

// Documents keeps documents: a store.Store does.
type Documents interface {
	Put(ctx context.Context, docs ...store.Document) error
	Documents(ctx context.Context, kind string) ([]store.Document, error)
}

// The errors of Runs.
var (
	ErrNotFound  = errors.New("no such Map Run")
	ErrCompleted = errors.New("the Map Run has completed")
)

// Runs are the records of Map Runs: of those that run, how far they have come; of the
// others, how they ended. It is safe for concurrent use.
type Runs struct {
	documents Documents

	mu         sync.Mutex
	ended      map[string]Record   // by ARN; of one that runs, as it was kept last
	live       map[string]*live    // by ARN
	executions map[string][]string // ARNs of the Map Runs of an execution, in the order of starting
}

// NewRuns returns the records of an engine that has begun no Map Run. Each is kept at
// its start, at its end, and when its settings change; where d is nil, in memory alone.
func NewRuns(d Documents) *Runs {
	if d == nil {
		d = &memory.Store{}
	}
	return &Runs{documents: d, ended: map[string]Record{}, live: map[string]*live{}, executions: map[string][]string{}}
}

// Load takes in the records that were kept.
func (r *Runs) Load(ctx context.Context) error {
	docs, err := r.documents.Documents(ctx, recordKind)
	if err != nil {
		return err
	}
	var all []Record
	for _, d := range docs {
		var rec Record
		if err := json.Unmarshal([]byte(d.Text), &rec); err != nil {
			return fmt.Errorf("the record of the Map Run %s: %w", d.Key, err)
		}
		all = append(all, rec)
	}
	slices.SortStableFunc(all, func(a, b Record) int { return a.Start.Compare(b.Start) })
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rec := range all {
		r.enter(rec)
	}
	return nil
}

// enter takes a record in, or replaces it.
func (r *Runs) enter(rec Record) {
	if _, known := r.ended[rec.ARN]; !known {
		r.executions[rec.Execution] = append(r.executions[rec.Execution], rec.ARN)
	}
	r.ended[rec.ARN] = rec
}

// Find is the Map Run of that ARN, or ErrNotFound.
func (r *Runs) Find(arn string) (Record, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.find(arn)
}

func (r *Runs) find(arn string) (Record, error) {
	if l := r.live[arn]; l != nil {
		return l.look(), nil
	}
	if rec, ok := r.ended[arn]; ok {
		return rec, nil
	}
	return Record{}, fmt.Errorf("%w: %s", ErrNotFound, arn)
}

// Of are the Map Runs that an execution has started, the last one first.
func (r *Runs) Of(execution string) []Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Record
	for _, arn := range slices.Backward(r.executions[execution]) {
		rec, _ := r.find(arn)
		out = append(out, rec)
	}
	slices.SortStableFunc(out, func(a, b Record) int { return b.Start.Compare(a.Start) })
	return out
}

// Update changes the settings of a Map Run that runs; else it is ErrCompleted.
func (r *Runs) Update(ctx context.Context, arn string, c Change) error {
	l, err := r.updateResting(ctx, arn, c)
	if l == nil {
		return err
	}
	l.keeping.Lock()
	defer l.keeping.Unlock()
	if l.look().Status != Running { // it has ended meanwhile
		return fmt.Errorf("%w: %s", ErrCompleted, arn)
	}
	if err := r.put(ctx, l.changed(c)); err != nil {
		return err
	}
	l.change(c)
	return nil
}

// updateResting is Update for a Map Run that nobody is at, as before it is asked for
// again after a crash: it will begin with what its record says. One that somebody is at,
// it returns.
func (r *Runs) updateResting(ctx context.Context, arn string, c Change) (*live, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l := r.live[arn]; l != nil {
		return l, nil
	}
	rec, err := r.find(arn)
	switch {
	case err != nil:
		return nil, err
	case rec.Status != Running:
		return nil, fmt.Errorf("%w: %s", ErrCompleted, arn)
	}
	rec.apply(c)
	if err := r.put(ctx, rec); err != nil {
		return nil, err
	}
	r.enter(rec)
	return nil, nil
}

// Prune forgets the Map Runs that began before t and whose executions are gone.
func (r *Runs) Prune(ctx context.Context, t time.Time, gone func(execution string) (bool, error)) error {
	of := map[string]bool{} // what has gone of the executions
	for _, execution := range r.old(t) {
		var err error
		if of[execution], err = gone(execution); err != nil {
			return err
		}
	}
	return r.forget(ctx, func(rec Record) bool { return of[rec.Execution] })
}

// old are the executions whose first Map Run began before t.
func (r *Runs) old(t time.Time) (executions []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for execution, its := range r.executions {
		if r.ended[its[0]].Start.Before(t) {
			executions = append(executions, execution)
		}
	}
	return executions
}

// Machines are those of the children of the Map Runs of a state machine.
func (r *Runs) Machines(machine string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := map[string]bool{}
	for _, rec := range r.ended {
		if rec.of(machine) {
			seen[rec.Machine] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Forget forgets the Map Runs of a state machine: it is called when no execution of it runs.
func (r *Runs) Forget(ctx context.Context, machine string) error {
	return r.forget(ctx, func(rec Record) bool { return rec.of(machine) })
}

// forget forgets some of the Map Runs that do not run.
func (r *Runs) forget(ctx context.Context, those func(Record) bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var docs []store.Document
	var gone []Record
	for arn, rec := range r.ended {
		if r.live[arn] == nil && those(rec) {
			docs = append(docs, store.Document{Kind: recordKind, Key: arn}, left(arn, rec.Redrives), left(arn, rec.Redrives-1))
			gone = append(gone, rec)
		}
	}
	if len(docs) == 0 {
		return nil
	}
	if err := r.documents.Put(ctx, docs...); err != nil {
		return err
	}
	for _, rec := range gone {
		r.exit(rec)
	}
	return nil
}

// exit lets go of a record.
func (r *Runs) exit(rec Record) {
	delete(r.ended, rec.ARN)
	rest := slices.DeleteFunc(r.executions[rec.Execution], func(o string) bool { return o == rec.ARN })
	if r.executions[rec.Execution] = rest; len(rest) == 0 {
		delete(r.executions, rec.Execution)
	}
}

// begin opens the record of a Map Run that was asked for, and keeps it.
func (r *Runs) begin(ctx context.Context, m *interp.MapRun, at time.Time) (*live, error) {
	l := newLive()
	l.news <- struct{}{} // the settings may be others than the state's
	l.keeping.Lock()
	defer l.keeping.Unlock()
	if err := r.claim(ctx, m.ARN); err != nil {
		return nil, err
	}
	before, known := r.ended[m.ARN]
	l.opened = opened(m, at, before, known)
	l.resumed = known && before.Redrives == m.Redrives
	l.record = l.opened
	l.known, l.begun = l.record.Executions.Total(), l.record.Executions.begun()
	r.enter(l.record)
	r.live[m.ARN] = l
	r.mu.Unlock()
	if err := r.put(ctx, l.opened); err != nil {
		r.leave(l)
		return nil, err
	}
	return l, nil
}

// claim locks the records when nobody is at the Map Run: where another is, as after a
// redrive that came quickly, it waits for that one.
func (r *Runs) claim(ctx context.Context, arn string) error {
	for {
		r.mu.Lock()
		busy := r.live[arn]
		if busy == nil {
			return nil
		}
		r.mu.Unlock()
		select {
		case <-busy.gone:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// opened is the record with which a Map Run begins, or begins again.
func opened(m *interp.MapRun, at time.Time, before Record, known bool) Record {
	rec := Record{
		ARN: m.ARN, Execution: m.Execution, Machine: m.MachineARN, Express: m.Express, Status: Running, Start: at,
		Settings: Settings{Limit: m.Limit, Tolerance: m.Tolerance}, Redrives: m.Redrives, Listed: m.Reader == nil,
	}
	if rec.Listed {
		rec.Items.Pending = int64(m.Items.Len())
		if m.Batch == nil {
			rec.Executions.Pending = rec.Items.Pending
		}
	}
	switch {
	case !known:
	case before.Redrives == m.Redrives: // the same, after a crash
		rec.Settings, rec.Start, rec.Redriven = before.Settings, before.Start, before.Redriven
		rec.Executions, rec.Items = before.Opened.Executions, before.Opened.Items
	default:
		rec.Start, rec.Redriven = before.Start, at
		rec.Executions, rec.Items = before.Executions.again(), before.Items.again()
	}
	rec.Opened.Executions, rec.Opened.Items = rec.Executions, rec.Items
	return rec
}

// end closes the record, and keeps what a redrive need not do again; f is nil where
// the Map Run has succeeded.
func (r *Runs) end(ctx context.Context, l *live, s Status, at time.Time, f *finished) error {
	l.keeping.Lock()
	defer l.keeping.Unlock()
	rec := l.ended(s, at)
	docs := []store.Document{documentOf(rec), left(rec.ARN, rec.Redrives-2)} // that of -1 may be asked for after a crash
	if f != nil {
		text, err := json.Marshal(f)
		if err != nil {
			return err
		}
		d := left(rec.ARN, rec.Redrives)
		d.Text = string(text)
		docs = append(docs, d)
	}
	if err := r.documents.Put(ctx, docs...); err != nil {
		return err
	}
	l.set(rec)
	return nil
}

// leave takes leave of a Map Run, however it went: a record that was not ended says
// that it runs, and it will be asked for again.
func (r *Runs) leave(l *live) {
	rec := l.look()
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.live, rec.ARN)
	r.enter(rec)
	close(l.gone)
}

func (r *Runs) put(ctx context.Context, rec Record) error {
	return r.documents.Put(ctx, documentOf(rec))
}

func documentOf(rec Record) store.Document {
	text, _ := json.Marshal(rec) // of strings, numbers and times
	return store.Document{Kind: recordKind, Key: rec.ARN, Text: string(text)}
}

// finished is what a Map Run that did not succeed has done nevertheless: a redrive
// does not do it again.
type finished struct {
	Children spans            // indexes of those that have succeeded
	Values   map[int][]string `json:",omitempty"` // what goes into the state's result, as JSON text
	Files    []resultFile     `json:",omitempty"` // of results
}

// left is the document, without its text, of what the n-th redrive has left (0: the
// Map Run itself).
func left(arn string, n int) store.Document {
	return store.Document{Kind: finishedKind + arn, Key: strconv.Itoa(n)}
}

// before is what the Map Run had done before it was redriven.
func (r *Runs) before(ctx context.Context, m *interp.MapRun) (*finished, error) {
	f := &finished{}
	if m.Redrives == 0 {
		return f, nil
	}
	want := left(m.ARN, m.Redrives-1)
	docs, err := r.documents.Documents(ctx, want.Kind)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		if d.Key == want.Key {
			return f, json.Unmarshal([]byte(d.Text), f)
		}
	}
	return f, nil
}

// has says whether a child had succeeded.
func (f *finished) has(index int) bool {
	_, found := slices.BinarySearchFunc(f.Children, index, func(r [2]int, i int) int {
		switch {
		case i < r[0]:
			return 1
		case i >= r[1]:
			return -1
		}
		return 0
	})
	return found
}
