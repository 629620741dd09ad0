package crawler

import (
	"bytes"
	"net/url"

	"github.com/PuerkitoBio/goquery"
)

// duckDuckGo reads DuckDuckGo's pages without scripts (html.duckduckgo.com),
// whose links are redirects by way of /l/?uddg=.
type duckDuckGo struct{}

func (duckDuckGo) ask(parameters url.Values, query string, age Freshness) {
	parameters.Set("q", query)
	ages := map[Freshness]string{Day: "d", Week: "w", Month: "m"}
	if since, ok := ages[age]; ok {
		parameters.Set("df", since)
	}
}

const (
	duckResult = `.result:not(.result--ad) a.result__a[href]`
	duckNext   = `.nav-link form:has(input[type="submit"][value="Next"])`
)

func (duckDuckGo) parse(page []byte, at *url.URL) (results, error) {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(page))
	if err != nil {
		return results{}, err
	}
	var found results
	doc.Find(duckResult).Each(func(_ int, a *goquery.Selection) {
		if address := target(a.AttrOr("href", ""), at); address != "" {
			found.links = append(found.links, link{url: address})
		}
	})
	found.next = submitted(doc.Find(duckNext).First(), at)
	return found, nil
}

// submitted is the address that sending a form leads to. The page posts it;
// the same fields work in the address, which can be asked for again.
func submitted(form *goquery.Selection, at *url.URL) *url.URL {
	if form.Length() == 0 {
		return nil
	}
	next := following(form.AttrOr("action", at.Path), at)
	if next == nil {
		return nil
	}
	fields := url.Values{}
	form.Find(`input[type="hidden"][name]`).Each(func(_ int, input *goquery.Selection) {
		fields.Set(input.AttrOr("name", ""), input.AttrOr("value", ""))
	})
	next.RawQuery = fields.Encode()
	return next
}
