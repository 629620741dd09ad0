package jsonata

import (
	"errors"
	"runtime"
	"strings"
	"testing"
)

// evaluate compiles and evaluates text without any input.
func evaluate(text string) (string, Outcome, error) {
	e, err := Compile(text)
	if err != nil {
		return "", Undefined, err
	}
	v, outcome, err := e.Eval(Env{})
	if err != nil {
		return "", outcome, err
	}
	return v.Text(), outcome, nil
}

// messageOf is the sentence of an *Error; other errors fail the test.
func messageOf(t *testing.T, err error) string {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || strings.HasPrefix(e.Message, defect) {
		t.Fatalf("got error %v, want an *Error of the expression", err)
	}
	return e.Error()
}

func TestGuardRails(t *testing.T) {
	const ten = 10_000_000
	tooDeep, tooLong := "nested more than 1000 levels deep", "longer than 1048576 bytes"
	tests := []struct{ name, text, want string }{
		{"ten million parentheses", strings.Repeat("(", ten), tooLong},
		{"parentheses", strings.Repeat("(", 100_000), tooDeep},
		{"brackets", strings.Repeat("[", 100_000), tooDeep},
		{"braces", strings.Repeat(`{"a":`, 100_000), tooDeep},
		{"signs", strings.Repeat("-", 500_000) + "1", tooDeep},
		{"operators", "1" + strings.Repeat("+1", 400_000), tooDeep},
		{"steps", "a" + strings.Repeat(".a", 400_000), tooDeep},
		{"predicates", "a" + strings.Repeat("[0]", 300_000), tooDeep},
		{"calls", "$f" + strings.Repeat("()", 300_000), tooDeep},
		{"conditions", strings.Repeat("1?", 300_000), tooDeep},
		{"chains in chains", strings.Repeat("(", 900) + "1" + strings.Repeat(strings.Repeat("+1", 500)+")", 900), tooDeep},
		{"a long text", `"` + strings.Repeat("x", ten) + `"`, tooLong},
		{"groups of a regular expression", "$match('a', /" + strings.Repeat("(", 5000) + strings.Repeat(")", 5000) + "/)", "too large"},
		{"endless tail calls", "($f := function($x){$f($x)}; $f(1))", stepsMessage},
		{"endless recursion", "($f := function($x){1 + $f($x)}; $f(1))", depthMessage},
		{"recursion of 101 calls", "($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(100))", depthMessage},
		{"recursion through $map", "($f := function($x){$map([1], $f)}; $f(1))", depthMessage},
		{"chained functions", "($o := $reduce([1..1000], function($a, $i){{'f': $a.f ~> $uppercase}}, {'f': $uppercase}); $f := $o.f; $f('a'))", depthMessage},
		{"a list too long", "[1..873783]", memoryMessage},
		{"a text that doubles", "$reduce([1..24], function($a, $i){$a & $a}, 'x')", memoryMessage},
		{"a list that doubles", "$reduce([1..40], function($a, $i){$append($a, $a)}, [1])", memoryMessage},
		{"a list that grows", "$reduce([1..800000], function($a, $i){$append($a, $i)}, [])", memoryMessage},
		{"lists of lists", "$map([1..873782], function($i){[[1..873782]]})", memoryMessage},
		{"a product of lists", "[1..873782].[1..873782]", memoryMessage},
		{"a tree that shares its branches", "$string($reduce([1..60], function($a, $i){{'l': $a, 'r': $a}}, 1))", memoryMessage},
		{"a result that shares its branches", "$reduce([1..60], function($a, $i){{'l': $a, 'r': $a}}, 1)", memoryMessage},
		{"a comparison of shared branches", "($a := $reduce([1..60], function($a, $i){{'l': $a, 'r': $a}}, 1); $b := $reduce([1..60], function($a, $i){{'l': $a, 'r': $a}}, 1); $a = $b)", stepsMessage},
		{"descendants of shared branches", "$reduce([1..60], function($a, $i){{'l': $a, 'r': $a}}, 1).**", memoryMessage},
		{"a result of long texts", "($s := $reduce([1..22], function($a, $i){$a & $a}, 'x'); $map([1..1000], function(){$s}))", memoryMessage},
		{"a deep result", "$reduce([1..20000], function($a, $i){[[$a]]}, 1)", depthMessage},
		{"a deep text", "$string($reduce([1..20000], function($a, $i){[[$a]]}, 1))", depthMessage},
		{"padding", "$pad('', 262145)", memoryMessage},
		{"join", "$join($map([1..800000], function(){'0123456789abcdef'}))", memoryMessage},
		{"replace", "$replace($pad('', 200000, 'a'), 'a', $pad('', 200, 'b'))", memoryMessage},
		{"a regular expression that goes back", "$match($pad('', 40, 'a') & 'b', /^(a+)+$/)", stepsMessage},
		{"a regular expression in regular expressions", "$match($pad('', 100000, 'ab'), /^(?:(?:a|b)*c|(?:ab)*)*$/)", depthMessage},
		{"a wide picture", "$fromMillis(0, '[Y1,999999999-999999999]')", memoryMessage},
		{"roman numerals", "$formatInteger(1e12, 'I')", depthMessage},
		{"distinct objects", "$distinct($map([1..10000], function($i){{'a': $i}}))", stepsMessage},
		{"a long text that is searched again and again", "($s := $pad('', 200000, 'a'); $map([1..800000], function(){$substringBefore($s, 'b')}))", stepsMessage},
		{"long texts that are compared again and again", "($s := $pad('', 200000, 'a'); $t := $s & ''; $map([1..800000], function(){$s < $t}))", stepsMessage},
		{"a picture of many groups", "$formatNumber(1, $join($map([1..100000], function(){'#,'})))", stepsMessage},
		{"a signature of many choices", "function(" + strings.TrimSuffix(strings.Repeat("$a,", 200), ",") + ")<" + strings.Repeat("a?", 200) + "n>{1}(" + strings.TrimSuffix(strings.Repeat("1,", 150), ",") + ",'x')", "T0410"},
		{"a cycle", "($a := {'x': {}} ~> |x|{'y': 1}|; $b := $a ~> |$|{'self': $}|)", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := evaluate(test.text)
			if test.want == "" && err == nil {
				return
			}
			if got := messageOf(t, err); !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestWhatTheServiceAllows(t *testing.T) {
	for _, text := range []string{
		"$count([1..873782])",
		"$length($reduce([1..22], function($a, $i){$a & $a}, 'x'))",
		"$length($pad('', 262144))",
		"($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(99))",
		"($f := function($n){$n = 0 ? 'done' : $f($n - 1)}; $f(100000))",
		"$count($map([1..873782], function($i){$i * 2})[$ > 100])",
		`"" & ` + strings.Repeat(`"a" & `, 900) + `"a"`,
	} {
		if _, _, err := evaluate(text); err != nil {
			t.Errorf("%.60s: %v", text, err)
		}
	}
}

func TestLimitsAreThoseOfTheCaller(t *testing.T) {
	e, err := Compile("($f := function($n){$n = 0 ? 0 : 1 + $f($n - 1)}; $f(20))")
	if err != nil {
		t.Fatal(err)
	}
	for depth, want := range map[int]bool{20: false, 21: true} {
		if _, _, err := e.Eval(Env{Limits: Limits{Depth: depth}}); (err == nil) != want {
			t.Errorf("depth %d: %v", depth, err)
		}
	}
	if _, _, err := e.Eval(Env{Limits: Limits{Steps: 30}}); err == nil || messageOf(t, err) != stepsMessage {
		t.Errorf("30 steps: %v", err)
	}
}

func TestMemoryStaysBounded(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, text := range []string{
		"$map([1..873782], function($i){[[1..873782]]})",
		"($s := $reduce([1..22], function($a, $i){$a & $a}, 'x'); $map([1..800000], function($i){$s & $i}))",
	} {
		if _, _, err := evaluate(text); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := after.Sys - before.Sys; grown > 2<<30 {
		t.Errorf("the memory grew by %d MB", grown>>20)
	}
}
