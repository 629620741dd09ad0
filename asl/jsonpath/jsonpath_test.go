package jsonpath

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"canto/asl/value"
)

const shop = `{
  "name": "corner", "open": true, "detail-type": "x", "two words": 2, "nothing": null,
  "items": [
    {"id": 1, "price": 2.50, "tags": ["a", "b"]},
    {"id": 2, "price": 10, "tags": []},
    {"id": 3, "tags": ["b"], "box": {"id": 4}}
  ],
  "numbers": [3, 1, 2], "limit": 5
}`

func get(t testing.TB, path, document string) (value.Value, error) {
	t.Helper()
	p, err := Compile(path)
	if err != nil {
		t.Fatalf("Compile(%q): %v", path, err)
	}
	return p.Get(value.Raw(document))
}

func TestGet(t *testing.T) {
	cases := []struct{ path, want string }{
		{"$.name", `"corner"`},
		{"$.detail-type", `"x"`},
		{"$['two words']", "2"},
		{`$["two words"]`, "2"},
		{"$.nothing", "null"},
		{"$.items[0].price", "2.50"},
		{"$.items[-1].box", `{"id":4}`},
		{"$.items[0]['id','price','none']", `{"id":1,"price":2.50}`},
		{"$.items[*].id", "[1,2,3]"},
		{"$.items[*]['id','price'].x", "[]"},
		{"$.items[0,2].id", "[1,3]"},
		{"$.items[1:].id", "[2,3]"},
		{"$.items[:-1].id", "[1,2]"},
		{"$.numbers[-2:2]", "[1,2,3,1]"},
		{"$..id", "[1,2,3,4]"},
		{"$.items..id", "[1,2,3,4]"},
		{"$..box.id", "[4]"},
		{"$..tags[0]", `["a","b"]`},
		{"$.items[?(@.price > 3)].id", "[2]"},
		{"$.items[?(@.price > $.limit)].id", "[2]"},
		{"$.items[?(@.box)].box.id", "[4]"},
		{"$.items[?(!@.price)].id", "[3]"},
		{"$.items[?(@.id == 1 || @.id == 3)].id", "[1,3]"},
		{"$.items[?(@.id in [2, 3] && @.tags empty true)].id", "[2]"},
		{"$.items[?('b' in @.tags)].id", "[1,3]"},
		{"$.items[?(@.tags contains 'a')].id", "[1]"},
		{"$.items[?(@.tags size 1)].id", "[3]"},
		{"$.items[?(@.tags anyof ['a'])].id", "[1]"},
		{"$.items[?(@.tags noneof ['a'])].id", "[2,3]"},
		{"$.items[?(@.tags subsetof ['b'])].id", "[2,3]"},
		{"$.items[?(@.tags all ['a', \"b\"])].id", "[1]"},
		{"$.items[?(@.id nin [1])].id", "[2,3]"},
		{"$.items[?(@.id === '1')].id", "[]"},
		{"$.items[?(@.id !== '1')].id", "[1,2,3]"},
		{"$.items[?(@.id == '1')].id", "[1]"},
		{"$.items[?(@.tags.length() == 2)].id", "[1]"},
		{"$.items[?(@.tags[0] =~ /A|c/i)].id", "[1]"},
		{"$.none[?(@.a)]", ""},
		{"$.items.length()", "3"},
		{"$.name.length()", "null"},
		{"$.numbers.sum()", "6.0"},
		{"$.numbers.min()", "1.0"},
		{"$.numbers.max()", "3.0"},
		{"$.numbers.avg()", "2.0"},
		{"$.numbers.stddev()", "0.8164965809277263"},
		{"$.numbers.first()", "3"},
		{"$.numbers.last()", "2"},
		{"$.numbers.index(1)", "1"},
		{"$.numbers.append(9, $.limit)", "[3,1,2,9,5]"},
		{"$.items[0].tags.concat(\"-\", $.name)", `"ab-corner"`},
		{"$.items[2].keys()", `["id","tags","box"]`},
		{"$..price.sum()", "12.5"},
		{"$..box.length()", "1"},
		{"$.items[*].tags.length()", "[2,0,1]"},
		{"@.name", `"corner"`},
	}
	for _, c := range cases {
		t.Run(c.path, func(t *testing.T) {
			got, err := get(t, c.path, shop)
			if c.want == "" {
				if err == nil {
					t.Errorf("got %s, want an error", got)
				}
				return
			}
			if err != nil || got.Compact().Text() != c.want {
				t.Errorf("got %s, %v; want %s", got.Compact(), err, c.want)
			}
		})
	}
}

