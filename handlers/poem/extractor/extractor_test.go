package extractor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"canto/handlers/poem/fetch"
	"canto/testdata/site"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func none(string) string { return "" }

func offline(t *testing.T) *Extractor {
	t.Helper()
	cfg, err := FromEnv(none)
	if err != nil {
		t.Fatal(err)
	}
	return New(cfg, site.New())
}

func sameType(err, want error) bool { return reflect.TypeOf(err) == reflect.TypeOf(want) }

// CANTO_UPDATE=1 writes the golden files anew.
func TestGoldenArticles(t *testing.T) {
	for name, address := range map[string]string{
		"herald":    "https://www.velmora-herald.example/2026/02/22/karrowe-bread-queue",
		"liveblog":  "https://live.anver-post.example/2026/02/25/karrowe-evacuation",
		"old-web":   "https://go.shortlink.example/r/ice",
		"latin1":    "https://www.zeitlauf.example/politik/der-keller-von-dunmarsh",
		"cyrillic":  "https://visti-anver.example/statti/chovniar",
		"shift-jis": "https://www.minato-shinpo.example/news/2026/0226.html",
	} {
		article, err := offline(t).Extract(t.Context(), Link{URL: address})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := printed(article)
		file := filepath.Join("testdata", name+".txt")
		if os.Getenv("CANTO_UPDATE") == "1" {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func printed(a Article) string {
	return fmt.Sprintf("URL: %s\nTitle: %s\nByline: %s\nSiteName: %s\nPublished: %s\nLanguage: %s\n\n%s\n",
		a.URL, a.Title, a.Byline, a.SiteName, a.Published, a.Language, a.Text)
}

func TestPagesThatGoWrong(t *testing.T) {
	for address, want := range map[string]error{
		"https://www.velmora-herald.example/2026/02/21/withdrawn-report": new(fetch.HTTPStatus),
		"https://down.oruvia-wire.example/":                              new(fetch.ServerError),
		"https://slow.oruvia-wire.example/2026/02/26/dispatches":         new(fetch.Timeout),
		"https://archive.oruvia-wire.example/2026/02/full-record":        new(fetch.TooLarge),
		"https://tribunal-watch.example/documents/indictment.pdf":        new(fetch.UnsupportedContentType),
		"https://go.shortlink.example/r/metadata":                        new(fetch.PrivateAddress),
		"https://go.shortlink.example/r/loop":                            new(fetch.TooManyRedirects),
		"https://nowhere.example/":                                       new(fetch.Disconnected),
		"http://127.0.0.1:8080/":                                         new(fetch.PrivateAddress),
		"http://localhost/":                                              new(fetch.PrivateAddress),
		"gopher://ferryman.test/":                                        new(fetch.UnsupportedURL),
		"":                                                               new(fetch.UnsupportedURL),
		"https://paper.northreach-times.example/world/generals-son":      new(Paywalled),
		"https://search.example/search?q=nothing":                        new(NoArticle),
	} {
		article, err := offline(t).Extract(t.Context(), Link{URL: address})
		if !sameType(err, want) {
			t.Errorf("%s: %T %v, want %T", address, err, err, want)
		}
		if article != (Article{}) {
			t.Errorf("%s: an article besides the error: %v", address, article)
		}
	}
}

func TestPageThatRecoversIsReadTheSecondTime(t *testing.T) {
	e := offline(t)
	in := Link{URL: "https://www.anver-post.example/long-reads/night-trains"}
	if _, err := e.Extract(t.Context(), in); !sameType(err, new(fetch.ServerError)) {
		t.Errorf("first call: %T %v", err, err)
	}
	if article, err := e.Extract(t.Context(), in); err != nil || article.Title != "Night trains" {
		t.Errorf("second call: %v %v", article, err)
	}
}

// languages are those of hosts that do not write English.
var languages = map[string]string{
	"www.zeitlauf.example": "de", "www.courrier-du-port.example": "fr", "la-orilla.example": "es",
	"visti-anver.example": "uk", "www.minato-shinpo.example": "ja", "www.gangnaru-ilbo.example": "ko",
}

// furnitureWords stand in the pages, but outside their articles.
var furnitureWords = []string{
	"cookie", "Cookie", "traceurs", "кукі", "Advertisement", "Sponsored", "Publicité", "Subscribe", "Suscríbete",
	"Share", "Поширити", "공유하기", "comments", "Kommentar", "tl;dr", "First!!!", "Most read", "Recommended",
	"Related", "Lesen Sie auch", "Sign me up", "Menu", "ニュース", "로그인", "Impressum", "guestbook", "visitors",
	"Next hearing", "people are reading", "Notify me", "{", "<", "&amp;", "\ufffd", "\u00ad",
}

func TestArticlesOfTheOfflineWebReadWell(t *testing.T) {
	e, read := offline(t), 0
	for _, r := range site.Results() {
		article, err := e.Extract(t.Context(), Link{URL: r.URL})
		if err != nil {
			continue // TestPagesThatGoWrong
		}
		read++
		if article.Title != r.Title {
			t.Errorf("%s: title %q, want %q", r.URL, article.Title, r.Title)
		}
		if want := languages[r.Site]; article.Language != want && (want != "" || article.Language != "en") {
			t.Errorf("%s: language %q", r.URL, article.Language)
		}
		if article.Published != "" && article.Published != r.Published.UTC().Format(time.RFC3339) {
			t.Errorf("%s: published %s, want %s", r.URL, article.Published, r.Published)
		}
		if article.SiteName == "" {
			t.Errorf("%s: no name of the site", r.URL)
		}
		if n := utf8.RuneCountInString(article.Text); n < 300 || n > 4000 {
			t.Errorf("%s: %d characters", r.URL, n)
		}
		for _, word := range furnitureWords {
			if strings.Contains(article.Text, word) {
				t.Errorf("%s: the text holds %q", r.URL, word)
			}
		}
	}
	if read < 30 {
		t.Errorf("%d articles were read, want at least 30", read)
	}
}

func TestOutputHasTheFieldsOfTheContract(t *testing.T) {
	article, err := offline(t).Extract(t.Context(), Link{URL: "https://quietdesk.example/seeds"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(article)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]string
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"URL", "Title", "Byline", "SiteName", "Published", "Language", "Text"} {
		if fields[name] == "" {
			t.Errorf("%s is missing or empty in %.100s", name, text)
		}
	}
	if len(fields) != 7 {
		t.Errorf("%d fields, want 7", len(fields))
	}
}

// served extracts a page that a web of one answer gives.
func served(t *testing.T, contentType, page string) (Article, error) {
	t.Helper()
	cfg, err := FromEnv(none)
	if err != nil {
		t.Fatal(err)
	}
	return New(cfg, answer{contentType, page}).Extract(t.Context(), Link{URL: "https://www.news.test/x"})
}

type answer struct{ contentType, page string }

func (a answer) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", a.contentType)
	w.WriteString(a.page)
	res := w.Result()
	res.Request = r
	return res, nil
}

func TestHugeArticleFitsIntoAPayload(t *testing.T) {
	paragraph := "<p>" + strings.Repeat("They said \"it &lt;never&gt; happened\", and we wrote it down. ", 20) + "</p>\n"
	page := "<html lang=en><title>Long</title><article>" + strings.Repeat(paragraph, 500) + "</article>"
	article, err := served(t, "text/html", page)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(article)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) >= 256<<10 || len(text) < 255<<10 {
		t.Errorf("the output has %d bytes", len(text))
	}
	if !strings.HasSuffix(article.Text, "wrote it down.") {
		t.Errorf("the text ends with %q", article.Text[len(article.Text)-40:])
	}
}

func TestCanceledExtractionSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := offline(t).Extract(ctx, Link{URL: "https://quietdesk.example/seeds"}); !errors.Is(err, context.Canceled) {
		t.Errorf("%T %v", err, err)
	}
}

