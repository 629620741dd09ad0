package extractor

import (
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/abadojack/whatlanggo"
)

// description is what a page says of itself outside its text, and go-readability
// does not ask for.
type description struct {
	heading   string // the h1 where the title repeats it, so that the rest of the title is the site's
	published string
	language  string
	locked    bool // not free to read
}

func describe(doc *goquery.Document) description {
	return description{
		heading:   heading(doc),
		published: first(doc, `[itemprop="datePublished"], time[pubdate], article time[datetime], time[datetime]`, "datetime", "content"),
		language:  first(doc, `meta[http-equiv="content-language" i], meta[name="language" i], meta[property="og:locale"]`, "content"),
		locked:    locked(doc),
	}
}

func heading(doc *goquery.Document) string {
	title := tidy(doc.Find("title").First().Text())
	found := ""
	doc.Find("h1").EachWithBreak(func(_ int, h1 *goquery.Selection) bool {
		if text := tidy(h1.Text()); text != "" && strings.Contains(title, text) {
			found = text
		}
		return found == ""
	})
	return found
}

// first is the first of the attributes on the first element that has one.
func first(doc *goquery.Document, selector string, attributes ...string) string {
	found := ""
	doc.Find(selector).EachWithBreak(func(_ int, s *goquery.Selection) bool {
		for _, name := range attributes {
			if found == "" {
				found = strings.TrimSpace(s.AttrOr(name, ""))
			}
		}
		return found == ""
	})
	return found
}

// locked reads schema.org's isAccessibleForFree, and the content tier that
// news sites give to social networks.
func locked(doc *goquery.Document) bool {
	if doc.Find(`meta[property="article:content_tier"][content="locked"]`).Length() > 0 {
		return true
	}
	data := strings.ToLower(doc.Find(`script[type="application/ld+json"]`).Text())
	_, value, found := strings.Cut(data, `"isaccessibleforfree"`)
	value = strings.TrimLeft(value, " \t\r\n:\"")
	return found && strings.HasPrefix(value, "false")
}

var dateLayouts = []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02"}

// published is the date that go-readability read, or else the one in the
// page's elements; a date without a zone is taken as UTC.
func published(read *time.Time, said string) string {
	if read != nil && !read.IsZero() {
		return read.UTC().Format(time.RFC3339)
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, said); err == nil {
			return t.UTC().Format(time.RFC3339)
		}
	}
	return ""
}

// language is the first language that the page names, or else the one its text
// is surely written in.
func language(text string, named ...string) string {
	for _, name := range named {
		// "pt_BR" and "fr-FR, en" are met as well as "de".
		primary, _, _ := strings.Cut(strings.NewReplacer("_", "-", ",", "-").Replace(strings.TrimSpace(name)), "-")
		if len(primary) == 2 {
			return strings.ToLower(primary)
		}
	}
	if info := whatlanggo.Detect(text); info.IsReliable() {
		return info.Lang.Iso6391()
	}
	return ""
}
