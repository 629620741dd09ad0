package crawler

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
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
	s := &search{Crawler: c, rules: newRulebook(c.client, c.cfg.UserAgent), ranking: newRanking(c.cfg.Limit)}
	if err := s.rank(ctx, query); err != nil {
		return nil, err
	}
	if c.cfg.Robots == Ignore {
		return s.ranking.urls, nil
	}
	return s.rules.permitted(ctx, s.ranking.urls)
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
