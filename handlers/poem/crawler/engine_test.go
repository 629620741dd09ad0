package crawler

import (
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"canto/testdata/site"

	"github.com/google/go-cmp/cmp"
)

func address(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func urls(found results) []string {
	var list []string
	for _, l := range found.links {
		list = append(list, l.url)
	}
	return list
}

func TestGoogleAddsItsParameters(t *testing.T) {
	for age, want := range map[Freshness]string{
		Any: "q=a+b", Day: "q=a+b&tbs=qdr%3Ad", Week: "q=a+b&tbs=qdr%3Aw", Month: "q=a+b&tbs=qdr%3Am",
	} {
		parameters := url.Values{}
		google{}.ask(parameters, "a b", age)
		if got := parameters.Encode(); got != want {
			t.Errorf("%s: %s, want %s", age, got, want)
		}
	}
}

func TestGooglesPages(t *testing.T) {
	at := "https://www.google.com/search?q=x"
	for _, c := range []struct {
		name, page string
		want       []string
		next       string
	}{
		{"redirect around a heading", `<a href="/url?q=https://a.test/x%3Fid%3D1&amp;sa=U&amp;ved=2"><h3>A</h3></a>`, []string{"https://a.test/x?id=1"}, ""},
		{"redirect by the parameter url", `<a href="https://www.google.com/url?sa=t&amp;url=https%3A%2F%2Fa.test%2F"><h3>A</h3></a>`, []string{"https://a.test/"}, ""},
		{"heading of pages without scripts", `<a href="/url?q=https://a.test/"><div class="BNeawe vvjwJb">A</div></a>`, []string{"https://a.test/"}, ""},
		{"news: heading by its role", `<a class="WlydOe" href="https://a.test/"><div role="heading">A</div></a>`, []string{"https://a.test/"}, ""},
		{"link without a heading", `<a href="https://a.test/">A</a>`, nil, ""},
		{"advertisement", `<div id="tads"><a href="https://ad.test/"><h3>A</h3></a></div>`, nil, ""},
		{"people also ask", `<div class="related-question-pair"><a href="https://a.test/"><h3>A</h3></a></div>`, nil, ""},
		{"the engine's own", `<a href="https://maps.google.com/"><h3>A</h3></a><a href="https://www.google.co.uk/x"><h3>B</h3></a><a href="/preferences"><h3>C</h3></a>`, nil, ""},
		{"article under a country's suffix", `<a href="https://news.co.uk/x"><h3>A</h3></a>`, []string{"https://news.co.uk/x"}, ""},
		{"redirect to nothing", `<a href="/url?q="><h3>A</h3></a><a href="/url?q=/x"><h3>B</h3></a>`, nil, ""},
		{"next page", `<a id="pnnext" href="/search?q=x&amp;start=10">Next</a>`, nil, "https://www.google.com/search?q=x&start=10"},
		{"next page by label", `<a aria-label="Next page" href="/search?q=x&amp;start=10">&gt;</a>`, nil, "https://www.google.com/search?q=x&start=10"},
		{"next page elsewhere", `<a id="pnnext" href="https://evil.test/">Next</a>`, nil, ""},
		{"not HTML", "\x00\x01", nil, ""},
	} {
		found, err := google{}.parse([]byte(c.page), address(t, at))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(c.want, urls(found)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if got := text(found.next); got != c.next {
			t.Errorf("%s: next %q, want %q", c.name, got, c.next)
		}
	}
}

func text(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}

func TestDuckDuckGosPages(t *testing.T) {
	at := "https://html.duckduckgo.com/html/?q=x"
	for _, c := range []struct {
		name, page string
		want       []string
		next       string
	}{
		{"redirect", `<div class="result"><a class="result__a" href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fa.test%2Fx&amp;rut=1">A</a></div>`, []string{"https://a.test/x"}, ""},
		{"direct", `<div class="result"><a class="result__a" href="https://a.test/x">A</a></div>`, []string{"https://a.test/x"}, ""},
		{"advertisement", `<div class="result result--ad"><a class="result__a" href="https://ad.test/">A</a></div>`, nil, ""},
		{"unmarked advertisement", `<div class="result"><a class="result__a" href="https://duckduckgo.com/y.js?ad_domain=ad.test">A</a></div>`, nil, ""},
		{"form to the next page", `<div class="nav-link"><form action="/html/" method="post"><input type="submit" value="Next"><input type="hidden" name="q" value="x"><input type="hidden" name="s" value="30"></form></div>`, nil, "https://html.duckduckgo.com/html/?q=x&s=30"},
		{"form to the page before", `<div class="nav-link"><form action="/html/"><input type="submit" value="Previous"><input type="hidden" name="s" value="0"></form></div>`, nil, ""},
		{"form to elsewhere", `<div class="nav-link"><form action="https://evil.test/"><input type="submit" value="Next"></form></div>`, nil, ""},
	} {
		found, err := duckDuckGo{}.parse([]byte(c.page), address(t, at))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(c.want, urls(found)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if got := text(found.next); got != c.next {
			t.Errorf("%s: next %q, want %q", c.name, got, c.next)
		}
	}
}

func TestFeeds(t *testing.T) {
	const page = `<?xml version="1.0" encoding="windows-1251"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<link>https://www.bing.com/search?q=x</link>
<atom:link rel="self" href="https://www.bing.com/search?format=rss"/>
<atom:link rel="next" href="/search?format=rss&amp;first=11"/>
<item><title>A &nbsp; B</title><link> https://a.test/x?a=1&amp;b=2 </link><pubDate>Sun, 01 Mar 2026 06:00:00 GMT</pubDate></item>
<item><link>http://www.bing.com/news/apiclick.aspx?ref=FexRss&amp;url=https%3a%2f%2fb.test%2f&amp;c=1</link><pubDate>Sun, 1 Mar 2026 06:00:00 +0100</pubDate></item>
<item><link>https://www.bing.com/of-its-own</link><pubDate>some day</pubDate></item>
<item><title>without a link</title></item>
</channel></rss>`
	found, err := rss{}.parse([]byte(page), address(t, "https://www.bing.com/search?format=rss&q=x"))
	if err != nil {
		t.Fatal(err)
	}
	want := []link{
		{"https://a.test/x?a=1&b=2", time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)},
		{"https://b.test/", time.Date(2026, 3, 1, 5, 0, 0, 0, time.UTC)},
		{"https://www.bing.com/of-its-own", time.Time{}},
	}
	for i, l := range found.links {
		if i >= len(want) || l.url != want[i].url || !l.published.Equal(want[i].published) {
			t.Errorf("item %d: %v", i, l)
		}
	}
	if len(found.links) != len(want) {
		t.Errorf("%d items, want %d", len(found.links), len(want))
	}
	if got, want := text(found.next), "https://www.bing.com/search?format=rss&first=11"; got != want {
		t.Errorf("next %q, want %q", got, want)
	}
}

func TestWhatIsNoFeedIsAnError(t *testing.T) {
	for _, page := range []string{"", "words", "<html><body><p>Please accept cookies</body></html>", "<feed/>"} {
		found, err := rss{}.parse([]byte(page), address(t, "https://feed.test/"))
		if err == nil && len(found.links) > 0 {
			t.Errorf("%q: %v", page, found)
		}
	}
}

// fuzz feeds pages to an engine, with real ones to begin with.
func fuzz(f *testing.F, e engine, start string) {
	res, err := (&http.Client{Transport: site.New()}).Get(start + "?q=x")
	if err != nil {
		f.Fatal(err)
	}
	page, err := io.ReadAll(res.Body)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(page, "https://www.google.com/search")
	f.Add([]byte(`<a href="/url?q=%zz"><h3>`), "http://[::1]/")
	f.Fuzz(func(t *testing.T, page []byte, from string) {
		at, err := url.Parse(from)
		if err != nil || at.Host == "" {
			return
		}
		found, err := e.parse(page, at)
		if err == nil && found.next != nil && found.next.Host != at.Host {
			t.Errorf("the next page is on another host: %s", found.next)
		}
	})
}

func FuzzGoogle(f *testing.F)     { fuzz(f, google{}, site.GoogleURL) }
func FuzzDuckDuckGo(f *testing.F) { fuzz(f, duckDuckGo{}, site.DuckDuckGoURL) }
func FuzzRSS(f *testing.F)        { fuzz(f, rss{}, site.RSSURL) }