func TestEscapesInNames(t *testing.T) {
	cases := []struct{ path, document string }{
		{`$['it\'s']`, `{"it's":1}`},
		{`$['a\\b']`, `{"a\\b":1}`},
		{`$['a\u00e9']`, `{"aé":1}`},
		{`$["a\"b"]`, `{"a\"b":1}`},
		{`$['a\"b']`, `{"a\\\"b":1}`},
	}
	for _, c := range cases {
		if got, err := get(t, c.path, c.document); err != nil || got.Text() != "1" {
			t.Errorf("%s in %s: %s, %v", c.path, c.document, got, err)
		}
	}
}

func TestMissingPathsAreToldInJaywaysWords(t *testing.T) {
	const provider = " This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'."
	cases := []struct {
		path, document, want string
		beyond               bool
	}{
		{"$.x", `{}`, "No results for path: $['x']", false},
		{"$.a.x", `{"a":{}}`, "No results for path: $['a']['x']", false},
		{"$.no.such.path", `{}`, "Missing property in path $['no']", false},
		{"$.a.b.c", `{"a":{}}`, "Missing property in path $['a']['b']", false},
		{"$.a[*]", `{}`, "Missing property in path $['a']", false},
		{"$.a[2]", `{"a":[1]}`, "No results for path: $['a'][2]", true},
		{"$.a[-2]", `{"a":[1]}`, "No results for path: $['a'][-2]", true},
		{"$.a[2].b", `{"a":[1]}`, "No results for path: $['a'][2]['b']", false},
		{"$.a.x", `{"a":"s"}`, "Expected to find an object with property ['x'] in path $['a'] but found 'java.lang.String'." + provider, false},
		{"$.a.x", `{"a":null}`, "Expected to find an object with property ['x'] in path $['a'] but found 'null'." + provider, false},
		{"$.a.x.y", `{"a":[]}`, "Expected to find an object with property ['x'] in path $['a'] but found 'java.util.ArrayList'." + provider, false},
		{"$.x", `1.5`, "Expected to find an object with property ['x'] in path $ but found 'java.lang.Double'." + provider, false},
		{"$.x", `3000000000`, "Expected to find an object with property ['x'] in path $ but found 'java.lang.Long'." + provider, false},
		{"$.x", `true`, "Expected to find an object with property ['x'] in path $ but found 'java.lang.Boolean'." + provider, false},
		{"$['x','y']", `7`, "Expected to find an object with property ['x','y'] in path $ but found 'java.lang.Integer'." + provider, false},
		{"$.a[0]", `{"a":null}`, "The path $['a'] is null", false},
		{"$.a[0]", `{"a": {"b": 1}}`, `Filter: [0] can only be applied to arrays. Current context is: {b=1}`, false},
		{"$[1:2]", `"s"`, "Filter: [1:2] can only be applied to arrays. Current context is: s", false},
		{"$[0,1]", `{}`, "Filter: [0,1] can only be applied to arrays. Current context is: {}", false},
		{"$.a[?(@.b)]", `{"a":1}`, "Filter: [?] can not be applied to primitives. Current context is: 1", false},
		{"$.a.sum()", `{"a":[]}`, "Aggregation function attempted to calculate value using empty array", false},
	}
	for _, c := range cases {
		t.Run(c.path+" in "+c.document, func(t *testing.T) {
			_, err := get(t, c.path, c.document)
			var missing *NotFoundError
			if !errors.As(err, &missing) {
				t.Fatalf("error %v", err)
			}
			if missing.Message != c.want || missing.Beyond != c.beyond {
				t.Errorf("got  %q, beyond %v\nwant %q, beyond %v", missing.Message, missing.Beyond, c.want, c.beyond)
			}
		})
	}
}

