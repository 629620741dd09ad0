package site

import (
	"io"
	"net"
	"net/http"
	"os"
	"strings"
)

// behaviour answers the nth request for one URL, counted from 1.
type behaviour func(req *http.Request, nth int) (*http.Response, error)

// behaviours are the addresses, as host and path, that do not simply give a
// page. It is filled when the program starts, since its functions look at it too.
var behaviours map[string]behaviour

func init() {
	behaviours = map[string]behaviour{
		"search.example/search":      search(googlePage),
		"busy.search.example/search": after(1, busy, search(googlePage)),
		"html.duck.example/html/":    search(duckPage),
		"feed.search.example/rss":    search(rssPage),

		"www.velmora-herald.example/2026/02/21/withdrawn-report": missing,
		"www.anver-post.example/long-reads/night-trains":         after(1, broken, stored),
		"down.oruvia-wire.example/":                              broken,
		"slow.oruvia-wire.example/2026/02/26/dispatches":         late,
		"archive.oruvia-wire.example/2026/02/full-record":        huge,
		"tribunal-watch.example/documents/indictment.pdf":        pdf,

		"go.shortlink.example/r/metadata": redirect("http://169.254.169.254/latest/meta-data/iam/security-credentials/"),
		"go.shortlink.example/r/ice":      redirect("http://ferryman.test/ice"),
		"ferryman.test/ice":               redirect("/log/first-ice.html"),
		"go.shortlink.example/r/loop":     redirect("/r/loop"),
	}
	hosts = allHosts()
}

// after behaves as first for so many requests, then as the other.
func after(times int, first, then behaviour) behaviour {
	return func(req *http.Request, nth int) (*http.Response, error) {
		if nth <= times {
			return first(req, nth)
		}
		return then(req, nth-times)
	}
}

func stored(req *http.Request, _ int) (*http.Response, error) { return page(req) }

func missing(req *http.Request, _ int) (*http.Response, error) {
	return respond(req, http.StatusNotFound, "text/html; charset=utf-8",
		"<!DOCTYPE html><title>Not found</title><h1>Not found</h1><p>This page is not here, or no longer.</p>"), nil
}

func broken(req *http.Request, _ int) (*http.Response, error) {
	return respond(req, http.StatusInternalServerError, "text/html; charset=utf-8",
		"<!DOCTYPE html><title>Error</title><h1>Error 500</h1><p>The generator is out. Please try again.</p>"), nil
}

func busy(req *http.Request, _ int) (*http.Response, error) {
	res := respond(req, http.StatusTooManyRequests, "text/html; charset=utf-8",
		"<!DOCTYPE html><title>Sorry</title><p>Our systems have detected unusual traffic from your network.</p>")
	res.Header.Set("Retry-After", "30")
	return res, nil
}

// late fails at once in the way in which a real connection fails in the end.
func late(*http.Request, int) (*http.Response, error) {
	return nil, &net.OpError{Op: "read", Net: "tcp", Err: os.ErrDeadlineExceeded}
}

func redirect(to string) behaviour {
	return func(req *http.Request, _ int) (*http.Response, error) {
		res := respond(req, http.StatusFound, "text/html; charset=utf-8", "")
		res.Header.Set("Location", to)
		return res, nil
	}
}

func pdf(req *http.Request, _ int) (*http.Response, error) {
	return respond(req, http.StatusOK, "application/pdf",
		"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[]/Count 0>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"), nil
}

// hugeBytes is the length of the page that is too long for everybody.
const hugeBytes = 256 << 20

// huge is written while it is read, and says nothing of its length.
func huge(req *http.Request, _ int) (*http.Response, error) {
	opening := strings.NewReader("<!DOCTYPE html><html lang=\"en\"><title>The full record</title><article>\n")
	endless := &repeater{text: "<p>On this day the shelling went on, and people carried water to one another.</p>\n"}
	return stream(req, "text/html; charset=utf-8", io.MultiReader(opening, io.LimitReader(endless, hugeBytes))), nil
}

// repeater reads one text over and over.
type repeater struct {
	text string
	at   int
}

func (r *repeater) Read(into []byte) (int, error) {
	n := copy(into, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}
