package jsonata

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// formatNumber writes a number as JavaScript does: 1e+21, 0.000001, 1e-7.
func formatNumber(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 0):
		return map[bool]string{true: "Infinity", false: "-Infinity"}[f > 0]
	case f == 0:
		return "0"
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}

// to15Digits is what is left of a number in the result of $string.
func to15Digits(f float64) float64 {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return f
	}
	r, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64)
	return r
}

// isNumber says whether d is a number, and fails where it is beyond what JSON can hold.
func isNumber(d datum) (bool, error) {
	if d.kind != number || math.IsNaN(d.num) {
		return false, nil
	}
	if math.IsInf(d.num, 0) {
		return false, failed("D1001", d)
	}
	return true, nil
}

// isNumbers says whether d is a list of nothing but numbers.
func isNumbers(d datum) (bool, error) {
	if d.kind != list {
		return false, nil
	}
	all := true
	for _, item := range d.arr().list() {
		ok, err := isNumber(item)
		if err != nil {
			return false, err
		}
		all = all && ok
	}
	return all, nil
}

// jsRound is Math.round: halves go up.
func jsRound(f float64) float64 {
	floor := math.Floor(f)
	if f-floor >= 0.5 {
		return floor + 1
	}
	return floor
}

// roundTo rounds to a number of decimal places, halves to the even neighbour. The
// point is shifted in the digits, as in the reference: multiplying is not exact.
func roundTo(f float64, places int) float64 {
	f = shiftPoint(f, places)
	result := jsRound(f)
	if math.Abs(result-f) == 0.5 && math.Mod(math.Abs(result), 2) == 1 {
		result--
	}
	result = shiftPoint(result, -places)
	if result == 0 {
		return 0 // never -0
	}
	return result
}

func shiftPoint(f float64, places int) float64 {
	if places == 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return f
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	e, _ := strconv.Atoi(exponent)
	r, _ := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(e+places), 64)
	return r
}

// toFixed is Number.prototype.toFixed.
func toFixed(f float64, places int) string {
	if math.Abs(f) >= 1e21 {
		return formatNumber(f)
	}
	return strconv.FormatFloat(f, 'f', places, 64)
}

const digits = "0123456789abcdefghijklmnopqrstuvwxyz"

// formatRadix writes an integer in another base, with all its digits.
func formatRadix(f float64, radix float64) string {
	if radix == 10 || !finite(f) {
		return formatNumber(f)
	}
	exact, _ := big.NewFloat(f).Int(nil)
	return exact.Text(int(radix))
}

// parseLeadingInt is JavaScript's parseInt: the integer that a text begins with; NaN where there is none.
func parseLeadingInt(s string) float64 {
	s = strings.TrimLeft(s, " \t\n\r\v\f\u00a0\ufeff")
	end := 0
	if end < len(s) && (s[0] == '-' || s[0] == '+') {
		end++
	}
	start := end
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end == start {
		return math.NaN()
	}
	f, _ := strconv.ParseFloat(s[:end], 64)
	return f
}
