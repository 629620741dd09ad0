package jsonata

import (
	"math"
	"strings"
	"unicode/utf8"
)

var textFunctions = []builtin{
	{"string", "<x-b?:s>", 1, toText},
	{"substring", "<s-nn?:s>", 3, defined(substring)},
	{"substringBefore", "<s-s:s>", 2, defined(substringBefore)},
	{"substringAfter", "<s-s:s>", 2, defined(substringAfter)},
	{"lowercase", "<s-:s>", 1, defined(lowercase)},
	{"uppercase", "<s-:s>", 1, defined(uppercase)},
	{"length", "<s-:n>", 1, defined(length)},
	{"trim", "<s-:s>", 1, defined(trim)},
	{"pad", "<s-ns?:s>", 3, defined(pad)},
	{"join", "<a<s>s?:s>", 2, defined(join)},
}

func toText(c *call, args []datum) (datum, error) {
	if at(args, 0).kind == undefined {
		return nothing, nil
	}
	s, err := c.stringify(args[0], at(args, 1).isTrue())
	return textOf(s), err
}

// characters are the offsets at which the characters of s begin, and its end.
func characters(s string) []int {
	offsets := make([]int, 0, len(s)+1)
	for i := 0; i < len(s); i += characterSize(s[i:]) {
		offsets = append(offsets, i)
	}
	return append(offsets, len(s))
}

// characterSize is the length of the first character: half of a pair counts as one.
func characterSize(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 {
		_, size = unitAt(s)
	}
	return size
}

func countCharacters(s string) int {
	n := 0
	for i := 0; i < len(s); i += characterSize(s[i:]) {
		n++
	}
	return n
}

func substring(c *call, args []datum) (datum, error) {
	s := args[0].str()
	offsets := characters(s)
	size := float64(len(offsets) - 1)
	start, end := at(args, 1).num, size
	if size+start < 0 {
		start = 0
	}
	if wanted := at(args, 2); wanted.kind == number {
		if wanted.num <= 0 || at(args, 1).kind == undefined {
			return textOf(""), nil
		}
		end = start + wanted.num
		if start < 0 {
			end = size + start + wanted.num
		}
	}
	from, to := sliceIndex(start, size), sliceIndex(end, size)
	if from >= to {
		return textOf(""), nil
	}
	return textOf(s[offsets[from]:offsets[to]]), c.count(len(s) / 16)
}

// sliceIndex is an index as JavaScript's slice takes it.
func sliceIndex(i, size float64) int {
	if math.IsNaN(i) {
		return 0
	}
	i = math.Trunc(i)
	if i < 0 {
		return int(max(size+i, 0))
	}
	return int(min(i, size))
}

func substringBefore(_ *call, args []datum) (datum, error) {
	before, _, found := strings.Cut(args[0].str(), at(args, 1).str())
	if !found {
		return args[0], nil
	}
	return textOf(before), nil
}

func substringAfter(_ *call, args []datum) (datum, error) {
	_, after, found := strings.Cut(args[0].str(), at(args, 1).str())
	if !found {
		return args[0], nil
	}
	return textOf(after), nil
}

// Letters whose other case has more than one character (Unicode, SpecialCasing).
var (
	capitals = strings.NewReplacer("ß", "SS", "ŉ", "ʼN", "ǰ", "J̌", "ΐ", "Ϊ́", "ΰ", "Ϋ́", "և", "ԵՒ", "ẖ", "H̱", "ẗ", "T̈", "ẘ", "W̊",
		"ẙ", "Y̊", "ẚ", "Aʾ", "ﬀ", "FF", "ﬁ", "FI", "ﬂ", "FL", "ﬃ", "FFI", "ﬄ", "FFL", "ﬅ", "ST", "ﬆ", "ST")
	smalls = strings.NewReplacer("İ", "i̇")
)

func lowercase(c *call, args []datum) (datum, error) {
	s := strings.ToLower(smalls.Replace(args[0].str()))
	return textOf(finalSigmas(s, args[0].str())), c.written(len(s))
}

// finalSigmas writes the sigma at the end of a word as it is written there.
func finalSigmas(lower, original string) string {
	if !strings.Contains(original, "Σ") {
		return lower
	}
	runes := []rune(lower)
	source := []rune(smalls.Replace(original))
	for i, r := range source {
		if r == 'Σ' && i > 0 && isLetter(source[i-1]) && (i+1 == len(source) || !isLetter(source[i+1])) {
			runes[i] = 'ς'
		}
	}
	return string(runes)
}

func uppercase(c *call, args []datum) (datum, error) {
	s := strings.ToUpper(capitals.Replace(args[0].str()))
	return textOf(s), c.written(len(s))
}

func length(c *call, args []datum) (datum, error) {
	s := args[0].str()
	return numberOf(float64(countCharacters(s))), c.count(len(s) / 64)
}

// trim normalises blanks to single ones, and has none at the ends.
func trim(c *call, args []datum) (datum, error) {
	s := strings.Join(strings.FieldsFunc(args[0].str(), func(r rune) bool {
		return r == ' ' || r == '\t' || r == '\n' || r == '\r'
	}), " ")
	return textOf(s), c.written(len(s))
}

func pad(c *call, args []datum) (datum, error) {
	s, width, fill := args[0].str(), at(args, 1).num, at(args, 2).str()
	if fill == "" {
		fill = " "
	}
	missing := math.Abs(width) - float64(countCharacters(s))
	switch {
	case !(missing > 0):
		return args[0], nil
	case missing > float64(c.limits.Pad):
		return nothing, errMemory
	case missing != math.Trunc(missing):
		return nothing, &fault{message: "Invalid array length"} // so JavaScript answers the reference
	}
	padding := padding(fill, int(missing))
	if err := c.written(len(s) + len(padding)); err != nil {
		return nothing, err
	}
	if width > 0 {
		return textOf(s + padding), nil
	}
	return textOf(padding + s), nil
}

// padding is fill again and again, cut to n characters.
func padding(fill string, n int) string {
	offsets := characters(fill)
	size := len(offsets) - 1
	return strings.Repeat(fill, n/size) + fill[:offsets[n%size]]
}

func join(c *call, args []datum) (datum, error) {
	items, separator := args[0].items(), at(args, 1).str()
	size := 0
	for _, item := range items {
		size += len(item.str()) + len(separator)
		if size-len(separator) > c.limits.Text {
			return nothing, errMemory
		}
	}
	var out strings.Builder
	for i, item := range items {
		if i > 0 {
			out.WriteString(separator)
		}
		out.WriteString(item.str())
	}
	if err := c.count(len(items)); err != nil {
		return nothing, err
	}
	return textOf(out.String()), c.written(out.Len())
}
