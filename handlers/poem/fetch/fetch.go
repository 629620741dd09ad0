package fetch

import (
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Config says how a Client behaves. Every field must be set; only MediaTypes
// may be empty.
type Config struct {
	UserAgent    string
	Timeout      time.Duration // of one Get: redirects and body included
	MaxBytes     int64         // of the body, after decompression
	MaxRedirects int
	MediaTypes   []string // accepted ones, lower case ("text/html"); empty accepts all
}

// Client gets pages. It may be used by many goroutines at once.
type Client struct {
	cfg  Config
	http *http.Client
}

// New makes a Client. With a nil transport it dials itself and refuses every
// connection to an address that is not public, whatever name led there. A
// transport of the caller's own answers for the addresses it reaches; literal
// addresses in URLs and redirects are refused all the same.
func New(cfg Config, transport http.RoundTripper) *Client {
	if transport == nil {
		transport = guarded(public)
	}
	c := &Client{cfg: cfg}
	c.http = &http.Client{Transport: transport, CheckRedirect: c.redirect}
	return c
}

// guarded is a transport that connects to allowed addresses only. It looks at
// the address that is about to be connected, after name resolution, so that no
// second answer of the name server can slip in between.
func guarded(allowed func(netip.Addr) bool) *http.Transport {
	dialer := &net.Dialer{
		Timeout: 10 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error {
			a, err := netip.ParseAddrPort(address)
			if err != nil || !allowed(a.Addr()) {
				return &PrivateAddress{Host: address, Address: a.Addr()}
			}
			return nil
		},
	}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		DisableKeepAlives:      true, // hosts are seldom met twice; idle connections would outlive the call
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

func (c *Client) redirect(req *http.Request, via []*http.Request) error {
	if len(via) > c.cfg.MaxRedirects {
		return &TooManyRedirects{URL: req.URL.String(), Limit: c.cfg.MaxRedirects}
	}
	return check(req.URL)
}

// Page is what came: a body of status 200, whole.
type Page struct {
	URL       *url.URL // after redirects
	Header    http.Header
	MediaType string // lower case, without parameters
	Body      []byte // decompressed, in the charset it came in
}

// Get fetches one page. The error is of one of the named types of this package,
// or the context's own when the caller gave up.
func (c *Client) Get(ctx context.Context, address string) (*Page, error) {
	u, err := parse(address)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	page, err := c.get(limited, u)
	if err == nil {
		return page, nil
	}
	if canceled := ctx.Err(); errors.Is(canceled, context.Canceled) {
		return nil, canceled
	}
	return nil, c.named(err, address)
}

func (c *Client) get(ctx context.Context, u *url.URL) (*Page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.cfg.UserAgent)
	req.Header.Set("Accept", c.accept())
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if err := checkStatus(res); err != nil {
		return nil, err
	}
	return c.read(res)
}

func (c *Client) accept() string {
	if len(c.cfg.MediaTypes) == 0 {
		return "*/*"
	}
	return strings.Join(c.cfg.MediaTypes, ", ")
}

func checkStatus(res *http.Response) error {
	at := res.Request.URL.String()
	switch s := res.StatusCode; {
	case s == http.StatusOK:
		return nil
	case s == http.StatusTooManyRequests:
		return &TooManyRequests{URL: at, RetryAfter: res.Header.Get("Retry-After")}
	case s >= 500:
		return &ServerError{URL: at, Status: s}
	default:
		return &HTTPStatus{URL: at, Status: s}
	}
}

// read takes the body in, after a look at what the header says of it.
func (c *Client) read(res *http.Response) (*Page, error) {
	at := res.Request.URL
	declared := mediaType(res.Header.Get("Content-Type"))
	if declared != "" && !c.accepts(declared) {
		return nil, &UnsupportedContentType{URL: at.String(), Type: declared}
	}
	if res.ContentLength > c.cfg.MaxBytes {
		return nil, &TooLarge{URL: at.String(), Limit: c.cfg.MaxBytes}
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, c.cfg.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > c.cfg.MaxBytes {
		return nil, &TooLarge{URL: at.String(), Limit: c.cfg.MaxBytes}
	}
	found, err := c.sniff(at, declared, body)
	if err != nil {
		return nil, err
	}
	return &Page{URL: at, Header: res.Header, MediaType: found, Body: body}, nil
}

// sniff gives the media type: the declared one, unless none was, or the body is
// plainly a picture, a PDF or the like behind the name of a text.
func (c *Client) sniff(at *url.URL, declared string, body []byte) (string, error) {
	seen := mediaType(http.DetectContentType(body))
	undecided := seen == "application/octet-stream"
	textual := strings.HasPrefix(seen, "text/")
	wantText := declared == "" || strings.HasPrefix(declared, "text/") || strings.HasSuffix(declared, "xml")
	if wantText && !textual && !undecided || declared == "" && !c.accepts(seen) {
		return "", &UnsupportedContentType{URL: at.String(), Type: seen}
	}
	if declared == "" {
		return seen, nil
	}
	return declared, nil
}

func (c *Client) accepts(media string) bool {
	return len(c.cfg.MediaTypes) == 0 || slices.Contains(c.cfg.MediaTypes, media)
}

// mediaType is the type without parameters. Servers send broken parameters, so
// the text before the semicolon counts even where the whole does not parse.
func mediaType(header string) string {
	media, _, err := mime.ParseMediaType(header)
	if err != nil {
		media, _, _ = strings.Cut(header, ";")
	}
	return strings.ToLower(strings.TrimSpace(media))
}

// named finds the named error in what net/http wrapped, or names it.
func (c *Client) named(err error, address string) error {
	if own := own(err); own != nil {
		return own
	}
	var timeout net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return &Timeout{URL: address, After: c.cfg.Timeout}
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // it repeats the address
	}
	return &Disconnected{URL: address, Err: err}
}

func own(err error) error {
	for ; err != nil; err = errors.Unwrap(err) {
		switch err.(type) {
		case *HTTPStatus, *PrivateAddress, *ServerError, *TooLarge, *TooManyRedirects,
			*TooManyRequests, *UnsupportedContentType, *UnsupportedURL:
			return err
		}
	}
	return nil
}
