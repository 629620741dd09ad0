// Package site serves the objects of a bucket to browsers, as the distribution of
// definitions/template.yaml does: index documents, content types, ETags, conditional
// requests, ranges, and the same security headers. It never lists a bucket, never
// writes, and reaches nothing outside of the bucket.
package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"

	"canto/handlers"
)

// Index is the document that stands for a folder.
const Index = "index.html"

// Policy is the Content-Security-Policy of every answer, that of the deployed page:
// nothing is loaded, nothing runs. The page carries its style in itself, in
// attributes too, since each line has a place of its own.
const Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// New returns the handler that serves the bucket.
func New(b handlers.Bucket) http.Handler { return site{bucket: b} }

// Top returns the handler that serves a bucket without what lies in folders: where
// they are buckets of their own, they are not published with it.
func Top(b handlers.Bucket) http.Handler { return site{bucket: b, top: true} }

type site struct {
	bucket handlers.Bucket
	top    bool // only keys without a slash
}

func (s site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", Policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed)
		return
	}
	key := keyOf(r.URL.Path)
	o, err := s.open(r, key)
	if err != nil {
		slog.Debug("the page was not served", "key", key, "error", err)
		refuse(w, statusOf(err))
		return
	}
	defer o.file.Close()
	h.Set("Content-Type", o.contentType)
	h.Set("ETag", o.etag)
	h.Set("Cache-Control", "no-cache") // the page may be made anew at any time: ask, and mostly hear 304
	http.ServeContent(w, r, "", o.modified, o.body)
}

// keyOf is the key of the object at a path: a folder's is that of its index document.
func keyOf(urlPath string) string {
	key := strings.TrimPrefix(urlPath, "/")
	if key == "" || strings.HasSuffix(key, "/") {
		key += Index
	}
	return key
}

// object is an object that is ready to be served.
type object struct {
	body        io.ReadSeeker
	file        io.Closer
	contentType string
	etag        string
	modified    time.Time // zero where the bucket does not say
}

// open opens an object. A file is read twice, for its hash and for the client, so
// that its size does not matter; what cannot be read twice is kept in memory.
func (s site) open(r *http.Request, key string) (*object, error) {
	if s.top && strings.Contains(key, "/") {
		return nil, fmt.Errorf("%s: %w", key, fs.ErrNotExist)
	}
	file, err := handlers.Open(r.Context(), s.bucket, key)
	if err != nil {
		return nil, err
	}
	o := &object{file: file, contentType: contentType(key, file), modified: modified(file)}
	if onDisk, ok := file.(interface {
		io.ReadSeeker
		Stat() (fs.FileInfo, error)
	}); ok {
		o.body = onDisk
	} else {
		body, err := io.ReadAll(file)
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		o.body = bytes.NewReader(body)
	}
	if o.etag, err = etag(o.body); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return o, nil
}

// etag is a strong validator of what is read, which is then read from its beginning again.
func etag(body io.ReadSeeker) (string, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, body); err != nil {
		return "", err
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	return `"` + hex.EncodeToString(sum.Sum(nil)[:16]) + `"`, nil
}

// modified is when the object was put, as far as its reader knows.
func modified(object io.Reader) time.Time {
	switch o := object.(type) {
	case interface{ ModTime() time.Time }:
		return o.ModTime()
	case interface{ Stat() (fs.FileInfo, error) }:
		if info, err := o.Stat(); err == nil {
			return info.ModTime()
		}
	}
	return time.Time{}
}

// contentTypes are the types of files whose bucket does not keep any: a folder.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".gif": "image/gif", ".htm": "text/html; charset=utf-8",
	".html": "text/html; charset=utf-8", ".ico": "image/x-icon", ".jpeg": "image/jpeg", ".jpg": "image/jpeg",
	".js": "text/javascript; charset=utf-8", ".json": "application/json", ".jsonl": "application/jsonl", ".md": "text/markdown; charset=utf-8",
	".pdf": "application/pdf", ".png": "image/png", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
	".webp": "image/webp", ".woff2": "font/woff2", ".xml": "application/xml",
}

// unknown is the type of an object of which nothing is known, in S3's words.
const unknown = "binary/octet-stream"

// contentType is what the object was put as, or what its name says.
func contentType(key string, object io.Reader) string {
	if o, ok := object.(interface{ ContentType() string }); ok && o.ContentType() != "" {
		return o.ContentType()
	}
	if t := contentTypes[strings.ToLower(path.Ext(key))]; t != "" {
		return t
	}
	return unknown
}

// statusOf is what an error of the bucket is to a browser.
func statusOf(err error) int {
	var file *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
		return http.StatusNotFound
	case errors.As(err, &file): // not readable, or a link that leads out of the folder
		return http.StatusForbidden
	}
	return http.StatusBadGateway
}

// refuse answers with a page that says no more than the status.
func refuse(w http.ResponseWriter, status int) {
	text := http.StatusText(status)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%d %s</title></head><body><h1>%[1]d %[2]s</h1></body></html>\n", status, text)
}
