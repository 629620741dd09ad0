package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The ways in which a picture may ask for integers (XPath functions, 4.6.1).
const (
	inDigits = iota
	inLetters
	inRoman
	inWords
	inSequence // which the reference refuses
)

// integerPicture is a picture of integers.
type integerPicture struct {
	primary    int
	upper      bool
	title      bool
	ordinal    bool
	zero       rune // of the family of digits
	mandatory  int
	optional   int
	separators []separator // from the right
	regular    int         // distance between the separators, where they are all the same
	token      string      // of a sequence
	most       int         // digits that are read; 0 for any number
}

// separator stands so many digits from the right.
type separator struct {
	position  int
	character string
}

// digitFamilies are the noughts of the families of decimal digits.
var digitFamilies = []rune{
	0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
	0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
	0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
}

func digitFamily(r rune) (zero rune, ok bool) {
	for _, zero := range digitFamilies {
		if r >= zero && r <= zero+9 {
			return zero, true
		}
	}
	return 0, false
}

func readIntegerPicture(picture string) (*integerPicture, error) {
	p := &integerPicture{}
	if i := strings.LastIndexByte(picture, ';'); i >= 0 {
		p.ordinal = strings.HasPrefix(picture[i+1:], "o")
		picture = picture[:i]
	}
	switch picture {
	case "A", "a":
		p.primary, p.upper = inLetters, picture == "A"
	case "I", "i":
		p.primary, p.upper = inRoman, picture == "I"
	case "W", "w", "Ww":
		p.primary, p.upper, p.title = inWords, picture == "W", picture == "Ww"
	default:
		return p, p.readDigits(picture)
	}
	return p, nil
}

// readDigits reads a pattern of digits, # and separators from the right.
func (p *integerPicture) readDigits(picture string) error {
	position := 0
	for rest := picture; rest != ""; {
		r, size := utf8.DecodeLastRuneInString(rest)
		rest = rest[:len(rest)-size]
		zero, digit := digitFamily(r)
		switch {
		case digit && p.mandatory > 0 && zero != p.zero:
			return &fault{code: "D3131"}
		case digit:
			p.zero = zero
			p.mandatory++
			position++
		case r == '#':
			p.optional++
			position++
		default:
			p.separators = append(p.separators, separator{position, string(r)})
		}
	}
	if p.mandatory == 0 {
		p.primary, p.token = inSequence, picture
		return nil
	}
	positions := make([]int, len(p.separators))
	for i, s := range p.separators {
		positions[i] = s.position
		if s.character != p.separators[0].character {
			return nil
		}
	}
	p.regular = regularDistance(positions)
	return nil
}

// regularDistance is the distance between positions that are as far from each
// other as the first is from the end; 0 where they are not.
func regularDistance(positions []int) int {
	if len(positions) == 0 {
		return 0
	}
	factor := positions[0]
	for _, position := range positions[1:] {
		factor = greatestDivisor(factor, position)
	}
	for i := 1; i <= len(positions); i++ {
		found := false
		for _, position := range positions {
			found = found || position == i*factor
		}
		if !found {
			return 0
		}
	}
	return factor
}

func greatestDivisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// format writes an integer; limit bounds the bytes.
func (p *integerPicture) format(f float64, limit int) (string, error) {
	sign := ""
	if f < 0 {
		sign, f = "-", -f
	}
	var s string
	switch p.primary {
	case inSequence:
		return "", failed("D3130", textOf(p.token))
	case inDigits:
		if p.mandatory > limit {
			return "", errMemory
		}
		s = p.digits(f)
	default:
		if !(f < 1e300) || p.primary == inRoman && f > 1e7 {
			return "", errDepth // the reference recurs for each thousand
		}
		s = p.inOtherWords(f)
	}
	return sign + s, nil
}

func (p *integerPicture) inOtherWords(f float64) string {
	switch p.primary {
	case inLetters:
		if p.upper {
			return letters(f, 'A')
		}
		return letters(f, 'a')
	case inRoman:
		if p.upper {
			return strings.ToUpper(roman(f))
		}
		return roman(f)
	}
	s := words(f, p.ordinal)
	switch {
	case p.upper:
		return strings.ToUpper(s)
	case !p.title:
		return strings.ToLower(s)
	}
	return s
}

func (p *integerPicture) digits(f float64) string {
	s := formatNumber(f)
	s = strings.Repeat("0", max(p.mandatory-len(s), 0)) + s
	out := []rune(s)
	for i := range out {
		out[i] += p.zero - '0'
	}
	if p.regular > 0 {
		for i := (len(out) - 1) / p.regular; i > 0; i-- {
			out = insert(out, len(out)-i*p.regular, p.separators[0].character)
		}
	} else {
		for i := len(p.separators) - 1; i >= 0; i-- {
			out = insert(out, len(out)-p.separators[i].position, p.separators[i].character)
		}
	}
	if p.ordinal {
		return string(out) + ordinalSuffix(out)
	}
	return string(out)
}

