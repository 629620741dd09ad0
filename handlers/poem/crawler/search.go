package crawler

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"canto/handlers/poem/fetch"
)

// search is one call of Crawl: it reads result pages into its ranking.
type search struct {
	*Crawler
	rules   *rulebook
	ranking *ranking
}

// rank reads pages until there are enough results, or no more.
func (s *search) rank(ctx context.Context, query string) error {
	next, err := s.first(query)
	if err != nil {
		return err
	}
	first := next.String()
	for n := 0; n < s.cfg.Pages && next != nil && !s.ranking.full(); n++ {
		if next, err = s.page(ctx, next); err != nil {
			return err
		}
	}
	if len(s.ranking.urls) == 0 {
		return &NoResults{URL: first, Query: query}
	}
	return nil
}

func (s *search) first(query string) (*url.URL, error) {
	u, err := url.Parse(s.cfg.SearchURL)
	if err != nil {
		return nil, &fetch.UnsupportedURL{URL: s.cfg.SearchURL, Reason: "it is not a URL"}
	}
	parameters := u.Query()
	s.engine.ask(parameters, query, s.cfg.Freshness)
	u.RawQuery = parameters.Encode()
	return u, nil
}

// page reads one result page and gives the address of the next, or nil when
// this one brought nothing new.
func (s *search) page(ctx context.Context, at *url.URL) (*url.URL, error) {
	if err := s.leave(ctx, at); err != nil {
		return nil, err
	}
	page, err := s.client.Get(ctx, at.String())
	if err != nil {
		return nil, challenged(err)
	}
	found, err := s.engine.parse(page.UTF8(), page.URL)
	if err != nil {
		return nil, &fetch.UnsupportedContentType{URL: at.String(), Type: page.MediaType}
	}
	s.ranking.since = s.since(page)
	before := len(s.ranking.seen)
	for _, l := range found.links {
		s.ranking.add(l)
	}
	if len(s.ranking.seen) == before {
		return nil, nil
	}
	return found.next, nil
}

// leave asks the engine's robots.txt for leave to read a page, and waits as
// long as it wishes between pages.
func (s *search) leave(ctx context.Context, at *url.URL) error {
	if s.cfg.Robots != Obey {
		return nil
	}
	allowed, delay, err := s.rules.allows(ctx, at)
	switch again := len(s.ranking.seen) > 0; {
	case err != nil:
		return err
	case !allowed:
		return &Disallowed{URL: at.String()}
	case again && delay > 0:
		return s.pause(ctx, min(delay, maxDelay))
	}
	return nil
}

// challenged turns status 202 into TooManyRequests: with it DuckDuckGo serves
// its riddle for robots.
func challenged(err error) error {
	var status *fetch.HTTPStatus
	if errors.As(err, &status) && status.Status == http.StatusAccepted {
		return &fetch.TooManyRequests{URL: status.URL}
	}
	return err
}

var ages = map[Freshness]time.Duration{
	Day:   24 * time.Hour,
	Week:  7 * 24 * time.Hour,
	Month: 31 * 24 * time.Hour,
}

// since is the earliest date that is fresh enough: zero when any is. It counts
// from the page's own Date (RFC 9110, 6.6.1), so that what a server called
// fresh when it answered stays so, whatever this machine's clock says.
func (c *Crawler) since(page *fetch.Page) time.Time {
	age, ok := ages[c.cfg.Freshness]
	if !ok {
		return time.Time{}
	}
	now, err := http.ParseTime(page.Header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return now.Add(-age)
}
