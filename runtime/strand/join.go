package strand

// group is the children of one Join.
type group struct {
	parent  *Strand // nil for the group of the first strand
	visit   int     // of the parent, in which it was begun
	ask     int     // which of the visit's questions it is
	strands []*Strand
	left    int   // begun or waiting to begin, and not ended
	more    bool  // the parent has more to start
	err     error // why the group was given up
}

// Join runs n children, at most limit at a time (0: all), and waits until all
// have ended. begin is called in this strand when a child is about to start. The
// first failure gives up the others and is returned.
func (s *Strand) Join(n, limit int, begin func(i int), child func(*Strand, int) error) error {
	return s.JoinRest(n, limit, nil, begin, child)
}

// JoinRest is Join without the children that are done already: done says which, and
// may be nil. The others are the same children, by their paths and their scopes, as if
// all were run.
func (s *Strand) JoinRest(n, limit int, done func(i int) bool, begin func(i int), child func(*Strand, int) error) error {
	if limit <= 0 || limit > n {
		limit = n
	}
	s.asks++
	g := &group{parent: s, visit: s.visit, ask: s.asks, strands: make([]*Strand, n)}
	w := &wait{}
	for i := 0; ; {
		if s.group.err != nil && g.err == nil {
			g.cancel(s.group.why())
		}
		for ; i < n && g.left < limit && g.err == nil; i++ {
			at := i
			if done != nil && done(at) {
				continue
			}
			begin(at)
			g.left++
			s.x.start(g, at, func(k *Strand) error { return child(k, at) })
		}
		if g.left == 0 {
			return g.err
		}
		g.more = i < n && g.err == nil
		s.park(w)
	}
}

// finish takes leave of s, which ended with err.
func (s *Strand) finish(err error) {
	g := s.group
	g.strands[s.index] = nil
	g.left--
	if err != nil && g.err == nil {
		g.cancel(err)
	}
	if p := g.parent; p != nil && p.at != nil && (g.left == 0 || g.more) {
		p.at.ring()
	}
	if g.parent == nil {
		s.x.withdrawDeadline()
	}
}

// why is what a strand of a given-up group gets.
func (g *group) why() error {
	if c, ok := g.err.(*Canceled); ok {
		return c
	}
	return &Canceled{g.err}
}

// cancel gives up what is left of the group.
func (g *group) cancel(err error) {
	g.err = err
	for _, s := range g.strands {
		if s == nil || s.at == nil {
			continue
		}
		w := s.at
		if w.id != "" {
			delete(s.x.open, w.id)
			s.x.withdraw(w)
		}
		w.ring()
	}
}

// withdrawDeadline takes back what nobody waits for once the first strand has ended.
func (x *Execution) withdrawDeadline() {
	if x.limit != nil {
		x.withdraw(x.limit)
		x.limit = nil
	}
}
