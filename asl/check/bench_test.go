package check_test

import (
	"fmt"
	"strings"
	"testing"

	"canto/asl/check"
	"canto/asl/parse"
	"canto/asl/source"
)

// chain is a machine of n Pass states, one after the other.
func chain(n int) string {
	var out strings.Builder
	out.WriteString(`{"StartAt":"S0","States":{`)
	for i := range n - 1 {
		fmt.Fprintf(&out, `"S%d":{"Type":"Pass","Next":"S%d"},`, i, i+1)
	}
	fmt.Fprintf(&out, `"S%d":{"Type":"Pass","End":true}}}`, n-1)
	return out.String()
}

func BenchmarkChain(b *testing.B) {
	text := chain(1000)
	m, diags := parse.Parse(source.New("m.json", text))
	if len(diags) > 0 || len(check.Machine(m)) > 0 {
		b.Fatal("the chain is not valid")
	}
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			parse.Parse(source.New("m.json", text))
		}
	})
	b.Run("check", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			check.Machine(m)
		}
	})
}
