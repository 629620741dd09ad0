package cli

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"canto/runtime/history"

	"github.com/vbauerster/mpb/v8/cwriter"
)

// progress shows how a run goes.
type progress interface {
	observe(e history.Event)
	close() // before anything else is written
}

// newProgress is bars on a terminal, lines elsewhere, or nothing.
func newProgress(w io.Writer, quiet bool) progress {
	switch {
	case quiet:
		return silent{}
	case isTerminal(w):
		return newBars(w)
	}
	return &lines{w: w, board: newBoard()}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && cwriter.IsTerminal(int(file.Fd()))
}

type silent struct{}

func (silent) observe(history.Event) {}
func (silent) close()                {}

// board is what goes on in a run, as its events tell.
type board struct {
	states map[string]string  // the state of each branch, by its path
	maps   map[string]*counts // the Map states, by name
	visits map[place]*counts  // the last visit of each Map state in each branch
	order  []string           // names of the Map states, as they began
}

// place is a state in a branch.
type place struct{ path, name string }

// counts are the iterations of a Map state: in the last visit of each branch to it.
// Iterations that were aborted are neither done nor failed.
type counts struct{ total, done, failed int }

func newBoard() *board {
	return &board{states: map[string]string{}, maps: map[string]*counts{}, visits: map[place]*counts{}}
}

// take moves the board on by an event.
func (b *board) take(e history.Event) {
	path := e.Branch.String()
	kind := e.Type.String()
	switch {
	case strings.HasSuffix(kind, "StateEntered"):
		b.states[path] = e.Name
	case strings.HasSuffix(kind, "StateExited"):
		b.leave(path)
	case e.Type == history.MapStateStarted:
		b.drop(path)
		b.begin(path, b.states[path], e.Info.Length)
	case e.Type == history.MapIterationSucceeded:
		b.maps[e.Name].done++
		b.visit(path, e.Name).done++
		b.leave(path)
	case e.Type == history.MapIterationFailed:
		b.maps[e.Name].failed++
		b.visit(path, e.Name).failed++
		b.leave(path)
	case e.Type == history.MapIterationAborted:
		b.leave(path)
	case e.Type == history.ParallelStateStarted, e.Type == history.ParallelStateFailed, e.Type == history.MapStateFailed:
		b.drop(path)
	}
}

// begin notes that the branch has begun a Map state. Where it was there before, as in
// a retry or a loop, that count is taken back.
func (b *board) begin(path, name string, length int) {
	all := b.maps[name]
	if all == nil {
		all = &counts{}
		b.maps[name] = all
		b.order = append(b.order, name)
	}
	here := place{path, name}
	if b.visits[here] != nil {
		b.takeBack(here)
	}
	b.visits[here] = &counts{total: length}
	all.total += length
}

// takeBack takes back what the last visit has counted, and the Maps inside of it.
func (b *board) takeBack(here place) {
	for p, before := range b.visits {
		if p == here || strings.HasPrefix(p.path, here.path+"/") {
			all := b.maps[p.name]
			all.total, all.done, all.failed = all.total-before.total, all.done-before.done, all.failed-before.failed
			delete(b.visits, p)
		}
	}
}

// visit is that to the Map state around the iteration at path.
func (b *board) visit(path, name string) *counts {
	if c := b.visits[place{path[:strings.LastIndexByte(path, '/')], name}]; c != nil {
		return c
	}
	return &counts{}
}

// leave takes the branch, and all in it, off the board.
func (b *board) leave(path string) {
	delete(b.states, path)
	b.drop(path)
}

// drop takes what is inside of the branch off the board.
func (b *board) drop(path string) {
	for inner := range b.states {
		if strings.HasPrefix(inner, path+"/") {
			delete(b.states, inner)
		}
	}
}

// running are the states that run, innermost ones only, with how often each does.
func (b *board) running() string {
	outer := map[string]bool{}
	for path := range b.states {
		if i := strings.LastIndexByte(path, '/'); i >= 0 {
			outer[path[:i]] = true
		}
	}
	often := map[string]int{}
	for path, name := range b.states {
		if !outer[path] {
			often[name]++
		}
	}
	names := make([]string, 0, len(often))
	for name, n := range often {
		if n > 1 {
			name = fmt.Sprintf("%s ×%d", name, n)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// lines shows progress as lines: the states that do something, how far each Map is,
// and the failures of tasks.
type lines struct {
	w     io.Writer
	board *board
	start time.Time // of the execution
}

func (l *lines) close() {}

func (l *lines) observe(e history.Event) {
	if e.ID == 1 {
		l.start = e.Time()
	}
	l.board.take(e)
	switch e.Type {
	case history.TaskStateEntered, history.WaitStateEntered, history.ParallelStateEntered:
		if e.Branch == nil {
			l.say(e, "%s", e.Name)
		}
	case history.MapStateStarted:
		if e.Branch == nil {
			l.say(e, "%s%s", l.board.states[""], items(e.Info.Length))
		}
	case history.MapIterationSucceeded, history.MapIterationFailed:
		if c := l.board.maps[e.Name]; e.Branch.Parent == nil && c.quarter() {
			l.say(e, "%s: %d of %d done, %d failed", e.Name, c.done, c.total, c.failed)
		}
	case history.LambdaFunctionFailed, history.TaskFailed, history.ActivityFailed, history.LambdaFunctionTimedOut, history.TaskTimedOut, history.ActivityTimedOut:
		l.say(e, "%s: failed: %s", e.Name, e.Info.Error)
	}
}

// items is how many a Map has; nothing of none, since those that an ItemReader reads
// are not known yet.
func items(n int) string {
	if n == 0 {
		return ""
	}
	return ": " + plural(n, "item")
}

// quarter says whether a quarter of the iterations, or another one, has just ended.
func (c *counts) quarter() bool {
	n := c.done + c.failed
	return n == c.total || n*4/c.total > (n-1)*4/c.total
}

func (l *lines) say(e history.Event, format string, args ...any) {
	since := e.Time().Sub(l.start)
	fmt.Fprintf(l.w, "%8s  %s\n", round(since), fmt.Sprintf(format, args...))
}
