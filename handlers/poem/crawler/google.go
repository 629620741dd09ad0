package crawler

import (
	"bytes"
	"net/url"

	"github.com/PuerkitoBio/goquery"
)

// google reads Google's result pages: those for browsers, and those without
// scripts, whose links are redirects by way of /url?q=.
type google struct{}

func (google) ask(parameters url.Values, query string, age Freshness) {
	parameters.Set("q", query)
	ages := map[Freshness]string{Day: "qdr:d", Week: "qdr:w", Month: "qdr:m"}
	if since, ok := ages[age]; ok {
		parameters.Set("tbs", since)
	}
}

const (
	// A result is a link around its own heading; the third form is the heading
	// of pages without scripts.
	googleResult = `a[href]:has(h3), a[href]:has([role="heading"]), a[href]:has(.vvjwJb)`
	// Advertisements, "people also ask", and boxes beside the results.
	googleAside = `#tads, #tadsb, #bottomads, [data-text-ad], .related-question-pair, #rhs`
	googleNext  = `a#pnnext, a[aria-label="Next page"], footer a[aria-label="Next"]`
)

func (google) parse(page []byte, at *url.URL) (results, error) {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(page))
	if err != nil {
		return results{}, err
	}
	var found results
	doc.Find(googleAside).Remove()
	doc.Find(googleResult).Each(func(_ int, a *goquery.Selection) {
		if address := target(a.AttrOr("href", ""), at); address != "" {
			found.links = append(found.links, link{url: address})
		}
	})
	found.next = following(doc.Find(googleNext).First().AttrOr("href", ""), at)
	return found, nil
}
