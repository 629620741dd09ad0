package jsonata

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"canto/asl/value"
)

// states is a $states and two variables, as the interpreter gives them.
func states(input string) Env {
	all := value.Raw(`{"input":` + input + `,"context":{"Execution":{"Name":"run"}}}`)
	return Env{Variable: func(name string) (value.Value, bool) {
		switch name {
		case "states":
			return all, true
		case "rate":
			return value.Of(1.5), true
		}
		return value.Value{}, false
	}}
}

// resultOf is the text of a result, what it is instead, or the error.
func resultOf(text string, env Env) string {
	e, err := Compile(text)
	if err != nil {
		return err.Error()
	}
	v, outcome, err := e.Eval(env)
	switch {
	case err != nil:
		return err.Error()
	case outcome == Undefined:
		return "undefined"
	case outcome == Unsupported:
		return "unsupported"
	}
	return v.Text()
}

type example struct{ text, want string }

func check(t *testing.T, env Env, examples []example) {
	t.Helper()
	for _, x := range examples {
		if got := resultOf(x.text, env); got != x.want {
			t.Errorf("%s\n got %s\nwant %s", x.text, got, x.want)
		}
	}
}

func TestStatesAndVariables(t *testing.T) {
	check(t, states(`{"z":1,"a":{"tags":["x"],"n":[{"v":1},{"v":2}]}, "big": 12345678901234567890, "one": 1.0}`), []example{
		{"$states.input.a.tags", `["x"]`},
		{"$states.input.a.n.v", `[1,2]`},
		{"$states.input.a.n[v=2].v", `2`},
		{"$states.input.a.n[v=2]", `{"v":2}`},
		{"$states.input.a.n[v=2][]", `[{"v":2}]`},
		{"$states.context.Execution.Name", `"run"`},
		{"$states.result", "undefined"},
		{"$rate * 2", "3"},
		{"$nobody", "undefined"},
		{"$states", `{"input":{"z":1,"a":{"tags":["x"],"n":[{"v":1},{"v":2}]},"big":12345678901234567890,"one":1.0},"context":{"Execution":{"Name":"run"}}}`},
		{"$states.input.big", "12345678901234567890"},
		{"$states.input.one", "1.0"},
		{"$states.input.one + 0", "1"},
		{"{'z': 1, 'a': $states.input.a.tags, 'm': $states.input.nobody}", `{"z":1,"a":["x"]}`},
		{"$", "undefined"},
		{"$$", "undefined"},
		{"phone", "undefined"},
	})
}

func TestResultsThatAreNoJSON(t *testing.T) {
	check(t, Env{}, []example{
		{"$fn := function($x){$x}", "unsupported"},
		{"$sum", "unsupported"},
		{"[1, $sum]", "unsupported"},
		{"{'f': function(){1}}", "unsupported"},
		{"/a/", "unsupported"},
		{"nothing", "undefined"},
		{"1/0", `"Infinity"`},
		{"[1/0]", `["Infinity"]`},
		{"null", "null"},
		{"[]", "[]"},
		{"[nothing]", "[]"},
		{"{'a': nothing}", "{}"},
	})
}

