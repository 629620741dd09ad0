package extractor

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"canto/handlers/poem/fetch"

	"github.com/PuerkitoBio/goquery"
	"github.com/go-shiori/go-readability"
	"golang.org/x/net/html"
)

// Article is the function's output. Every field is plain text; what is not
// known is empty.
type Article struct {
	URL       string // where the page was found, after redirects
	Title     string
	Byline    string
	SiteName  string // the host where the page does not name its site
	Published string // RFC 3339, in UTC
	Language  string // ISO 639-1, lower case: "en"
	Text      string // paragraphs, with an empty line between them
}

// Extractor gets articles. It may be used by many goroutines at once.
type Extractor struct {
	cfg    Config
	client *fetch.Client
}

// New makes an Extractor. A nil transport is the real web, without its private
// addresses (see fetch.New).
func New(cfg Config, transport http.RoundTripper) *Extractor {
	client := fetch.New(fetch.Config{
		UserAgent:    cfg.UserAgent,
		Timeout:      cfg.Timeout,
		MaxBytes:     int64(cfg.MaxBytes),
		MaxRedirects: cfg.MaxRedirects,
		MediaTypes:   []string{"text/html", "application/xhtml+xml"},
	}, transport)
	return &Extractor{cfg: cfg, client: client}
}

// Extract is the function: it fetches a page and gives the article on it.
func (e *Extractor) Extract(ctx context.Context, in Link) (Article, error) {
	page, err := e.client.Get(ctx, in.URL)
	if err != nil {
		return Article{}, err
	}
	article, err := read(page)
	if err != nil {
		return Article{}, err
	}
	return fit(article, e.cfg.MaxOutput), nil
}

const (
	// Less than this many characters are a caption or a notice, not an article.
	shortest = 80
	// More elements than this are no article, and would take long to look through.
	mostElements = 100_000
	// A page that calls itself not free and shows less than this shows a sample.
	sample = 900
)

// read finds the article in a page.
func read(page *fetch.Page) (Article, error) {
	at := page.URL.String()
	root, err := html.Parse(bytes.NewReader(page.UTF8()))
	if err != nil {
		return Article{}, &NoArticle{URL: at}
	}
	// What the page says of itself comes first: go-readability takes it apart.
	doc := goquery.NewDocumentFromNode(root)
	said := describe(doc)
	clearFurniture(doc)
	parser := readability.NewParser()
	parser.MaxElemsToParse = mostElements
	found, err := parser.ParseDocument(root, page.URL)
	if err != nil || found.Node == nil {
		return Article{}, &NoArticle{URL: at}
	}
	text := plain(found.Node)
	length := utf8.RuneCountInString(text)
	switch {
	case said.locked && length < sample:
		return Article{}, &Paywalled{URL: at}
	case length < shortest:
		return Article{}, &NoArticle{URL: at}
	}
	return Article{
		URL:       at,
		Title:     line(cmp.Or(said.heading, found.Title)),
		Byline:    byline(found.Byline),
		SiteName:  cmp.Or(line(found.SiteName), strings.TrimPrefix(page.URL.Hostname(), "www.")),
		Published: published(found.PublishedTime, said.published),
		Language:  language(text, found.Language, said.language, page.Header.Get("Content-Language")),
		Text:      text,
	}, nil
}
