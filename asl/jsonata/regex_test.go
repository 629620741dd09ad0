package jsonata

import (
	"errors"
	"testing"
)

var errTooMany = errors.New("too many steps")

// counter counts up to a number of steps.
func counter(most int) func(int) error {
	return func(n int) error {
		if most -= n; most < 0 {
			return errTooMany
		}
		return nil
	}
}

func TestRegularExpressionsAreJavaScripts(t *testing.T) {
	const none = "\x00"
	for _, test := range []struct{ pattern, flags, text, want string }{
		{"a(b+)", "", "xabbc", "abb"},
		{"^b", "m", "a\nb", "b"},
		{"^b", "", "a\nb", none},
		{"b$", "m", "b\nc", "b"},
		{"a.c", "", "a\nc", none},
		{"[^]", "", "\n", "\n"},
		{"[]", "", "a", none},
		{"X+", "i", "axxX", "xxX"},
		{`o(?=b)`, "", "fooob", "o"},
		{`o(?!o)`, "", "foob", "o"},
		{`(?<=o)b`, "", "boob", "b"},
		{`(?<!o)b`, "", "obb", "b"},
		{`(\w)\1`, "", "abccd", "cc"},
		{`(?<q>['"]).*?\k<q>`, "", `a "b'c" d`, `"b'c"`},
		{`\bfoo\b`, "", "a foo b", "foo"},
		{`\d{2,3}?`, "", "12345", "12"},
		{`\d{2,}`, "", "1 2345", "2345"},
		{`x{a}`, "", "x{a}", "x{a}"},
		{`\u00e9\x41\t\cJ`, "", "éA\t\n", "éA\t\n"},
		{`\ud83d\ude00`, "", "a😀", "😀"},
		{`.`, "", "😀", "😀"},
		{`[\d\-x]+`, "", "a1-x2", "1-x2"},
		{`[a-c-e]+`, "", "zb-e", "b-e"},
		{`\s+`, "", "a\u00a0\u2003b", "\u00a0\u2003"},
		{`\S\W\D`, "", "a b", "a b"},
		{`(?:a|ab)(?:c|bcd)(?:d*)`, "", "abcd", "abcd"},
		{`(a*)*`, "", "b", ""},
		{`(?:)`, "", "b", ""},
		{`\0`, "", "a\x00", "\x00"},
		{`]`, "", "]", "]"},
		{`k`, "i", "\u212a", none}, // what is beyond ASCII never becomes ASCII
		{`é`, "i", "É", "É"},
	} {
		re, err := compileRegex(test.pattern, test.flags)
		if err != nil {
			t.Errorf("/%s/: %v", test.pattern, err)
			continue
		}
		found, err := re.find(test.text, 0, counter(10_000))
		got := none
		if found != nil {
			got = test.text[found[0]:found[1]]
		}
		if err != nil || got != test.want {
			t.Errorf("/%s/%s in %q: got %q, %v, want %q", test.pattern, test.flags, test.text, got, err, test.want)
		}
	}
}

func TestGroupsOfRegularExpressions(t *testing.T) {
	check(t, Env{}, []example{
		{"$match('ba', /(?:(a)|b)*/).groups", `["a"]`},
		{"$string($match('ab', /(?:(a)|b)*/))", `"{\"match\":\"ab\",\"index\":0,\"groups\":[null]}"`}, // begins anew each time
		{"$match('é😀ab', /b/).index", "4"},
		{"$match('abb', /b*/)", "D1004: Regular expression matches zero length string"},
		{"$split('a1b22c', /\\d+/)", `["a","b","c"]`},
		{"$replace('John Smith', /(\\w+)\\s(\\w+)/, '$2, $1')", `"Smith, John"`},
		{"$replace('abc', /b/, function($m){$uppercase($m.match)})", `"aBc"`},
		{"$replace('abc', /b/, function($m){1})", "D3012: Attempted to replace a matched string with a non-string value"},
		{"$contains('a/b', /[/]/)", "true"},
	})
}

func TestRegularExpressionsThatAreNone(t *testing.T) {
	for pattern, want := range map[string]string{
		"(":              "Unterminated group",
		")":              "Unmatched ')'",
		"[a":             "Unterminated character class",
		"*":              "Nothing to repeat",
		"a**":            "Nothing to repeat",
		"a{2,1}":         "numbers out of order in {} quantifier",
		"[z-a]":          "Range out of order in character class",
		"(?x)":           "Invalid group",
		`\`:              `\ at end of pattern`,
		"(?<a>x)(?<a>y)": "Duplicate capture group name",
		`(?<a>x)\k<b>`:   "Invalid named capture referenced",
	} {
		_, err := compileRegex(pattern, "")
		if full := "Invalid regular expression: /" + pattern + "/: " + want; err == nil || err.Error() != full {
			t.Errorf("got %v, want %s", err, full)
		}
	}
}

func TestRegularExpressionsCountTheirSteps(t *testing.T) {
	re, err := compileRegex("^(a+)+$", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.find("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", 0, counter(100_000)); !errors.Is(err, errTooMany) {
		t.Errorf("got %v", err)
	}
}
