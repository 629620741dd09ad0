package value

// Equal says whether a and b are the same JSON value: the order of keys does not
// count, and numbers are compared exactly by value (1 equals 1.0).
func Equal(a, b Value) bool {
	if a == b {
		return true
	}
	kind := a.Kind()
	if kind != b.Kind() {
		return false
	}
	switch kind {
	case ArrayKind:
		return equalItems(a.Elements(), b.Elements())
	case ObjectKind:
		return equalMembers(a, b)
	case NumberKind:
		x, _ := a.AsNumber()
		y, _ := b.AsNumber()
		return x == y || Compare(x, y) == 0
	}
	return a.Compact().Text() == b.Compact().Text()
}

func equalItems(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalMembers(a, b Value) bool {
	if a.Len() != b.Len() {
		return false
	}
	for _, m := range a.Members() {
		other, ok := b.Field(m.Name)
		if !ok || !Equal(m.Value, other) {
			return false
		}
	}
	return true
}
