package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var aggregateFunctions = []builtin{
	{"sum", "<a<n>:n>", 1, defined(aggregate(sum))},
	{"count", "<a:n>", 1, count},
	{"max", "<a<n>:n>", 1, defined(aggregate(largest))},
	{"min", "<a<n>:n>", 1, defined(aggregate(smallest))},
	{"average", "<a<n>:n>", 1, defined(aggregate(average))},
}

var numberFunctions = []builtin{
	{"number", "<(nsb)-:n>", 1, defined(toNumber)},
	{"abs", "<n-:n>", 1, defined(numeric(math.Abs))},
	{"floor", "<n-:n>", 1, defined(numeric(math.Floor))},
	{"ceil", "<n-:n>", 1, defined(numeric(math.Ceil))},
	{"round", "<n-n?:n>", 2, defined(round)},
	{"sqrt", "<n-:n>", 1, defined(squareRoot)},
	{"power", "<n-n:n>", 2, defined(power)},
	{"formatBase", "<n-n?:s>", 2, defined(formatBase)},
	{"formatNumber", "<n-so?:s>", 3, defined(formatNumberFunction)},
	{"formatInteger", "<n-s:s>", 2, defined(formatIntegerFunction)},
	{"parseInteger", "<s-s:n>", 2, defined(parseIntegerFunction)},
}

func aggregate(f func(items []datum) datum) func(*call, []datum) (datum, error) {
	return func(c *call, args []datum) (datum, error) {
		items := args[0].items()
		return f(items), c.count(len(items) / 16)
	}
}

func sum(items []datum) datum {
	total := 0.0
	for i := range items {
		total += items[i].num
	}
	return numberOf(total)
}

func average(items []datum) datum {
	if len(items) == 0 {
		return nothing
	}
	return numberOf(sum(items).num / float64(len(items)))
}

func largest(items []datum) datum {
	if len(items) == 0 {
		return nothing
	}
	most := items[0].num
	for _, item := range items[1:] {
		most = math.Max(most, item.num)
	}
	return numberOf(most)
}

func smallest(items []datum) datum {
	if len(items) == 0 {
		return nothing
	}
	least := items[0].num
	for _, item := range items[1:] {
		least = math.Min(least, item.num)
	}
	return numberOf(least)
}

func count(_ *call, args []datum) (datum, error) {
	if at(args, 0).kind == undefined {
		return numberOf(0), nil
	}
	return numberOf(float64(len(args[0].items()))), nil
}

func numeric(f func(float64) float64) func(*call, []datum) (datum, error) {
	return func(_ *call, args []datum) (datum, error) { return numberOf(f(args[0].num)), nil }
}

var (
	decimalText = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$`)
	// The alternatives are not in one group: so it is in the reference.
	prefixedText = regexp.MustCompile(`^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$`)
)

func toNumber(_ *call, args []datum) (datum, error) {
	switch d := args[0]; d.kind {
	case number:
		return d, nil
	case boolean:
		return numberOf(d.num), nil
	case text:
		if decimalText.MatchString(d.str()) {
			if f, err := strconv.ParseFloat(d.str(), 64); err == nil {
				return numberOf(f), nil
			}
		} else if prefixedText.MatchString(d.str()) {
			return numberOf(prefixedNumber(d.str())), nil
		}
	}
	return nothing, &fault{code: "D3030", value: args[0], index: 1}
}

// prefixedNumber reads 0x, 0o and 0b numbers as JavaScript's Number does.
func prefixedNumber(s string) float64 {
	s = strings.TrimSpace(s)
	base := map[byte]float64{'x': 16, 'o': 8, 'b': 2}[s[min(1, len(s)-1)]|0x20]
	if s[0] != '0' || base == 0 || len(s) < 3 {
		return math.NaN()
	}
	f := 0.0
	for _, c := range strings.ToLower(s[2:]) {
		digit := strings.IndexRune(digits, c)
		if digit < 0 || float64(digit) >= base {
			return math.NaN()
		}
		f = f*base + float64(digit)
	}
	return f
}

func round(_ *call, args []datum) (datum, error) {
	places := at(args, 1).num
	if places != math.Trunc(places) {
		return numberOf(math.NaN()), nil
	}
	return numberOf(roundTo(args[0].num, int(max(-1e6, min(1e6, places))))), nil
}

func squareRoot(_ *call, args []datum) (datum, error) {
	if args[0].num < 0 {
		return nothing, &fault{code: "D3060", index: 1, value: args[0]}
	}
	return numberOf(math.Sqrt(args[0].num)), nil
}

func power(_ *call, args []datum) (datum, error) {
	exponent := at(args, 1)
	result := math.NaN()
	if exponent.kind == number && !(math.Abs(args[0].num) == 1 && math.IsInf(exponent.num, 0)) {
		result = math.Pow(args[0].num, exponent.num)
	}
	if !finite(result) {
		return nothing, &fault{code: "D3061", index: 1, value: args[0], value2: exponent}
	}
	return numberOf(result), nil
}

func formatBase(_ *call, args []datum) (datum, error) {
	radix := 10.0
	if r := at(args, 1); r.kind == number {
		radix = roundTo(r.num, 0)
	}
	if !(radix >= 2 && radix <= 36) {
		return nothing, failed("D3100", numberOf(radix))
	}
	return textOf(formatRadix(roundTo(args[0].num, 0), radix)), nil
}

func formatNumberFunction(c *call, args []datum) (datum, error) {
	symbols, err := symbolsOf(at(args, 2))
	if err != nil {
		return nothing, err
	}
	picture, err := c.picture(at(args, 1))
	if err != nil {
		return nothing, err
	}
	s, err := formatPicture(args[0].num, picture, symbols)
	if err != nil {
		return nothing, err
	}
	return textOf(s), c.written(len(s))
}

func (c *call) integerPicture(d datum) (*integerPicture, error) {
	s, err := c.picture(d)
	if err != nil {
		return nil, err
	}
	return readIntegerPicture(s)
}

func formatIntegerFunction(c *call, args []datum) (datum, error) {
	picture, err := c.integerPicture(at(args, 1))
	if err != nil {
		return nothing, err
	}
	s, err := picture.format(math.Floor(args[0].num), c.limits.Text)
	if err != nil {
		return nothing, err
	}
	return textOf(s), c.written(len(s))
}

func parseIntegerFunction(c *call, args []datum) (datum, error) {
	picture, err := c.integerPicture(at(args, 1))
	if err != nil {
		return nothing, err
	}
	if err := picture.readable(); err != nil {
		return nothing, err
	}
	return numberOf(picture.parse(args[0].str())), nil
}
