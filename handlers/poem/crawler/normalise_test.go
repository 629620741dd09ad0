package crawler

import (
	"strings"
	"testing"
)

func TestNormalise(t *testing.T) {
	for input, want := range map[string]string{
		"https://a.test/x":                                "https://a.test/x",
		"HTTPS://A.Test/X":                                "https://a.test/X",
		"https://a.test":                                  "https://a.test/",
		"https://a.test./x":                               "https://a.test/x",
		"https://a.test/x#comments":                       "https://a.test/x",
		"https://a.test/x/?#":                             "https://a.test/x/",
		"https://a.test:443/x":                            "https://a.test/x",
		"http://a.test:80/x":                              "http://a.test/x",
		"http://a.test:443/x":                             "http://a.test:443/x",
		"https://a.test/x?utm_source=s&id=7&UTM_medium=m": "https://a.test/x?id=7",
		"https://a.test/x?fbclid=1&gclid=2":               "https://a.test/x",
		"https://a.test/x?b=2&a=1":                        "https://a.test/x?b=2&a=1",
		"https://a.test/x?q=%20&&r":                       "https://a.test/x?q=%20&r",
		"https://a.test/%E7%81%AF":                        "https://a.test/%E7%81%AF",
		"https://a.test/灯":                                "https://a.test/%E7%81%AF",
		"https://zürich.test/":                            "https://xn--zrich-kva.test/",
		"https://zürich。/x":                               "https://xn--zrich-kva/x",
		"http://[2606:4700::1111]:80/":                    "http://[2606:4700::1111]/",
		" https://a.test/x\n":                             "https://a.test/x",
	} {
		got, ok := Normalise(input)
		if !ok || got != want {
			t.Errorf("%s: %s, %v; want %s", input, got, ok, want)
		}
	}
}

func TestWhatIsNoAddressOfAnArticle(t *testing.T) {
	for _, input := range []string{"", "x", "/x", "//a.test/x", "ftp://a.test/", "javascript:void(0)", "mailto:a@b.test",
		"https:///x", "https://me@a.test/", "https://a b.test/", "http:a.test", "https://exa_mple!.test/", "https://a.test/%zz",
		"https://a..test/", "https://ü../", "https://a../", "https://./", "https://" + strings.Repeat("a", 64) + ".test/"} {
		if got, ok := Normalise(input); ok {
			t.Errorf("%q is taken for %s", input, got)
		}
	}
}

func TestTheSamePageIsRankedOnce(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"https://a.test/x", "https://a.test/x/", true},
		{"https://a.test/x", "http://www.a.test/x#top", true},
		{"https://a.test/x?id=1", "https://a.test/x/?id=1&utm_source=s", true},
		{"https://a.test/", "https://A.TEST", true},
		{"https://a.test/x", "https://a.test/X", false},
		{"https://a.test/x?id=1", "https://a.test/x?id=2", false},
		{"https://a.test/x", "https://b.a.test/x", false},
	} {
		r := newRanking(9)
		r.add(link{url: c.a})
		r.add(link{url: c.b})
		if same := len(r.urls) == 1; same != c.same {
			t.Errorf("%s and %s: the same is %v, want %v", c.a, c.b, same, c.same)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	for _, seed := range []string{"https://A.test:443/a/../b?utm_x=1&c#d", "http://[::1]:80", "https://ü.test/?", "http://a.test//x//", "http://xn--a.test", "https://ü..", "https://ü。", "http://."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input string) {
		once, ok := Normalise(input)
		if !ok {
			return
		}
		if twice, ok := Normalise(once); !ok || twice != once {
			t.Errorf("%q: %q, and again %q (%v)", input, once, twice, ok)
		}
	})
}
