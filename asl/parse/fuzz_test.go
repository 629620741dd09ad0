package parse

import (
	"strings"
	"testing"

	"canto/asl/source"
	"canto/asl/value"
)

func TestNestingHasALimit(t *testing.T) {
	deep := func(open, close string, n int) string { return strings.Repeat(open, n) + strings.Repeat(close, n) }
	for _, c := range []struct{ name, text, want string }{
		{"arrays at the limit", deep("[", "]", maxDepth), ""},
		{"arrays beyond it", deep("[", "]", maxDepth+1), codeDepth},
		{"objects beyond it", strings.Repeat(`{"a":`, maxDepth+1) + "1" + strings.Repeat("}", maxDepth+1), codeDepth},
		{"what follows is read", `{"a": ` + deep("[", "]", maxDepth) + `, "b": 1, "b": 2}`, codeDepth + " " + codeJSON},
		{"ten million brackets", strings.Repeat("[", 10_000_000), codeDepth},
		{"ten million closing brackets", strings.Repeat("]", 10_000_000), codeJSON},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, diags := Tree(source.New("m.json", c.text))
			var codes []string
			for _, d := range diags {
				codes = append(codes, d.Code)
			}
			if got := strings.Join(codes, " "); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestTheNumberOfMistakesHasALimit(t *testing.T) {
	_, diags := Tree(source.New("m.json", "["+strings.Repeat("1,,", 500_000)+"1]"))
	if len(diags) != maxMistakes {
		t.Errorf("%d diagnostics, want %d", len(diags), maxMistakes)
	}
}

func TestBadTextIsReadInTimeThatGrowsWithItsLength(t *testing.T) {
	for name, text := range map[string]string{
		"brackets that do not match": "[" + strings.Repeat("{]}", 300_000),
		"stray braces":               "{" + strings.Repeat(`"a": 1},`, 200_000),
		"braces":                     strings.Repeat("{", 10_000_000),
		"quotes":                     strings.Repeat(`"`, 1_000_001),
		"open strings":               "[" + strings.Repeat("\"a,\n", 300_000),
		"comments":                   "[" + strings.Repeat("/**/", 300_000) + "]",
		"escapes":                    `["` + strings.Repeat(`\q`, 300_000) + `"]`,
		"fields of one name":         "{" + strings.Repeat(`"a":1,`, 200_000) + `"a":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, diags := Tree(source.New("m.json", text)); !diags.HasErrors() || len(diags) > maxMistakes {
				t.Errorf("%d diagnostics", len(diags))
			}
		})
	}
}

// FuzzJSON compares with the strict parser of package value: what it accepts has
// no diagnostics here and is the same value, and what it refuses has some.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}`,
		`{"a": [1, 2.5e3, "x\u00e9", null, true], }`, `{'a': None // c` + "\n}", `{"a": ${X}, ${Y}}`, `{"a": "b`, `[[[}]]`, `{"a" 1 "b": }`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := source.New("m.json", text)
		n, diags := Tree(src)
		for _, d := range diags {
			if d.Span.Start < 0 || d.Span.End < d.Span.Start || d.Span.End > len(text) {
				t.Fatalf("%s at [%d, %d) of %d bytes", d.Message, d.Span.Start, d.Span.End, len(text))
			}
			_ = d.Text(nil)
		}
		Parse(src)
		want, err := value.Parse(text)
		if err != nil {
			if len(diags) == 0 && n != nil && !strings.Contains(text, "${") && !strings.HasPrefix(text, "\uFEFF") {
				t.Fatalf("accepted, but: %v", err)
			}
			return
		}
		if len(diags) > 0 {
			if strings.Contains(diags[0].Message, "Duplicate field") || strings.Contains(diags[0].Message, "UTF-8") {
				return
			}
			t.Fatalf("refused, though it is JSON: %s", diags.Text(nil))
		}
		if got := Value(n); !value.Equal(got, want) {
			t.Fatalf("read as %s, want %s", got.Text(), want.Text())
		}
	})
}

func FuzzYAML(f *testing.F) {
	for _, seed := range []string{"StartAt: A\nStates:\n  A:\n    Type: Pass\n", "a: &x [1, *x]", "a: !Ref b\n<<: {c: d}", "- |\n  a\n- 'b'\n- \"c", "a: ${X}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := source.New("m.yaml", text)
		n, diags := Tree(src)
		_ = diags.Text(nil)
		if n != nil {
			Value(n)
		}
		Parse(src)
	})
}
