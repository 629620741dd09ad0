package site_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"canto/cmd/internal/site"
	"canto/definitions"
	"canto/handlers"
	"canto/handlers/blob"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// folder is a bucket with a page in it, and a secret beside it.
func folder(t *testing.T) handlers.Bucket {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "bucket")
	b := handlers.Folder(dir)
	put(t, b)
	if err := os.WriteFile(filepath.Join(dir, "..", "secret.html"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join("..", "secret.html"), filepath.Join(dir, "link.html")); err != nil {
		t.Skip(err)
	}
	return b
}

func put(t *testing.T, b handlers.Bucket) {
	t.Helper()
	for key, o := range map[string]handlers.Object{
		"index.html":     {Body: []byte("<p>0123456789"), ContentType: "text/html; charset=utf-8"},
		"sub/index.html": {Body: []byte("below"), ContentType: "text/html; charset=utf-8"},
		"poem.json":      {Body: []byte(`{}`), ContentType: "application/json"},
		"blank":          {Body: []byte(`?`), ContentType: "binary/octet-stream"},
	} {
		if err := b.Put(t.Context(), key, o); err != nil {
			t.Fatal(err)
		}
	}
}

func get(t *testing.T, b handlers.Bucket, method, path string, header ...string) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, "http://localhost/", nil)
	r.URL.Path = path
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	site.New(b).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestObjectsAreServedWithTheirTypes(t *testing.T) {
	memory, err := blob.Open(t.Context(), "mem://")
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	put(t, memory)
	for name, b := range map[string]handlers.Bucket{"folder": folder(t), "memory": memory} {
		for _, c := range []struct{ path, kind, text string }{
			{"/", "text/html; charset=utf-8", "<p>0123456789"},
			{"/index.html", "text/html; charset=utf-8", "<p>0123456789"},
			{"/sub/", "text/html; charset=utf-8", "below"},
			{"/poem.json", "application/json", "{}"},
			{"/blank", "binary/octet-stream", "?"},
		} {
			r := get(t, b, http.MethodGet, c.path)
			if text := body(t, r); r.StatusCode != 200 || text != c.text || r.Header.Get("Content-Type") != c.kind {
				t.Errorf("%s %s: %d %s %q", name, c.path, r.StatusCode, r.Header.Get("Content-Type"), text)
			}
			if r.Header.Get("Last-Modified") == "" {
				t.Errorf("%s %s: no Last-Modified", name, c.path)
			}
		}
	}
}

func TestRequestsMayBeConditionalAndInRanges(t *testing.T) {
	b := folder(t)
	first := get(t, b, http.MethodGet, "/")
	etag, date := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	if len(etag) < 18 || strings.HasPrefix(etag, "W/") {
		t.Errorf("the ETag is %q", etag)
	}
	for _, c := range []struct {
		name   string
		header []string
		status int
		text   string
	}{
		{"same", []string{"If-None-Match", etag}, 304, ""},
		{"not newer", []string{"If-Modified-Since", date}, 304, ""},
		{"another", []string{"If-None-Match", `"x"`}, 200, "<p>0123456789"},
		{"failed", []string{"If-Match", `"x"`}, 412, ""},
		{"range", []string{"Range", "bytes=3-5"}, 206, "012"},
		{"end", []string{"Range", "bytes=-2"}, 206, "89"},
		{"range of another", []string{"Range", "bytes=3-5", "If-Range", `"x"`}, 200, "<p>0123456789"},
		{"outside", []string{"Range", "bytes=99-"}, 416, ""},
	} {
		r := get(t, b, http.MethodGet, "/", c.header...)
		if text := body(t, r); r.StatusCode != c.status || c.text != "" && text != c.text {
			t.Errorf("%s: %d %q", c.name, r.StatusCode, text)
		}
	}
	if r := get(t, b, http.MethodHead, "/"); r.StatusCode != 200 || r.ContentLength != 13 || body(t, r) != "" {
		t.Errorf("HEAD: %d, %d bytes", r.StatusCode, r.ContentLength)
	}
	put(t, b)
	if err := b.Put(t.Context(), "index.html", handlers.Object{Body: []byte("new")}); err != nil {
		t.Fatal(err)
	}
	if r := get(t, b, http.MethodGet, "/", "If-None-Match", etag); r.StatusCode != 200 || body(t, r) != "new" {
		t.Errorf("a new page is not served: %d", r.StatusCode)
	}
}

func TestNothingButTheBucketIsServed(t *testing.T) {
	b := folder(t)
	for path, status := range map[string]int{
		"/missing.html": 404, "/../secret.html": 404, "/sub/../../secret.html": 404, "/..%2fsecret.html": 404, `/..\secret.html`: 404,
		"//etc/passwd": 404, "/sub": 404, "/sub/none/": 404, "/index.html/": 404, "/link.html": 403, "/\x00": 404, "/.": 404,
	} {
		r := get(t, b, http.MethodGet, path)
		text := body(t, r)
		if r.StatusCode != status || strings.Contains(text, "secret") || strings.Contains(text, "index.html") {
			t.Errorf("%q: %d %s", path, r.StatusCode, text)
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		if r := get(t, b, method, "/"); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d", method, r.StatusCode)
		}
	}
}

// broken is a bucket that cannot be reached.
type broken struct{ handlers.Bucket }

func (broken) Get(context.Context, string) (handlers.Object, error) {
	return handlers.Object{}, errors.New("no route to host")
}

func TestFoldersThatAreOtherBucketsAreNotServed(t *testing.T) {
	server := httptest.NewServer(site.Top(folder(t)))
	defer server.Close()
	for path, want := range map[string]int{
		"/": 200, "/poem.json": 200, "/sub/": 404, "/sub/index.html": 404, "/sub%2findex.html": 404, "//index.html": 404, "/./sub/index.html": 404,
	} {
		res, err := http.Get(server.URL + path) //nolint:noctx // a test
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: got %d", path, res.StatusCode)
		}
	}
}

func TestABucketThatCannotBeReachedIsABadGateway(t *testing.T) {
	if r := get(t, broken{}, http.MethodGet, "/"); r.StatusCode != 502 || strings.Contains(body(t, r), "route") {
		t.Errorf("%d", r.StatusCode)
	}
}

// TestThePolicyIsTheDeployedOne compares the header with that of the template.
func TestThePolicyIsTheDeployedOne(t *testing.T) {
	template := strings.Join(strings.Fields(definitions.Template), " ")
	if !strings.Contains(template, site.Policy) {
		t.Errorf("definitions/template.yaml has another policy than %s", site.Policy)
	}
	for _, path := range []string{"/", "/missing"} {
		h := get(t, folder(t), http.MethodGet, path).Header
		if h.Get("Content-Security-Policy") != site.Policy || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Frame-Options") != "DENY" || h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}
