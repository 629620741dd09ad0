package parse

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

// keep is a place in memory for v.
func (s *slab[T]) keep(v T) *T {
	kept := s.one()
	*kept = v
	return kept
}

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
