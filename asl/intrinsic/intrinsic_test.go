package intrinsic

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"canto/asl"
	"canto/asl/jsonpath"
	"canto/asl/value"
)

// testEnv looks paths up in one document, and counts for randomness.
type testEnv struct {
	document value.Value
	count    uint64
}

func (e *testEnv) Lookup(p *jsonpath.Scoped) (value.Value, error) { return p.Get(e.document) }
func (e *testEnv) Random() uint64                                 { e.count++; return e.count * 0x9e3779b97f4a7c15 }

func eval(t testing.TB, text, document string) (value.Value, error) {
	t.Helper()
	c, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return c.Eval(&testEnv{document: value.Raw(document)})
}

func TestEval(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	cases := []struct{ text, document, want string }{
		{"States.Format('plain')", "{}", `"plain"`},
		{"States.Format('{} and {}', $.a, 'b')", `{"a":"A"}`, `"A and b"`},
		{"States.Format('{}{}{}', null, true, 1.50)", "{}", `"nulltrue1.5"`},
		{"States.Format('{}', $.a)", `{"a":{"Arg1": 1, "Arg2": [], "x": "y"}}`, `"{Arg1=1, Arg2=[], x=y}"`},
		{`States.Format('\{\} \'{}\' \\', 1)`, "{}", `"{} '1' \\"`},
		{"States.Format($.t, 1)", `{"t":"n={}"}`, `"n=1"`},
		{"States.Format($.t)", `{"t":5}`, `"5"`},
		{"States.StringToJson('')", "{}", "null"},
		{"States.StringToJson('  ')", "{}", "null"},
		{`States.StringToJson($.s)`, `{"s":" {\"b\": 1.0, \"a\": [ ]} "}`, `{"b":1.0,"a":[]}`},
		{"States.JsonToString($)", `{ "b" : 1, "a" : "é" }`, `"{\"b\":1,\"a\":\"é\"}"`},
		{"States.Array()", "{}", "[]"},
		{"States.Array(1, 'a', $.x, States.Array(null))", `{"x":{"y":2}}`, `[1,"a",{"y":2},[null]]`},
		{"States.ArrayPartition($, 2)", "[1,2,3]", "[[1,2],[3]]"},
		{"States.ArrayPartition($, 2.6)", "[1,2,3]", "[[1,2],[3]]"},
		{"States.ArrayPartition($, 1e30)", "[1,2,3]", "[[1,2,3]]"},
		{"States.ArrayPartition($, 2)", "[]", "[]"},
		{"States.ArrayContains($, 2.0)", "[1,2]", "true"},
		{"States.ArrayContains($.l, $.v)", `{"l":[{"a":1,"b":2}],"v":{"a":1,"b":2}}`, "true"},
		{"States.ArrayContains($.l, $.v)", `{"l":[{"a":1,"b":2}],"v":{"b":2,"a":1}}`, "false"},
		{"States.ArrayContains($, null)", "[[null]]", "false"},
		{"States.ArrayContains($, States.Array(1, 2))", "[[1,2]]", "true"},
		{"States.ArrayRange(1, 9, 3)", "{}", "[1,4,7]"},
		{"States.ArrayRange(1.9, 3.9, 1.9)", "{}", "[1,2,3]"},
		{"States.ArrayRange(3, 1, -1)", "{}", "[3,2,1]"},
		{"States.ArrayRange(3, 1, 1)", "{}", "[]"},
		{"States.ArrayLength(States.ArrayRange(1, 1000, 1))", "{}", "1000"},
		{"States.ArrayGetItem($, 1)", "[1,2]", "2"},
		{"States.ArrayGetItem($, 1.9)", "[1,2]", "2"},
		{"States.ArrayGetItem($, 7)", "[]", "null"},
		{"States.ArrayUnique($)", "[true,false,true]", "[false,true]"},
		{"States.ArrayUnique($)", "[[1,2],[2,1],[1,2]]", "[[2,1],[1,2]]"},
		{"States.ArrayUnique($)", `[1,1.0,2,{"a":1,"b":2},{"b":2,"a":1}]`, `[{"a":1,"b":2},1,2]`},
		{"States.Base64Encode('Data to encode')", "{}", `"RGF0YSB0byBlbmNvZGU="`},
		{"States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", "{}", `"Data to encode"`},
		{"States.Base64Decode('R G*F0YSB0byBlbmNvZGU')", "{}", `"Data to encode"`},
		{"States.Base64Decode('RA==RA')", "{}", `"D"`},
		{"States.Base64Decode('_w')", "{}", `"` + "\ufffd" + `"`},
		{"States.ArrayLength(States.Array(States.Base64Encode($)))", `"` + long + `"`, "1"},
		{"States.Hash('input data', 'MD5')", "{}", `"812f45842bc6d66ee14572ce20db8e86"`},
		{"States.Hash($, 'SHA-1')", `"input data"`, `"aaff4a450a104cd177d28d18d74485e8cae074b7"`},
		{"States.Hash(12, 'MD5')", "{}", `"c20ad4d76fe97759aa27a0c99bff6710"`},
		{"States.JsonMerge($.a, $.b, false)", `{"a":{"a":{"x":1},"b":2,"d":3},"b":{"a":{"y":1},"c":3,"d":4}}`, `{"a":{"y":1},"b":2,"c":3,"d":4}`},
		{"States.JsonMerge($, $, 'no')", `{"a":1}`, `{"a":1}`},
		{"States.MathAdd(1, -1)", "{}", "0"},
		{"States.MathAdd(1.5, -1.5)", "{}", "1"},
		{"States.MathAdd(2147483646, 1.4)", "{}", "2147483647"},
		{"States.MathRandom(3, 4)", "{}", "3"},
		{"States.MathRandom(1.6, 2.4)", "{}", "1"},
		{"States.StringSplit('1,2;3', ',;')", "{}", `["1","2","3"]`},
		{"States.StringSplit(',a,,b,', ',')", "{}", `["a","b"]`},
		{"States.StringSplit('', ',')", "{}", "[]"},
		{"States.ArrayGetItem( States.StringSplit( $.a , '-' ) , States.MathAdd( 1 , -1 ) )", `{"a":"x-y"}`, `"x"`},
		{"States.ArrayLength($.l[?(@.a == 'x,)' || @.a in ['y'])])", `{"l":[{"a":"x,)"},{"a":"y"},{"a":"z"}]}`, "2"},
		{"States.Format('{}', $.l.length())", `{"l":[1,2]}`, `"2"`},
	}
	for _, c := range cases {
		t.Run(c.text, func(t *testing.T) {
			got, err := eval(t, c.text, c.document)
			if err != nil || got.Compact().Text() != c.want {
				t.Errorf("of %.80s: got %s, %v; want %s", c.document, got, err, c.want)
			}
		})
	}
}