func TestErrorsAreTheReferences(t *testing.T) {
	check(t, Env{}, []example{
		{`"a" + 1`, `T2001: The left side of the "+" operator must evaluate to a number`},
		{`1 - "a"`, `T2002: The right side of the "-" operator must evaluate to a number`},
		{"$nobody(1)", "T1006: Attempted to invoke a non-function"},
		{"$randomSeeded(1)", "T1006: Attempted to invoke a non-function"},
		{"$eval('1')", "T1006: Attempted to invoke a non-function"},
		{"sum([1])", "T1005: Attempted to invoke a non-function. Did you mean $sum?"},
		{"sum(?)", "T1007: Attempted to partially apply a non-function. Did you mean $sum?"},
		{"$nobody(?)", "T1008: Attempted to partially apply a non-function"},
		{"-'a'", `D1002: Cannot negate a non-numeric value: "a"`},
		{"{1: 2}", "T1003: Key in object structure must evaluate to a string; got: 1"},
		{"{'a': 1, 'a': 2}", `D1009: Multiple key definitions evaluate to same key: "a"`},
		{"1/0 + 1", "D1001: Number out of range: null"},
		{"1 < 'a'", `T2009: The values 1 and "a" either side of operator "<" must be of the same data type`},
		{"null < 1", `T2010: The expressions either side of operator "<" must evaluate to numeric or string values`},
		{"['a'..3]", "T2003: The left side of the range operator (..) must evaluate to an integer"},
		{"[1..20000000]", "D2014: The size of the sequence allocated by the range operator (..) must not exceed 1e6.  Attempted to allocate 20000000."},
		{"$sum(['a'])", `T0412: Argument 1 of function "sum" must be an array of "numbers"`},
		{"$uppercase(1)", `T0410: Argument 1 of function "uppercase" does not match function signature`},
		{"(1).$uppercase()", `T0411: Context value is not a compatible type with argument 1 of function "uppercase"`},
		{"1 ~> 2", "T2006: The right side of the function application operator ~> must be a function"},
		{"[{'a':1},{'a':'x'}]^(a)", `T2007: Type mismatch when comparing values 1 and "x" in order-by clause`},
		{"$number('a')", `D3030: Unable to cast value to a number: "a"`},
		{"$sqrt(-1)", "D3060: The sqrt function cannot be applied to a negative number: -1"},
		{"$power(10, 400)", "D3061: The power function has resulted in a value that cannot be represented as a JSON number: base=10, exponent=400"},
		{"$formatNumber(1, 'x')", "D3086: " + sentences["D3086"]},
		{"$toMillis('foo')", `D3110: The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given "foo"`},
		{"$error('boo')", "D3137: boo"},
		{"$assert(false)", "D3141: $assert() statement failed"},
		{"$decodeUrl('%E0%A4%A')", `D3140: Malformed URL passed to $decodeUrl(): "%E0%A4%A"`},
		{"{} ~> |$|5|", "T2011: The insert/update clause of the transform expression must evaluate to an object: 5"},
		{"{'a':1} ~> |$|{},1|", "T2012: The delete clause of the transform expression must evaluate to a string or array of strings: 1"},
	})
}

func TestSyntaxErrors(t *testing.T) {
	for _, test := range []struct {
		text, want string
		position   int
	}{
		{"[1", `S0203: Expected "]" before end of expression`, 2},
		{"[1 2]", `S0202: Expected "]", got 2`, 4},
		{"$f(1,", `S0203: Expected ")" before end of expression`, 5},
		{"", "S0207: Unexpected end of expression", 0},
		{"1 +", "S0207: Unexpected end of expression", 3},
		{"a b", `S0201: Syntax error: "b"`, 3},
		{"'abc", "S0101: String literal must be terminated by a matching quote", 4},
		{`"\q"`, `S0103: Unsupported escape sequence: \"q"`, 2},
		{"1e999", `S0102: Number out of range: "1e999"`, 0},
		{"`a", "S0105: Quoted property name must be terminated with a backquote (`)", 2},
		{"/* x", "S0106: Comment has no closing tag", 0},
		{"é ! 1", `S0204: Unknown operator: "!"`, 3},
		{"+1", `S0211: The symbol "+" cannot be used as a unary operator`, 1},
		{"a := 1", "S0212: The left side of := must be a variable name (start with $)", 1},
		{"a.1", "S0213: The literal value 1 cannot be used as a step within a path expression", 3},
		{"a@b", `S0214: The right side of "@" must be a variable name (start with $)`, 3},
		{"%", "S0217: The object representing the 'parent' cannot be derived from this expression", 0},
		{"function(x){x}", "S0208: Parameter 1 of function definition must be a variable name (start with $)", 10},
		{"//", "S0301: Empty regular expressions are not allowed", 1},
		{"/a", "S0302: No terminating / in regular expression", 2},
		{"function($x)<n<n>>{$x}", "S0401: Type parameters can only be applied to functions and arrays", 15},
		{"$match('a', /[z-a]/)", "Invalid regular expression: /[z-a]/: Range out of order in character class", 19},
	} {
		_, err := Compile(test.text)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, want an *Error", test.text, err)
			continue
		}
		if e.Error() != test.want || e.Position != test.position {
			t.Errorf("%s\n got %s at %d\nwant %s at %d", test.text, e, e.Position, test.want, test.position)
		}
	}
}

