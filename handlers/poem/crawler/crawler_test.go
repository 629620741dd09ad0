package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"canto/handlers/poem/fetch"
	"canto/testdata/site"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// offline is a configuration for the offline web, with variables of one's own.
func offline(t *testing.T, own map[string]string) Config {
	t.Helper()
	cfg, err := FromEnv(site.Getenv(func(name string) string { return own[name] }))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func sameType(err, want error) bool { return reflect.TypeOf(err) == reflect.TypeOf(want) }

func TestEveryEngineGivesTheSameRanking(t *testing.T) {
	golden, err := os.ReadFile("testdata/fresh.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []Engine{Google, DuckDuckGo, RSS} {
		cfg := offline(t, map[string]string{EnvEngine: string(engine)})
		urls, err := New(cfg, site.New()).Crawl(t.Context(), Query{})
		if err != nil {
			t.Fatalf("%s: %v", engine, err)
		}
		if diff := cmp.Diff(strings.Fields(string(golden)), urls); diff != "" {
			t.Errorf("%s (-want +got):\n%s", engine, diff)
		}
	}
}

func TestFreshnessAnyFindsOldArticlesToo(t *testing.T) {
	const old = "https://www.velmora-herald.example/2025/12/09/market-in-karrowe"
	for _, engine := range []Engine{Google, DuckDuckGo, RSS} {
		for freshness, want := range map[Freshness]bool{Any: true, Month: false, Week: false, Day: false} {
			cfg := offline(t, map[string]string{EnvEngine: string(engine), EnvFreshness: string(freshness)})
			urls, err := New(cfg, site.New()).Crawl(t.Context(), Query{Text: "karrowe"})
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(urls, old) != want {
				t.Errorf("%s, %s: the old article is among them: %v", engine, freshness, !want)
			}
		}
	}
}

func TestLimitAndPagesBoundTheRanking(t *testing.T) {
	for _, c := range []struct {
		limit, pages string
		want         int
	}{{"1", "6", 1}, {"10", "6", 10}, {"15", "6", 14}, {"50", "1", 10}, {"1000", "100", 46}} { // one of the first fifteen is forbidden
		cfg := offline(t, map[string]string{EnvLimit: c.limit, EnvPages: c.pages})
		urls, err := New(cfg, site.New()).Crawl(t.Context(), Query{})
		if err != nil || len(urls) != c.want {
			t.Errorf("limit %s, pages %s: %d URLs, %v; want %d", c.limit, c.pages, len(urls), err, c.want)
		}
	}
}

func TestBusyEngineIsLeftToTheMachinesRetry(t *testing.T) {
	cfg := offline(t, map[string]string{EnvSearchURL: site.BusyURL, EnvPages: "1"})
	c := New(cfg, site.New())
	_, err := c.Crawl(t.Context(), Query{})
	if !sameType(err, new(fetch.TooManyRequests)) {
		t.Errorf("first call: %T %v", err, err)
	}
	if urls, err := c.Crawl(t.Context(), Query{}); err != nil || len(urls) == 0 {
		t.Errorf("second call: %v %v", urls, err)
	}
}

func TestNoResultsIsAnError(t *testing.T) {
	for _, engine := range []Engine{Google, DuckDuckGo, RSS} {
		cfg := offline(t, map[string]string{EnvEngine: string(engine)})
		_, err := New(cfg, site.New()).Crawl(t.Context(), Query{Text: "nothing"})
		if !sameType(err, new(NoResults)) || !strings.Contains(err.Error(), `"nothing"`) {
			t.Errorf("%s: %T %v", engine, err, err)
		}
	}
}

func TestQueryOfTheInputComesFirst(t *testing.T) {
	var asked []string
	web := handle(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query().Get("q"))
		fmt.Fprint(w, `<a href="https://a.test/"><h3>A</h3></a>`)
	})
	cfg := Config{Query: "default", SearchURL: "https://engine.test/s?hl=en", Limit: 9, Pages: 1, Robots: Ignore, Timeout: time.Minute}
	for _, q := range []string{"mine", ""} {
		if _, err := New(cfg, web).Crawl(t.Context(), Query{Text: q}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"mine", "default"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
	cfg.Query = ""
	if _, err := New(cfg, web).Crawl(t.Context(), Query{}); !sameType(err, new(InvalidQuery)) {
		t.Errorf("no query at all: %T %v", err, err)
	}
}

// handle is a web of one handler for all hosts, without sockets.
func handle(handler http.HandlerFunc) http.RoundTripper {
	return transport(func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		handler(w, r)
		res := w.Result()
		res.Request = r
		return res, nil
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// web is an engine at engine.test whose pages link to the given addresses.
func web(robots map[string]string, links ...string) http.RoundTripper {
	return handle(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			rules, ok := robots[r.URL.Host]
			if !ok {
				http.NotFound(w, r)
			}
			fmt.Fprint(w, rules)
			return
		}
		for _, l := range links {
			fmt.Fprintf(w, `<a href="%s"><h3>title</h3></a>`, l)
		}
		fmt.Fprintf(w, `<a id="pnnext" href="%s0">`, r.URL)
	})
}

func crawl(t *testing.T, robots Robots, rt http.RoundTripper) ([]string, error) {
	t.Helper()
	cfg := Config{Query: "q", SearchURL: "https://engine.test/s", Limit: 50, Pages: 3, Robots: robots, UserAgent: "canto-crawler/1.0", Timeout: time.Minute}
	return New(cfg, rt).Crawl(t.Context(), Query{})
}

func TestRobots(t *testing.T) {
	const closed, open = "User-agent: *\nDisallow: /\n", "User-agent: other\nDisallow: /\n"
	for _, c := range []struct {
		name   string
		robots Robots
		rules  map[string]string
		want   []string
		err    error
	}{
		{"no rules", Obey, nil, []string{"https://a.test/x", "https://b.test/y?z=1"}, nil},
		{"engine closed", Obey, map[string]string{"engine.test": closed}, nil, new(Disallowed)},
		{"engine closed, with leave", Results, map[string]string{"engine.test": closed, "a.test": closed}, []string{"https://b.test/y?z=1"}, nil},
		{"all closed, ignored", Ignore, map[string]string{"engine.test": closed, "a.test": closed}, []string{"https://a.test/x", "https://b.test/y?z=1"}, nil},
		{"closed to others", Obey, map[string]string{"engine.test": open, "a.test": open}, []string{"https://a.test/x", "https://b.test/y?z=1"}, nil},
		{"closed to us by name", Obey, map[string]string{"a.test": "User-agent: canto-crawler\nDisallow: /x\n"}, []string{"https://b.test/y?z=1"}, nil},
		{"closed by query", Obey, map[string]string{"b.test": "User-agent: *\nDisallow: /*?z=\n"}, []string{"https://a.test/x"}, nil},
		{"everything closed", Results, map[string]string{"a.test": closed, "b.test": closed}, []string{}, nil},
		{"HTML for robots.txt", Obey, map[string]string{"a.test": "<html><body>Disallow: everything</body></html>"}, []string{"https://a.test/x", "https://b.test/y?z=1"}, nil},
	} {
		got, err := crawl(t, c.robots, web(c.rules, "https://a.test/x", "https://b.test/y?z=1"))
		if !sameType(err, c.err) {
			t.Errorf("%s: %T %v", c.name, err, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestHostWhoseRobotsCannotBeReadIsLeftAlone(t *testing.T) {
	inner := web(nil, "https://a.test/", "https://b.test/")
	down := transport(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host == "a.test" {
			return nil, errors.New("connection refused")
		}
		return inner.RoundTrip(r)
	})
	got, err := crawl(t, Obey, down)
	if diff := cmp.Diff([]string{"https://b.test/"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestEngineWhoseRobotsCannotBeReadIsAnErrorToRetry(t *testing.T) {
	broken := handle(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	if _, err := crawl(t, Obey, broken); !sameType(err, new(fetch.ServerError)) {
		t.Errorf("%T %v", err, err)
	}
}

func TestEachHostIsAskedForRobotsOnce(t *testing.T) {
	asked := map[string]int{}
	inner := web(nil, "https://a.test/1", "https://a.test/2", "https://a.test/3", "https://a.test/4")
	counting := transport(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/robots.txt" {
			asked[r.URL.Host]++ // only ever one at a time: all results are on one host
		}
		return inner.RoundTrip(r)
	})
	if _, err := crawl(t, Obey, counting); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"engine.test": 1, "a.test": 1}, asked); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCrawlDelayIsKeptBetweenPages(t *testing.T) {
	n := 0
	pages := handle(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			fmt.Fprint(w, "User-agent: *\nCrawl-delay: 7\n")
			return
		}
		n++
		fmt.Fprintf(w, `<a href="https://a.test/%d"><h3>title</h3></a><a id="pnnext" href="/s?page=%d">`, n, n)
	})
	c := New(Config{Query: "q", SearchURL: "https://engine.test/s", Limit: 50, Pages: 3, Robots: Obey, Timeout: time.Minute}, pages)
	var waited []time.Duration
	c.pause = func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return nil
	}
	urls, err := c.Crawl(t.Context(), Query{})
	if err != nil || len(urls) != 3 {
		t.Errorf("%v %v", urls, err)
	}
	if want := []time.Duration{7 * time.Second, 7 * time.Second}; !slices.Equal(waited, want) {
		t.Errorf("waited %v, want %v", waited, want)
	}
}

func TestFailuresOfTheEngineKeepTheirNames(t *testing.T) {
	for status, want := range map[int]error{
		202: new(fetch.TooManyRequests), // DuckDuckGo's riddle for robots
		403: new(fetch.HTTPStatus),
		429: new(fetch.TooManyRequests),
		503: new(fetch.ServerError),
	} {
		failing := handle(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if _, err := crawl(t, Ignore, failing); !sameType(err, want) {
			t.Errorf("%d: %T %v, want %T", status, err, err, want)
		}
	}
}

func TestRedirectOfTheEngineToAPrivateAddressIsRefused(t *testing.T) {
	leading := handle(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
	})
	if _, err := crawl(t, Ignore, leading); !sameType(err, new(fetch.PrivateAddress)) {
		t.Errorf("%T %v", err, err)
	}
}

func TestCanceledCrawlSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cfg := offline(t, nil)
	if _, err := New(cfg, site.New()).Crawl(ctx, Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%T %v", err, err)
	}
	if err := pause(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("pause: %v", err)
	}
	if err := pause(t.Context(), time.Nanosecond); err != nil {
		t.Errorf("pause: %v", err)
	}
}

func TestAgeCountsFromTheAnswersDate(t *testing.T) {
	c := New(Config{Freshness: Week}, nil)
	dated := &fetch.Page{Header: http.Header{"Date": {"Sun, 01 Mar 2026 06:00:00 GMT"}}}
	if got, want := c.since(dated), time.Date(2026, 2, 22, 6, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("since %s, want %s", got, want)
	}
	if c.since(&fetch.Page{}).IsZero() {
		t.Error("without a date this machine's clock counts")
	}
	if c := New(Config{Freshness: Any}, nil); !c.since(dated).IsZero() {
		t.Error("any age is fresh")
	}
}