func TestWrongArguments(t *testing.T) {
	tooLong := `"` + strings.Repeat("x", 10_001) + `"`
	cases := []struct{ text, document string }{
		{"States.Format('{} {}', 1)", "{}"},
		{"States.Format('{}', 1, 2)", "{}"},
		{"States.StringToJson(1)", "{}"},
		{"States.StringToJson('{')", "{}"},
		{"States.ArrayPartition($, 0.6)", "[1]"},
		{"States.ArrayPartition($, '1')", "[1]"},
		{"States.ArrayPartition($, 1)", "{}"},
		{"States.ArrayContains($, 1)", "{}"},
		{"States.ArrayRange(1, 2, 0)", "{}"},
		{"States.ArrayRange(0, 1000, 1)", "{}"},
		{"States.ArrayRange(0, 1e309, 1)", "{}"},
		{"States.ArrayRange('0', 1, 1)", "{}"},
		{"States.ArrayGetItem($, 1)", "[1]"},
		{"States.ArrayGetItem($, -1)", "[1]"},
		{"States.ArrayGetItem($, null)", "[1]"},
		{"States.ArrayLength('x')", "{}"},
		{"States.ArrayUnique($)", "{}"},
		{"States.Base64Encode(1)", "{}"},
		{"States.Base64Encode($)", tooLong},
		{"States.Base64Decode($)", tooLong},
		{"States.Hash($, 'MD5')", tooLong},
		{"States.Hash('x', 'md5')", "{}"},
		{"States.Hash('x', 'SHA256')", "{}"},
		{"States.Hash('x', 1)", "{}"},
		{"States.JsonMerge($, $, true)", "{}"},
		{"States.JsonMerge($, 1, false)", "{}"},
		{"States.MathAdd('1', 1)", "{}"},
		{"States.MathAdd(2147483647, 1)", "{}"},
		{"States.MathAdd(1e309, 1)", "{}"},
		{"States.MathAdd(null, 1)", "{}"},
		{"States.MathRandom(2, 2)", "{}"},
		{"States.MathRandom(3, 2)", "{}"},
		{"States.MathRandom(1, 2, null)", "{}"},
		{"States.StringSplit(1, ',')", "{}"},
		{"States.StringSplit('a', 1)", "{}"},
	}
	for _, c := range cases {
		name := c.text[:strings.IndexByte(c.text, '(')]
		wantError(t, c.text, c.document, "Invalid arguments in "+name)
	}
	wantError(t, "States.Format('a { b', 1)", "{}", "Invalid template in States.Format: matching '}' not found for '{'.")
	wantError(t, "States.Format('{{}}', 1)", "{}", "Invalid template in States.Format: matching '}' not found for '{'.")
	wantError(t, "States.Format('a } b')", "{}", "Invalid template in States.Format: matching '{' not found for '}'.")
	wantError(t, "States.Array(States.MathAdd(1, 'x'))", "{}", "Invalid arguments in States.MathAdd")
}

