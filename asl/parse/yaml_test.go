package parse

import (
	"strings"
	"testing"

	"canto/asl/source"

	"github.com/google/go-cmp/cmp"
)

func TestYAMLIsReadAsTheJSONItStandsFor(t *testing.T) {
	for _, c := range []struct{ name, yaml, json string }{
		{"scalars", "a: text\nb: 'it''s'\nc: \"x\\ty\"\nd: 5\ne: 0.50\nf: true\ng: null\nh:\ni: ~", `{"a":"text","b":"it's","c":"x\ty","d":5,"e":0.50,"f":true,"g":null,"h":null,"i":null}`},
		{"numbers that JSON does not have", "a: 0x1F\nb: 1_000\nc: +5\nd: .5", `{"a":31,"b":1000,"c":5,"d":0.5}`},
		{"numbers in quotes are strings", "a: '5'\nb: !!str 5", `{"a":"5","b":"5"}`},
		{"instants are strings", "a: 2026-01-31T12:00:00Z\nb: 2026-01-31", `{"a":"2026-01-31T12:00:00Z","b":"2026-01-31"}`},
		{"lists", "a:\n- 1\n- [2, 3]\n- {x: 4}", `{"a":[1,[2,3],{"x":4}]}`},
		{"blocks of text", "a: |\n  one\n  two\nb: >-\n  one\n  two", `{"a":"one\ntwo\n","b":"one two"}`},
		{"aliases", "a: &x {b: 1}\nc: *x", `{"a":{"b":1},"c":{"b":1}}`},
		{"merged fields give way to a field's own", "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3", `{"a":{"b":1,"c":2},"d":{"b":3,"c":2}}`},
		{"of several that are merged the first counts", "a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne:\n  <<: [*x, *y]", `{"a":{"b":1},"c":{"b":2,"d":3},"e":{"b":1,"d":3}}`},
		{"keys that are no strings", "1: a\ntrue: b", `{"1":"a","true":"b"}`},
		{"placeholders", "a: ${X}\nb: arn:${X}", `{"a":"${X}","b":"arn:${X}"}`},
		{"JSON is YAML", `{"a": [1, "x"]}`, `{"a":[1,"x"]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, diags := Tree(source.New("m.yaml", c.yaml))
			if len(diags) > 0 {
				t.Fatal(diags.Text(nil))
			}
			if diff := cmp.Diff(c.json, Value(n).Text()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestYAMLKeepsPlaces(t *testing.T) {
	src := source.New("m.yml", "größe: 5\nlist:\n  - 'it''s'\n  - \"a\\\"b\"\n  - plain text # why\n")
	n, _ := Tree(src)
	for _, c := range []struct {
		node *source.Node
		want string
	}{
		{n.Field("größe"), "5"},
		{n.Field("list").Items[0], "'it''s'"},
		{n.Field("list").Items[1], `"a\"b"`},
		{n.Field("list").Items[2], "plain text"},
	} {
		if got := c.node.Span.Text(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
	if got := n.Member("list").NameSpan.Text(); got != "list" {
		t.Errorf("the name of the list is %s", got)
	}
	if p := n.Field("list").Items[2].Span.Position(); p.Line != 5 || p.Column != 5 {
		t.Errorf("got %v", p)
	}
}

func TestTagsAndPlaceholdersAreOpen(t *testing.T) {
	n, diags := Tree(source.New("m.yaml", "a: !Ref X\nb: !Sub 'x-${Y}'\nc: !GetAtt [F, Arn]\nd: ${X}\ne: '${X}'"))
	if len(diags) > 0 {
		t.Fatal(diags.Text(nil))
	}
	for name, want := range map[string]bool{"a": true, "b": true, "c": true, "d": true, "e": false} {
		if got := n.Field(name).Open(); got != want {
			t.Errorf("%s: open is %v", name, got)
		}
	}
}

func TestMistakesInYAML(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"tab", "a:\n\tb: 1", "2:1 The YAML cannot be read: found character that cannot start any token"},
		{"duplicate key", "a: 1\nb: 2\na: 3", "3:1 Duplicate field 'a'"},
		{"infinity", "a: .inf", "1:4 '.inf' is not a JSON number"},
		{"unknown alias", "a: *x", "1:4 The YAML cannot be read: unknown anchor 'x' referenced"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, diags := Tree(source.New("m.yaml", c.text))
			if got := strings.Join(brief(diags), "\n"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestAliasesCannotGrowWithoutBound(t *testing.T) {
	var text strings.Builder
	text.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := '1'; i <= '9'; i++ {
		before := "*a" + string(i-1)
		text.WriteString("a" + string(i) + ": &a" + string(i) + " [" + strings.Repeat(before+", ", 9) + before + "]\n")
	}
	_, diags := Tree(source.New("m.yaml", text.String()))
	if len(diags) != 1 || !diags.HasErrors() {
		t.Errorf("got %s", diags.Text(nil))
	}
}
