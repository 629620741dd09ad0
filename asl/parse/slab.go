package parse

import (
	"sync"

	"canto/asl/source"
)

// slab makes values several at a time: the more were asked for, the more at once.
type slab[T any] struct {
	free []T
	next int // how many to make next time
}

const (
	smallSlab = 4
	largeSlab = 128
)

// one is a new value.
func (s *slab[T]) one() *T { return &s.some(1)[0] }

// some is a slice of n new values.
func (s *slab[T]) some(n int) []T {
	if n > len(s.free) {
		s.next = min(max(2*s.next, smallSlab), largeSlab)
		s.free = make([]T, max(s.next, n))
	}
	made := s.free[:n:n]
	s.free = s.free[n:]
	return made
}

// stack holds the members of the objects that are open, so that those of each
// object can be kept side by side once it is closed. Its memory is used again.
type stack struct {
	members []source.Member
	most    int // were ever on it
}

var stacks = sync.Pool{New: func() any { return new(stack) }}

func (s *stack) push(m source.Member) { s.members = append(s.members, m) }

// pop takes off the members above height.
func (s *stack) pop(height int) []source.Member {
	s.most = max(s.most, len(s.members))
	above := s.members[height:]
	s.members = s.members[:height]
	return above
}

// free gives the memory back, with nothing of the definition left in it.
func (s *stack) free() {
	clear(s.members[:s.most])
	s.members, s.most = s.members[:0], 0
	stacks.Put(s)
}
