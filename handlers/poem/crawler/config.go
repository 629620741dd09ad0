package crawler

import (
	"time"

	"canto/handlers/poem/env"
)

// The names of the environment variables that FromEnv reads. Each may be left
// out.
const (
	EnvQuery     = "CRAWLER_QUERY"      // the query when the input has none
	EnvEngine    = "CRAWLER_ENGINE"     // google (default), duckduckgo or rss
	EnvSearchURL = "CRAWLER_SEARCH_URL" // where the engine answers; each engine has its default
	EnvLimit     = "CRAWLER_LIMIT"      // most URLs to give, 1 to 1000; default 50
	EnvPages     = "CRAWLER_PAGES"      // most result pages to read, 1 to 100; default 6
	EnvFreshness = "CRAWLER_FRESHNESS"  // day, week (default), month or any
	EnvRobots    = "CRAWLER_ROBOTS"     // obey (default), results or ignore
	EnvUserAgent = "CRAWLER_USER_AGENT" // "product/version (how to reach you)"
	EnvTimeout   = "CRAWLER_TIMEOUT"    // of one page, as a Go duration; default 10s
)

// Engine names the shape of the result pages.
type Engine string

// The engines.
const (
	Google     Engine = "google"
	DuckDuckGo Engine = "duckduckgo"
	RSS        Engine = "rss"
)

// Robots says whose robots.txt is obeyed.
type Robots string

// Obey asks every host, the search engine's included. Results asks only the
// hosts of the articles: many engines forbid their result pages to all robots,
// and a person may still have their leave. Ignore asks nobody; it is meant for
// sites of one's own.
const (
	Obey    Robots = "obey"
	Results Robots = "results"
	Ignore  Robots = "ignore"
)

// Freshness is the greatest age of a result.
type Freshness string

// The ages that all engines know.
const (
	Day   Freshness = "day"
	Week  Freshness = "week"
	Month Freshness = "month"
	Any   Freshness = "any"
)

// Config says what is asked, of whom, and how much.
type Config struct {
	Query     string // used when the input names none
	Engine    Engine
	SearchURL string // absolute; its own query parameters are kept
	Limit     int    // URLs
	Pages     int    // result pages
	Freshness Freshness
	Robots    Robots
	UserAgent string        // its product name, before the slash, is what robots.txt knows us by
	Timeout   time.Duration // of one page
}

var searchURLs = map[Engine]string{
	Google:     "https://www.google.com/search",
	DuckDuckGo: "https://html.duckduckgo.com/html/",
	RSS:        "https://www.bing.com/search?format=rss",
}

// FromEnv reads a Config from environment variables through getenv (os.Getenv,
// or a map's). Its error names the variable that is wrong and what it may be.
func FromEnv(getenv func(string) string) (Config, error) {
	r := env.NewReader(getenv)
	cfg := Config{
		Query:     r.Text(EnvQuery, ""),
		Engine:    Engine(r.OneOf(EnvEngine, "google", "duckduckgo", "rss")),
		Limit:     r.Number(EnvLimit, 50, env.Span{Least: 1, Most: 1000}),
		Pages:     r.Number(EnvPages, 6, env.Span{Least: 1, Most: 100}),
		Freshness: Freshness(r.OneOf(EnvFreshness, "week", "day", "month", "any")),
		Robots:    Robots(r.OneOf(EnvRobots, "obey", "results", "ignore")),
		UserAgent: r.Text(EnvUserAgent, "canto-crawler/1.0 (a weekly reader of one query)"),
		Timeout:   r.Duration(EnvTimeout, 10*time.Second),
	}
	cfg.SearchURL = r.URL(EnvSearchURL, searchURLs[cfg.Engine])
	return cfg, r.Err()
}
