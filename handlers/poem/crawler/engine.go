package crawler

import (
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
)

// engine knows one shape of result pages. Neither method fetches anything.
type engine interface {
	// ask adds query and greatest age to the parameters of the search URL.
	ask(parameters url.Values, query string, age Freshness)
	// parse reads one page, in UTF-8, that came from the address at.
	parse(page []byte, at *url.URL) (results, error)
}

// results is what one page holds.
type results struct {
	links []link
	next  *url.URL // nil on the last page
}

// link is one result, as the page gives it: absolute, redirects unwrapped.
type link struct {
	url       string
	published time.Time // zero when the page does not say
}

// engineOf is the engine of that name; Google when there is none.
func engineOf(name Engine) engine {
	switch name {
	case DuckDuckGo:
		return duckDuckGo{}
	case RSS:
		return rss{}
	default:
		return google{}
	}
}

// redirectors are the parameters in which engines wrap a result's address, by
// the path of the wrapping URL.
var redirectors = map[string][]string{
	"/url":                {"q", "url"}, // Google
	"/l/":                 {"uddg"},     // DuckDuckGo
	"/news/apiclick.aspx": {"url"},      // Bing
}

// unwrap is the address that a link on a result page leads to, past the engine's
// redirect; nil when it is none.
func unwrap(href string, at *url.URL) *url.URL {
	href = strings.TrimSpace(href)
	u, err := at.Parse(href)
	if href == "" || err != nil || u.Host == "" {
		return nil
	}
	if !sameOwner(u, at) {
		return u
	}
	for _, name := range redirectors[u.Path] {
		if inner, err := url.Parse(u.Query().Get(name)); err == nil && inner.Host != "" {
			return inner
		}
	}
	return u
}

// target is unwrap for pages whose other links are the engine's own (menus,
// caches, advertisements): "" for those.
func target(href string, at *url.URL) string {
	u := unwrap(href, at)
	if u == nil || sameOwner(u, at) {
		return ""
	}
	return u.String()
}

// sameOwner tells an engine's own hosts (maps.google.com, www.google.co.uk)
// from the rest: they share the name before the public suffix.
func sameOwner(a, b *url.URL) bool {
	return owner(a.Hostname()) == owner(b.Hostname())
}

func owner(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	name, _, _ := strings.Cut(domain, ".")
	return name
}

// following resolves a link to the next page, which must be on the same host:
// a page of results has no business to send the crawler elsewhere.
func following(href string, at *url.URL) *url.URL {
	u, err := at.Parse(href)
	if href == "" || err != nil || u.Host != at.Host || u.Scheme != at.Scheme {
		return nil
	}
	return u
}
