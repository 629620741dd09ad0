package value

import (
	"slices"
	"testing"
)

func TestHashIsJavas(t *testing.T) {
	cases := []struct {
		text string
		want int32
	}{
		{`null`, 0}, {`true`, 1231}, {`false`, 1237}, {`7`, 7}, {`7.0`, 7}, {`-1`, -1}, {`4294967296`, 1}, {`0.5`, 1071644672},
		{`"hello"`, 99162322}, {`"é😀"`, (233*31+55357)*31 + 56832}, {`[1,2]`, 994}, {`[2,1]`, 1024}, {`[]`, 1}, {`{}`, 0}, {`{"a":1,"b":[]}`, (97 ^ 1) + (98 ^ 1)},
	}
	for _, c := range cases {
		if got := Hash(Raw(c.text)); got != c.want {
			t.Errorf("Hash(%s) = %d, want %d", c.text, got, c.want)
		}
	}
}

func TestHashOrder(t *testing.T) {
	cases := []struct{ in, want []int32 }{
		{[]int32{1231, 1237}, []int32{1237, 1231}},
		{[]int32{994, 1024}, []int32{1024, 994}},
		{[]int32{16, 0, 32, 1}, []int32{16, 0, 32, 1}},
		{[]int32{0x10000, 0}, []int32{0, 0x10000}},
		{[]int32{16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, []int32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16}},
	}
	for _, c := range cases {
		var got []int32
		for _, i := range HashOrder(c.in) {
			got = append(got, c.in[i])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v come out as %v, want %v", c.in, got, c.want)
		}
	}
}

func TestJavaString(t *testing.T) {
	cases := map[string]string{
		`"a\n"`: "a\n", `1`: "1", `1.10`: "1.1", `1e3`: "1000.0", `1E400`: "1E400", `null`: "null", `true`: "true",
		`{"Arg1": 1, "Arg2": [], "x": ["y", null]}`: "{Arg1=1, Arg2=[], x=[y, null]}",
	}
	for text, want := range cases {
		if got := JavaString(Raw(text)); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}
