package jsonata

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"canto/asl/value"
)

// suiteCase is a case of the reference implementation's test suite.
type suiteCase struct {
	Expr            expression
	Group, File     string
	Data            json.RawMessage
	Dataset         *string
	Bindings        map[string]json.RawMessage
	Result          json.RawMessage
	UndefinedResult bool
	Code, Token     string
	Error           *struct{ Code, Token, Message string }
	Timelimit       int
	Depth           int
	Unordered       bool
}

// expression is a JSON string that may hold half of a surrogate pair, which
// encoding/json would replace.
type expression string

func (e *expression) UnmarshalJSON(text []byte) error {
	l := lexer{text: string(text)}
	*e = expression(l.quoted('"').data.str())
	return nil
}

// knownFailures are the cases of the suite that fail, by their expressions, with the reason.
// A case that begins to pass has to be taken out.
var knownFailures = map[expression]string{}

func shared(t *testing.T, path string) []byte {
	t.Helper()
	root := os.Getenv("CANTO_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	content, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Skip("the shared data is not there: ", err)
	}
	return content
}

func TestReferenceSuite(t *testing.T) {
	var suite struct {
		Datasets map[string]json.RawMessage
		Cases    []suiteCase
	}
	if err := json.Unmarshal(shared(t, "suites/jsonata.json"), &suite); err != nil {
		t.Fatal(err)
	}
	passed := 0
	for i, c := range suite.Cases {
		if c.Dataset != nil {
			c.Data = suite.Datasets[*c.Dataset]
		}
		err := c.run()
		reason, known := knownFailures[c.Expr]
		switch {
		case err == nil && known:
			t.Errorf("case %d passes, which was known to fail (%s): %s", i, reason, c.Expr)
		case err == nil:
			passed++
		case !known:
			t.Errorf("case %d %s/%s: %v\n%s", i, c.Group, c.File, err, c.Expr)
		}
	}
	t.Logf("%d of %d cases pass", passed, len(suite.Cases))
}

// run returns what is wrong with the outcome.
func (c *suiteCase) run() error {
	got, outcome, err := c.eval()
	if want := c.code(); want != "" {
		return c.checkError(err, want)
	}
	switch {
	case err != nil:
		return err
	case c.UndefinedResult && outcome == Defined:
		return fmt.Errorf("got %s, want undefined", got)
	case c.UndefinedResult || outcome == Unsupported && string(c.Result) == `""`:
		return nil
	case outcome != Defined:
		return fmt.Errorf("got outcome %d, want %s", outcome, c.Result)
	case !c.same(got):
		return fmt.Errorf("got %s, want %s", got, c.Result)
	}
	return nil
}

func (c *suiteCase) code() string {
	if c.Error != nil {
		return c.Error.Code
	}
	return c.Code
}

func (c *suiteCase) checkError(err error, code string) error {
	var e *Error
	if !errors.As(err, &e) {
		return fmt.Errorf("got %v, want %s", err, code)
	}
	if e.Code == "" && (e.Message == depthMessage || e.Message == stepsMessage) {
		e.Code = "U1001" // the suite's own guard rails
	}
	token := c.Token
	if c.Error != nil {
		token = c.Error.Token
		if c.Error.Message != "" && c.Error.Message != e.Message {
			return fmt.Errorf("got message %q, want %q", e.Message, c.Error.Message)
		}
	}
	if e.Code != code || token != "" && e.Token != token {
		return fmt.Errorf("got %s %q, want %s %q", e, e.Token, code, token)
	}
	return nil
}

func (c *suiteCase) eval() (value.Value, Outcome, error) {
	e, err := Compile(string(c.Expr))
	if err != nil {
		return value.Value{}, Undefined, err
	}
	env := Env{Now: time.UnixMilli(1_700_000_000_000), Limits: Limits{Items: 20_000_000, Text: 1 << 28}}
	if c.Depth == 500 { // an endless loop of tail calls
		env.Limits.Steps = 1_000_000
	}
	seed := uint64(1)
	env.Random = func() uint64 { seed++; return scramble(seed) }
	if c.Data != nil {
		data, err := value.Parse(string(c.Data))
		if err != nil {
			return data, Undefined, err
		}
		env.Context = &data
	}
	env.Variable = func(name string) (value.Value, bool) {
		text, ok := c.Bindings[name]
		if !ok {
			return value.Value{}, false
		}
		return value.Raw(string(text)), true
	}
	m := newMachine(&env)
	in := m.input()
	m.root.bind("eval", functionOf(evalFunction))
	d, err := m.eval(e.body, in, m.root)
	if err != nil {
		return value.Value{}, Undefined, finish(err, e.text)
	}
	v, outcome, err := m.export(d)
	return v, outcome, err
}

// same compares as JavaScript's JSON does: numbers as doubles.
func (c *suiteCase) same(got value.Value) bool {
	var a, b any
	if json.Unmarshal([]byte(got.Text()), &a) != nil || json.Unmarshal(c.Result, &b) != nil {
		return false
	}
	if c.Unordered {
		return sameUnordered(a, b)
	}
	return sameJSON(a, b)
}

func sameJSON(a, b any) bool {
	switch x := a.(type) {
	case float64:
		y, ok := b.(float64)
		return ok && (x == y || math.Abs(x-y) < 1e-15*math.Abs(y)*4)
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !sameJSON(x[i], y[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k := range x {
			if other, ok := y[k]; !ok || !sameJSON(x[k], other) {
				return false
			}
		}
		return true
	}
	return a == b
}

func sameUnordered(a, b any) bool {
	x, ok1 := a.([]any)
	y, ok2 := b.([]any)
	if !ok1 || !ok2 || len(x) != len(y) {
		return false
	}
	for _, item := range x {
		found := false
		for _, other := range y {
			found = found || sameJSON(item, other)
		}
		if !found {
			return false
		}
	}
	return true
}

// evalFunction is $eval, which the service does not have: the suite uses it to
// test other things.
var evalFunction = &function{
	arity: 2, signature: mustSignature("<sx?:x>"),
	native: func(c *call, args []datum) (datum, error) {
		if args[0].kind == undefined {
			return nothing, nil
		}
		in := c.in
		if focus := at(args, 1); focus.kind != undefined {
			in = focus
			if focus.kind == list {
				in = listOf(&array{items: []datum{focus}, sequence: true, outer: true})
			}
		}
		tree, err := parse(args[0].str())
		if err != nil {
			return nothing, &fault{code: "D3120", value: textOf(err.(*fault).sentence())}
		}
		var comp compiler
		d, err := c.machine.eval(comp.expr(tree), in, c.env)
		if err != nil {
			return nothing, &fault{code: "D3121", value: textOf(err.(*fault).sentence())}
		}
		return d, nil
	},
}
