package query

import (
	"errors"
	"testing"
	"time"

	"canto/asl"
	"canto/asl/value"
)

// testEnv is an environment with these variables and one random number.
type testEnv struct {
	variables map[string]value.Value
	random    uint64
}

func (testEnv) Context() value.Value {
	return value.Raw(`{"Execution":{"Id":"arn:x","Input":{"k": 1}}}`)
}

func (e testEnv) Variable(name string) (value.Value, bool) { v, ok := e.variables[name]; return v, ok }

func (e testEnv) Random() uint64 { return e.random }

func (testEnv) Now() time.Time { return time.UnixMilli(0) }

func (testEnv) Memo() *Memo { return &Memo{} }

func testScope() *Scope {
	return &Scope{
		Input: value.Raw(`{ "a": {"b": [1, 2.0, "x"]}, "s": "text", "nothing": null }`),
		Env:   testEnv{map[string]value.Value{"name": value.Raw(`{"first": "Ada"}`), "n": value.Of(3)}, 7},
	}
}

func TestPath(t *testing.T) {
	cases := []struct{ path, want string }{
		{"$", `{ "a": {"b": [1, 2.0, "x"]}, "s": "text", "nothing": null }`},
		{"$.a", `{"b":[1,2.0,"x"]}`},
		{"$.a.b[0]", "1"},
		{"$.a.b[?(@ > 1)]", "[2.0]"},
		{"$.nothing", "null"},
		{"$$.Execution.Id", `"arn:x"`},
		{"$$.Execution.Input", `{"k":1}`},
		{"$n", "3"},
		{"$name.first", `"Ada"`},
	}
	for _, c := range cases {
		e, err := Path(c.path)
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		if got, err := e.Eval(testScope()); err != nil || got.Text() != c.want {
			t.Errorf("%s: got %s, %v; want %s", c.path, got, err, c.want)
		}
	}
}

func wantCause(t *testing.T, e Expr, err error, want string) {
	t.Helper()
	if err != nil {
		t.Errorf("it is refused: %v", err)
		return
	}
	v, err := e.Eval(testScope())
	var failure *asl.Error
	if !errors.As(err, &failure) || failure.Name != "States.Runtime" || failure.Cause != want {
		t.Errorf("got %s, %v\nwant %s", v, err, want)
	}
}

func TestMissingPaths(t *testing.T) {
	const input = `{"a":{"b":[1,2.0,"x"]},"s":"text","nothing":null}`
	cases := []struct{ path, inPath, inField string }{
		{"$.x", "Invalid path '$.x' : No results for path: $['x']", "The JSONPath '$.x' specified for the field 'v.$' could not be found in the input '" + input + "'"},
		{"$.no.such", "Invalid path '$.no.such' : Missing property in path $['no']", "The JSONPath '$.no.such' specified for the field 'v.$' could not be found in the input '" + input + "'"},
		{"$$.Execution.no", "Invalid path '$$.Execution.no' : No results for path: $['Execution']['no']", "The JSONPath '$$.Execution.no' specified for the field 'v.$' could not be found in the input '" + input + "'"},
		{"$none", "Invalid path '$none' : No results for path: $none", "The JSONPath '$none' specified for the field 'v.$' could not be found in the input '" + input + "'"},
	}
	for _, c := range cases {
		e, err := Path(c.path)
		wantCause(t, e, err, c.inPath)
		e, err = PathOrIntrinsic(c.path, "v.$")
		wantCause(t, e, err, c.inField)
		e, err = PathOrIntrinsic("States.Array(1, "+c.path+")", "v.$")
		wantCause(t, e, err, c.inField)
	}
}

