package strand

import (
	"iter"
	"runtime"
)

// coroutine carries one strand after another, so that a strand costs a switch
// and not a goroutine of its own.
type coroutine struct {
	s     *Strand
	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
}

func (x *Execution) coroutine() *coroutine {
	if n := len(x.idle); n > 0 {
		c := x.idle[n-1]
		x.idle = x.idle[:n-1]
		return c
	}
	c := &coroutine{}
	c.next, c.stop = iter.Pull(func(yield func(struct{}) bool) {
		c.yield = yield
		grow()
		for {
			s := c.s
			s.finish(guarded(s))
			c.s, s.co = nil, nil
			x.idle = append(x.idle, c)
			if !yield(struct{}{}) {
				return
			}
		}
	})
	return c
}

// grow makes the stack of a new coroutine at once as large as most strands need it: to
// move it again and again as it fills costs more.
//
//go:noinline
func grow() {
	var room [5 << 10]byte
	runtime.KeepAlive(&room)
}

func (x *Execution) start(g *group, i int, body func(*Strand) error) {
	s := &Strand{x: x, body: body, group: g, index: i}
	g.strands[i] = s
	x.ready.push(s)
}

// resume runs s until it blocks or ends.
func (x *Execution) resume(s *Strand) {
	if s.co == nil {
		if s.group.err != nil {
			s.finish(s.group.why())
			return
		}
		s.co = x.coroutine()
		s.co.s = s
	}
	s.co.next()
}
