package jsonata

import (
	"fmt"
	"strings"
	"testing"

	"canto/asl/value"
)

// orders is a value as $states is, with n orders in its input.
func orders(n int) value.Value {
	var out strings.Builder
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, `{"id":"order-%05d","sku":"SKU-%d","price":%d.%02d,"quantity":%d}`, i, i%97, i%89, i%100, i%7+1)
	}
	return value.Raw(`{"input":{"orders":[` + out.String() + `]},"context":{}}`)
}

func benchmark(b *testing.B, text string, cached bool) {
	e, err := Compile(text)
	if err != nil {
		b.Fatal(err)
	}
	states := orders(1000)
	env := Env{Variable: func(name string) (value.Value, bool) { return states, name == "states" }}
	if cached {
		env.Cache = &Cache{}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, outcome, err := e.Eval(env); err != nil || outcome != Defined {
			b.Fatal(outcome, err)
		}
	}
}

func BenchmarkSumOfOrders(b *testing.B) {
	benchmark(b, `$sum($states.input.orders.(price*quantity))`, true)
}

func BenchmarkSumOfOrdersParsedEachTime(b *testing.B) {
	benchmark(b, `$sum($states.input.orders.(price*quantity))`, false)
}

func BenchmarkFilter(b *testing.B) { benchmark(b, `$count($states.input.orders[price > 40])`, true) }

func BenchmarkMapToObjects(b *testing.B) {
	benchmark(b, `$map($states.input.orders, function($o) { {"id": $o.id, "total": $o.price * $o.quantity} })`, true)
}

func BenchmarkField(b *testing.B) { benchmark(b, `$states.input.orders[0].id`, true) }

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := Compile(`$sum($states.input.orders.(price*quantity))`); err != nil {
			b.Fatal(err)
		}
	}
}
