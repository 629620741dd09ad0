package awsapi

import "canto/asl/value"

// reader is a structure of the model that can be taken out of a request. The request
// has been admitted: what it has is of the model's types.
type reader[T any] interface {
	*T
	read(v value.Value)
}

// given are the members of a structure that are there: a null is none.
func given(v value.Value) []value.Member {
	members := v.Members()
	for i := range members {
		if members[i].Value.IsNull() {
			return notNull(members)
		}
	}
	return members
}

func notNull(members []value.Member) []value.Member {
	var out []value.Member
	for _, m := range members {
		if !m.Value.IsNull() {
			out = append(out, m)
		}
	}
	return out
}

func readStructure[T any, P reader[T]](v value.Value) *T {
	x := new(T)
	P(x).read(v)
	return x
}

func readList[T any, P reader[T]](v value.Value) []T {
	items := v.Elements()
	out := make([]T, len(items))
	for i := range items {
		P(&out[i]).read(items[i])
	}
	return out
}

func readTexts(v value.Value) []string {
	items := v.Elements()
	out := make([]string, len(items))
	for i := range items {
		out[i], _ = items[i].AsString()
	}
	return out
}

func readText(v value.Value) *string {
	text, _ := v.AsString()
	return &text
}

func readBool(v value.Value) *bool {
	b, _ := v.AsBool()
	return &b
}

func readInteger(v value.Value) *int64 {
	n, _ := v.AsNumber()
	i, _ := n.Int64()
	return &i
}

func readNumber(v value.Value) *float64 {
	n, _ := v.AsNumber()
	f := n.Float64()
	return &f
}
