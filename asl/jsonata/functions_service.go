package jsonata

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"math"

	"canto/asl/value"
)

// serviceFunctions are those that Step Functions adds.
var serviceFunctions = []builtin{
	{"partition", "<an:a<a>>", 2, defined(partition)},
	{"range", "<nnn:a<n>>", 3, rangeFunction},
	{"hash", "<s-s:s>", 2, defined(hashFunction)},
	{"random", "<n?:n>", 1, randomFunction},
	{"uuid", "<:s>", 0, uuid},
	{"parse", "<s-:x>", 1, defined(parseFunction)},
}

// partition cuts a list into lists of a size; the last may be shorter.
func partition(c *call, args []datum) (datum, error) {
	items, size := args[0].items(), jsRound(at(args, 1).num)
	if !(size >= 1) {
		return nothing, &fault{message: "The second argument of the partition function must be a positive number"}
	}
	step := int(min(size, float64(len(items)+1)))
	var parts []datum
	for start := 0; start < len(items); start += step {
		end := min(start+step, len(items))
		parts = append(parts, listOf(newArray(items[start:end:end])))
	}
	return listOf(newArray(parts)), c.sized(len(parts))
}

// rangeFunction counts from a number to another, which is included, in steps. It
// gives a sequence: a range of one number is that number (recorded behaviour).
func rangeFunction(c *call, args []datum) (datum, error) {
	first, last, delta := at(args, 0), at(args, 1), at(args, 2)
	if first.kind == undefined || last.kind == undefined || delta.kind == undefined {
		return nothing, nil
	}
	if delta.num == 0 || math.IsNaN(delta.num) {
		return nothing, &fault{message: "The third argument of the range function must not be zero"}
	}
	n := math.Floor((last.num-first.num)/delta.num) + 1
	if !(n >= 1) {
		return sequenceOf(nil), nil
	}
	if n > float64(c.limits.Items) {
		return nothing, errMemory
	}
	items := make([]datum, int(n))
	for i := range items {
		items[i] = numberOf(first.num + float64(i)*delta.num)
	}
	return sequenceOf(items), c.sized(len(items))
}

var algorithms = map[string]func() hash.Hash{
	"MD5": md5.New, "SHA-1": sha1.New, "SHA-256": sha256.New, "SHA-384": sha512.New384, "SHA-512": sha512.New,
}

func hashFunction(c *call, args []datum) (datum, error) {
	create, ok := algorithms[at(args, 1).str()]
	if !ok {
		return nothing, &fault{message: "The second argument of the hash function must be one of MD5, SHA-1, SHA-256, SHA-384 and SHA-512"}
	}
	h := create()
	h.Write([]byte(args[0].str()))
	return textOf(hex.EncodeToString(h.Sum(nil))), c.count(len(args[0].str()) / 16)
}

// randomFunction is $random: the same seed gives the same number.
func randomFunction(c *call, args []datum) (datum, error) {
	if seed := at(args, 0); seed.kind == number {
		return numberOf(fraction(scramble(math.Float64bits(seed.num)))), nil
	}
	return numberOf(c.random()), nil
}

// scramble is the output function of SplitMix64: it makes a random number of a seed.
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// uuid is a UUID of version 4.
func uuid(c *call, _ []datum) (datum, error) {
	return textOf(value.RandomUUID(c.bits)), nil
}

// parseFunction reads JSON. Its numbers are what JavaScript makes of them: -0 is 0.
func parseFunction(c *call, args []datum) (datum, error) {
	v, err := value.Parse(args[0].str())
	if err != nil {
		return nothing, &fault{message: err.Error()}
	}
	return c.parsed(fromValue(v))
}

func (c *call) parsed(d datum) (datum, error) {
	if err := c.count(1); err != nil {
		return nothing, err
	}
	switch d.kind {
	case number:
		return numberOf(d.num), nil
	case list:
		items := make([]datum, len(d.items()))
		for i, item := range d.items() {
			var err error
			if items[i], err = c.parsed(item); err != nil {
				return nothing, err
			}
		}
		return listOf(newArray(items)), c.sized(len(items))
	case record:
		o := d.obj().copyOf(0)
		for i := range o.fields {
			var err error
			if o.fields[i].data, err = c.parsed(o.fields[i].data); err != nil {
				return nothing, err
			}
		}
		return recordOf(o), c.sized(len(o.fields))
	}
	return d, nil
}
