package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPositionCountsLinesAndCharactersFrom1(t *testing.T) {
	s := New("m.json", "{\n\t\"größe\": 1,\r\n}")
	for _, c := range []struct {
		at           string
		line, column int
	}{
		{"{", 1, 1},
		{"\t", 2, 1},
		{`"größe"`, 2, 2},
		{"1", 2, 11},
		{"}", 3, 1},
	} {
		offset := strings.Index(s.Text, c.at)
		want := Position{"m.json", c.line, c.column}
		if got := s.Position(offset); got != want {
			t.Errorf("%q: got %v, want %v", c.at, got, want)
		}
		if got := s.Offset(c.line, c.column); got != offset {
			t.Errorf("%q: offset of %d:%d is %d, want %d", c.at, c.line, c.column, got, offset)
		}
	}
}

func TestPositionOutsideOfTheTextIsTheNearestOne(t *testing.T) {
	s := New("m.json", "ab\ncd")
	if got, want := s.Position(99), (Position{"m.json", 2, 3}); got != want {
		t.Errorf("beyond the end: got %v, want %v", got, want)
	}
	for _, c := range []struct{ line, column, want int }{{0, 0, 0}, {1, 99, 2}, {9, 1, 5}} {
		if got := s.Offset(c.line, c.column); got != c.want {
			t.Errorf("offset of %d:%d is %d, want %d", c.line, c.column, got, c.want)
		}
	}
}

