package value

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func TestSyntaxErrorsAreJacksons(t *testing.T) {
	const tokens = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	cases := []struct {
		text         string
		offset       int
		line, column int
		message      string
	}{
		{"", 0, 1, 1, "No content to map due to end-of-input"},
		{"not JSON", 0, 1, 4, "Unrecognized token 'not': was expecting " + tokens},
		{"nul", 0, 1, 4, "Unrecognized token 'nul': was expecting " + tokens},
		{"[truely]", 1, 1, 8, "Unrecognized token 'truely': was expecting " + tokens},
		{"{'a': 1}", 1, 1, 3, "Unexpected character (''' (code 39)): was expecting double-quote to start field name"},
		{"{\"a\": 1,\n}", 9, 2, 2, "Unexpected character ('}' (code 125)): was expecting double-quote to start field name"},
		{`{"a" 1}`, 5, 1, 7, "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"},
		{`{"a":1 "b":2}`, 7, 1, 9, `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`},
		{`[1 2]`, 3, 1, 5, "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"},
		{`[1,]`, 3, 1, 5, "Unexpected character (']' (code 93)): expected a valid value " + tokens},
		{`{"a":}`, 5, 1, 7, "Unexpected character ('}' (code 125)): expected a value"},
		{`[€]`, 1, 1, 3, "Unexpected character ('€' (code 8364 / 0x20ac)): expected a valid value " + tokens},
		{`{"a":1]`, 6, 1, 8, "Unexpected close marker ']': expected '}' (for Object starting at [Source: (String)\"{\"a\":1]\"; line: 1, column: 1])"},
		{`{"a":[1`, 7, 1, 8, "Unexpected end-of-input: expected close marker for Array (start marker at [Source: (String)\"{\"a\":[1\"; line: 1, column: 6])"},
		{"[ ", 2, 1, 3, `Unexpected end-of-input: expected close marker for Array (start marker at [Source: (String)"[ "; line: 1, column: 1])`},
		{"{", 1, 1, 2, `Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"; line: 1, column: 1])`},
		{"[1,", 3, 1, 4, "Unexpected end-of-input within/between Array entries"},
		{`{"a":`, 5, 1, 6, "Unexpected end-of-input within/between Object entries"},
		{`{"a":1, `, 8, 1, 9, "Unexpected end-of-input within/between Object entries"},
		{"}", 0, 1, 2, `Unexpected close marker '}': expected ']' (for root starting at [Source: (String)"}"; line: 1, column: 0])`},
		{"{} ]", 3, 1, 5, `Unexpected close marker ']': expected '}' (for root starting at [Source: (String)"{} ]"; line: 1, column: 0])`},
		{"[}", 1, 1, 3, `Unexpected close marker '}': expected ']' (for Array starting at [Source: (String)"[}"; line: 1, column: 1])`},
		{"{]", 1, 1, 3, `Unexpected close marker ']': expected '}' (for Object starting at [Source: (String)"{]"; line: 1, column: 1])`},
		{"[1,}", 3, 1, 5, "Unexpected character ('}' (code 125)): expected a value"},
		{"[\x00]", 1, 1, 3, `Illegal character ((CTRL-CHAR, code 0)): only regular white space (\r, \n, \t) is allowed between tokens`},
		{`"a`, 2, 1, 3, "Unexpected end-of-input: was expecting closing quote for a string value"},
		{`{"a`, 3, 1, 4, "Unexpected end-of-input in field name"},
		{"\"a\nb\"", 2, 2, 1, "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value"},
		{`"\x"`, 1, 1, 4, "Unrecognized character escape 'x' (code 120)"},
		{`"\u12g4"`, 5, 1, 7, "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence"},
		{"01", 0, 1, 2, "Invalid numeric value: Leading zeroes not allowed"},
		{"-a", 1, 1, 3, "Unexpected character ('a' (code 97)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value"},
		{"1.x", 2, 1, 4, "Unexpected character ('x' (code 120)) in numeric value: Decimal point not followed by a digit"},
		{"1e]", 2, 1, 4, "Unexpected character (']' (code 93)) in numeric value: Exponent indicator not followed by a digit"},
		{"NaN", 0, 1, 4, "Non-standard token 'NaN': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow"},
		{"1 2", 2, 1, 4, "Trailing token found after value: expected the end of the input"},
	}
	for _, c := range cases {
		_, err := Parse(c.text)
		var e *SyntaxError
		if !errors.As(err, &e) {
			t.Errorf("%q: error %v", c.text, err)
			continue
		}
		want := SyntaxError{c.offset, c.line, c.column, c.message}
		if *e != want {
			t.Errorf("%q:\n got %+v\nwant %+v", c.text, *e, want)
		}
	}
}

