package reducer

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"testing"

	"canto/handlers/poem/sentiment/scored"

	"golang.org/x/net/html"
)

// allowed are the elements and attributes that a page is made of. A browser's
// parser decides what an input has made of it, so a parser decides here too.
var allowed = map[string][]string{
	"html": {"lang"}, "head": nil, "meta": {"charset", "name", "content", "http-equiv", "media"}, "title": nil, "link": {"rel", "href", "type", "title"},
	"style": nil, "body": nil, "header": nil, "h1": {"lang"}, "p": {"class"}, "time": {"datetime"}, "main": nil, "div": {"class"}, "code": nil,
	"svg": {"width", "height", "viewBox", "aria-hidden", "focusable"}, "rect": {"x", "y", "width", "height"}, "ol": {"class", "role"},
	"li": {"class", "style", "lang", "dir", "id", "value"}, "a": {"href", "rel", "class", "lang", "dir", "aria-label"},
	"span": {"class", "style", "lang", "dir"}, "footer": nil, "section": {"class", "aria-labelledby"}, "h2": {"id"}, "b": nil,
}

func elements(t *testing.T, text string) iter.Seq[*html.Node] {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(*html.Node) bool) {
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && !yield(n) {
				return
			}
		}
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// wellFormed checks that a page is made of what the template says and nothing else.
func wellFormed(t *testing.T, text string, lines int) {
	t.Helper()
	found := 0
	for n := range elements(t, text) {
		attributes, known := allowed[n.Data]
		if !known {
			t.Errorf("the page has an element <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if !slices.Contains(attributes, a.Key) {
				t.Errorf("<%s> has an attribute %s=%q", n.Data, a.Key, a.Val)
			}
		}
		if n.Data == "a" && !safe(n) {
			t.Errorf("a link leads to %q with rel=%q", attribute(n, "href"), attribute(n, "rel"))
		}
		if n.Data == "li" && strings.HasPrefix(attribute(n, "class"), "s") {
			found++
		}
	}
	if found != lines {
		t.Errorf("the page has %d lines, want %d", found, lines)
	}
	if strings.Contains(text, "ZgotmplZ") {
		t.Error("the template had to refuse a value")
	}
}

func safe(link *html.Node) bool {
	href := attribute(link, "href")
	web := strings.HasPrefix(href, "https://") || strings.HasPrefix(href, "http://")
	return web && attribute(link, "rel") == "noopener noreferrer nofollow" || strings.HasPrefix(href, "#source-") || href == DataKey
}