func TestSnippetMarksTheSpan(t *testing.T) {
	for _, c := range []struct{ name, text, mark, want string }{
		{"in the middle", "{\n  \"a\": 1\n}", `"a"`, "   2 |   \"a\": 1\n     |   ^^^\n"},
		{"tabs stay", "\t\"a\":\t1", "1", "   1 | \t\"a\":\t1\n     | \t    \t^\n"},
		{"wide characters count once", `{"ä": "ö"}`, `"ö"`, "   1 | {\"ä\": \"ö\"}\n     |       ^^^\n"},
		{"the first line of several", "{\n  \"a\":\n  1}", "\"a\":\n  1", "   2 |   \"a\":\n     |   ^^^^\n"},
		{"carriage returns are left out", "{\r\n\"a\": 1\r\n}", "1", "   2 | \"a\": 1\n     |      ^\n"},
		{"control characters cannot reach the terminal", "{\"a\": \"\x1b[31m\"}", `"a"`, "   1 | {\"a\": \"\uFFFD[31m\"}\n     |  ^^^\n"},
		{"a blank line has none", "{\n\n}", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := New("m.json", c.text)
			start := strings.Index(c.text, c.mark)
			if c.mark == "" {
				start = strings.Index(c.text, "\n\n") + 1
			}
			if diff := cmp.Diff(c.want, Snippet(Span{s, start, start + len(c.mark)})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSnippetCutsLongLinesAroundThePlace(t *testing.T) {
	line := strings.Repeat("a", 500) + "HERE" + strings.Repeat("b", 500)
	s := New("m.json", line)
	lines := strings.Split(Snippet(Span{s, 500, 504}), "\n")
	if n := len([]rune(lines[0])); n > 120 {
		t.Errorf("the line has %d characters", n)
	}
	at := strings.Index(lines[1], "^^^^")
	if shown := []rune(lines[0]); at < 0 || string(shown[at:at+4]) != "HERE" {
		t.Errorf("the carets do not stand under the place:\n%s\n%s", lines[0], lines[1])
	}
	whole := strings.Split(Snippet(Span{s, 0, len(line)}), "\n")
	if n := strings.Count(whole[1], "^"); n > 101 {
		t.Errorf("%d carets for a span that is longer than the line may be", n)
	}
}

func TestSnippetOfNowhereIsEmpty(t *testing.T) {
	if got := Snippet(Span{}); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestSubstituteMapsPlacesBack(t *testing.T) {
	src := New("m.json", "{\"a\": \"${Long}\", \"n\": ${N},\n \"b\": \"${Open.Name}\", \"c\": 1}")
	got, open := Substitute(src, map[string]string{"Long": "a much longer text than before", "N": "7", "Unused": "x"})
	if want := "{\"a\": \"a much longer text than before\", \"n\": 7,\n \"b\": \"${Open.Name}\", \"c\": 1}"; got.Text != want {
		t.Fatalf("got %s", got.Text)
	}
	if len(open) != 1 || open[0].Name != "Open.Name" || open[0].Span.Text() != "${Open.Name}" {
		t.Errorf("open placeholders: %+v", open)
	}
	for _, c := range []struct{ find, want string }{
		{`{"a"`, `{"a"`},
		{`"n"`, `"n"`},
		{"7", "${N}"},
		{": 7,", ": ${N},"},
		{"longer", "${Long}"},
		{`"a much longer text than before"`, `"${Long}"`},
		{`"c": 1`, `"c": 1`},
	} {
		start := strings.Index(got.Text, c.find)
		back := Span{got, start, start + len(c.find)}.Original()
		if back.Source != src || back.Text() != c.want {
			t.Errorf("%q maps to %q, want %q", c.find, back.Text(), c.want)
		}
	}
	if p := got.Position(strings.Index(got.Text, `"c"`)); p != (Position{"m.json", 2, 23}) {
		t.Errorf("position of c: %v", p)
	}
}

func TestSubstituteWithoutPlaceholdersGivesTheSourceItself(t *testing.T) {
	src := New("m.json", `{"a": "${not one", "b": "${}"}`)
	if got, open := Substitute(src, map[string]string{"x": "y"}); got != src || open != nil {
		t.Errorf("got %v and %v", got, open)
	}
}

func TestSubstituteOfNothingKeepsThePlace(t *testing.T) {
	got, _ := Substitute(New("m.json", "ab${X}cd"), map[string]string{"X": ""})
	if back := (Span{got, 2, 4}).Original(); back.Text() != "cd" {
		t.Errorf("cd maps to %q", back.Text())
	}
}

func TestNearestFindsSlips(t *testing.T) {
	names := []string{"Next", "ResultPath", "ResultSelector", "States.Timeout", "States.TaskFailed", "And"}
	for _, c := range []struct{ name, want string }{
		{"Nxt", "Next"},
		{"next", "Next"},
		{"Netx", "Next"},
		{"Resultpath", "ResultPath"},
		{"ResultSeletcor", "ResultSelector"},
		{"States.Tiemout", "States.Timeout"},
		{"States.OutOfPaper", ""},
		{"X", ""},
		{"", ""},
		{"Next", ""}, // the name itself is no slip
	} {
		if got := Nearest(c.name, names); got != c.want {
			t.Errorf("%q: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDiagnosticsText(t *testing.T) {
	s := New("m.json", "{\n  \"Next\": \"B\"\n}")
	diags := Diagnostics{
		{Severity: Warning, Code: "NO_DOLLAR", Location: "/States/A", Message: "Later", Span: Span{s, 12, 15}},
		{Code: "INVALID_JSON_DESCRIPTION", Location: `[Source: (String)"{"; line: 1, column: 2]`, Message: "Torn\n at [Source: ...]", Help: "mend it", Span: Span{s, 0, 1}},
		{Code: "MISSING_END_STATE", Message: "Nowhere"},
	}
	diags.Sort()
	want := `m.json:1:1: error INVALID_JSON_DESCRIPTION: Torn
   1 | {
     | ^
     = help: mend it

error MISSING_END_STATE: Nowhere

m.json:2:11: warning NO_DOLLAR: Later at /States/A
   2 |   "Next": "B"
     |           ^^^
`
	if diff := cmp.Diff(want, diags.Text(nil)); diff != "" {
		t.Error(diff)
	}
	if !diags.HasErrors() || diags.Count(Warning) != 1 {
		t.Errorf("errors %v, warnings %d", diags.HasErrors(), diags.Count(Warning))
	}
	if got := strings.Count(diags.Error(), "\n"); got != 2 {
		t.Errorf("Error has %d line breaks, want one line for each diagnostic:\n%s", got, diags.Error())
	}
}

func TestDiagnosticsArePainted(t *testing.T) {
	s := New("m.json", "{}")
	d := Diagnostic{Severity: Warning, Code: "C", Message: "M", Help: "H", Span: Span{s, 0, 1}}
	got := d.Text(func(role Role, text string) string { return string(rune('0'+int(role))) + "<" + text + ">" })
	want := "0<m.json:1:1:> 2<warning> C: M\n   1 | {}\n     | 3<^>\n     4<= help:> H\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNodeOpen(t *testing.T) {
	object := func(names ...string) *Node {
		n := &Node{Kind: Object}
		for _, name := range names {
			n.Members = append(n.Members, Member{Name: name, Value: &Node{}})
		}
		return n
	}
	for _, c := range []struct {
		name string
		node *Node
		open bool
	}{
		{"placeholder", &Node{Kind: Unknown}, true},
		{"Ref", object("Ref"), true},
		{"Fn::Sub", object("Fn::Sub"), true},
		{"two fields", object("Ref", "x"), false},
		{"other field", object("Reference"), false},
		{"string", &Node{Kind: String, Text: "${X}"}, false},
	} {
		if got := c.node.Open(); got != c.open {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
	if n := (&Node{Kind: String, Text: "a ${X} b"}); !n.HasPlaceholder() {
		t.Error("no placeholder in " + n.Text)
	}
}

func FuzzSubstitute(f *testing.F) {
	f.Add("a ${X} b ${Y}", "text", 3, 7)
	f.Add("${X}${X}", "", 0, 0)
	f.Fuzz(func(t *testing.T, text, with string, start, end int) {
		src := New("f", text)
		got, _ := Substitute(src, map[string]string{"X": with})
		start = min(max(start, 0), len(got.Text))
		end = min(max(end, start), len(got.Text))
		back := Span{got, start, end}.Original()
		if back.Source != src || back.Start < 0 || back.End < back.Start || back.End > len(text) {
			t.Fatalf("[%d, %d) maps to [%d, %d) of %d bytes", start, end, back.Start, back.End, len(text))
		}
		Snippet(Span{got, start, end})
	})
}
