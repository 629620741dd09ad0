package jsonpath

import (
	"errors"
	"testing"

	"canto/asl/value"
)

func TestReferenceSet(t *testing.T) {
	cases := []struct{ name, path, root, want string }{
		{"the whole", "$", `{"a":1}`, `[0]`},
		{"a new field comes last", "$.z", `{ "a": 1 }`, `{"a":1,"z":[0]}`},
		{"a field is replaced in its place", "$.a", `{"a":1,"b":2}`, `{"a":[0],"b":2}`},
		{"missing objects are made", "$.x.y.z", `{}`, `{"x":{"y":{"z":[0]}}}`},
		{"a field deep down", "$.a['b'].c", `{"a":{"b":{"d":1}}}`, `{"a":{"b":{"d":1,"c":[0]}}}`},
		{"an element", "$.a[1]", `{"a":[1,2,3]}`, `{"a":[1,[0],3]}`},
		{"a field of an element", "$.a[0].b", `{"a":[{}]}`, `{"a":[{"b":[0]}]}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := CompileReference(c.path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.Set(value.Raw(c.root), value.Raw("[0]"))
			if err != nil || got.Text() != c.want {
				t.Errorf("got %s, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestReferenceThatCannotBeApplied(t *testing.T) {
	cases := []struct{ path, root, want string }{
		{"$.a", `"text"`, `Unable to apply step "a" to input "text"`},
		{"$.a.b", `{"a": [ 1 ]}`, `Unable to apply step "b" to input [1]`},
		{"$.a.b", `{"a":null}`, `Unable to apply step "b" to input null`},
		{"$.a[3]", `{"a":[1]}`, `Unable to apply step "3" to input [1]`},
		{"$.x[0]", `{}`, `Unable to apply step "0" to input {}`},
	}
	for _, c := range cases {
		r, err := CompileReference(c.path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.Set(value.Raw(c.root), value.Value{})
		var match *MatchError
		if !errors.As(err, &match) || match.Error() != c.want || match.Path != c.path {
			t.Errorf("%s in %s: %v", c.path, c.root, err)
		}
	}
}

func TestReferencesHaveOnlyFieldsAndIndexes(t *testing.T) {
	for _, text := range []string{"", "a", "@.a", "$.*", "$..a", "$[0:1]", "$[0,1]", "$['a','b']", "$[?(@.a)]", "$.a.length()", "$."} {
		if r, err := CompileReference(text); !errors.As(err, new(*SyntaxError)) {
			t.Errorf("%q: %v, %v", text, r, err)
		}
	}
}
