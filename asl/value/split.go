package value

import (
	"slices"
	"strings"
)

// slab hands out nodes from blocks that grow, so that many children cost few
// allocations.
type slab struct {
	free []node
	size int
	form uint32 // children of a compact text are compact
}

func newSlab(form uint32) slab {
	if form != compact {
		form = unknown
	}
	return slab{size: 2, form: form}
}

func (s *slab) value(text string) Value {
	if len(s.free) == 0 {
		s.size = min(2*s.size, 1024)
		s.free = make([]node, s.size)
	}
	n := &s.free[0]
	s.free = s.free[1:]
	n.text, n.kind = text, kindOf(text)
	n.form.Store(s.form)
	return Value{n}
}

func splitArray(text string, form uint32) []Value {
	i := skipSpace(text, skipSpace(text, 0)+1)
	if text[i] == ']' {
		return nil
	}
	made := newSlab(form)
	items := make([]Value, 0, 4)
	for {
		end := skipValue(text, i)
		if len(items) == sample {
			items = slices.Grow(items, estimate(len(text), end))
		}
		items = append(items, made.value(text[i:end]))
		i = skipSpace(text, end)
		if text[i] == ']' {
			return items
		}
		i = skipSpace(text, i+1)
	}
}

// After this many elements of an array their mean size tells how many there will be.
const sample = 64

// estimate bounds its guess by the size of the text: the sample may mislead.
func estimate(size, end int) int { return min(sample*(size/end)+sample, size/16) }

func splitObject(text string, form uint32) []Member {
	i := skipSpace(text, skipSpace(text, 0)+1)
	if text[i] == '}' {
		return nil
	}
	made := newSlab(form)
	members := make([]Member, 0, 4)
	for {
		end := skipString(text, i)
		name := unquote(text[i+1 : end-1])
		i = skipSpace(text, skipSpace(text, end)+1)
		end = skipValue(text, i)
		members = append(members, Member{name, made.value(text[i:end])})
		i = skipSpace(text, end)
		if text[i] == '}' {
			break
		}
		i = skipSpace(text, i+1)
	}
	if form == compact {
		return members
	}
	return lastWins(members)
}

// lastWins drops duplicate keys: the last value stays, at the place of the
// first, as in Jackson's LinkedHashMap.
func lastWins(members []Member) []Member {
	if !memberTwice(members) {
		return members
	}
	at := make(map[string]int, len(members))
	kept := make([]Member, 0, len(members))
	for _, m := range members {
		if i, ok := at[m.Name]; ok {
			kept[i].Value = m.Value
			continue
		}
		at[m.Name] = len(kept)
		kept = append(kept, m)
	}
	return kept
}

func memberTwice(members []Member) bool {
	if len(members) > searchLimit {
		return true // lastWins finds out
	}
	for i := range members {
		for k := range i {
			if members[i].Name == members[k].Name {
				return true
			}
		}
	}
	return false
}

// skipValue returns the end of the value that begins at i. The text is valid.
func skipValue(text string, i int) int {
	switch text[i] {
	case '"':
		return skipString(text, i)
	case '{', '[':
		return skipContainer(text, i)
	}
	for i < len(text) && !delimiter[text[i]] {
		i++
	}
	return i
}

func skipString(text string, i int) int {
	for i++; ; i++ {
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
}

func skipContainer(text string, i int) int {
	depth := 0
	for ; ; i++ {
		switch class[text[i]] {
		case opens:
			depth++
		case closes:
			if depth--; depth == 0 {
				return i + 1
			}
		case quotes:
			i = skipQuoted(text, i) - 1
		}
	}
}

// skipQuoted is skipString for text that is likely long.
func skipQuoted(text string, i int) int {
	for i++; ; {
		n := strings.IndexByte(text[i:], '"')
		i += n + 1
		if n == 0 || text[i-2] != '\\' || !escaped(text, i-1) {
			return i
		}
	}
}

// escaped says whether an odd number of backslashes stands before i.
func escaped(text string, i int) bool {
	k := i
	for text[k-1] == '\\' {
		k--
	}
	return (i-k)&1 == 1
}

const (
	opens = 1 + iota
	closes
	quotes
)

var (
	class     = [256]byte{'{': opens, '[': opens, '}': closes, ']': closes, '"': quotes}
	delimiter = [256]bool{',': true, ']': true, '}': true, ' ': true, '\t': true, '\n': true, '\r': true}
)
