package jsonata

import (
	"math"
	"strings"
	"unicode/utf8"
)

// symbols are the characters of a picture of numbers (XPath functions, 4.7.1).
type symbols struct {
	decimal, grouping, exponent, minus, percent, perMille, zero, digit, pattern string
}

func symbolsOf(options datum) (*symbols, error) {
	s := &symbols{".", ",", "e", "-", "%", "\u2030", "0", "#", ";"}
	fields := map[string]*string{
		"decimal-separator": &s.decimal, "grouping-separator": &s.grouping, "exponent-separator": &s.exponent,
		"minus-sign": &s.minus, "percent": &s.percent, "per-mille": &s.perMille, "zero-digit": &s.zero,
		"digit": &s.digit, "pattern-separator": &s.pattern,
	}
	for _, f := range fieldsOf(options) {
		if target := fields[f.name]; target != nil {
			*target = f.data.str()
		}
	}
	for _, needed := range []string{s.decimal, s.zero, s.digit, s.pattern, s.exponent, s.grouping} {
		if needed == "" {
			return nil, &fault{message: "The options of the formatNumber function must be texts that are not empty"}
		}
	}
	return s, nil
}

// isDigit says whether a character is of the family of digits.
func (s *symbols) isDigit(r rune) bool {
	zero, _ := utf8.DecodeRuneInString(s.zero)
	return r >= zero && r < zero+10
}

func (s *symbols) isActive(r rune) bool {
	c := string(r)
	return s.isDigit(r) || c == s.decimal || c == s.exponent || c == s.grouping || c == s.digit || c == s.pattern
}

// count counts the characters of a part that are digits, and if optional also #.
func (s *symbols) count(part string, optional bool) int {
	n := 0
	for _, r := range part {
		if s.isDigit(r) || optional && string(r) == s.digit {
			n++
		}
	}
	return n
}

// subPicture is a picture for the positive or the negative numbers, in its parts.
type subPicture struct {
	text                                    string
	prefix, suffix                          string
	active, mantissa, integer, fraction, ex string
	hasExponent                             bool
}

// split cuts a sub-picture into its parts (4.7.3).
func (s *symbols) split(picture string) *subPicture {
	p := &subPicture{text: picture}
	begin, end := -1, -1
	for i, r := range picture {
		if s.isActive(r) && string(r) != s.exponent {
			if begin < 0 {
				begin = i
			}
			end = i + utf8.RuneLen(r)
		}
	}
	if begin < 0 { // nothing but passive characters, which are then in the wrong place (D3086, as measured)
		begin, end = 0, len(picture)
	}
	p.prefix, p.suffix, p.active = picture[:begin], picture[end:], picture[begin:end]
	p.mantissa = p.active
	// The reference takes the place in the whole sub-picture for one in its active part.
	if at := strings.Index(picture[begin:], s.exponent); at >= 0 && begin+at <= end {
		p.hasExponent = true
		at += begin
		p.mantissa = p.active[:min(at, len(p.active))]
		p.ex = p.active[min(at+1, len(p.active)):]
	}
	integer, fraction, found := strings.Cut(p.mantissa, s.decimal)
	p.integer, p.fraction = integer, fraction
	if !found {
		p.fraction = p.suffix
	}
	return p
}

