package fetch

import (
	"fmt"
	"net/netip"
	"time"
)

// Disconnected says that no answer came: the name did not resolve, nobody
// listened, or the connection broke.
type Disconnected struct {
	URL string
	Err error
}

func (e *Disconnected) Error() string {
	return fmt.Sprintf("no answer from %s: %v; try again later", e.URL, e.Err)
}

func (e *Disconnected) Unwrap() error { return e.Err }

// HTTPStatus says that the server refused: any status but 200 that is neither
// 429 nor 5xx.
type HTTPStatus struct {
	URL    string
	Status int
}

func (e *HTTPStatus) Error() string {
	return fmt.Sprintf("%s answered with status %d where 200 was wanted; asking again will not help", e.URL, e.Status)
}

// PrivateAddress says that a URL, or a redirect, leads to an address that is
// not public: loopback, private, link-local, shared, multicast or reserved.
type PrivateAddress struct {
	Host    string     // as the URL or the dialer named it
	Address netip.Addr // not valid where the name itself is private (localhost)
}

func (e *PrivateAddress) Error() string {
	if !e.Address.IsValid() {
		return fmt.Sprintf("refused to connect to %q: the name is reserved for this machine or its network", e.Host)
	}
	return fmt.Sprintf("refused to connect to %s (%s): only public addresses are fetched", e.Host, e.Address)
}

// ServerError says that the server failed: a status of 500 or above.
type ServerError struct {
	URL    string
	Status int
}

func (e *ServerError) Error() string {
	return fmt.Sprintf("%s failed with status %d; try again later", e.URL, e.Status)
}

// Timeout says that the whole answer did not arrive in time.
type Timeout struct {
	URL   string
	After time.Duration // what was allowed, redirects and body included
}

func (e *Timeout) Error() string {
	return fmt.Sprintf("%s did not answer completely within %s; try again later, or allow more", e.URL, e.After)
}

// TooLarge says that the decoded body is longer than allowed.
type TooLarge struct {
	URL   string
	Limit int64 // bytes
}

func (e *TooLarge) Error() string {
	return fmt.Sprintf("the page at %s is longer than the %d bytes allowed", e.URL, e.Limit)
}

// TooManyRedirects says that a chain of redirects is longer than allowed, most
// often because it is a loop.
type TooManyRedirects struct {
	URL   string // where the last redirect led
	Limit int
}

func (e *TooManyRedirects) Error() string {
	return fmt.Sprintf("stopped before %s: more than %d redirects, perhaps a loop", e.URL, e.Limit)
}

// TooManyRequests says that the server asks for fewer requests (429).
type TooManyRequests struct {
	URL        string
	RetryAfter string // the header's own text, empty when it was not sent
}

func (e *TooManyRequests) Error() string {
	if e.RetryAfter == "" {
		return fmt.Sprintf("%s asks for fewer requests; try again later", e.URL)
	}
	return fmt.Sprintf("%s asks for fewer requests; try again after %s (Retry-After)", e.URL, e.RetryAfter)
}

// UnsupportedContentType says that what came is not of a type asked for.
type UnsupportedContentType struct {
	URL  string
	Type string // the media type declared or, where that lied, the one found
}

func (e *UnsupportedContentType) Error() string {
	return fmt.Sprintf("%s is %q, which is not read here", e.URL, e.Type)
}

// UnsupportedURL says that a text is no URL that can be fetched: not http or
// https, not absolute, with a user name, or too long.
type UnsupportedURL struct {
	URL    string
	Reason string
}

func (e *UnsupportedURL) Error() string {
	return fmt.Sprintf("cannot fetch %q: %s", e.URL, e.Reason)
}
