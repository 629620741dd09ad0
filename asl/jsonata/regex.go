package jsonata

import "unicode/utf8"

// regex is a regular expression of JavaScript. It is matched by backtracking, as
// the language prescribes (ECMA-262, 22.2), over code points; the machine counts
// the steps, so that no expression takes for ever.
type regex struct {
	source     string
	pos        int // in the expression
	body       regexNode
	groups     int // capturing ones
	ignoreCase bool
	multiline  bool
}

// regexNode is a part of a regular expression. Match goes on with k where it
// matches, and says whether all the rest matched.
type regexNode interface {
	match(s *search, at int, k func(at int) bool) bool
}

// search is one attempt to match a text.
type search struct {
	*regex
	text     string
	captures []int // begin and end of each group; -1 where it did not take part
	count    func(n int) error
	depth    int
	err      error
}

// regexDepth bounds the groups that are repeated within one match.
const regexDepth = 20_000

// step counts one step; false where there are too many.
func (s *search) step() bool {
	if s.err == nil {
		s.err = s.count(1)
	}
	return s.err == nil
}

// find returns the captures of the first match at or behind an offset; nil if there is none.
func (r *regex) find(text string, from int, count func(n int) error) ([]int, error) {
	s := &search{regex: r, text: text, count: count, captures: make([]int, 2*(r.groups+1))}
	for at := from; at <= len(text); {
		for i := range s.captures {
			s.captures[i] = -1
		}
		found := s.step() && r.body.match(s, at, func(end int) bool {
			s.captures[0], s.captures[1] = at, end
			return true
		})
		switch {
		case s.err != nil:
			return nil, s.err
		case found:
			return s.captures, nil
		case at == len(text):
			return nil, nil
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return nil, nil
}

// next reads the character behind at, or before it.
func (s *search) next(at int, back bool) (r rune, after int, ok bool) {
	if back {
		if at == 0 {
			return 0, 0, false
		}
		r, size := utf8.DecodeLastRuneInString(s.text[:at])
		return r, at - size, true
	}
	if at >= len(s.text) {
		return 0, 0, false
	}
	if c := s.text[at]; c < utf8.RuneSelf {
		return rune(c), at + 1, true
	}
	r, size := utf8.DecodeRuneInString(s.text[at:])
	return r, at + size, true
}

// setNode is one character of a set.
type setNode struct {
	set  runeSet
	back bool
}

func (n *setNode) one(s *search, at int) (int, bool) {
	r, after, ok := s.next(at, n.back)
	return after, ok && n.set.has(r, s.ignoreCase)
}

func (n *setNode) match(s *search, at int, k func(int) bool) bool {
	after, ok := n.one(s, at)
	return ok && s.step() && k(after)
}

// sequenceNode is parts one after the other.
type sequenceNode []regexNode

func (n sequenceNode) match(s *search, at int, k func(int) bool) bool {
	switch len(n) {
	case 0:
		return k(at)
	case 1:
		return n[0].match(s, at, k)
	}
	return n[0].match(s, at, func(after int) bool { return n[1:].match(s, after, k) })
}

// choiceNode is alternatives: the first that leads to a match counts.
type choiceNode []regexNode

func (n choiceNode) match(s *search, at int, k func(int) bool) bool {
	for _, alternative := range n {
		if alternative.match(s, at, k) {
			return true
		}
	}
	return false
}

// groupNode captures.
type groupNode struct {
	index int
	body  regexNode
	back  bool
}

func (n *groupNode) match(s *search, at int, k func(int) bool) bool {
	i := 2 * n.index
	return n.body.match(s, at, func(after int) bool {
		begin, end := s.captures[i], s.captures[i+1]
		s.captures[i], s.captures[i+1] = min(at, after), max(at, after)
		if k(after) {
			return true
		}
		s.captures[i], s.captures[i+1] = begin, end
		return false
	})
}

// backNode is what a group captured, once more.
type backNode struct {
	index int
	name  string
	back  bool
}

func (n *backNode) match(s *search, at int, k func(int) bool) bool {
	begin, end := s.captures[2*n.index], s.captures[2*n.index+1]
	if begin < 0 {
		return k(at)
	}
	length := end - begin
	from, after := at, at+length
	if n.back {
		from, after = at-length, at-length
	}
	if from < 0 || from+length > len(s.text) || !sameText(s.text[begin:end], s.text[from:from+length], s.ignoreCase) {
		return false
	}
	return s.step() && k(after)
}

// edgeNode is ^, $, \b or \B.
type edgeNode byte

func (n edgeNode) match(s *search, at int, k func(int) bool) bool {
	before, _, begun := s.next(at, true)
	behind, _, more := s.next(at, false)
	switch n {
	case '^':
		return (!begun || s.multiline && isLineEnd(before)) && k(at)
	case '$':
		return (!more || s.multiline && isLineEnd(behind)) && k(at)
	}
	edge := (begun && isWord(before)) != (more && isWord(behind))
	return edge == (n == 'b') && k(at)
}

// lookNode looks ahead or behind, and stays where it is.
type lookNode struct {
	body   regexNode
	negate bool
}

func (n *lookNode) match(s *search, at int, k func(int) bool) bool {
	saved := append([]int(nil), s.captures...)
	found := n.body.match(s, at, func(int) bool { return true })
	if s.err != nil {
		return false
	}
	if n.negate {
		copy(s.captures, saved)
		return !found && k(at)
	}
	if found && k(at) {
		return true
	}
	copy(s.captures, saved)
	return false
}

// repeatNode is a quantifier. Most is -1 where there is no bound. First and last
// are the groups within, which begin anew each time.
type repeatNode struct {
	body        regexNode
	least, most int
	lazy        bool
	first, last int
}

func (n *repeatNode) match(s *search, at int, k func(int) bool) bool {
	if set, ok := n.body.(*setNode); ok {
		return n.matchSet(set, s, at, k)
	}
	return n.again(s, at, 0, k)
}

// again matches from the repetition count on.
func (n *repeatNode) again(s *search, at, count int, k func(int) bool) bool {
	if !s.step() {
		return false
	}
	if s.depth++; s.depth > regexDepth {
		s.err = errDepth
		return false
	}
	defer func() { s.depth-- }()
	switch {
	case count < n.least:
		return n.once(s, at, count, k)
	case n.lazy:
		return k(at) || n.more(count) && n.once(s, at, count, k)
	}
	return n.more(count) && n.once(s, at, count, k) || s.err == nil && k(at)
}

func (n *repeatNode) more(count int) bool { return n.most < 0 || count < n.most }

// once matches the body and goes on. A repetition of nothing ends the loop.
func (n *repeatNode) once(s *search, at, count int, k func(int) bool) bool {
	inner := s.captures[2*n.first : 2*n.last]
	saved := append([]int(nil), inner...)
	for i := range inner {
		inner[i] = -1
	}
	if n.body.match(s, at, func(after int) bool {
		return (after != at || count < n.least) && n.again(s, after, count+1, k)
	}) {
		return true
	}
	copy(inner, saved)
	return false
}

// matchSet repeats single characters without recursion.
func (n *repeatNode) matchSet(set *setNode, s *search, at int, k func(int) bool) bool {
	count := 0
	forward := func() bool {
		after, ok := set.one(s, at)
		if ok && n.more(count) && s.step() {
			at, count = after, count+1
			return true
		}
		return false
	}
	for count < n.least {
		if !forward() {
			return false
		}
	}
	if n.lazy {
		for !k(at) {
			if s.err != nil || !forward() {
				return false
			}
		}
		return true
	}
	least := at
	for forward() { //nolint:revive // as far as it goes
	}
	for s.err == nil {
		if k(at) {
			return true
		}
		if at == least {
			return false
		}
		_, at, _ = s.next(at, !set.back)
	}
	return false
}
