package intrinsic

import (
	"math"

	"canto/asl/value"
)

// maxRange is the most items that States.ArrayRange makes.
const maxRange = 1000

func array(in *input) (value.Value, bool) { return value.Array(in.args), true }

// list returns the items of argument i, which must be an array.
func (in *input) list(i int) ([]value.Value, bool) {
	return in.args[i].Elements(), in.args[i].Kind() == value.ArrayKind
}

// arrayPartition cuts an array into chunks; a fraction of the size is dropped.
func arrayPartition(in *input) (value.Value, bool) {
	items, ok := in.list(0)
	n, isNumber := in.whole(1)
	if !ok || !isNumber || n < 1 {
		return value.Value{}, false
	}
	chunks := []value.Value{}
	for len(items) > 0 {
		k := int(min(n, int64(len(items))))
		chunks = append(chunks, value.Array(items[:k:k]))
		items = items[k:]
	}
	return value.Array(chunks), true
}

func arrayContains(in *input) (value.Value, bool) {
	items, ok := in.list(0)
	for _, item := range items {
		if identical(item, in.args[1]) {
			return value.Of(true), ok
		}
	}
	return value.Of(false), ok
}

// identical compares with the order of keys: objects whose keys stand in another
// order differ (recorded behaviour).
func identical(a, b value.Value) bool {
	if a.Kind() != b.Kind() || a.Len() != b.Len() {
		return false
	}
	switch a.Kind() {
	case value.ArrayKind:
		for i, item := range a.Elements() {
			if !identical(item, b.Elements()[i]) {
				return false
			}
		}
		return true
	case value.ObjectKind:
		for i, m := range a.Members() {
			if other := b.Members()[i]; m.Name != other.Name || !identical(m.Value, other.Value) {
				return false
			}
		}
		return true
	}
	return value.Equal(a, b)
}

// arrayRange counts from the first number to the second, both included.
func arrayRange(in *input) (value.Value, bool) {
	first, ok1 := in.whole(0)
	last, ok2 := in.whole(1)
	step, ok3 := in.whole(2)
	steps := math.Floor((float64(last) - float64(first)) / float64(step))
	if !ok1 || !ok2 || !ok3 || step == 0 || steps >= maxRange {
		return value.Value{}, false
	}
	items := []value.Value{}
	for i := range max(0, int64(steps)+1) {
		items = append(items, value.Of(first+i*step))
	}
	return value.Array(items), true
}

// arrayGetItem gives null for any index of an empty array (recorded behaviour).
func arrayGetItem(in *input) (value.Value, bool) {
	items, ok := in.list(0)
	i, isNumber := in.whole(1)
	switch {
	case !ok || !isNumber:
		return value.Value{}, false
	case len(items) == 0:
		return value.Value{}, true
	case i < 0 || i >= int64(len(items)):
		return value.Value{}, false
	}
	return items[i], true
}

func arrayLength(in *input) (value.Value, bool) {
	items, ok := in.list(0)
	return value.Of(len(items)), ok
}

// arrayUnique drops duplicates. The rest is in the order of Java's hash set
// (recorded behaviour); 1 equals 1.0, and the order of keys does not count.
func arrayUnique(in *input) (value.Value, bool) {
	items, ok := in.list(0)
	var kept []value.Value
	var hashes []int32
	seen := make(map[int32][]value.Value, len(items))
	for _, item := range items {
		h := value.Hash(item)
		if !anyEqual(seen[h], item) {
			seen[h] = append(seen[h], item)
			kept, hashes = append(kept, item), append(hashes, h)
		}
	}
	unique := make([]value.Value, 0, len(kept))
	for _, i := range value.HashOrder(hashes) {
		unique = append(unique, kept[i])
	}
	return value.Array(unique), ok
}

func anyEqual(list []value.Value, v value.Value) bool {
	for _, x := range list {
		if value.Equal(x, v) {
			return true
		}
	}
	return false
}

// jsonMerge merges two objects one level deep; the second wins. Its keys are in
// the order of Java's hash map (recorded behaviour). Only the service's deep
// merge, true, is refused: it does not have it.
func jsonMerge(in *input) (value.Value, bool) {
	a, b := in.args[0], in.args[1]
	deep, _ := in.args[2].AsBool()
	if deep || a.Kind() != value.ObjectKind || b.Kind() != value.ObjectKind {
		return value.Value{}, false
	}
	both := make([]value.Member, 0, a.Len()+b.Len())
	both = append(append(both, a.Members()...), b.Members()...)
	return value.InHashOrder(value.NewObject(both...)), true
}
