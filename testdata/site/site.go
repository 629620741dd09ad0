// Package site is a small web of invented news sites, served without sockets:
// an http.RoundTripper answers from pages embedded in the program. Examples and
// tests run the poem's pipeline against it, with no network.
//
// Places, people, events and hosts are invented; the host names end in .example
// and .test, which nobody can own (RFC 2606). The pages are as varied as the
// real web's: menus, cookie banners, advertisements, comments, seven languages,
// six charsets. Pages lie in pages/<host>/<path>, results.json ranks
// what the three search engines list, and behaviour.go holds the hosts that
// misbehave. README.md lists them all.
//
// The package never opens a connection, never looks at the clock and draws no
// random numbers: an instance answers the same requests in the same way.
package site

import (
	"bytes"
	"embed"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed pages
var pages embed.FS

// Now is the instant at which every answer is given, in its Date header: a
// Sunday. The listed articles appeared in the week before, but for one.
var Now = time.Date(2026, time.March, 1, 6, 0, 0, 0, time.UTC)

// Web is one instance of the offline web. It counts requests, since some pages
// answer differently the second time. It may be used by many goroutines at once.
type Web struct {
	mu    sync.Mutex
	asked map[string]int
}

// New makes a Web that has not been asked for anything yet.
func New() *Web { return &Web{asked: map[string]int{}} }

// Transport is a new Web as a RoundTripper.
func Transport() http.RoundTripper { return New() }

// Client is an HTTP client of a new Web.
func Client() *http.Client { return &http.Client{Transport: New()} }

// RoundTrip answers a request. Errors are those of a real network: a host that
// does not exist, an answer that does not come in time, a context that is done.
func (w *Web) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return respond(req, http.StatusMethodNotAllowed, "text/plain", "only GET and HEAD are answered here\n"), nil
	}
	answer, known := behaviours[req.URL.Host+req.URL.Path]
	if !known {
		return page(req)
	}
	return answer(req, w.count(req.URL))
}

// count gives how often the URL has been asked for, this time included.
func (w *Web) count(u *url.URL) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked[u.String()]++
	return w.asked[u.String()]
}

// contentTypes are what the hosts call their pages; the others say UTF-8. Where
// the charset is missing the page says it itself, or nobody does.
var contentTypes = map[string]string{
	"ferryman.test":                "text/html",
	"tribunal-watch.example":       "application/xhtml+xml; charset=utf-8",
	"visti-anver.example":          "text/html; charset=windows-1251",
	"www.courrier-du-port.example": "text/html; charset=iso-8859-15",
	"www.gangnaru-ilbo.example":    "text/html; charset=euc-kr",
	"www.minato-shinpo.example":    "text/html",
	"www.zeitlauf.example":         "text/html",
}

// page answers from the embedded files.
func page(req *http.Request) (*http.Response, error) {
	body, err := file(req.URL)
	switch {
	case err == nil:
		return respond(req, http.StatusOK, contentType(req.URL), string(body)), nil
	case hosts[req.URL.Host]:
		return missing(req, 1)
	}
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: req.URL.Hostname(), IsNotFound: true}}
}

func file(u *url.URL) ([]byte, error) {
	name := path.Join("pages", u.Host, u.Path)
	body, err := pages.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return pages.ReadFile(name + ".html")
	}
	return body, err
}

func contentType(u *url.URL) string {
	if strings.HasSuffix(u.Path, ".txt") {
		return "text/plain; charset=utf-8"
	}
	if declared, ok := contentTypes[u.Host]; ok {
		return declared
	}
	return "text/html; charset=utf-8"
}

// hosts are all hosts that exist. Like behaviours it is filled when the program
// starts.
var hosts map[string]bool

func allHosts() map[string]bool {
	all := map[string]bool{}
	entries, err := pages.ReadDir("pages")
	if err != nil {
		panic(err) // the embedded folder is part of the program
	}
	for _, entry := range entries {
		all[entry.Name()] = true
	}
	for address := range behaviours {
		host, _, _ := strings.Cut(address, "/")
		all[host] = true
	}
	return all
}

// respond builds an answer. HEAD gets the header alone.
func respond(req *http.Request, status int, contentType, body string) *http.Response {
	res := stream(req, contentType, bytes.NewReader([]byte(body)))
	res.StatusCode, res.Status = status, http.StatusText(status)
	res.ContentLength = int64(len(body))
	return res
}

// stream builds an answer of unknown length.
func stream(req *http.Request, contentType string, body io.Reader) *http.Response {
	if req.Method == http.MethodHead {
		body = http.NoBody
	}
	return &http.Response{
		Status: "OK", StatusCode: http.StatusOK,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Date": {Now.Format(http.TimeFormat)}, "Content-Type": {contentType}},
		Body:          io.NopCloser(body),
		ContentLength: -1,
		Request:       req,
	}
}
