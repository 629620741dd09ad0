package fetch

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var config = Config{
	UserAgent:    "tester/1.0",
	Timeout:      10 * time.Second,
	MaxBytes:     1000,
	MaxRedirects: 2,
	MediaTypes:   []string{"text/html", "application/xhtml+xml"},
}

// server serves real sockets on loopback; the transport leads every name there.
func server(t *testing.T, handler http.HandlerFunc) *http.Transport {
	t.Helper()
	s := httptest.NewServer(handler)
	address := s.Listener.Addr().String()
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}
	t.Cleanup(s.Close)
	return transport
}

func html(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, text)
	}
}

func TestPageComesWhole(t *testing.T) {
	transport := server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "Text/HTML; charset=utf-8")
		fmt.Fprintf(w, "<p>%s %s %s", r.UserAgent(), r.Header.Get("Accept"), r.URL)
	})
	page, err := New(config, transport).Get(t.Context(), "http://news.test/a?b=c#d")
	if err != nil {
		t.Fatal(err)
	}
	if want := "<p>tester/1.0 text/html, application/xhtml+xml /a?b=c"; string(page.Body) != want {
		t.Errorf("body %q, want %q", page.Body, want)
	}
	if page.MediaType != "text/html" || page.URL.Host != "news.test" {
		t.Errorf("media type %q, URL %s", page.MediaType, page.URL)
	}
}

func TestStatusesAreNamed(t *testing.T) {
	for status, want := range map[int]error{
		202: new(HTTPStatus), 204: new(HTTPStatus), 304: new(HTTPStatus), 401: new(HTTPStatus), 403: new(HTTPStatus),
		404: new(HTTPStatus), 410: new(HTTPStatus), 451: new(HTTPStatus),
		429: new(TooManyRequests),
		500: new(ServerError), 502: new(ServerError), 503: new(ServerError), 599: new(ServerError),
	} {
		transport := server(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(status)
		})
		_, err := New(config, transport).Get(t.Context(), "http://news.test/")
		if !sameType(err, want) {
			t.Errorf("%d: %T %v, want %T", status, err, err, want)
		}
		var busy *TooManyRequests
		if errors.As(err, &busy) && busy.RetryAfter != "120" {
			t.Errorf("Retry-After %q", busy.RetryAfter)
		}
	}
}

func TestRedirectsAreFollowedToTheLimit(t *testing.T) {
	transport := server(t, func(w http.ResponseWriter, r *http.Request) {
		left := len(r.URL.Path) - 1 // "/aa" redirects twice
		if left == 0 {
			html("<p>here")(w, r)
			return
		}
		http.Redirect(w, r, r.URL.Path[:left], http.StatusFound)
	})
	page, err := New(config, transport).Get(t.Context(), "http://news.test/aa")
	if err != nil || page.URL.Path != "/" {
		t.Errorf("two redirects: %v %v", page, err)
	}
	_, err = New(config, transport).Get(t.Context(), "http://news.test/aaa")
	if !sameType(err, new(TooManyRedirects)) {
		t.Errorf("three redirects: %T %v", err, err)
	}
}

func TestRedirectsAreCheckedAsAddresses(t *testing.T) {
	for to, want := range map[string]error{
		"http://169.254.169.254/latest/meta-data/": new(PrivateAddress),
		"http://[::ffff:10.0.0.1]/":                new(PrivateAddress),
		"//localhost/":                             new(PrivateAddress),
		"file:///etc/passwd":                       new(UnsupportedURL),
		"https://me:you@news.test/":                new(UnsupportedURL),
		"http://news.test/" + long:                 new(UnsupportedURL),
	} {
		transport := server(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusMovedPermanently)
		})
		_, err := New(config, transport).Get(t.Context(), "http://news.test/")
		if !sameType(err, want) {
			t.Errorf("to %.50s: %T %v, want %T", to, err, err, want)
		}
	}
}

func TestGuardLooksAtTheAddressThatIsDialed(t *testing.T) {
	s := httptest.NewServer(html("<p>secret"))
	defer s.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = guarded(public).RoundTrip(req)
	if refused := new(PrivateAddress); !errors.As(err, &refused) || !refused.Address.IsLoopback() {
		t.Errorf("public addresses only: %v", err)
	}
	res, err := guarded(netip.Addr.IsLoopback).RoundTrip(req)
	if err != nil {
		t.Fatalf("loopback allowed: %v", err)
	}
	res.Body.Close()
}

func TestGuardedDialIsNamedPrivateAddress(t *testing.T) {
	s := httptest.NewServer(html("<p>secret"))
	defer s.Close()
	// As if the name resolved to loopback: the guard of the dialer alone must refuse.
	inner := guarded(public)
	dial := inner.DialContext
	inner.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dial(ctx, network, s.Listener.Addr().String())
	}
	_, err := New(config, inner).Get(t.Context(), "http://rebinding.test/")
	if !sameType(err, new(PrivateAddress)) {
		t.Errorf("%T %v", err, err)
	}
}

