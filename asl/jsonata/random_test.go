package jsonata

import (
	"errors"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"canto/asl/value"
)

// operands are what random expressions are made of: values of all kinds, and texts
// that some function takes for a picture or a name.
var operands = []string{
	"1", "-1.5", "0", "1e300", "1/0", "0/0", "2147483648", "'abc'", "''", "'é😀'", `"\ud83d"`, "'%zz'", "'2018-01-01'",
	"'[Y]-[M01]'", "'#,##0.00;(0)'", "'w;o'", "'A'", "'I'", "null", "true", "nothing", "[]", "[1,2,3]", "['a','b']",
	"[[1],[2,[3]]]", "[1..5]", "{}", "{'a':1,'b':[1,{'c':2}]}", "[{'a':1},{'a':2}]", "{'zero-digit':'x','decimal-separator':'ab'}",
	"function($x){$x}", "function($a,$b){$a&$b}", "$sum", "$map(?, $string)", "/b(c)?/i", "/x*/", "|a|{'z':1}|",
	"$", "$$", "a", "*", "**", "a.b[0]", "a^(b)", "a{b:c}", "a@$v.b", "a#$i",
}

// forms combine expressions, which stand for the letters x, y and z.
var forms = []string{
	"(x)[(y)]", "(x).(y)", "(x) ~> (y)", "(x){$string(y):(z)}", "(x)^(>(y))", "[(x),(y)]", "[(x)..(y)]", "(x)[]",
	"(x)@$v#$i[(y)].{'v':$v,'i':$i,'p':%}", "(x)+(y)", "(x)-(y)", "(x)=(y)", "(x)<(y)", "(x)&(y)", "(x) in (y)", "(x) and (y)",
	"(x) ? (y) : (z)", "($v := (x); $v.(y))", "-(x)", "{(y):(z)}", "(x) ~> |(y)|(z)|", "function($a){(x)}((y))",
}

type generator struct {
	*rand.Rand
	functions []string
}

func (g *generator) expression(depth int) string {
	if depth == 0 {
		return operands[g.Intn(len(operands))]
	}
	if g.Intn(3) == 0 {
		return g.call(depth)
	}
	form := forms[g.Intn(len(forms))]
	for _, letter := range []string{"(x)", "(y)", "(z)"} {
		form = strings.ReplaceAll(form, letter, "("+g.expression(depth-1)+")")
	}
	return form
}

func (g *generator) call(depth int) string {
	args := make([]string, g.Intn(5))
	for i := range args {
		args[i] = g.expression(g.Intn(depth))
	}
	name := "$" + g.functions[g.Intn(len(g.functions))]
	if g.Intn(8) == 0 {
		return name + "(?," + g.expression(0) + ")(" + strings.Join(args, ",") + ")"
	}
	return name + "(" + strings.Join(args, ",") + ")"
}

func TestRandomExpressionsGiveJSONOrAnError(t *testing.T) {
	g := &generator{rand.New(rand.NewSource(1)), slices.Sorted(maps.Keys(builtins))}
	input := value.Raw(`{"a":[{"b":[1,2],"c":"x"},{"b":3,"c":"y"}],"b":{"c":1},"big":123456789012345678901234567890}`)
	defined := 0
	for range 20_000 {
		text := g.expression(1 + g.Intn(3))
		e, err := Compile(text)
		if err != nil {
			continue
		}
		e.References()
		v, outcome, err := e.Eval(Env{Context: &input, Limits: Limits{Steps: 100_000, Items: 50_000, Text: 500_000}})
		var x *Error
		switch {
		case errors.As(err, &x) && strings.HasPrefix(x.Message, defect):
			t.Errorf("%s\n%s", text, x.Message)
		case err == nil && outcome == Defined:
			defined++
			if _, err := value.Parse(v.Text()); err != nil {
				t.Errorf("%s\ngives %.200s: %v", text, v.Text(), err)
			}
		}
	}
	if defined < 1000 {
		t.Errorf("only %d expressions gave a value: the test tests nothing", defined)
	}
}