// validate finds the last of the rules that a sub-picture breaks, as the reference does.
func (s *symbols) validate(p *subPicture) error {
	code := ""
	for _, rule := range []struct {
		code   string
		broken bool
	}{
		{"D3081", strings.Count(p.text, s.decimal) > 1},
		{"D3082", strings.Count(p.text, s.percent) > 1},
		{"D3083", strings.Count(p.text, s.perMille) > 1},
		{"D3084", strings.Contains(p.text, s.percent) && strings.Contains(p.text, s.perMille)},
		{"D3085", s.count(p.mantissa, true) == 0},
		{"D3086", strings.IndexFunc(p.active, func(r rune) bool { return !s.isActive(r) }) >= 0},
		{"D3087", strings.Contains(p.text, s.grouping+s.decimal) || strings.Contains(p.text, s.decimal+s.grouping)},
		{"D3088", !strings.Contains(p.text, s.decimal) && strings.HasSuffix(p.integer, s.grouping)},
		{"D3089", strings.Contains(p.text, s.grouping+s.grouping)},
		{"D3090", s.digitBefore(p.integer)},
		{"D3091", s.digitBehind(p.fraction)},
		{"D3092", p.ex != "" && (strings.Contains(p.text, s.percent) || strings.Contains(p.text, s.perMille))},
		{"D3093", p.hasExponent && (p.ex == "" || strings.IndexFunc(p.ex, func(r rune) bool { return !s.isDigit(r) }) >= 0)},
	} {
		if rule.broken {
			code = rule.code
		}
	}
	if code != "" {
		return &fault{code: code}
	}
	return nil
}

func (s *symbols) digitBefore(integer string) bool {
	at := strings.Index(integer, s.digit)
	return at >= 0 && s.count(integer[:at], false) > 0
}

func (s *symbols) digitBehind(fraction string) bool {
	at := strings.LastIndex(fraction, s.digit)
	return at >= 0 && s.count(fraction[at:], false) > 0
}

// layout is what a sub-picture means (4.7.4).
type layout struct {
	*subPicture
	minInteger, minFraction, maxFraction, minExponent, scaling int
	regular                                                    int
	integerGroups, fractionGroups                              []int
}

func (s *symbols) analyse(p *subPicture) *layout {
	l := &layout{subPicture: p}
	l.integerGroups = s.groupsOf(p.integer, p.integer, false)
	l.regular = regularDistance(l.integerGroups)
	l.fractionGroups = s.groupsOf(p.fraction, p.integer, true)
	l.minInteger = s.count(p.integer, false)
	l.scaling = l.minInteger
	l.minFraction = s.count(p.fraction, false)
	l.maxFraction = s.count(p.fraction, true)
	if l.minInteger == 0 && l.maxFraction == 0 {
		if p.hasExponent {
			l.minFraction, l.maxFraction = 1, 1
		} else {
			l.minInteger = 1
		}
	}
	if p.hasExponent && l.minInteger == 0 && strings.Contains(p.integer, s.digit) {
		l.minInteger = 1
	}
	if l.minInteger == 0 && l.minFraction == 0 {
		l.minFraction = 1
	}
	if p.hasExponent {
		l.minExponent = s.count(p.ex, false)
	}
	return l
}

// groupsOf are the positions of separators in a part. After the first the reference goes on to look for
// them in the integer part, whichever part it is in.
func (s *symbols) groupsOf(part, integer string, left bool) []int {
	var positions []int
	for at := strings.Index(part, s.grouping); at >= 0; {
		digits := part[min(at, len(part)):]
		if left {
			digits = part[:min(at, len(part))]
		}
		positions = append(positions, s.count(digits, true))
		from := at + 1
		at = -1
		if from <= len(integer) {
			if next := strings.Index(integer[from:], s.grouping); next >= 0 {
				at = from + next
			}
		}
	}
	return positions
}

// formatPicture is $formatNumber.
func formatPicture(f float64, picture string, s *symbols) (string, error) {
	parts := strings.Split(picture, s.pattern)
	if len(parts) > 2 {
		return "", &fault{code: "D3080"}
	}
	var layouts []*layout
	for _, part := range parts {
		p := s.split(part)
		if err := s.validate(p); err != nil {
			return "", err
		}
		layouts = append(layouts, s.analyse(p))
	}
	if f >= 0 {
		return s.write(f, layouts[0]), nil
	}
	if len(layouts) == 1 {
		negative, p := *layouts[0], *layouts[0].subPicture
		p.prefix = s.minus + p.prefix
		negative.subPicture = &p
		layouts = append(layouts, &negative)
	}
	return s.write(f, layouts[1]), nil
}

