package memory

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"canto/runtime/store"
)

// key names a list: of the executions of a state machine, a version, an alias or a
// Map Run, with that status, or with any where it is empty. The executions that no
// Map Run leads are in the lists of the Map Run without a name.
type key struct {
	of     kind
	arn    string
	status string
}

type kind uint8

const (
	mapRun kind = iota
	machine
	version
	alias
)

// lists has each execution in the lists that it belongs to, those that started
// last at the end.
type lists map[key][]*execution

// eachKey yields the keys of the lists of an execution that are for all statuses.
// Those that a Map Run leads are listed by it alone.
func (x *execution) eachKey(yield func(key) bool) {
	b := &x.begin
	if !yield(key{of: mapRun, arn: b.MapRunARN}) || b.MapRunARN != "" || !yield(key{of: machine, arn: b.MachineARN}) {
		return
	}
	if b.VersionARN != "" && !yield(key{of: version, arn: b.VersionARN}) {
		return
	}
	if b.AliasARN != "" {
		yield(key{of: alias, arn: b.AliasARN})
	}
}

// enter lists an execution that has begun.
func (l lists) enter(x *execution) {
	x.listed = x.status()
	for k := range x.eachKey {
		l.insert(k, x)
		k.status = x.listed
		l.insert(k, x)
	}
}

// move lists an execution by the status that it has now.
func (l lists) move(x *execution) {
	was, is := x.listed, x.status()
	if was == is {
		return
	}
	x.listed = is
	for k := range x.eachKey {
		k.status = was
		l.remove(k, x)
		k.status = is
		l.insert(k, x)
	}
}

func (l lists) insert(k key, x *execution) {
	list := l[k]
	if n := len(list); n == 0 || compare(list[n-1], x.place()) < 0 {
		l[k] = append(list, x)
		return
	}
	i, _ := slices.BinarySearchFunc(list, x.place(), compare)
	l[k] = slices.Insert(list, i, x)
}

func (l lists) remove(k key, x *execution) {
	list := l[k]
	if i, ok := slices.BinarySearchFunc(list, x.place(), compare); ok {
		l.keep(k, slices.Delete(list, i, i+1))
	}
}

// keep puts a list that has become shorter in place, and lets go of memory that it
// does not need any more.
func (l lists) keep(k key, list []*execution) {
	switch {
	case len(list) == 0:
		delete(l, k)
	case cap(list) > 64 && len(list) < cap(list)/4:
		l[k] = slices.Clone(list)
	default:
		l[k] = list
	}
}

// exit takes an execution out of all lists.
func (l lists) exit(x *execution) {
	for k := range x.eachKey {
		l.remove(k, x)
		k.status = x.listed
		l.remove(k, x)
	}
}

// leave takes executions out of all lists: a pass over each that has one of them.
func (l lists) leave(gone map[*execution]bool) {
	if len(gone) == 1 {
		for x := range gone {
			l.exit(x)
		}
		return
	}
	touched := map[key]bool{}
	for x := range gone {
		for k := range x.eachKey {
			touched[k] = true
			k.status = x.listed
			touched[k] = true
		}
	}
	for k := range touched {
		l.keep(k, slices.DeleteFunc(l[k], func(x *execution) bool { return gone[x] }))
	}
}

// List returns the executions that the query asks for.
func (s *Store) List(_ context.Context, q store.Query) ([]store.Summary, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := s.lists[narrowest(q)]
	end := len(list)
	if after, ok := parsePlace(q.After); ok {
		end, _ = slices.BinarySearchFunc(list, after, compare)
	}
	var out []store.Summary
	for _, x := range slices.Backward(list[:end]) {
		if q.Limit > 0 && len(out) == q.Limit {
			break
		}
		if x.matches(q) {
			out = append(out, x.summary())
		}
	}
	return out, nil
}

// narrowest is the shortest list that has all that the query asks for.
func narrowest(q store.Query) key {
	k := key{of: mapRun, arn: q.MapRun, status: q.Status}
	if q.MapRun != "" {
		return k
	}
	for _, by := range []key{{of: alias, arn: q.Alias}, {of: version, arn: q.Version}, {of: machine, arn: q.Machine}} {
		if by.arn != "" {
			by.status = q.Status
			return by
		}
	}
	return k
}

func (x *execution) matches(q store.Query) bool {
	return (q.Machine == "" || x.begin.MachineARN == q.Machine) &&
		(q.Version == "" || x.begin.VersionARN == q.Version) &&
		(q.Alias == "" || x.begin.AliasARN == q.Alias) &&
		(q.Redriven == nil || (x.redrive != nil) == *q.Redriven)
}

// place is where an execution stands in lists.
type place struct {
	start  int64
	number int
}

func (x *execution) place() place { return place{x.begin.Start.UnixMilli(), x.number} }

func compare(x *execution, p place) int {
	own := x.place()
	return cmp.Or(cmp.Compare(own.start, p.start), cmp.Compare(own.number, p.number))
}

func (p place) String() string {
	return strconv.FormatInt(p.start, 10) + "." + strconv.Itoa(p.number)
}

func parsePlace(cursor string) (place, bool) {
	start, number, _ := strings.Cut(cursor, ".")
	ms, err := strconv.ParseInt(start, 10, 64)
	n, err2 := strconv.Atoi(number)
	return place{ms, n}, err == nil && err2 == nil
}

func (x *execution) summary() store.Summary {
	b := &x.begin
	out := store.Summary{
		ID: x.id, Name: b.Name, MachineARN: b.MachineARN, VersionARN: b.VersionARN, AliasARN: b.AliasARN,
		MapRunARN: b.MapRunARN, Status: x.status(), Start: b.Start, Redrive: clone(x.redrive), Items: b.Items,
		Cursor: x.place().String(),
	}
	if x.end != nil {
		out.Stop = x.end.Stop
	}
	return out
}