func TestBodiesEndAtTheLimit(t *testing.T) {
	for name, write := range map[string]func(http.ResponseWriter, string){
		"with its length":    func(w http.ResponseWriter, text string) { fmt.Fprint(w, text) },
		"without its length": func(w http.ResponseWriter, text string) { w.(http.Flusher).Flush(); fmt.Fprint(w, text) },
		"compressed": func(w http.ResponseWriter, text string) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			defer z.Close()
			fmt.Fprint(z, text)
		},
	} {
		for size, want := range map[int]error{1000: nil, 1001: new(TooLarge), 1 << 20: new(TooLarge)} {
			transport := server(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				write(w, "<p>"+strings.Repeat("x", size-3))
			})
			page, err := New(config, transport).Get(t.Context(), "http://news.test/")
			if !sameType(err, want) || err == nil && len(page.Body) != size {
				t.Errorf("%s, %d bytes: %T %v, want %T", name, size, err, err, want)
			}
		}
	}
}

func TestContentTypes(t *testing.T) {
	const page, pdf, png = "<html><p>words", "%PDF-1.4 ...", "\x89PNG\x0D\x0A\x1A\x0A"
	for _, c := range []struct {
		header, body, want string
	}{
		{"text/html", page, "text/html"},
		{"TEXT/HTML;charset=x", page, "text/html"},
		{"text/html; charset", page, "text/html"},
		{"application/xhtml+xml", "<?xml version='1.0'?><html/>", "application/xhtml+xml"},
		{"text/html", "", "text/html"},
		{"text/html", "\x93\x94\x82\xe8\x0e", "text/html"},
		{"", page, "text/html"},
		{"", pdf, "refused application/pdf"},
		{"", "plain words", "refused text/plain"},
		{"application/pdf", pdf, "refused application/pdf"},
		{"text/html", pdf, "refused application/pdf"},
		{"text/html", png, "refused image/png"},
		{"text/plain", page, "refused text/plain"},
		{"application/json", "{}", "refused application/json"},
	} {
		transport := server(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = []string{c.header}
			if c.header == "" {
				w.Header()["Content-Type"] = nil
			}
			fmt.Fprint(w, c.body)
		})
		got := ""
		p, err := New(config, transport).Get(t.Context(), "http://news.test/")
		switch refused := new(UnsupportedContentType); {
		case errors.As(err, &refused):
			got = "refused " + refused.Type
		case err == nil:
			got = p.MediaType
		}
		if got != c.want {
			t.Errorf("%q %.20q: %s (%v), want %s", c.header, c.body, got, err, c.want)
		}
	}
}

func TestAnyTypeWhereNoneIsAskedFor(t *testing.T) {
	free := config
	free.MediaTypes = nil
	for _, media := range []string{"application/rss+xml", "text/plain", "application/json"} {
		transport := server(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", media)
			fmt.Fprint(w, "<rss/>")
		})
		if page, err := New(free, transport).Get(t.Context(), "http://news.test/"); err != nil || page.MediaType != media {
			t.Errorf("%s: %v %v", media, page, err)
		}
	}
}

func TestSlowServersTimeOut(t *testing.T) {
	impatient := config
	impatient.Timeout = 30 * time.Millisecond
	wait := func(r *http.Request) { <-r.Context().Done() }
	for name, handler := range map[string]http.HandlerFunc{
		"before the header": func(_ http.ResponseWriter, r *http.Request) { wait(r) },
		"within the body": func(w http.ResponseWriter, r *http.Request) {
			html("<p>")(w, r)
			w.(http.Flusher).Flush()
			wait(r)
		},
	} {
		_, err := New(impatient, server(t, handler)).Get(t.Context(), "http://news.test/")
		if !sameType(err, new(Timeout)) {
			t.Errorf("%s: %T %v", name, err, err)
		}
	}
}

// failing is a transport that only fails.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestNetworkFailuresAreNamed(t *testing.T) {
	for _, c := range []struct{ err, want error }{
		{&net.DNSError{Err: "no such host", Name: "news.test"}, new(Disconnected)},
		{&net.DNSError{Err: "i/o timeout", IsTimeout: true}, new(Timeout)},
		{context.DeadlineExceeded, new(Timeout)},
		{io.ErrUnexpectedEOF, new(Disconnected)},
		{&net.OpError{Op: "dial", Err: &PrivateAddress{}}, new(PrivateAddress)},
	} {
		_, err := New(config, failing{c.err}).Get(t.Context(), "http://news.test/")
		if !sameType(err, c.want) {
			t.Errorf("%v: %T %v, want %T", c.err, err, err, c.want)
		}
	}
}

func TestBrokenConnectionIsDisconnected(t *testing.T) {
	transport := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Length", "500")
		fmt.Fprint(w, "<p>and then")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	_, err := New(config, transport).Get(t.Context(), "http://news.test/")
	if !sameType(err, new(Disconnected)) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%T %v", err, err)
	}
}

func TestCallerWhoGivesUpGetsTheContextsError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	transport := server(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if _, err := New(config, transport).Get(ctx, "http://news.test/"); err != context.Canceled {
		t.Errorf("%T %v", err, err)
	}
}

func TestMessagesSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&TooManyRequests{URL: "http://a.test/"}, "http://a.test/ asks for fewer requests; try again later"},
		{&TooManyRequests{URL: "http://a.test/", RetryAfter: "30"}, "http://a.test/ asks for fewer requests; try again after 30 (Retry-After)"},
		{&PrivateAddress{Host: "localhost"}, `refused to connect to "localhost": the name is reserved for this machine or its network`},
		{&Timeout{URL: "http://a.test/", After: time.Second}, "http://a.test/ did not answer completely within 1s; try again later, or allow more"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%T: %q, want %q", c.err, got, c.want)
		}
	}
}