// insert puts a separator at a position. Of one before the beginning the reference
// makes the beginning, and keeps as many characters of the end.
func insert(s []rune, position int, character string) []rune {
	before, after := "", s
	if position >= 0 {
		before, after = string(s[:position]), s[position:]
	} else if -position < len(s) {
		after = s[len(s)+position:]
	}
	return []rune(before + character + string(after))
}

func ordinalSuffix(s []rune) string {
	suffix, ok := map[rune]string{'1': "st", '2': "nd", '3': "rd"}[s[len(s)-1]]
	if !ok || len(s) > 1 && s[len(s)-2] == '1' {
		return "th"
	}
	return suffix
}

// pattern is a regular expression for what the picture writes.
func (p *integerPicture) pattern() string {
	switch p.primary {
	case inLetters:
		return map[bool]string{true: "[A-Z]+", false: "[a-z]+"}[p.upper]
	case inRoman:
		return map[bool]string{true: "[MDCLXVI]+", false: "[mdclxvi]+"}[p.upper]
	case inWords:
		return `(?:` + strings.Join(wordList, "|") + `|and|[\-, ])+`
	}
	s := "[0-9]+"
	if p.most > 0 {
		s = "[0-9]{" + strconv.Itoa(p.most) + "}"
		if p.optional > 0 {
			s = "[0-9]{" + strconv.Itoa(p.most-p.optional) + "," + strconv.Itoa(p.most) + "}"
		}
	}
	if p.ordinal {
		s += "(?:th|st|nd|rd)"
	}
	return s
}

// readable says whether the picture can be used to read integers.
func (p *integerPicture) readable() error {
	if p.primary == inSequence {
		return failed("D3130", textOf(p.token))
	}
	return nil
}

// parse reads an integer; NaN where there is none.
func (p *integerPicture) parse(s string) float64 {
	switch p.primary {
	case inLetters:
		if p.upper {
			return fromLetters(s, 'A')
		}
		return fromLetters(s, 'a')
	case inRoman:
		if !p.upper {
			s = strings.ToUpper(s)
		}
		return fromRoman(s)
	case inWords:
		return fromWords(strings.ToLower(s))
	}
	if p.ordinal {
		s = s[:max(len(s)-2, 0)]
	}
	if p.regular > 0 {
		s = strings.ReplaceAll(s, ",", "") // whatever the separator: so does the reference
	} else {
		for _, separator := range p.separators {
			s = strings.ReplaceAll(s, separator.character, "")
		}
	}
	if p.zero != '0' {
		s = strings.Map(func(r rune) rune { return r - p.zero + '0' }, s)
	}
	return parseLeadingInt(s)
}

func letters(f float64, first byte) string {
	var out []byte
	for ; f > 0; f = math.Floor((f - 1) / 26) {
		out = append(out, first+byte(math.Mod(f-1, 26)))
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return string(out)
}

func fromLetters(s string, first rune) float64 {
	f := 0.0
	for _, r := range s {
		f = f*26 + float64(r-first+1)
	}
	return f
}

var numerals = []struct {
	value   float64
	numeral string
}{
	{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"},
	{10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"},
}

func roman(f float64) string {
	var out strings.Builder
	for _, n := range numerals {
		for ; f >= n.value; f -= n.value {
			out.WriteString(n.numeral)
		}
	}
	return out.String()
}

var romanValues = map[rune]float64{'M': 1000, 'D': 500, 'C': 100, 'L': 50, 'X': 10, 'V': 5, 'I': 1}

func fromRoman(s string) float64 {
	total, most := 0.0, 1.0
	runes := []rune(s)
	for i := len(runes) - 1; i >= 0; i-- {
		v, ok := romanValues[runes[i]]
		switch {
		case !ok:
			return math.NaN()
		case v < most:
			total -= v
		default:
			most = v
			total += v
		}
	}
	return total
}

var wordSeparator = regexp.MustCompile(`,\s|\sand\s|[\s\\-]`)

func fromWords(s string) float64 {
	segments := []float64{0}
	for _, part := range wordSeparator.Split(s, -1) {
		v, ok := wordValues[part]
		last := len(segments) - 1
		switch {
		case !ok:
			return math.NaN()
		case v >= 100:
			segments[last] *= v
		case segments[last] >= 1000:
			segments = append(segments, v)
		default:
			segments[last] += v
		}
	}
	total := 0.0
	for _, segment := range segments {
		total += segment
	}
	return total
}
