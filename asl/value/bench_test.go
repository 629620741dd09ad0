package value

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// manyItems is an array of n small objects, about 130 bytes each.
func manyItems(n int) string {
	var b strings.Builder
	b.WriteByte('[')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"name":"item number %d","tags":["red","green","blue"],"price":%d.25,"active":true,"note":"a line of text here"}`, i, i, i%100)
	}
	b.WriteByte(']')
	return b.String()
}

func BenchmarkSplit100kItems(b *testing.B) {
	text := manyItems(100_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		v, err := Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		for _, item := range v.Elements() {
			if item.Compact() != item {
				b.Fatal("made again")
			}
		}
	}
}

func BenchmarkSplit100kItemsFloor(b *testing.B) {
	text := []byte(manyItems(100_000))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseOnly(b *testing.B) {
	text := manyItems(100_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkField(b *testing.B) {
	v := Raw(`{"a":{"b":{"c":[1,2,3]}},"x":"y"}`)
	b.ReportAllocs()
	for b.Loop() {
		x, _ := v.Field("a")
		x, _ = x.Field("b")
		if _, ok := x.Field("c"); !ok {
			b.Fatal("no c")
		}
	}
}
