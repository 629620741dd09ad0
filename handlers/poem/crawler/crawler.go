package crawler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"canto/handlers/poem/fetch"
)

// NoResults says that the first result page held no result: nothing fits the
// query, or the engine answered with a page of another shape (a consent page, a
// riddle for robots, a new layout).
type NoResults struct {
	URL   string // the page
	Query string
}

func (e *NoResults) Error() string {
	return fmt.Sprintf("no results for %q on %s: nothing fits, or the page is no list of results; open it in a browser to see", e.Query, e.URL)
}

// Crawler searches. It may be used by many goroutines at once.
type Crawler struct {
	cfg    Config
	engine engine
	client *fetch.Client
	pause  func(context.Context, time.Duration) error
}

const (
	maxPage      = 4 << 20
	maxRedirects = 5
	maxDelay     = 30 * time.Second // of a robots.txt that asks for more
	askers       = 8                // hosts asked for robots.txt at a time
)

// New makes a Crawler of a Config that FromEnv gave, or of the same form. A nil
// transport is the real web (see fetch.New).
func New(cfg Config, transport http.RoundTripper) *Crawler {
	client := fetch.New(fetch.Config{
		UserAgent:    cfg.UserAgent,
		Timeout:      cfg.Timeout,
		MaxBytes:     maxPage,
		MaxRedirects: maxRedirects,
	}, transport)
	return &Crawler{cfg: cfg, engine: engineOf(cfg.Engine), client: client, pause: pause}
}

// Crawl is the function: it gives the URLs of articles in rank order, without
// duplicates, at most Config.Limit of them. What robots.txt forbids counts
// towards the limit, so that one more page is not asked for its sake.
func (c *Crawler) Crawl(ctx context.Context, q Query) ([]string, error) {
	query := cmp.Or(q.Text, c.cfg.Query)
	if query == "" {
		return nil, &InvalidQuery{Reason: "the input has none and no default is set"}
	}
	rules := newRulebook(c.client, c.cfg.UserAgent)
	found, err := c.search(ctx, query, rules)
	if err != nil {
		return nil, err
	}
	return c.permitted(ctx, found, rules)
}

// search reads result pages until there are enough results, or no more.
func (c *Crawler) search(ctx context.Context, query string, rules *rulebook) ([]string, error) {
	next, err := c.first(query)
	if err != nil {
		return nil, err
	}
	first := next.String()
	all := newRanking(c.cfg.Limit)
	for range c.cfg.Pages {
		if next, err = c.page(ctx, next, rules, all); err != nil {
			return nil, err
		}
		if next == nil || all.full() {
			break
		}
	}
	if len(all.urls) == 0 {
		return nil, &NoResults{URL: first, Query: query}
	}
	return all.urls, nil
}

func (c *Crawler) first(query string) (*url.URL, error) {
	u, err := url.Parse(c.cfg.SearchURL)
	if err != nil {
		return nil, &fetch.UnsupportedURL{URL: c.cfg.SearchURL, Reason: "it is not a URL"}
	}
	parameters := u.Query()
	c.engine.ask(parameters, query, c.cfg.Freshness)
	u.RawQuery = parameters.Encode()
	return u, nil
}

// page reads one result page into the ranking and gives the address of the next,
// or nil when this one brought nothing new.
func (c *Crawler) page(ctx context.Context, at *url.URL, rules *rulebook, all *ranking) (*url.URL, error) {
	if err := c.ask(ctx, at, rules, len(all.seen) > 0); err != nil {
		return nil, err
	}
	page, err := c.client.Get(ctx, at.String())
	if err != nil {
		return nil, challenged(err)
	}
	found, err := c.engine.parse(page.UTF8(), page.URL)
	if err != nil {
		return nil, &fetch.UnsupportedContentType{URL: at.String(), Type: page.MediaType}
	}
	all.since = c.since(page)
	before := len(all.seen)
	for _, l := range found.links {
		all.add(l)
	}
	if len(all.seen) == before {
		return nil, nil
	}
	return found.next, nil
}

// ask looks into the engine's robots.txt, and waits as it wishes between pages.
func (c *Crawler) ask(ctx context.Context, at *url.URL, rules *rulebook, again bool) error {
	if c.cfg.Robots != Obey {
		return nil
	}
	allowed, delay, err := rules.allows(ctx, at)
	if err != nil {
		return err
	}
	if !allowed {
		return &Disallowed{URL: at.String()}
	}
	if again && delay > 0 {
		return c.pause(ctx, min(delay, maxDelay))
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

// permitted drops what the articles' own hosts forbid.
func (c *Crawler) permitted(ctx context.Context, found []string, rules *rulebook) ([]string, error) {
	if c.cfg.Robots == Ignore {
		return found, nil
	}
	allowed := make([]bool, len(found))
	slots := make(chan struct{}, askers)
	var all sync.WaitGroup
	for i, address := range found {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			if u, err := url.Parse(address); err == nil {
				allowed[i], _, _ = rules.allows(ctx, u) // a host that cannot be asked is left alone
			}
		})
	}
	all.Wait()
	kept := make([]string, 0, len(found))
	for i, address := range found {
		if allowed[i] {
			kept = append(kept, address)
		}
	}
	return kept, ctx.Err()
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