// write formats a number (4.7.5).
func (s *symbols) write(f float64, l *layout) string {
	switch {
	case strings.Contains(l.text, s.percent):
		f *= 100
	case strings.Contains(l.text, s.perMille):
		f *= 1000
	}
	exponent := 0
	if l.minExponent > 0 {
		f, exponent = scale(f, l.scaling)
	}
	out := s.trimmed(roundTo(f, l.maxFraction), l)
	out = s.grouped(out, l)
	if point := indexOf(out, s.decimal); !strings.Contains(l.text, s.decimal) || point == len(out)-1 {
		out = out[:len(out)-1]
	}
	result := l.prefix + strings.Join(out, "")
	if l.minExponent > 0 {
		sign := ""
		if exponent < 0 {
			sign = s.minus
		}
		digits := strings.Join(s.fixed(math.Abs(float64(exponent)), 0), "")
		result += s.exponent + sign + strings.Repeat(s.zero, max(l.minExponent-utf8.RuneCountInString(digits), 0)) + digits
	}
	return result + l.suffix
}

// scale finds the exponent with which a number has as many digits as the picture before the point.
func scale(f float64, scaling int) (float64, int) {
	most, least := math.Pow(10, float64(scaling)), math.Pow(10, float64(scaling-1))
	exponent := 0
	if f == 0 || !finite(f) {
		return f, 0
	}
	for ; math.Abs(f) < least && exponent > -400; exponent-- {
		f *= 10
	}
	for ; math.Abs(f) > most && exponent < 400; exponent++ {
		f /= 10
	}
	return f, exponent
}

// fixed writes a number with so many decimal places, a character each.
func (s *symbols) fixed(f float64, places int) []string {
	zero, _ := utf8.DecodeRuneInString(s.zero)
	var out []string
	for _, r := range toFixed(math.Abs(f), min(places, 100)) {
		if r >= '0' && r <= '9' {
			r += zero - '0'
		}
		out = append(out, string(r))
	}
	return out
}

// trimmed writes a number with as few noughts at both ends as the picture allows.
func (s *symbols) trimmed(f float64, l *layout) []string {
	out := s.fixed(f, l.maxFraction)
	if point := indexOf(out, "."); point >= 0 {
		out[point] = s.decimal
	} else {
		out = append(out, s.decimal)
	}
	for len(out) > 0 && out[0] == s.zero {
		out = out[1:]
	}
	for len(out) > 0 && out[len(out)-1] == s.zero {
		out = out[:len(out)-1]
	}
	point := indexOf(out, s.decimal)
	for range l.minInteger - point {
		out = append([]string{s.zero}, out...)
	}
	for range l.minFraction - (len(out) - indexOf(out, s.decimal) - 1) {
		out = append(out, s.zero)
	}
	return out
}

// grouped inserts the grouping separators.
func (s *symbols) grouped(out []string, l *layout) []string {
	point := indexOf(out, s.decimal)
	if l.regular > 0 {
		for group := 1; group <= (point-1)/l.regular; group++ {
			out = insertText(out, point-group*l.regular, s.grouping)
		}
	} else {
		for _, position := range l.integerGroups {
			out = insertText(out, point-position, s.grouping)
			point++
		}
	}
	point = indexOf(out, s.decimal)
	for _, position := range l.fractionGroups {
		out = insertText(out, position+point+1, s.grouping)
	}
	return out
}

// insertText inserts s where JavaScript's slice would cut: from the end for negative positions.
func insertText(out []string, position int, s string) []string {
	i := int(max(0, min(float64(position), float64(len(out)))))
	if position < 0 {
		i = max(len(out)+position, 0)
	}
	return append(append(append([]string{}, out[:i]...), s), out[i:]...)
}

func indexOf(list []string, s string) int {
	for i, item := range list {
		if item == s {
			return i
		}
	}
	return -1
}
