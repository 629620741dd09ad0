package value

import (
	"encoding/json"
	"slices"
	"testing"
)

func mustParse(t testing.TB, text string) Value {
	t.Helper()
	v, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return v
}

func TestTextIsKeptVerbatim(t *testing.T) {
	for _, text := range []string{` { "a" : 1.50 } `, "0.0", "\"a\\/b\"", "[ ]", "\n[1, 2]"} {
		if got := mustParse(t, text).Text(); got != text {
			t.Errorf("Text() = %q, want %q", got, text)
		}
	}
}

func TestZeroValueIsNull(t *testing.T) {
	var v Value
	if v.Kind() != NullKind || v.Text() != "null" || v.Tree() != nil || v.Len() != 0 || v.Compact() != v {
		t.Errorf("zero Value: kind %v, text %q", v.Kind(), v.Text())
	}
}

func TestCompactIsWhatTheServiceWrites(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"blanks", " { \"a\" : [ 1 , 2 ] ,\t\"b\":{ }\n} ", `{"a":[1,2],"b":{}}`},
		{"blanks in strings stay", `"a  b"`, `"a  b"`},
		{"numbers stay", `[1.0, 1E3, -0, 0.10]`, `[1.0,1E3,-0,0.10]`},
		{"slash is not escaped", `"a\/b"`, `"a/b"`},
		{"non-ASCII is raw", `"\u00e9\u20AC\ud83d\ude00"`, `"é€😀"`},
		{"control characters", `"\u0000\u001f\u000a\u0009\u0008\u000C\u000d"`, `"\u0000\u001F\n\t\b\f\r"`},
		{"quotes and backslashes", `"\u0022\u005c"`, `"\"\\"`},
		{"no HTML escapes", `"\u003c&>"`, `"<&>"`},
		{"half a pair", `"\ud800x"`, `"�x"`},
		{"last duplicate wins in the first place", `{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`},
		{"duplicates by escape", `{"a":1,"\u0061":2}`, `{"a":2}`},
		{"duplicates deep down", `[{"x":{"a": 1,"a": 2}}]`, `[{"x":{"a":2}}]`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := mustParse(t, c.text).Compact()
			if v.Text() != c.want {
				t.Errorf("got %s, want %s", v.Text(), c.want)
			}
			if v.Compact() != v {
				t.Error("Compact of a compact value is not itself")
			}
			if raw := Raw(c.text).Compact().Text(); raw != c.want {
				t.Errorf("of Raw: got %s, want %s", raw, c.want)
			}
		})
	}
}

func TestCompactTextIsReturnedAsIs(t *testing.T) {
	v := mustParse(t, `[{"a":"\n\u0001"},{"b":[1.0,null]}]`)
	if v.Compact() != v {
		t.Error("the array was made again")
	}
	for _, item := range v.Elements() {
		if item.Compact() != item {
			t.Errorf("the element %s was made again", item)
		}
	}
}

func TestOneLevelAtATime(t *testing.T) {
	v := mustParse(t, ` {"a" : [ 1, "}]\"" , {"x":[]} ] , "b\u0021":null, "c":tru`+`e } `)
	if v.Len() != 3 || v.Members()[1].Name != "b!" {
		t.Fatalf("members: %v", v.Members())
	}
	a, _ := v.Field("a")
	want := []string{"1", `"}]\""`, `{"x":[]}`}
	if a.Len() != len(want) {
		t.Fatalf("elements: %v", a.Elements())
	}
	for i, text := range want {
		if item, ok := a.Index(i); !ok || item.Text() != text {
			t.Errorf("element %d is %s, want %s", i, item, text)
		}
	}
	if _, ok := a.Index(3); ok {
		t.Error("Index(3) found something")
	}
	if _, ok := v.Field("no"); ok {
		t.Error(`Field("no") found something`)
	}
	if b, ok := v.Field("c"); !ok || b.Text() != "true" {
		t.Errorf(`Field("c") = %s`, b)
	}
}

