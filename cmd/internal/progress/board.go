package progress

import (
	"fmt"
	"slices"
	"strings"

	"canto/runtime/history"
)

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
