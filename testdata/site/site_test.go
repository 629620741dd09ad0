package site_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"canto/testdata/site"
)

func get(t *testing.T, web http.RoundTripper, address string) *http.Response {
	t.Helper()
	res, err := ask(web, http.MethodGet, address)
	if err != nil {
		t.Fatalf("GET %s: %v", address, err)
	}
	return res
}

func ask(web http.RoundTripper, method, address string) (*http.Response, error) {
	req, err := http.NewRequest(method, address, nil)
	if err != nil {
		return nil, err
	}
	return web.RoundTrip(req)
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestHostNamesAreReservedOnes(t *testing.T) {
	for _, r := range site.Results() {
		u, err := url.Parse(r.URL)
		if err != nil {
			t.Fatal(err)
		}
		if host := u.Hostname(); !strings.HasSuffix(host, ".example") && !strings.HasSuffix(host, ".test") {
			t.Errorf("%s: %s could belong to somebody", r.URL, host)
		}
	}
}

func TestListedPagesAnswer(t *testing.T) {
	web, articles := site.New(), 0
	statuses := map[int]int{}
	for _, r := range site.Results() {
		res, err := ask(web, http.MethodGet, r.URL)
		if err != nil {
			if timeout := net.Error(nil); !errors.As(err, &timeout) || !timeout.Timeout() {
				t.Errorf("%s: %v", r.URL, err)
			}
			continue
		}
		statuses[res.StatusCode]++
		if res.StatusCode == http.StatusOK && strings.Contains(res.Header.Get("Content-Type"), "html") {
			articles++
		}
	}
	if articles < 30 {
		t.Errorf("%d articles, want at least 30", articles)
	}
	for status, want := range map[int]int{http.StatusNotFound: 1, http.StatusInternalServerError: 1, http.StatusFound: 2} {
		if statuses[status] != want {
			t.Errorf("%d pages answer %d, want %d", statuses[status], status, want)
		}
	}
}

func TestAllButOneResultAreFresh(t *testing.T) {
	if all, fresh := len(site.Results()), len(site.Fresh()); fresh != all-1 {
		t.Errorf("%d of %d results are fresh, want all but one", fresh, all)
	}
}

func TestPagesAreStoredInTheirOwnCharset(t *testing.T) {
	for address, start := range map[string]string{
		"https://www.zeitlauf.example/politik/der-keller-von-dunmarsh":          "Stufen f\xfchren",
		"https://www.courrier-du-port.example/monde/les-enfants-du-train-blanc": "\xbdufs en chocolat",
		"https://visti-anver.example/statti/chovniar":                           "\xd7\xee\xe2\xed\xff\xf0",
		"https://www.minato-shinpo.example/news/2026/0226.html":                 "\x93\x94\x82\xe8",
		"https://www.gangnaru-ilbo.example/world/20260225.html":                 "\xb5\xb9\xbe\xc6\xbf\xc2 \xbf\xec\xb9\xb0",
	} {
		text := body(t, get(t, site.New(), address))
		if utf8.ValidString(text) {
			t.Errorf("%s is UTF-8", address)
		}
		if !strings.Contains(text, start) {
			t.Errorf("%s does not hold the bytes %q", address, start)
		}
	}
}

func TestBrokenPageRecoversOncePerInstance(t *testing.T) {
	const address = "https://www.anver-post.example/long-reads/night-trains"
	for range 2 {
		web := site.New()
		for i, want := range []int{500, 200, 200} {
			if got := get(t, web, address).StatusCode; got != want {
				t.Errorf("request %d: status %d, want %d", i+1, got, want)
			}
		}
	}
}

func TestBrokenPageFailsOnceUnderConcurrency(t *testing.T) {
	web := site.New()
	var all sync.WaitGroup
	failures := make(chan int, 20)
	for range 20 {
		all.Go(func() {
			res, err := ask(web, http.MethodGet, "https://www.anver-post.example/long-reads/night-trains")
			if err == nil && res.StatusCode == http.StatusInternalServerError {
				failures <- 1
			}
		})
	}
	all.Wait()
	if len(failures) != 1 {
		t.Errorf("%d of 20 requests failed, want 1", len(failures))
	}
}

func TestBusyEngineAnswersEachPageTheSecondTime(t *testing.T) {
	web := site.New()
	for _, address := range []string{site.BusyURL + "?q=a", site.BusyURL + "?q=a&start=10"} {
		first := get(t, web, address)
		if first.StatusCode != http.StatusTooManyRequests || first.Header.Get("Retry-After") == "" {
			t.Errorf("%s: first answer %d, Retry-After %q", address, first.StatusCode, first.Header.Get("Retry-After"))
		}
		if second := get(t, web, address); second.StatusCode != http.StatusOK {
			t.Errorf("%s: second answer %d", address, second.StatusCode)
		}
	}
}

func TestHugePageIsNotHeldInMemory(t *testing.T) {
	res := get(t, site.New(), "https://archive.oruvia-wire.example/2026/02/full-record")
	if res.ContentLength != -1 {
		t.Errorf("it announces %d bytes", res.ContentLength)
	}
	n, err := io.CopyN(io.Discard, res.Body, 8<<20)
	if err != nil || n != 8<<20 {
		t.Errorf("read %d bytes: %v", n, err)
	}
}

func TestErrorsAreThoseOfANetwork(t *testing.T) {
	web := site.New()
	_, err := ask(web, http.MethodGet, "https://nowhere.example/")
	var dns *net.DNSError
	if !errors.As(err, &dns) || !dns.IsNotFound {
		t.Errorf("unknown host: %v", err)
	}
	_, err = ask(web, http.MethodGet, "https://slow.oruvia-wire.example/2026/02/26/dispatches")
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("slow page: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, site.GoogleURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = web.RoundTrip(req); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled context: %v", err)
	}
}

func TestMethods(t *testing.T) {
	web := site.New()
	for method, want := range map[string]int{http.MethodHead: 200, http.MethodPost: 405} {
		res, err := ask(web, method, "https://quietdesk.example/seeds")
		if err != nil || res.StatusCode != want {
			t.Errorf("%s: %v, %v", method, res, err)
		} else if method == http.MethodHead && body(t, res) != "" {
			t.Error("HEAD has a body")
		}
	}
}

func TestEnvironmentSelectsTheEngine(t *testing.T) {
	own := func(engine string) func(string) string {
		return func(name string) string {
			return map[string]string{"CRAWLER_ENGINE": engine, "CRAWLER_LIMIT": "7"}[name]
		}
	}
	for engine, want := range map[string]string{"": site.GoogleURL, "google": site.GoogleURL, "duckduckgo": site.DuckDuckGoURL, "RSS": site.RSSURL} {
		getenv := site.Getenv(own(engine))
		if got := getenv("CRAWLER_SEARCH_URL"); got != want {
			t.Errorf("engine %q: %s, want %s", engine, got, want)
		}
		if getenv("CRAWLER_LIMIT") != "7" || getenv("CRAWLER_QUERY") == "" || getenv("OTHER") != "" {
			t.Errorf("engine %q: the caller's own environment is not kept", engine)
		}
	}
}