// one is an input with a single strong sentence.
func one(t *testing.T, s scored.Sentence) string {
	t.Helper()
	if s.Text == "" {
		s.Text = "The town buried its eleven dead on Sunday."
	}
	s.SentimentValue, s.Magnitude = -0.9, 0.9
	text, err := json.Marshal([][]scored.Sentence{{s}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPageHoldsNothingThatRuns(t *testing.T) {
	const attack = `"><script>alert(1)</script><img src=x onerror=alert(1)>'</style>`
	for _, s := range []scored.Sentence{
		{Text: "They burned it all " + attack + "."},
		{Title: attack, URL: "https://a.example/"},
		{SiteName: attack, URL: "https://a.example/"},
		{Language: attack},
		{Language: "en\" onclick=\"alert(1)"},
		{URL: "https://a.example/" + attack},
		{URL: "https://" + attack},
	} {
		wellFormed(t, page(t, one(t, s)), 1)
	}
	failure, err := json.Marshal(map[string]string{"Error": attack, "Cause": attack})
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, page(t, string(failure)), 0)
	cfg := sundayConfig()
	cfg.Title = "</title>" + attack
	_, b := reduce(t, cfg, "[]")
	wellFormed(t, b.body(PageKey), 0)
}

func TestPageLinksToTheWebAlone(t *testing.T) {
	for address, want := range map[string]bool{
		"https://a.example/b?c=d&e=f":     true,
		"http://a.example":                true,
		"HTTPS://A.example/":              true,
		"javascript:alert(1)":             false,
		" javascript:alert(1)":            false,
		"JaVaScRiPt://a.example/%0aalert": false,
		"data:text/html,x":                false,
		"file:///etc/passwd":              false,
		"//a.example/":                    false,
		"/local":                          false,
		"https:///nohost":                 false,
		"https://bank.example@a.example/": false,
		"https://a.example/\x00":          false,
		"https:a.example":                 false,
		"vbscript:x":                      false,
		"":                                false,
	} {
		text := page(t, one(t, scored.Sentence{URL: address, SiteName: "A"}))
		if got := strings.Contains(text, `rel="noopener noreferrer nofollow"`); got != want {
			t.Errorf("%q is a link: %v", address, got)
		}
		wellFormed(t, text, 1)
	}
}

func TestPageNamesTheLanguageOfEachLine(t *testing.T) {
	for language, want := range map[string]string{"uk": "uk", "pt-BR": "pt-BR", "": "", "e": "", "en us": ""} {
		for n := range elements(t, page(t, one(t, scored.Sentence{Language: language}))) {
			if n.Data == "li" && attribute(n, "lang") != want {
				t.Errorf("the line of language %q has lang=%q", language, attribute(n, "lang"))
			}
		}
	}
}

func TestHeadlineLeavesOutTheSitesName(t *testing.T) {
	for _, c := range [][3]string{
		{"The ferry – Marrow Post", "Marrow Post", "The ferry"},
		{"灯りを消さなかった町｜みなと新報", "みなと新報", "灯りを消さなかった町"},
		{"The ferry", "Marrow Post", "The ferry"},
		{"The ferry", "", "The ferry"},
		{"Marrow Post", "Marrow Post", "Marrow Post"},
	} {
		if got := headline(c[0], c[1]); got != c[2] {
			t.Errorf("headline(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestPageRemovesDirectionOverrides(t *testing.T) {
	text := page(t, one(t, scored.Sentence{Text: "The town\u202e buried\u2066 its\x07 dead on\u200b Sunday."}))
	if !strings.Contains(text, "The town buried its dead on Sunday.") {
		t.Error("invisible characters are on the page")
	}
}

func TestPageCutsATextWithoutEnd(t *testing.T) {
	text := page(t, one(t, scored.Sentence{Text: strings.Repeat("word ", 2000), Title: strings.Repeat("t", 9000), SiteName: strings.Repeat("s", 9000)}))
	if len(text) > 20_000 {
		t.Errorf("the page has %d bytes", len(text))
	}
	wellFormed(t, text, 1)
}

func TestPageFetchesNothing(t *testing.T) {
	text := page(t, week(t))
	if !strings.Contains(text, `content="default-src 'none';`) {
		t.Error("the page does not forbid requests")
	}
	for _, bad := range []string{"<link rel=\"stylesheet", "<iframe", "<object", "<embed", "@font-face", "url("} {
		if strings.Contains(text, bad) {
			t.Errorf("the page contains %s", bad)
		}
	}
}

func TestPageSaysWhatItCouldNotRead(t *testing.T) {
	text := page(t, week(t))
	for _, want := range []string{"19 articles, 39 sentences, 24 lines.", "2 articles could not be read.", "1 article stood in a language"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestPageOfAFailedMapSaysSo(t *testing.T) {
	text := page(t, `{"Error":"ThrottledError","Cause":"{\"errorMessage\":\"slow down\",\"errorType\":\"ThrottledError\",\"stackTrace\":[{\"path\":\"secret.go\"}]}"}`)
	if !strings.Contains(text, "<code>ThrottledError</code>: slow down") {
		t.Error("the error is not on the page")
	}
	if strings.Contains(text, "secret.go") {
		t.Error("the stack is on the page")
	}
}

func TestPageHoldsALineWithoutASource(t *testing.T) {
	text := page(t, one(t, scored.Sentence{}))
	wellFormed(t, text, 1)
	if strings.Contains(text, `class="note"`) || strings.Contains(text, "Sources") {
		t.Error("a source is named where there is none")
	}
}
