package memory

import "sort"

// log is a list that grows by the slices of turns, and keeps these as they are.
type log[T any] struct {
	parts []part[T]
	n     int
}

type part[T any] struct {
	before int // how many items are in the parts before it
	items  []T
}

func (l *log[T]) add(items []T) {
	if len(items) == 0 {
		return
	}
	l.parts = append(l.parts, part[T]{l.n, items})
	l.n += len(items)
}

// slice copies the items from the one with that index up to another.
func (l *log[T]) slice(from, to int) []T {
	if from >= to {
		return nil
	}
	out := make([]T, 0, to-from)
	i := sort.Search(len(l.parts), func(i int) bool { return l.parts[i].before > from }) - 1
	for ; len(out) < to-from; i++ {
		p := l.parts[i]
		at := from + len(out) - p.before
		out = append(out, p.items[at:min(len(p.items), to-p.before)]...)
	}
	return out
}
