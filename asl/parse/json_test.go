package parse

import (
	"fmt"
	"strings"
	"testing"

	"canto/asl/source"

	"github.com/google/go-cmp/cmp"
)

// brief is the diagnostics as "line:column message".
func brief(diags source.Diagnostics) []string {
	var out []string
	for _, d := range diags {
		p := d.Span.Position()
		message, _, _ := strings.Cut(d.Message, "\n")
		out = append(out, fmt.Sprintf("%d:%d %s", p.Line, p.Column, message))
	}
	return out
}

func TestEachMistakeIsReportedOnceWhereItStands(t *testing.T) {
	for _, c := range []struct{ name, text, want, value string }{
		{"trailing comma in an object", `{"a": 1, }`, "1:8 Trailing comma before '}'", `{"a":1}`},
		{"trailing comma in an array", `[1, 2,]`, "1:6 Trailing comma before ']'", `[1,2]`},
		{"two commas", `[1,, 2]`, "1:4 A comma with no value before it", `[1,2]`},
		{"leading comma", `[, 2]`, "1:2 A comma with no value before it", `[2]`},
		{"line comment", "{ // why\n\"a\": 1}", "1:3 JSON has no comments", `{"a":1}`},
		{"block comment", `{"a": /* one */ 1}`, "1:7 JSON has no comments", `{"a":1}`},
		{"comment that is not closed", `{"a": 1 /* and so on`, "1:9 A comment that is not closed", `{"a":1}`},
		{"duplicate key: the last one wins", `{"a": 1, "b": 2, "a": 3}`, "1:18 Duplicate field 'a'", `{"b":2,"a":3}`},
		{"missing comma in an object", "{\"a\": 1\n \"b\": 2}", "1:7 Missing comma", `{"a":1,"b":2}`},
		{"missing comma in an array", `[1 2]`, "1:2 Missing comma", `[1,2]`},
		{"missing colon", `{"a" 1}`, "1:2 Missing colon after the field name", `{"a":1}`},
		{"missing value", `{"a": , "b": 2}`, "1:2 A field without a value", `{"a":"","b":2}`},
		{"second colon", "{\"a\": \"b\": 1,\n \"c\": 2}", "1:10 Unexpected ':' after a value", `{"a":"b","c":2}`},
		{"single quotes", `{"a": 'b'}`, "1:7 A string in single quotes", `{"a":"b"}`},
		{"single quotes around a name", `{'a': 1}`, "1:2 A string in single quotes", `{"a":1}`},
		{"name without quotes", `{a: 1}`, "1:2 A field name without quotes", `{"a":1}`},
		{"value without quotes", `{"Type": Task}`, "1:10 Unrecognized token 'Task': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", `{"Type":"Task"}`},
		{"string without its closing quote", "{\"a\": \"b,\n \"c\": 2}", "1:7 A string without its closing quote", `{"a":"b","c":2}`},
		{"the same before a bracket", `{"a": "b}`, "1:7 A string without its closing quote", `{"a":"b"}`},
		{"string without its opening quote", "{\"a\": b\",\n \"c\": 2}", "1:7 Unrecognized token 'b': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", `{"a":"b","c":2}`},
		{"name without its closing quote", "{\"a: \"b\",\n \"c\": 2}", "1:2 Missing colon after the field name", `{"a: ":"","c":2}`},
		{"line break in a string", "{\"a\": \"b\nc\"}", "1:9 A line break inside of a string", `{"a":"b\nc"}`},
		{"tab in a string", "{\"a\": \"b\tc\td\"}", "1:9 A tab inside of a string", `{"a":"b\tc\td"}`},
		{"unknown escape", `{"a": "\d"}`, `1:8 JSON has no escape '\d'`, `{"a":"\\d"}`},
		{"half an escape", `{"a": "\u12"}`, `1:8 A \u without four hexadecimal digits`, `{"a":"12"}`},
		{"stray bracket", "{\"a\": 1\n],\n\"b\": 2}", "2:1 Stray ']'", `{"a":1,"b":2}`},
		{"stray bracket inside of an array", "{\"x\": [{\"a\": 1\n],\n\"b\": 2}]}", "2:1 Stray ']'", `{"x":[{"a":1,"b":2}]}`},
		{"bracket too many at the end", `{"a": 1}}`, "1:9 Stray '}'", `{"a":1}`},
		{"text after the end", `{"a": 1} "b"`, "1:10 Text after the end of the definition", `{"a":1}`},
		{"object that ends too early", "{\n  \"a\": {\n    \"b\": 1\n  }\n  },\n  \"c\": 2\n}", "5:3 Stray '}'", `{"a":{"b":1},"c":2}`},
		{"bracket that was forgotten", "{\n  \"a\": {\n    \"b\": [\n      1\n    ,\n    \"c\"\n  },\n  \"d\": 2\n}", "3:10 '[' is never closed", `{"a":{"b":[1,"c"]},"d":2}`},
		{"bracket that was forgotten, in one line", `{"a": [1, "b": 2}`, "1:7 '[' is never closed", `{"a":[1],"b":2}`},
		{"brace that was forgotten, in one line", `[{"a": 1, {"b": 2}]`, "1:2 '{' is never closed", `[{"a":1},{"b":2}]`},
		{"words of other languages", `[None]`, "1:2 Unrecognized token 'None': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')", `[null]`},
		{"brace that was forgotten", "{\n  \"a\": {\n    \"b\": 1,\n  \"d\": 2\n}", "2:8 '{' is never closed", `{"a":{"b":1,"d":2}}`},
		{"text that ends too early", `{"a": {"b": 1`, "1:14 The text ends before '{' is closed", `{"a":{"b":1}}`},
		{"leading zero", `[01]`, "1:2 '01' is not a JSON number", `["01"]`},
		{"hexadecimal number", `[0x1F]`, "1:2 '0x1F' is not a JSON number", `["0x1F"]`},
		{"number without digits", `[-]`, "1:2 '-' is not a JSON number", `["-"]`},
		{"odd character", `{"a": %, "b": 1}`, "1:7 Unexpected character '%' where a value should stand", `{"a":"%","b":1}`},
		{"placeholder that is not closed", `{"a": ${X, "b": 1}`, "1:7 A placeholder that is not closed", `{"a":"${X","b":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, diags := Tree(source.New("x.json", c.text))
			if got := strings.Join(brief(diags), "\n"); got != c.want {
				t.Errorf("diagnostics\n%s\nwant\n%s", got, c.want)
			}
			if got := Value(n).Text(); got != c.value {
				t.Errorf("read as %s, want %s", got, c.value)
			}
		})
	}
}

func TestManyMistakesAreReportedTogether(t *testing.T) {
	text := `{
  // a comment
  "StartAt": 'A',
  "States": {
    "A": {"Type": "Pass" "End": true,},
    "A": {"Type": "Succeed"}
    ],
  }
}`
	_, diags := Tree(source.New("x.json", text))
	want := []string{
		"2:3 JSON has no comments",
		"3:14 A string in single quotes",
		"5:24 Missing comma",
		"5:37 Trailing comma before '}'",
		"6:5 Duplicate field 'A'",
		"7:5 Stray ']'",
		"7:6 Trailing comma before '}'",
	}
	if diff := cmp.Diff(want, brief(diags)); diff != "" {
		t.Error(diff)
	}
}