func TestAnIndexBeyondTheEndIsNullInAField(t *testing.T) {
	e, err := Template(value.Raw(`{"v.$":"$.a.b[9]","w.$":"States.Array($.a.b[9])"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := e.Eval(testScope()); err != nil || got.Text() != `{"v":null,"w":[null]}` {
		t.Errorf("got %s, %v", got, err)
	}
	p, err := Path("$.a.b[9]")
	wantCause(t, p, err, "Invalid path '$.a.b[9]' : No results for path: $['a']['b'][9]")
}

func TestAnIndefinitePathWithoutItsBeginningIsEmptyInAField(t *testing.T) {
	e, err := Template(value.Raw(`{"v.$":"$.x.y[*].z","w.$":"States.ArrayLength($.x[0:1])"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := e.Eval(testScope()); err != nil || got.Text() != `{"v":[],"w":0}` {
		t.Errorf("got %s, %v", got, err)
	}
	p, err := Path("$.x.y[*].z")
	wantCause(t, p, err, "Invalid path '$.x.y[*].z' : Missing property in path $['x']")
}

func TestIntrinsicFailuresQuoteTheCall(t *testing.T) {
	e, err := PathOrIntrinsic("States.MathAdd($.s, 1)", "v.$")
	wantCause(t, e, err, "There was an error while evaluating the intrinsic function: States.MathAdd($.s, 1). Invalid arguments in States.MathAdd")
}

func TestTemplate(t *testing.T) {
	cases := []struct{ name, template, want string }{
		{"constants", ` { "b": 1.0, "a": [ "$.s", null ] } `, `{"b":1.0,"a":["$.s",null]}`},
		{"paths", `{"x.$":"$.a.b[0]","y.$":"$$.Execution.Id","z.$":"$name.first"}`, `{"x":1,"y":"arn:x","z":"Ada"}`},
		{"the whole input", `{"all.$": "$"}`, `{"all":{"a":{"b":[1,2.0,"x"]},"s":"text","nothing":null}}`},
		{"intrinsics", `{"x.$":"States.Format('{}-{}', $.s, $n)"}`, `{"x":"text-3"}`},
		{"depth", `{"o":{"p":[{"q.$":"$.s"},2]}}`, `{"o":{"p":[{"q":"text"},2]}}`},
		{"plain fields come first", `{"x.$":"$.s","c":{"d.$":"$.s"},"e":1}`, `{"c":{"d":"text"},"e":1,"x":"text"}`},
		{"dynamic fields in hash order", `{"Payload.$":"$.s","FunctionName.$":"$n"}`, `{"FunctionName":3,"Payload":"text"}`},
		{"a field twice", `{"x.$":"$.s","x":1}`, `{"x":"text"}`},
		{"a scalar", `"$.s"`, `"$.s"`},
		{"an array", `[{"x.$":"$.s"}, 1]`, `[{"x":"text"},1]`},
		{"a random number", `{"x.$":"States.MathRandom(0, 5)"}`, `{"x":2}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e, err := Template(value.Raw(c.template))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := e.Eval(testScope()); err != nil || got.Text() != c.want || got.Compact().Text() != c.want {
				t.Errorf("got %s, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestConstantTemplatesAreMadeOnce(t *testing.T) {
	e, err := Template(value.Raw(`{"a": [1, {"b": "$.c"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	first, _ := e.Eval(testScope())
	second, _ := e.Eval(&Scope{})
	if !isConstant(e) || first != second {
		t.Error("the value was made again")
	}
}

func TestAnEmptyScopeHasNothing(t *testing.T) {
	e, err := Template(value.Raw(`{"a.$":"$","b.$":"$$","c.$":"States.MathRandom(4, 9)"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := e.Eval(&Scope{}); err != nil || got.Text() != `{"a":null,"b":null,"c":4}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestBadFieldsAreRefused(t *testing.T) {
	for _, template := range []string{
		`{"x.$":"text"}`, `{"x.$":1}`, `{"x.$":"$."}`, `{"x.$":"States.None()"}`, `{"a":[{"x.$":"States.StringToJson('\\\"')"}]}`, `{"x.$":null}`,
	} {
		_, err := Template(value.Raw(template))
		var bad *FieldError
		if !errors.As(err, &bad) || bad.Field != "x.$" || bad.Reason == nil ||
			bad.Error() != "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call" {
			t.Errorf("%s: %v", template, err)
		}
	}
	if _, err := Path("x"); err == nil {
		t.Error(`Path("x") has no error`)
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add(`{"a.$":"$.a.b[?(@.c)]","b":[{"c.$":"States.Format('{}', $name.first)"}],"d.$":"$$"}`)
	f.Add(`[{"x.$":"$..b"},{"x":{"y.$":"States.JsonMerge($, $$, false)"}}]`)
	f.Fuzz(func(t *testing.T, text string) {
		template, err := value.Parse(text)
		if err != nil {
			return
		}
		e, err := Template(template)
		if err != nil {
			return
		}
		v, err := e.Eval(testScope())
		if err != nil {
			if !errors.As(err, new(*asl.Error)) {
				t.Fatalf("%s: %v", text, err)
			}
			return
		}
		if again, err := value.Parse(v.Text()); err != nil || again.Compact() != again {
			t.Fatalf("%s gives %s: %v", text, v, err)
		}
	})
}

func BenchmarkTemplate(b *testing.B) {
	e, err := Template(value.Raw(`{"constant":{"a":1,"b":"two"},"id.$":"$$.Execution.Id","item.$":"$.a.b[0]","greeting.$":"States.Format('Hello {}', $name.first)"}`))
	if err != nil {
		b.Fatal(err)
	}
	s := testScope()
	b.ReportAllocs()
	for b.Loop() {
		v, err := e.Eval(s)
		if err != nil || v.Size() == 0 {
			b.Fatal(err)
		}
	}
}
