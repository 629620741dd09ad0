package jsonpath

import (
	"errors"
	"testing"

	"canto/asl/value"
)

func TestScopedPathsHaveAnOrigin(t *testing.T) {
	cases := []struct {
		text   string
		origin Origin
		name   string
		whole  bool
		want   string
	}{
		{"$", Input, "", true, `{"a":[1]}`},
		{"$.a[0]", Input, "", false, "1"},
		{"$['a']", Input, "", false, "[1]"},
		{"$..a", Input, "", false, "[[1]]"},
		{"$$", Context, "", true, `{"a":[1]}`},
		{"$$.a", Context, "", false, "[1]"},
		{"$name", Variable, "name", true, `{"a":[1]}`},
		{"$größe_2.a[0]", Variable, "größe_2", false, "1"},
		{"$x['a']", Variable, "x", false, "[1]"},
	}
	for _, c := range cases {
		p, err := CompileScoped(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		got, err := p.Get(value.Raw(`{"a":[1]}`))
		if p.Origin != c.origin || p.Name != c.name || p.Whole() != c.whole || p.String() != c.text || err != nil || got.Text() != c.want {
			t.Errorf("%s: %+v gives %s, %v", c.text, p, got, err)
		}
	}
	for _, text := range []string{"", "a", "$1x", "$$$", "$name b", "$-", "$name."} {
		if p, err := CompileScoped(text); !errors.As(err, new(*SyntaxError)) {
			t.Errorf("%q: %v, %v", text, p, err)
		}
	}
}
