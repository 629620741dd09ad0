package maprun

import (
	"sync"
	"time"

	"canto/runtime/interp"
)

// live is the record of a Map Run that runs. The schedule moves it on; others look at
// it, and change its settings.
type live struct {
	keeping sync.Mutex // held while the record is kept: what is kept last is the last
	mu      sync.Mutex
	record  Record
	opened  Record        // as it was when the Map Run began, or began again
	resumed bool          // the Map Run was begun before, and goes on
	known   int64         // children that the counts have
	begun   int64         // of those, in a redrive: that were run before
	news    chan struct{} // gets a value when the settings have changed
	gone    chan struct{} // closed when the Map Run is left
}

func newLive() *live { return &live{news: make(chan struct{}, 1), gone: make(chan struct{})} }

func (l *live) look() Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.record
}

func (l *live) settings() Settings {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.record.Settings
}

// changed is the record to keep where the settings change: its counts are those that a
// crash goes back to.
func (l *live) changed(c Change) Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	rec := l.opened
	rec.apply(c)
	return rec
}

// change changes the settings.
func (l *live) change(c Change) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.record.apply(c)
	l.opened.Settings = l.record.Settings
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// read counts a child of that many items, unless it was counted before.
func (l *live) read(index, items int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if int64(index) < l.known {
		return
	}
	l.known++
	l.record.Executions.Pending++
	if !l.record.Listed {
		l.record.Items.Pending += int64(items)
	}
}

// start counts a child that starts.
func (l *live) start(index, items int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, i := &l.record.Executions, &l.record.Items
	if int64(index) < l.begun {
		move(&e.PendingRedrive, &e.Running, 1)
		move(&i.PendingRedrive, &i.Running, items)
		return
	}
	move(&e.Pending, &e.Running, 1)
	move(&i.Pending, &i.Running, items)
}

// settle counts a child that has ended.
func (l *live) settle(r Result, items int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, i := &l.record.Executions, &l.record.Items
	move(&e.Running, e.at(r.Status), 1)
	move(&i.Running, i.at(r.Status), items)
	if r.Final && r.Status != interp.Succeeded {
		e.NotRedrivable++
		i.NotRedrivable += int64(items)
	}
}

func move(from, to *int64, n int) {
	*from -= int64(n)
	*to += int64(n)
}

// ended is the record as it ends. What was written is all that was counted as ended.
func (l *live) ended(s Status, at time.Time) Record {
	rec := l.look()
	rec.Status, rec.Stop = s, at
	return rec
}

// set replaces the record, once it is kept.
func (l *live) set(rec Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.record = rec
}

// written counts the results, if they went into files.
func (l *live) written(files bool) {
	if !files {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range []*Counts{&l.record.Executions, &l.record.Items} {
		c.ResultsWritten = c.Succeeded + c.Failed + c.TimedOut + c.Aborted
	}
}