func TestWith(t *testing.T) {
	cases := []struct{ in, name, want string }{
		{`{"a": 1, "b": 2}`, "a", `{"a":[1],"b":2}`},
		{`{"a": 1}`, "z", `{"a":1,"z":[1]}`},
		{`{}`, "z", `{"z":[1]}`},
		{`3`, "z", `{"z":[1]}`},
		{`{"a":1,"a":2}`, "a", `{"a":[1]}`},
	}
	for _, c := range cases {
		in := mustParse(t, c.in)
		if got := in.With(c.name, Raw("[ 1]")).Text(); got != c.want {
			t.Errorf("%s with %s: %s, want %s", c.in, c.name, got, c.want)
		}
		if in.Text() != c.in {
			t.Errorf("%s was changed into %s", c.in, in)
		}
	}
	if got := mustParse(t, "[1,2]").WithIndex(1, String("x")).Text(); got != `[1,"x"]` {
		t.Errorf("WithIndex: %s", got)
	}
}

func TestArrayKeepsTheTextOfItsItems(t *testing.T) {
	v := Array([]Value{Raw(`{ "a": 1 }`), {}, String("é\x01")})
	if want := `[{ "a": 1 },null,"é\u0001"]`; v.Text() != want {
		t.Errorf("got %s, want %s", v, want)
	}
	if want := `[{"a":1},null,"é\u0001"]`; v.Compact().Text() != want {
		t.Errorf("got %s, want %s", v.Compact(), want)
	}
}

func TestTreeAndBack(t *testing.T) {
	const text = `{"z":[1.0,"a\n",true,null,{}],"a":{"k":[]},"n":1E400}`
	tree := mustParse(t, " "+text).Tree()
	if got := Of(tree).Text(); got != text {
		t.Errorf("got %s, want %s", got, text)
	}
	o := tree.(*Object)
	if o.Len() != 3 || o.Keys()[0] != "z" {
		t.Errorf("keys %v", o.Keys())
	}
	if x, has := o.ValueForKey("n"); !has || x != Number("1E400") {
		t.Errorf("n is %v", x)
	}
	if f, ok := Of(tree).Field("a"); !ok || f.Text() != `{"k":[]}` {
		t.Errorf("a is %s", f)
	}
}

func TestFromAndDecode(t *testing.T) {
	type item struct {
		Name string   `json:"name"`
		Tags []string `json:"tags,omitempty"`
		Any  Value    `json:"any"`
	}
	v, err := From(item{Name: "<é\u2028>", Any: Raw(`{"b": 1, "a": 2.0}`)})
	if want := `{"name":"<é` + "\u2028" + `>","any":{"b":1,"a":2.0}}`; err != nil || v.Text() != want {
		t.Fatalf("From: %s, %v; want %s", v, err, want)
	}
	var back item
	if err := v.Decode(&back); err != nil || back.Name != "<é\u2028>" || back.Any.Text() != `{"b":1,"a":2.0}` {
		t.Errorf("Decode: %+v, %v", back, err)
	}
	if _, err := From(make(chan int)); err == nil {
		t.Error("From(chan) has no error")
	}
	if text, err := json.Marshal(map[string]Value{"v": {}}); err != nil || string(text) != `{"v":null}` {
		t.Errorf("Marshal: %s, %v", text, err)
	}
}

