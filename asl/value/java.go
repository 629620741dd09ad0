package value

import (
	"math"
	"sort"
	"strings"
	"unicode/utf16"
)

// What shows through of the service's Java: where it puts values into a hash
// map or set, they come out in the order of their hash codes (recorded: keys of
// payload templates and of States.JsonMerge, items of States.ArrayUnique).

// HashString is Java's String.hashCode.
func HashString(s string) int32 {
	var h int32
	for _, unit := range utf16.Encode([]rune(s)) {
		h = 31*h + int32(unit)
	}
	return h
}

// Hash is Java's hashCode of v read as null, Boolean, number, String, List or
// Map. Equal values have equal hashes: 1.0 hashes as 1 does.
func Hash(v Value) int32 {
	var h int32
	switch v.Kind() {
	case BoolKind:
		if b, _ := v.AsBool(); b {
			return 1231
		}
		return 1237
	case NumberKind:
		n, _ := v.AsNumber()
		return hashNumber(n)
	case StringKind:
		s, _ := v.AsString()
		return HashString(s)
	case ArrayKind:
		h = 1
		for _, item := range v.Elements() {
			h = 31*h + Hash(item)
		}
	case ObjectKind:
		for _, m := range v.Members() {
			h += HashString(m.Name) ^ Hash(m.Value)
		}
	}
	return h
}

func hashNumber(n Number) int32 {
	bits, ok := n.Int64()
	switch {
	case ok && int64(int32(bits)) == bits:
		return int32(bits)
	case !ok:
		bits = int64(math.Float64bits(n.Float64()))
	}
	return int32(bits ^ int64(uint64(bits)>>32))
}

// HashOrder returns the positions of hashes in the order in which a java.util.HashMap
// lists keys that were put in one after the other.
func HashOrder(hashes []int32) []int {
	buckets := uint32(16)
	for len(hashes) > int(buckets)*3/4 {
		buckets *= 2
	}
	order := make([]int, len(hashes))
	bucket := make([]uint32, len(hashes))
	for i, h := range hashes {
		order[i] = i
		bucket[i] = (uint32(h) ^ uint32(h)>>16) & (buckets - 1)
	}
	sort.SliceStable(order, func(a, b int) bool { return bucket[order[a]] < bucket[order[b]] })
	return order
}

// JavaString is Java's toString of v: text without quotes, {a=1, b=[x, null]}.
func JavaString(v Value) string {
	switch v.Kind() {
	case StringKind:
		s, _ := v.AsString()
		return s
	case NumberKind:
		n, _ := v.AsNumber()
		return javaNumber(n)
	case ArrayKind:
		parts := make([]string, v.Len())
		for i, item := range v.Elements() {
			parts[i] = JavaString(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case ObjectKind:
		parts := make([]string, v.Len())
		for i, m := range v.Members() {
			parts[i] = m.Name + "=" + JavaString(m.Value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return v.Compact().Text()
}

// javaNumber writes integers as they are and others as doubles.
func javaNumber(n Number) string {
	if !strings.ContainsAny(string(n), ".eE") {
		return string(n)
	}
	f := n.Float64()
	if math.IsInf(f, 0) {
		return string(n)
	}
	return string(FormatFloat(f))
}

// InHashOrder returns the object v with its members in the order of a
// java.util.HashMap of its keys.
func InHashOrder(v Value) Value {
	members := v.Members()
	hashes := make([]int32, len(members))
	for i, m := range members {
		hashes[i] = HashString(m.Name)
	}
	sorted := make([]Member, 0, len(members))
	for _, i := range HashOrder(hashes) {
		sorted = append(sorted, members[i])
	}
	return NewObject(sorted...)
}
