package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Number is a JSON number as its literal: exact, whatever its size.
type Number string

// Float64 returns the nearest double; ±Inf beyond its range.
func (n Number) Float64() float64 {
	f, _ := strconv.ParseFloat(string(n), 64) // a literal fails by its range only, and then f is right
	return f
}

// Int64 returns the number as an integer; false where it is none (1.0 and 1E3
// are), or does not fit.
func (n Number) Int64() (int64, bool) {
	if i, ok := n.small(); ok {
		return i, true
	}
	d := n.decimal()
	if d.digits == "" {
		return 0, true
	}
	zeros := d.point - int64(len(d.digits))
	if d.huge != nil || zeros < 0 || d.point > 19 {
		return 0, false
	}
	sign := map[bool]string{true: "-"}[d.negative]
	i, err := strconv.ParseInt(sign+d.digits+strings.Repeat("0", int(zeros)), 10, 64)
	if err != nil {
		return 0, false
	}
	return i, true
}

// IsInteger says whether the number has no fraction: 1.0 and 1E3 have none.
func (n Number) IsInteger() bool {
	d := n.decimal()
	if d.huge != nil {
		return d.huge.Sign() > 0
	}
	return d.digits == "" || d.point >= int64(len(d.digits))
}

// small is the value of an integer of at most 18 digits, as most numbers are.
func (n Number) small() (int64, bool) {
	digits, negative := strings.CutPrefix(string(n), "-")
	if digits == "" || len(digits) > 18 {
		return 0, false
	}
	i := int64(0)
	for _, c := range []byte(digits) {
		if !isDigit(c) {
			return 0, false
		}
		i = i*10 + int64(c-'0')
	}
	if negative {
		i = -i
	}
	return i, true
}

// Compare returns -1, 0 or 1 as a is less than, equal to or greater than b. It
// is exact: nothing is rounded, and exponents of any size are cheap.
func Compare(a, b Number) int {
	if i, ok := a.small(); ok {
		if j, ok := b.small(); ok {
			return compareInts(i, j)
		}
	}
	x, y := a.decimal(), b.decimal()
	if sx, sy := x.sign(), y.sign(); sx != sy || sx == 0 {
		return compareInts(sx, sy)
	}
	return x.sign() * compareMagnitudes(x, y)
}

// decimal is ±0.digits × 10^point, without zeros at either end of digits; zero
// has no digits. An exponent beyond 17 digits is in huge instead of point.
type decimal struct {
	negative bool
	digits   string
	point    int64
	huge     *big.Int
}

func (n Number) decimal() decimal {
	text, negative := strings.CutPrefix(string(n), "-")
	mantissa, exponent := text, ""
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], text[i+1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	point := int64(len(digits) - len(fraction))
	d := decimal{negative: negative, digits: strings.TrimRight(digits, "0")}
	if d.digits != "" {
		d.point, d.huge = shift(point, exponent)
	}
	return d
}

func shift(point int64, exponent string) (int64, *big.Int) {
	if len(exponent) <= 17 {
		e, _ := strconv.ParseInt(exponent, 10, 64) // none is 0
		return point + e, nil
	}
	huge, _ := new(big.Int).SetString(exponent, 10)
	huge.Add(huge, big.NewInt(point))
	if huge.IsInt64() {
		return huge.Int64(), nil
	}
	return 0, huge
}

func (d decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

func compareMagnitudes(x, y decimal) int {
	if c := comparePoints(x, y); c != 0 {
		return c
	}
	return strings.Compare(x.digits, y.digits)
}

func comparePoints(x, y decimal) int {
	if x.huge == nil && y.huge == nil {
		return compareInts(x.point, y.point)
	}
	return x.bigPoint().Cmp(y.bigPoint())
}

func (d decimal) bigPoint() *big.Int {
	if d.huge != nil {
		return d.huge
	}
	return big.NewInt(d.point)
}

func compareInts[T int | int64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// FormatFloat writes a double as Java's Double.toString does: 1.0, 0.001,
// 1.0E7, 1.2E-5. The double must be finite.
func FormatFloat(f float64) Number {
	abs := math.Abs(f)
	if abs == 0 || abs >= 1e-3 && abs < 1e7 {
		return Number(withPoint(strconv.FormatFloat(f, 'f', -1, 64)))
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	e, _ := strconv.Atoi(exponent) // FormatFloat writes no other
	return Number(withPoint(mantissa) + "E" + strconv.Itoa(e))
}

func withPoint(digits string) string {
	if strings.Contains(digits, ".") {
		return digits
	}
	return digits + ".0"
}

// ofFloat writes integral doubles as integers, others as Java does. Doubles that
// are no numbers become strings, as Jackson writes them: [1/0] is ["Infinity"].
func ofFloat(f float64) Value {
	switch {
	case math.IsNaN(f):
		return String("NaN")
	case math.IsInf(f, 0):
		return String(map[bool]string{true: "Infinity", false: "-Infinity"}[f > 0])
	case f == math.Trunc(f) && math.Abs(f) < 1<<63:
		return scalar(NumberKind, strconv.FormatInt(int64(f), 10))
	}
	return scalar(NumberKind, string(FormatFloat(f)))
}