func TestNestingIsLimited(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	if _, err := Parse(nested(1000)); err != nil {
		t.Errorf("1000 levels: %v", err)
	}
	_, err := Parse(nested(1001))
	want := "Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)"
	if err == nil || err.Error() != want {
		t.Errorf("1001 levels: %v", err)
	}
}

func TestValuesAreSharedBetweenGoroutines(t *testing.T) {
	for range 50 {
		v := mustParse(t, `{"a": [1, {"b": "\u0041", "b": 2}], "c":null}`)
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				a, _ := v.Field("a")
				if v.Compact().Text() != `{"a":[1,{"b":2}],"c":null}` || a.Len() != 2 || v.Tree() == nil {
					t.Error("a reader saw another value")
				}
				if v.With("d", a).Text() != `{"a":[1,{"b":2}],"c":null,"d":[1,{"b":2}]}` {
					t.Error("a writer made another value")
				}
			})
		}
		wait.Wait()
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-2.5E+3,"x\u00e9\ud83d\ude00\/"],"a":null}`, ` [ ] `, "\"\x7f\"", "[1,]", `{"a":}`, "tru", "01", "1e", `"\ud800"`, "\xff", "\"\xff\"", "{\"a\" :1}\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Parse(text)
		if valid := json.Valid([]byte(text)); valid != (err == nil) {
			if valid && strings.Contains(err.Error(), "nesting depth") {
				t.Skip()
			}
			t.Fatalf("json.Valid says %v, Parse says %v", valid, err)
		}
		if err == nil {
			checkParsed(t, text, v)
		}
	})
}

func checkParsed(t *testing.T, text string, v Value) {
	c := v.Compact()
	again, err := Parse(c.Text())
	if err != nil {
		t.Fatalf("compact text %q: %v", c.Text(), err)
	}
	if again.Compact() != again || Raw(text).Compact().Text() != c.Text() {
		t.Fatalf("compact text %q is not stable", c.Text())
	}
	if !Equal(v, again) || !Equal(v, Of(v.Tree())) {
		t.Fatalf("%q is not %q", text, c.Text())
	}
	if got := Of(Raw(text).Tree()).Text(); got != c.Text() {
		t.Fatalf("tree of %q is %q", text, got)
	}
	if got := string(appendParts(nil, v)); got != c.Text() {
		t.Fatalf("parts of %q are %q", text, got)
	}
	var want, got any
	if json.Unmarshal([]byte(text), &want) == nil && json.Unmarshal([]byte(c.Text()), &got) == nil && !reflect.DeepEqual(got, want) {
		t.Fatalf("encoding/json reads %q as %v and %q as %v", text, want, c.Text(), got)
	}
}

func TestExcerptOfAText(t *testing.T) {
	for text, want := range map[string]string{
		"":                       `""`,
		"a\tb\nc":                `"a\u0009b` + "\n" + `c"`,
		strings.Repeat("é", 500): `"` + strings.Repeat("é", 500) + `"`,
		strings.Repeat("é", 512): `"` + strings.Repeat("é", 500) + `"[truncated 12 chars]`,
	} {
		if got := Excerpt(text); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}