func TestBadPathsAreRefused(t *testing.T) {
	paths := []string{
		"$.", "$..", "$a", "$.a b", "$[", "$[]", "$[a]", "$['a]", "$['a'", "$['a'b]", "$[*", "$[* x]", "$[1", "$[1,]", "$[99999999999]",
		"$[1:2,3]", "$[?]", "$[?(@.a]", "$[?(@.a)", "$[?(@.a))]", "$[?(@.a =! 1)]", "$[?(1)]", "$[?(@.a == )]", "$[?(@.a == 'x)]", "$[?(@.a =~ /x)]",
		"$[?(@.a =~ /(/)]", "$[?(@.a in [1)]", "$[?(@.[ == 1)]", "$.a.none()", "$.a.sum(", "$.a.sum($.)", "$.a.sum(x)", "$...a",
		"$[?(" + strings.Repeat("(", 5000) + "@" + strings.Repeat(")", 5000) + ")]", strings.Repeat("$[?(@.a", 5000),
	}
	for _, text := range paths {
		p, err := Compile(text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Path != text {
			t.Errorf("Compile(%.60q) = %v, %v", text, p, err)
		}
	}
}

func TestDefinite(t *testing.T) {
	cases := map[string]bool{
		"$": true, "$.a[0]['b']": true, "$['a','b']": true, "$.a.length()": true,
		"$[*]": false, "$..a": false, "$[0,1]": false, "$[0:1]": false, "$[?(@.a)]": false, "$['a','b'].c": false,
	}
	for text, want := range cases {
		p, err := Compile(text)
		if err != nil || p.Definite() != want || p.String() != text {
			t.Errorf("%s: definite %v, error %v", text, p.Definite(), err)
		}
	}
}

func TestSingular(t *testing.T) {
	cases := map[string]bool{"$": true, "$.a[0]['b']": true, "$['a','b']": false, "$.a.length()": false, "$.*": false, "$..a": false}
	for text, want := range cases {
		p, err := CompileScoped(text)
		if err != nil || p.Singular() != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestFoundTextIsVerbatim(t *testing.T) {
	const document = `{ "a" : { "b" : [ 1.0 ,"\/" ] } }`
	for path, want := range map[string]string{"$": document, "$.a": `{ "b" : [ 1.0 ,"\/" ] }`, "$.*.b": `[[ 1.0 ,"\/" ]]`} {
		if got, err := get(t, path, document); err != nil || got.Text() != want {
			t.Errorf("%s: got %s, %v; want %s", path, got, err, want)
		}
	}
}

func TestPathsAreSharedBetweenGoroutines(t *testing.T) {
	p, err := Compile("$.items[?(@.price > $.limit)].id")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for _, limit := range []string{"1", "5", "20"} {
		wait.Go(func() {
			root := value.Raw(shop).With("limit", value.Raw(limit))
			want := map[string]string{"1": "[1,2]", "5": "[2]", "20": "[]"}[limit]
			for range 100 {
				if got, err := p.Get(root); err != nil || got.Text() != want {
					t.Errorf("limit %s: %s, %v", limit, got, err)
				}
			}
		})
	}
	wait.Wait()
}

func TestJavaNumbers(t *testing.T) {
	cases := []struct{ in, want string }{
		{"010", "10"}, {"-0.123e2", "-12.3"}, {"1E3", "1E+3"}, {"0.0000001", "1E-7"}, {"0.000001", "0.000001"}, {".5", "0.5"}, {"12", "12"}, {"1.50", "1.50"}, {"1.25e-9", "1.25E-9"}, {"0", "0"},
	}
	for _, c := range cases {
		n, ok := javaNumber(c.in)
		if got := javaText(n); !ok || got != c.want {
			t.Errorf("%s is written %s, want %s", c.in, got, c.want)
		}
	}
	for _, bad := range []string{"", "-", "x", "1x", ".", "1e"} {
		if n, ok := javaNumber(bad); ok {
			t.Errorf("%q is read as %s", bad, n)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, text := range []string{
		"$.a[0]['b',\"c\"]..d[*].*", "$[1:2][-1,0][?(@.a>1 && !(@['b'] =~ /x/i) || $.c in [1,'x'])]", "$..x.sum()", "$..x..sum()", "$.a.concat($.b, \"c\")", "key", ".key", "$[?(@.a.length() >= 010)]",
	} {
		f.Add(text)
	}
	document := value.Raw(shop)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Compile(text)
		if err != nil {
			return
		}
		v, err := p.Get(document)
		if err != nil {
			if errors.As(err, new(*NotFoundError)) && !strings.Contains(err.Error(), "cannot be evaluated") {
				return
			}
			t.Fatalf("%q: %v", text, err)
		}
		if _, err := value.Parse(v.Text()); err != nil {
			t.Fatalf("%q gives %s: %v", text, v, err)
		}
	})
}

func BenchmarkDefinitePath(b *testing.B) {
	p, err := Compile("$.a.b.c")
	if err != nil {
		b.Fatal(err)
	}
	document := value.Raw(`{"x":[1,2,3],"a":{"y":true,"b":{"c":"found"}}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Get(document); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDefinitePathFirstTouch(b *testing.B) {
	p, err := Compile("$.limit")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Get(value.Raw(shop)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFilter(b *testing.B) {
	p, err := Compile("$.items[?(@.price > 3)].id")
	if err != nil {
		b.Fatal(err)
	}
	document := value.Raw(shop)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Get(document); err != nil {
			b.Fatal(err)
		}
	}
}
