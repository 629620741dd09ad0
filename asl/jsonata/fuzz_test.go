package jsonata

import (
	"errors"
	"strings"
	"testing"

	"canto/asl/value"
)

// FuzzExpression looks for expressions that panic, hang, fail in other ways than by an
// *Error, or do not answer twice the same.
func FuzzExpression(f *testing.F) {
	for _, seed := range []string{
		"$states.input.x.y[0].z", "$sum($states.input.x.(y*2))", "[1..9].($*2)[$>3]", "$states.input.x#$i@$v.{'i':$i,'v':$v}",
		"$states.input.x^(>y).%.x", "$states.input ~> |**|{'a':1},'b'|", "($f:=function($x)<n:n>{$x>0?$f($x-1):'x'};$f(9))",
		"$replace('abc',/(b)|c/i,'[$1]')", "$match('aXb',/(?<=a)x(?!c)/i)", "$formatNumber(1234.5,'#,##0.0e0;(0)')",
		"$formatInteger(1234,'Ww;o')", "$fromMillis(0,'[Y][MNn,3-3][D1o][H01][Z00:00t]','+0530')", "$toMillis('1 jan 2020','[D] [Mn,3-3] [Y]')",
		"$map([1,2],$string(?)) ~> $join('-')", "{'a':[1,null]}{$:$$}", "$reduce([1..5],function($a,$b){$a&$b})", "`a b`.\"c\".*.**",
		"$sort([3,1],function($l,$r){$l>$r})", "$partition([1..5],2)", "$zip([1],[2],[3],[4],[5],[6],[7],[8],[9],[10])", "function($a,$b)<a+s?n>{$b}(1,2,3,4,5,6,7,8,9)", "$string({'a':1/3},true)", "/* c */ -a ? b : c := 1",
	} {
		f.Add(seed, `{"x":[{"y":1,"z":[1]},{"y":2}],"b":"text"}`)
	}
	f.Fuzz(func(t *testing.T, text, input string) {
		v, err := value.Parse(input)
		if err != nil {
			return
		}
		e, err := Compile(text)
		if err != nil {
			mustBeError(t, text, err)
			return
		}
		e.References()
		first, second := fuzzed(t, e, v), fuzzed(t, e, v)
		if first != second {
			t.Errorf("%q gives %s and %s", text, first, second)
		}
	})
}

func mustBeError(t *testing.T, text string, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Error() == "" || strings.HasPrefix(e.Message, defect) || e.Position < 0 || e.Position > len(text) {
		t.Errorf("%q fails with %#v", text, err)
	}
}

func fuzzed(t *testing.T, e *Expr, input value.Value) string {
	t.Helper()
	n := uint64(0)
	env := Env{
		Context: &input, Limits: Limits{Steps: 50_000, Items: 10_000, Text: 100_000},
		Random: func() uint64 { n++; return scramble(n) },
		Variable: func(name string) (value.Value, bool) {
			return value.NewObject(value.Member{Name: "input", Value: input}), name == "states"
		},
	}
	v, outcome, err := e.Eval(env)
	switch {
	case err != nil:
		mustBeError(t, e.String(), err)
		return err.Error()
	case outcome != Defined:
		return "nothing"
	}
	if _, err := value.Parse(v.Text()); err != nil && v.Size() < 1000 {
		t.Errorf("%q gives %s, which is no JSON: %v", e, v.Text(), err)
	}
	return v.Text()
}