func TestWithoutATransportPrivateAddressesAreRefused(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	cfg, err := FromEnv(none)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(cfg, nil).Extract(t.Context(), Link{URL: s.URL}); !sameType(err, new(fetch.PrivateAddress)) {
		t.Errorf("%T %v", err, err)
	}
}

func TestConfiguration(t *testing.T) {
	variables := map[string]string{
		EnvUserAgent: "me/1 (me@a.test)", EnvTimeout: "3s", EnvMaxBytes: "2048", EnvMaxOutput: "40000", EnvMaxRedirects: "0",
	}
	cfg, err := FromEnv(func(name string) string { return variables[name] })
	if want := (Config{UserAgent: "me/1 (me@a.test)", Timeout: 3 * time.Second, MaxBytes: 2048, MaxOutput: 40000}); err != nil || cfg != want {
		t.Errorf("%+v, %v; want %+v", cfg, err, want)
	}
	for name, value := range map[string]string{
		EnvTimeout: "soon", EnvMaxBytes: "10", EnvMaxOutput: "262144", EnvMaxRedirects: "-1",
	} {
		_, err := FromEnv(func(asked string) string { return map[string]string{name: value}[asked] })
		if err == nil || !strings.Contains(err.Error(), name+`="`+value+`": want `) {
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
}