func TestErrorsSayWhoIsToBlame(t *testing.T) {
	for text, want := range map[string]Error{
		"1 + $f(2)": {Code: "T1006", Token: "f", Position: 7},
		"($f := function($x){$x + 'a'}; $map([1], $f))": {Code: "T2002", Token: "+", Position: 36},
		"'é' & ($uppercase(1))":                         {Code: "T0410", Token: "uppercase", Position: 18},
	} {
		e, err := Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = e.Eval(Env{})
		var got *Error
		if !errors.As(err, &got) || got.Code != want.Code || got.Token != want.Token || got.Position != want.Position {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
}

func TestClockAndRandomnessAreTheCallers(t *testing.T) {
	env := func() Env {
		n := uint64(0)
		return Env{
			Now:    time.Date(2024, 2, 29, 12, 30, 1, 5_000_000, time.UTC),
			Random: func() uint64 { n++; return scramble(n) },
		}
	}
	check(t, env(), []example{
		{"$now()", `"2024-02-29T12:30:01.005Z"`},
		{"$now('[D1o] [MNn] [Y]', '+0200')", `"29th February 2024"`},
		{"$millis()", "1709209801005"},
		{"$toMillis('10:00', '[H]:[m]')", "1709200800000"},
	})
	for _, text := range []string{"$random()", "$uuid()", "$shuffle([1..20])", "[$random(), $random()]"} {
		first, second := resultOf(text, env()), resultOf(text, env())
		if first != second || first == resultOf(text, Env{}) {
			t.Errorf("%s: %s and %s do not come from the environment", text, first, second)
		}
	}
}

func TestSharedBetweenGoroutines(t *testing.T) {
	e, err := Compile("$states.input.list.(a & b)")
	if err != nil {
		t.Fatal(err)
	}
	want := `["12","34"]`
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			input := fmt.Sprintf(`{"list":[{"a":1,"b":2},{"b":4,"x":%d,"a":3}]}`, i)
			for range 50 {
				env := states(input)
				env.Cache = new(Cache)
				if v, _, err := e.Eval(env); err != nil || v.Text() != want {
					t.Errorf("got %v, %v", v, err)
				}
			}
		}()
	}
	wait.Wait()
}

func TestCacheKeepsWhatIsUsed(t *testing.T) {
	e, err := Compile("$states.input.a + $states.result")
	if err != nil {
		t.Fatal(err)
	}
	input, cache := value.Raw(`{"a":1}`), new(Cache)
	for i := range 200 {
		all := value.NewObject(value.Member{Name: "input", Value: input}, value.Member{Name: "result", Value: value.Of(i)})
		v, _, err := e.Eval(Env{Cache: cache, Variable: func(string) (value.Value, bool) { return all, true }})
		if want := fmt.Sprint(i + 1); err != nil || v.Text() != want {
			t.Fatalf("got %v, %v, want %s", v, err, want)
		}
		cache.read(value.Raw(`[1]`))
	}
	if n := len(cache.young) + len(cache.old); n > 2*generation {
		t.Errorf("the cache keeps %d values", n)
	}
	if _, ok := cache.young[input]; !ok {
		t.Error("the cache forgot what was asked for each time")
	}
}

func TestReferences(t *testing.T) {
	for text, want := range map[string]string{
		"phone.number":        "{[] [phone] []}",
		"$states.input.phone": "{[] [] [input]}",
		"$states":             "{[] [] []}",
		"$a + $b.c[$d = x].y": "{[a b d] [] []}",
		"$map($list, function($v){ $v + $rate + field })": "{[list rate] [field] []}",
		"$list[$ > 1].$": "{[list] [] []}",
		"$ & $$":         "{[] [$ $$] []}",
		"* & **":         "{[] [* **] []}",
		"($x := $x + 1; $f := function(){$f() + $x})":      "{[x] [] []}",
		"{'a': name, 'b': $states.result.id}":              "{[] [name] [result]}",
		"$states.errorOutput.Error & $states.context.Task": "{[] [] [errorOutput context]}",
		"$a.b@$x#$i[$i=1].{'y': $x.z, 'i': $i}^(k)":        "{[a] [] []}",
		"$a ~> $sum ~> $f":                                 "{[a f] [] []}",
		"$count + $count([1])":                             "{[count] [] []}",
		"$o ~> |inner|{'x': other}|":                       "{[o] [] []}",
		"$list{key: $sum(amount)}":                         "{[list] [] []}",
		"($y := 1; $z := $y)":                              "{[] [] []}",
		"$a ? 'x' : [$b, (1; $c)]":                         "{[a b c] [] []}",
		"$substring(?, 0, $n)":                             "{[n] [] []}",
		"$list^(>price, $order)":                           "{[list order] [] []}",
	} {
		e, err := Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(e.References()); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