func TestEqual(t *testing.T) {
	cases := []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[2]}`, `{ "b":[2.0], "a":1e0 }`, true},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`{"a":1}`, `{"b":1}`, false},
		{`[1,2]`, `[2,1]`, false},
		{`"\u0061"`, `"a"`, true},
		{`0`, `-0.0`, true},
		{`1`, `"1"`, false},
		{`null`, `null`, true},
		{`9007199254740993`, `9007199254740992`, false},
		{`true`, `false`, false},
	}
	for _, c := range cases {
		if got := Equal(Raw(c.a), Raw(c.b)); got != c.want {
			t.Errorf("Equal(%s, %s) = %v", c.a, c.b, got)
		}
	}
}

func TestOf(t *testing.T) {
	cases := []struct {
		tree any
		kind Kind
		want string
	}{
		{nil, NullKind, "null"},
		{true, BoolKind, "true"},
		{false, BoolKind, "false"},
		{"é\"\x7f", StringKind, `"é\"` + "\x7f" + `"`},
		{Number("1.50"), NumberKind, "1.50"},
		{-3, NumberKind, "-3"},
		{int64(1 << 53), NumberKind, "9007199254740992"},
		{uint64(1<<64 - 1), NumberKind, "18446744073709551615"},
		{[]any{nil, []any{}, "x"}, ArrayKind, `[null,[],"x"]`},
		{[]Value{{}, Of(1)}, ArrayKind, "[null,1]"},
		{[]string{"a"}, ArrayKind, `["a"]`},
		{map[string]int{"b": 2, "a": 1}, ObjectKind, `{"a":1,"b":2}`},
		{Raw(`[ ]`), ArrayKind, "[ ]"},
		{NewObject(), ObjectKind, "{}"},
		{Array(nil), ArrayKind, "[]"},
	}
	for _, c := range cases {
		v := Of(c.tree)
		if v.Kind() != c.kind || v.Text() != c.want || v.Size() != len(c.want) {
			t.Errorf("Of(%v) is the %v %s", c.tree, v.Kind(), v)
		}
	}
}

func TestScalarsAreWhatTheyAre(t *testing.T) {
	v := mustParse(t, " true\n")
	if b, ok := v.AsBool(); !b || !ok {
		t.Error("true is not true")
	}
	if _, ok := v.AsString(); ok {
		t.Error("true is a string")
	}
	if _, ok := v.AsNumber(); ok {
		t.Error("true is a number")
	}
	if _, ok := Of(1).AsBool(); ok {
		t.Error("1 is a boolean")
	}
	if n, ok := mustParse(t, " 1.0 ").AsNumber(); !ok || n != "1.0" {
		t.Errorf("1.0 is %s", n)
	}
	if s, ok := mustParse(t, ` "a\tb\/" `).AsString(); !ok || s != "a\tb/" {
		t.Errorf("the string is %q", s)
	}
}

func TestLastDuplicateWinsInBuiltObjects(t *testing.T) {
	v := NewObject(Member{"a", Of(1)}, Member{"b", Of(2)}, Member{"a", Of(3)})
	if want := `{"a":3,"b":2}`; v.Text() != want {
		t.Errorf("got %s, want %s", v, want)
	}
}

func TestLargeObjectsAreSearchedByIndex(t *testing.T) {
	members := make([]Member, 100)
	for i := range members {
		members[i] = Member{Name: string(rune('a' + i)), Value: Of(i)}
	}
	v := mustParse(t, NewObject(members...).Text())
	tree := v.Tree().(*Object)
	for i, m := range members {
		f, ok := v.Field(m.Name)
		x, has := tree.ValueForKey(m.Name)
		if want := Of(i).Text(); !ok || !has || f.Text() != want || x != Number(want) {
			t.Errorf("%s is %s, %v", m.Name, f, x)
		}
	}
	if _, ok := v.Field("none"); ok {
		t.Error("a field that is not there was found")
	}
	if _, has := tree.ValueForKey("none"); has {
		t.Error("a key that is not there was found")
	}
}

func TestTreesNeverChange(t *testing.T) {
	tree := mustParse(t, `{"a":1,"b":2,"a":3}`).Tree().(*Object)
	tree.SetValueForKey("a", nil)
	tree.RemoveValueForKey("b")
	var got []any
	for key, x := range tree.All() {
		got = append(got, key, x)
	}
	if want := []any{"a", Number("3"), "b", Number("2")}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestInHashOrder(t *testing.T) {
	v := InHashOrder(mustParse(t, `{"Payload":1,"FunctionName":2}`))
	if want := `{"FunctionName":2,"Payload":1}`; v.Text() != want {
		t.Errorf("got %s, want %s", v, want)
	}
}

func TestUUIDSaysItsVersionAndVariant(t *testing.T) {
	ones := [16]byte{}
	for i := range ones {
		ones[i] = 0xff
	}
	if got := RandomUUID(func() uint64 { return 0x0123456789abcdef }); got != "01234567-89ab-4def-8123-456789abcdef" {
		t.Errorf("got %s", got)
	}
	for version, want := range map[byte]string{4: "ffffffff-ffff-4fff-bfff-ffffffffffff", 8: "ffffffff-ffff-8fff-bfff-ffffffffffff"} {
		if got := UUID(version, ones); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got, want := UUID(5, [16]byte{}), "00000000-0000-5000-8000-000000000000"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
