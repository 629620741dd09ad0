package jsonata

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// runeSet is a set of characters: ranges, from and to each.
type runeSet struct {
	ranges []rune
	negate bool
}

func (s *runeSet) add(from, to rune) { s.ranges = append(s.ranges, from, to) }

func (s *runeSet) in(r rune) bool {
	for i := 0; i < len(s.ranges); i += 2 {
		if s.ranges[i] <= r && r <= s.ranges[i+1] {
			return true
		}
	}
	return false
}

func (s *runeSet) has(r rune, ignoreCase bool) bool {
	found := s.in(r)
	if !found && ignoreCase {
		canon := canonical(r)
		for other := unicode.SimpleFold(r); other != r && !found; other = unicode.SimpleFold(other) {
			found = canonical(other) == canon && s.in(other)
		}
	}
	return found != s.negate
}

// canonical is what characters are compared as where case does not count: their
// capital, but that what is beyond ASCII never becomes ASCII (ECMA-262, 22.2.2.7.3).
func canonical(r rune) rune {
	upper := unicode.ToUpper(r)
	if r >= utf8.RuneSelf && upper < utf8.RuneSelf {
		return r
	}
	return upper
}

func sameText(a, b string, ignoreCase bool) bool {
	if !ignoreCase {
		return a == b
	}
	same := func(s string) string { return strings.Map(canonical, s) }
	return same(a) == same(b)
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' }

func isWord(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
}

var (
	digitRanges = []rune{'0', '9'}
	wordRanges  = []rune{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}
	spaceRanges = []rune{
		'\t', '\r', ' ', ' ', 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f,
		0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff,
	}
	lineRanges = []rune{'\n', '\n', '\r', '\r', 0x2028, 0x2029}
)

// classRanges are the characters of \d, \w, \s and, in capitals, of all but those.
func classRanges(class byte) []rune {
	switch class {
	case 'd':
		return digitRanges
	case 'w':
		return wordRanges
	case 's':
		return spaceRanges
	case 'D', 'W', 'S':
		return complement(classRanges(class | 0x20))
	}
	return nil
}

// complement is all characters that are not in the ranges, which are in order.
func complement(ranges []rune) []rune {
	var out []rune
	from := rune(0)
	for i := 0; i < len(ranges); i += 2 {
		if ranges[i] > from {
			out = append(out, from, ranges[i]-1)
		}
		from = ranges[i+1] + 1
	}
	return append(out, from, unicode.MaxRune)
}
