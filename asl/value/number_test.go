package value

import (
	"math"
	"math/big"
	"testing"
)

func TestCompareIsExact(t *testing.T) {
	cases := []struct {
		a, b Number
		want int
	}{
		{"1", "1.0", 0},
		{"1000", "1E3", 0},
		{"0", "-0.0e7", 0},
		{"9007199254740993", "9007199254740992", 1},
		{"0.1", "0.10000000000000000001", -1},
		{"-2", "1", -1},
		{"-10", "-9", -1},
		{"1E400000000", "9E399999999", 1},
		{"-1E400000000", "1E-400000000", -1},
		{"1E-400000000", "0", 1},
		{"1E99999999999999999999", "1E99999999999999999998", 1},
		{"10E99999999999999999998", "1e+99999999999999999999", 0},
		{"1E-99999999999999999999", "1E-5", -1},
		{"123e-2", "1.23", 0},
		{"0.00123", "1.23E-3", 0},
	}
	for _, c := range cases {
		if got := Compare(c.a, c.b); got != c.want {
			t.Errorf("Compare(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := Compare(c.b, c.a); got != -c.want {
			t.Errorf("Compare(%s, %s) = %d, want %d", c.b, c.a, got, -c.want)
		}
	}
}

func TestNumberAsInteger(t *testing.T) {
	cases := []struct {
		n       Number
		want    int64
		ok      bool
		integer bool
	}{
		{"0", 0, true, true},
		{"-0.0", 0, true, true},
		{"1.0", 1, true, true},
		{"-12E2", -1200, true, true},
		{"1.5", 0, false, false},
		{"1E-1", 0, false, false},
		{"9223372036854775807", math.MaxInt64, true, true},
		{"-9223372036854775808.0", math.MinInt64, true, true},
		{"9223372036854775808", 0, false, true},
		{"1E400000000", 0, false, true},
		{"1E99999999999999999999", 0, false, true},
		{"1E-99999999999999999999", 0, false, false},
	}
	for _, c := range cases {
		got, ok := c.n.Int64()
		if got != c.want || ok != c.ok {
			t.Errorf("%s: Int64() = %d, %v; want %d, %v", c.n, got, ok, c.want, c.ok)
		}
		if c.n.IsInteger() != c.integer {
			t.Errorf("%s: IsInteger() = %v", c.n, !c.integer)
		}
	}
	if f := Number("1E400").Float64(); !math.IsInf(f, 1) {
		t.Errorf("1E400 is %v", f)
	}
}

func TestDoublesArePrintedAsJavaDoes(t *testing.T) {
	cases := []struct {
		f    float64
		want Number
	}{
		{0, "0.0"},
		{math.Copysign(0, -1), "-0.0"},
		{1, "1.0"},
		{-1.5, "-1.5"},
		{0.001, "0.001"},
		{0.0009, "9.0E-4"},
		{9999999, "9999999.0"},
		{1e7, "1.0E7"},
		{12345678.9, "1.23456789E7"},
		{1e300, "1.0E300"},
		{math.SmallestNonzeroFloat64, "5.0E-324"},
		{0.30000000000000004, "0.30000000000000004"},
	}
	for _, c := range cases {
		if got := FormatFloat(c.f); got != c.want {
			t.Errorf("FormatFloat(%v) = %s, want %s", c.f, got, c.want)
		}
	}
}

func TestComputedDoublesInValues(t *testing.T) {
	cases := []struct {
		f    float64
		want string
	}{{3, "3"}, {1e15, "1000000000000000"}, {2.5, "2.5"}, {1e300, "1.0E300"}, {math.Inf(1), `"Infinity"`}, {math.Inf(-1), `"-Infinity"`}, {math.NaN(), `"NaN"`}}
	for _, c := range cases {
		if got := Of(c.f).Text(); got != c.want {
			t.Errorf("Of(%v) = %s, want %s", c.f, got, c.want)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("1.0", "1")
	f.Add("-1E30", "0.003")
	f.Add("9007199254740993", "9.007199254740992e15")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := rational(a), rational(b)
		if x == nil || y == nil {
			t.Skip()
		}
		if got := Compare(Number(a), Number(b)); got != x.Cmp(y) {
			t.Errorf("Compare(%s, %s) = %d, want %d", a, b, got, x.Cmp(y))
		}
	})
}

// rational reads JSON numbers with small exponents.
func rational(text string) *big.Rat {
	v, err := Parse(text)
	if err != nil || v.Kind() != NumberKind || v.Compact() != v || len(text) > 40 {
		return nil
	}
	if f := Number(text).Float64(); math.IsInf(f, 0) || f == 0 {
		return nil
	}
	r, _ := new(big.Rat).SetString(text)
	return r
}
