package crawler

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/url"
	"strings"
	"time"
)

// rss reads RSS 2.0 feeds. Feeds say when each item appeared, so the age is
// checked here as well; a further page is a link of relation "next" (RFC 5005).
type rss struct{}

func (rss) ask(parameters url.Values, query string, _ Freshness) {
	parameters.Set("q", query)
}

type feed struct {
	Items []struct {
		Link      string `xml:"link"`
		Published string `xml:"pubDate"`
	} `xml:"channel>item"`
	Links []struct {
		Relation string `xml:"rel,attr"`
		Address  string `xml:"href,attr"`
	} `xml:"http://www.w3.org/2005/Atom channel>link"`
}

func (rss) parse(page []byte, at *url.URL) (results, error) {
	var f feed
	decoder := xml.NewDecoder(bytes.NewReader(page))
	decoder.Strict = false
	// The page is UTF-8 already, whatever its first line still says.
	decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	if err := decoder.Decode(&f); err != nil {
		return results{}, err
	}
	var found results
	for _, item := range f.Items {
		if u := unwrap(item.Link, at); u != nil {
			found.links = append(found.links, link{url: u.String(), published: date(item.Published)})
		}
	}
	for _, l := range f.Links {
		if l.Relation == "next" {
			found.next = following(l.Address, at)
		}
	}
	return found, nil
}

// date reads RFC 822's date as feeds write it. What cannot be read is zero:
// no reason to drop the item.
func date(text string) time.Time {
	for _, layout := range []string{time.RFC1123Z, time.RFC1123, time.RFC822Z, time.RFC822, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST"} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t
		}
	}
	return time.Time{}
}
