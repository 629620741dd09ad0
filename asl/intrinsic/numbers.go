package intrinsic

import (
	"math"

	"canto/asl/value"
)

// whole returns argument i, which must be a number, without its fraction.
func (in *input) whole(i int) (int64, bool) {
	n, ok := in.args[i].AsNumber()
	if !ok {
		return 0, false
	}
	if exact, ok := n.Int64(); ok {
		return exact, true
	}
	return clamp(math.Trunc(n.Float64())), true
}

// rounded returns argument i rounded to the nearest integer, a half upwards.
func (in *input) rounded(i int) (int64, bool) {
	n, ok := in.args[i].AsNumber()
	if !ok {
		return 0, false
	}
	if exact, ok := n.Int64(); ok {
		return exact, true
	}
	return clamp(math.Floor(n.Float64() + 0.5)), true
}

func clamp(f float64) int64 {
	switch {
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

func isInt32(n int64) bool { return int64(int32(n)) == n }

// mathAdd adds rounded numbers; operands and sum must fit into 32 bits (recorded
// behaviour).
func mathAdd(in *input) (value.Value, bool) {
	a, ok1 := in.rounded(0)
	b, ok2 := in.rounded(1)
	ok := ok1 && ok2 && isInt32(a) && isInt32(b) && isInt32(a+b)
	return value.Of(a + b), ok
}

// mathRandom gives an integer from the first number up to, but not including,
// the second. A third is the seed: the same seed gives the same number.
func mathRandom(in *input) (value.Value, bool) {
	start, ok1 := in.whole(0)
	end, ok2 := in.whole(1)
	if !ok1 || !ok2 || start >= end {
		return value.Value{}, false
	}
	random := in.env.Random
	if len(in.args) == 3 {
		seed, ok := in.whole(2)
		if !ok {
			return value.Value{}, false
		}
		random = func() uint64 { return scramble(uint64(seed)) }
	}
	return value.Of(start + int64(random()%uint64(end-start))), true
}

// scramble is the output function of SplitMix64: it makes a random number of a seed.
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
