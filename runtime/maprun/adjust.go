package maprun

import (
	"context"
	"time"
)

// total counts the items, where a bound depends on their number.
func (s *schedule) total(ctx context.Context, in *inputs) (err error) {
	s.count = func(t Settings) (int64, error) { return in.count(ctx, t.Tolerance) }
	s.all, err = s.count(s.Settings)
	return err
}

// adjust takes over settings that have changed. Places that are new open now; where
// there are fewer, children that run go on, and others have to wait for longer.
func (s *schedule) adjust() (err error) {
	now := s.record.settings()
	more := now.Limit - s.Limit
	counted := s.Tolerance.Relative()
	s.Settings = now
	for ; more > 0; more-- {
		if s.debt > 0 {
			s.debt--
		} else {
			s.slots = append(s.slots, s.end)
		}
	}
	for ; more < 0; more++ {
		s.narrow()
	}
	if s.live {
		s.workers = now.Limit
	}
	if now.Tolerance.Relative() && !counted {
		if s.all, err = s.count(now); err != nil {
			return err
		}
	}
	if !s.failed && s.Tolerance.Exceeded(s.bad, s.all) {
		return s.fail()
	}
	return nil
}

// narrow takes a place away: one that is free, or the next that will be.
func (s *schedule) narrow() {
	switch n := len(s.slots); {
	case s.free > 0:
		s.free--
	case n > 0:
		s.slots = s.slots[:n-1]
	default:
		s.debt++
	}
}

// stopped is when the Map Run has ended.
func (s *schedule) stopped() time.Time {
	if s.live {
		return time.Now().UTC().Truncate(time.Millisecond)
	}
	return s.end
}

// left is what a redrive of the Map Run need not do again.
func (s *schedule) left(status Status) *finished {
	if status == Succeeded {
		return nil
	}
	f := &finished{}
	if s.out != nil && s.out.keep(f) {
		f.Children = s.good
	}
	return f
}

// spans are sets of indexes, as ranges in order: from, up to and not with.
type spans [][2]int

// add adds an index that is not there.
func (s *spans) add(i int) {
	all := *s
	at := len(all)
	for at > 0 && all[at-1][0] > i {
		at--
	}
	before := at > 0 && all[at-1][1] == i
	after := at < len(all) && all[at][0] == i+1
	switch {
	case before && after:
		all[at-1][1] = all[at][1]
		*s = append(all[:at], all[at+1:]...)
	case before:
		all[at-1][1]++
	case after:
		all[at][0]--
	default:
		*s = append(all, [2]int{})
		copy((*s)[at+1:], (*s)[at:])
		(*s)[at] = [2]int{i, i + 1}
	}
}
