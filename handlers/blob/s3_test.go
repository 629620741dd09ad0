package blob_test

import (
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"canto/handlers"
	"canto/handlers/buckettest"
)

// s3 is as much of the S3 API as a bucket needs, two keys a page.
type s3 struct {
	mu      sync.Mutex
	objects map[string]handlers.Object
}

func (s *s3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case bucket != "pages":
		fail(w, http.StatusNotFound, "NoSuchBucket")
	case r.Method == http.MethodPut:
		body, err := io.ReadAll(r.Body)
		if err == nil && r.ContentLength == int64(len(body)) {
			s.objects[key] = handlers.Object{Body: body, ContentType: r.Header.Get("Content-Type")}
		}
	case key == "":
		s.list(w, r.URL.Query())
	default:
		s.get(w, key)
	}
}

func (s *s3) get(w http.ResponseWriter, key string) {
	o, ok := s.objects[key]
	if !ok {
		fail(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	w.Header().Set("Content-Type", o.ContentType)
	w.Header().Set("Last-Modified", "Sun, 22 Nov 2026 08:00:00 GMT")
	_, _ = w.Write(o.Body)
}

func (s *s3) list(w http.ResponseWriter, q url.Values) {
	type contents struct {
		Key, LastModified string
		Size              int
	}
	var result struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string
		Contents              []contents
	}
	var keys []string
	for key := range s.objects {
		if strings.HasPrefix(key, q.Get("prefix")) && key > q.Get("continuation-token") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys[:min(2, len(keys))] {
		result.Contents = append(result.Contents, contents{key, "2026-11-22T08:00:00Z", len(s.objects[key].Body)})
		result.NextContinuationToken = key
	}
	result.IsTruncated = len(keys) > 2
	_ = xml.NewEncoder(w).Encode(result)
}

func fail(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "<Error><Code>"+code+"</Code><Message>no</Message></Error>")
}

func s3URL(t *testing.T, bucket string) string {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	server := httptest.NewServer(&s3{objects: map[string]handlers.Object{}})
	t.Cleanup(server.Close)
	return "s3://" + bucket + "?region=eu-west-1&use_path_style=true&request_checksum_calculation=when_required&endpoint=" + url.QueryEscape(server.URL)
}

func TestS3IsABucket(t *testing.T) {
	buckettest.Run(t, func(t *testing.T) handlers.Bucket { return open(t, s3URL(t, "pages")) })
}

func TestS3KeepsTheContentType(t *testing.T) {
	b := open(t, s3URL(t, "pages"))
	if err := b.Put(t.Context(), "a", handlers.Object{Body: []byte("x"), ContentType: "text/html; charset=utf-8"}); err != nil {
		t.Fatal(err)
	}
	if o, err := b.Get(t.Context(), "a"); err != nil || o.ContentType != "text/html; charset=utf-8" {
		t.Errorf("got %q, %v", o.ContentType, err)
	}
}

func TestErrorsNameKeyAndBucketButNoSecret(t *testing.T) {
	address := s3URL(t, "elsewhere")
	b := open(t, address)
	_, get := b.Get(t.Context(), "k")
	_, list := b.List(t.Context(), "k")
	for _, err := range []error{get, list, b.Put(t.Context(), "k", handlers.Object{})} {
		if err == nil || !strings.Contains(err.Error(), `"k" in the bucket s3://elsewhere: `) || strings.Contains(err.Error(), "endpoint=") {
			t.Errorf("got %v", err)
		}
	}
	if !errors.Is(get, fs.ErrNotExist) {
		t.Errorf("got %v", get)
	}
}