func wantError(t *testing.T, text, document, reason string) {
	t.Helper()
	v, err := eval(t, text, document)
	var failure *asl.Error
	want := "There was an error while evaluating the intrinsic function: " + text + ". " + reason
	if !errors.As(err, &failure) || failure.Name != "States.Runtime" || failure.Cause != want {
		t.Errorf("%s gives %.60s, %v\nwant %s", text, v, err, want)
	}
}

func TestErrorsOfTheEnvironmentArePassedOn(t *testing.T) {
	_, err := eval(t, "States.JsonToString($.no)", "{}")
	if !errors.As(err, new(*jsonpath.NotFoundError)) {
		t.Errorf("error %v", err)
	}
}

func TestBadCallsAreRefused(t *testing.T) {
	deep := strings.Repeat("States.Array(", 11) + strings.Repeat(")", 11)
	for _, text := range []string{
		"", "States", "States.None()", "States.Format()", "States.Format", "States.Format(", "States.Format('a'", "States.Format('a',)", "States.Format(,'a')",
		"States.Format('a') x", "States.Format(a)", `States.Format("a")`, `States.Format('\x')`, `States.Format('\"')`, "States.Format('a", "States.UUID(1)",
		"States.MathAdd(1)", "States.MathAdd(1 2)", "States.MathAdd(01, 2)", "States.Array($.)", "States.Array([1])", "States.Array({})", "States.JsonMerge($, $)",
		"States.MathRandom(1, 2, 3, 4)", "states.UUID()", "States.Array($.a[)", deep, strings.Repeat("States.Array(", 100_000),
	} {
		if c, err := Parse(text); !errors.As(err, new(*SyntaxError)) {
			t.Errorf("Parse(%.60s) = %v, %v", text, c, err)
		}
	}
	if _, err := Parse(deep[len("States.Array(") : len(deep)-1]); err != nil {
		t.Errorf("ten levels: %v", err)
	}
}

func TestRandomnessComesFromTheEnvironment(t *testing.T) {
	for _, text := range []string{"States.UUID()", "States.MathRandom(0, 1000000)", "States.MathRandom(-5, 1000000, 42)", "States.MathRandom(0, 9, -1)"} {
		a, errA := eval(t, text, "{}")
		b, errB := eval(t, text, "{}")
		if errA != nil || errB != nil || a.Text() != b.Text() {
			t.Errorf("%s: %s, %v and %s, %v", text, a, errA, b, errB)
		}
	}
	id, _ := eval(t, "States.UUID()", "{}")
	s, _ := id.AsString()
	var a, b, c, d, e uint64
	if n, err := fmt.Sscanf(s, "%08x-%04x-4%03x-%04x-%012x", &a, &b, &c, &d, &e); n != 5 || err != nil || len(s) != 36 || d>>14 != 2 {
		t.Errorf("%s is no UUID of version 4", s)
	}
}

func TestWhatACallTellsOfItself(t *testing.T) {
	c, err := Parse("States.Format('{}{}', $.a, States.MathAdd($$.b, $c.d))")
	if err != nil {
		t.Fatal(err)
	}
	if c.Name() != "States.Format" || !c.ReturnsString() || fmt.Sprint(c.Paths()) != "[$.a $$.b $c.d]" {
		t.Errorf("%s: %v, %v", c.Name(), c.ReturnsString(), c.Paths())
	}
	if len(functions) != 18 {
		t.Errorf("%d functions", len(functions))
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`States.Format('a \'{}\' \{', $.a[?(@.x == ')')].y)`, "States.MathAdd(States.ArrayLength($), -1.5e3)", "States.Base64Decode('a=b')", "States.ArrayRange(1,9223372036854775807,1)",
		"States.MathRandom(-9223372036854775808,9223372036854775807,0)", "States.ArrayUnique(States.Array(1,1.0,'a',null,true,$))", "States.Hash($, 'SHA-384')",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text)
		if err != nil {
			return
		}
		v, err := c.Eval(&testEnv{document: value.Raw(`{"a":[1,{"x":")","y":2}],"b":"text"}`)})
		if err != nil {
			return
		}
		if _, err := value.Parse(v.Text()); err != nil {
			t.Fatalf("%s gives %s: %v", text, v, err)
		}
	})
}

func BenchmarkStringFormat(b *testing.B) {
	c, err := Parse("States.Format('Hello {}, you are number {}.', $.name, $.n)")
	if err != nil {
		b.Fatal(err)
	}
	env := &testEnv{document: value.Raw(`{"name":"Ada","n":42}`)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Eval(env); err != nil {
			b.Fatal(err)
		}
	}
}
