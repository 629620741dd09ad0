package extractor

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

const prosePage = `<article><h1>A title</h1><p>There were seventeen stairs down to the cellar of the grain station, and she counted every one.</p>
<p>She wanted a judge to go down those stairs with a lamp, and to count them aloud, one by one, to the end.</p></article>`

func extract(t *testing.T, head, body string) Article {
	t.Helper()
	article, err := served(t, "text/html; charset=utf-8", "<!DOCTYPE html>"+head+"<body>"+body)
	if err != nil {
		t.Fatalf("%s: %v", head, err)
	}
	return article
}

func TestTitles(t *testing.T) {
	for head, want := range map[string]string{
		"<title>A title | The Paper</title>":       "A title",
		"<title>Live: A title – The Paper</title>": "A title",
		"<title>Another</title>":                   "Another",
		`<title>x</title><meta property="og:title" content="Tom &amp;amp; <i>Jerry</i>, at length">`: "Tom & Jerry, at length",
	} {
		if got := extract(t, head, prosePage).Title; got != want {
			t.Errorf("%s: %q, want %q", head, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	for head, want := range map[string]string{
		`<meta property="article:published_time" content="2026-02-22T14:10:00+02:00">`:                                                                          "2026-02-22T12:10:00Z",
		`<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"A title","datePublished":"2026-02-22"}</script>`: "2026-02-22T00:00:00Z",
		`<meta itemprop="datePublished" content="2026-02-22T10:00">`:                                                                                            "2026-02-22T10:00:00Z",
		``: "",
	} {
		if got := extract(t, head, prosePage).Published; got != want {
			t.Errorf("%s: %q, want %q", head, got, want)
		}
	}
	if got := extract(t, "", `<time datetime="2026-02-22">Sunday</time>`+prosePage).Published; got != "2026-02-22T00:00:00Z" {
		t.Errorf("time element: %q", got)
	}
	if got := published(&time.Time{}, "last Sunday"); got != "" {
		t.Errorf("no date at all: %q", got)
	}
}

func TestLanguages(t *testing.T) {
	german := "Siebzehn Stufen führen hinab in den Keller, und jede von ihnen hat sie gezählt, damit sie es später sagen kann."
	for _, c := range []struct {
		text  string
		named []string
		want  string
	}{
		{german, []string{"en-GB"}, "en"},
		{german, []string{"", "pt_BR"}, "pt"},
		{german, []string{"", "", "FR, en"}, "fr"},
		{german, []string{"german", ""}, "de"},
		{german, nil, "de"},
		{"占領軍は最初の夜、町のすべての灯りを消すよう命じた。", nil, "ja"},
		{"점령군은 떠나기 전날 밤 마을의 우물에 독을 풀었다.", nil, "ko"},
		{"", nil, ""},
		{"123 456", nil, ""},
	} {
		if got := language(c.text, c.named...); got != c.want {
			t.Errorf("%.20q, %q: %q, want %q", c.text, c.named, got, c.want)
		}
	}
}

func TestPaywalls(t *testing.T) {
	free := strings.Repeat(prosePage, 6)
	for _, c := range []struct {
		name, head, body string
		locked           bool
	}{
		{"sample of a locked article", `<script type="application/ld+json">{"isAccessibleForFree": false}</script>`, prosePage, true},
		{"false as text", `<script type="application/ld+json">{"isAccessibleForFree":"False"}</script>`, prosePage, true},
		{"content tier", `<meta property="article:content_tier" content="locked">`, prosePage, true},
		{"locked, but all there", `<meta property="article:content_tier" content="locked">`, free, false},
		{"free", `<script type="application/ld+json">{"isAccessibleForFree": true}</script>`, prosePage, false},
		{"says nothing", ``, prosePage, false},
	} {
		_, err := served(t, "text/html", c.head+c.body)
		if locked := new(Paywalled); errors.As(err, &locked) != c.locked {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestPagesWithoutAnArticle(t *testing.T) {
	for name, page := range map[string]string{
		"empty":            "",
		"menu only":        `<nav><a href=/a>Home</a> <a href=/b>Sport</a></nav>`,
		"built by scripts": `<div id="root"></div><script>render("` + strings.Repeat("words ", 100) + `")</script>`,
		"one sentence":     `<p>Please wait.</p>`,
		"endless elements": strings.Repeat("<p>They waited, and they waited.", 100_001),
	} {
		if _, err := served(t, "text/html", page); !sameType(err, new(NoArticle)) {
			t.Errorf("%s: %T %v", name, err, err)
		}
	}
}

func TestFurnitureIsTakenOut(t *testing.T) {
	for _, piece := range []string{
		`<div class="ad-slot">Buy these tyres now, they are round.</div>`,
		`<div class="c-ads">Buy these tyres now, they are round.</div>`,
		`<div id="cookie_banner"><p>Buy these tyres now, with cookies.</p></div>`,
		`<section role="dialog"><p>Buy these tyres now, they are round.</p></section>`,
		`<aside aria-label="advertisement"><p>Buy these tyres now, they are round.</p></aside>`,
	} {
		page := strings.Replace(prosePage, "</p>\n", "</p>\n"+piece, 1)
		if got := extract(t, "", page).Text; strings.Contains(got, "tyres") {
			t.Errorf("%s is in the text", piece)
		}
	}
	for _, around := range []string{`<div class="has-ads">`, `<div class="shadows">`, `<main id="social">`} {
		if got := extract(t, "", around+prosePage).Text; !strings.Contains(got, "seventeen stairs") {
			t.Errorf("%s took the article with it", around)
		}
	}
}

func TestInputs(t *testing.T) {
	for input, want := range map[string]string{
		`"https://a.test/"`:                        "https://a.test/",
		`{"URL": "https://a.test/"}`:               "https://a.test/",
		`{"url": " https://a.test/ ", "other": 1}`: "https://a.test/",
	} {
		var in Link
		if err := json.Unmarshal([]byte(input), &in); err != nil || in.URL != want {
			t.Errorf("%s: %q, %v", input, in.URL, err)
		}
	}
	for _, input := range []string{`null`, `""`, `{}`, `42`, `["https://a.test/"]`, `{"URL": 7}`, `{"URL": ""}`} {
		var in Link
		err := json.Unmarshal([]byte(input), &in)
		if invalid := new(InvalidInput); !errors.As(err, &invalid) {
			t.Errorf("%s: %q %T %v", input, in.URL, err, err)
		}
	}
}
