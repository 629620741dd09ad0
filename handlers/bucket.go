package handlers

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// Bucket keeps objects under keys, as S3 does: what a function writes its pages
// to. Keys are relative, with "/" between their parts; see CheckKey. An object
// that is not there is fs.ErrNotExist, a bad key fs.ErrInvalid, both wrapped.
// Buckets are used concurrently.
type Bucket interface {
	// Put stores the object whole or not at all, in place of any older one.
	Put(ctx context.Context, key string, o Object) error
	// Get returns the object.
	Get(ctx context.Context, key string) (Object, error)
	// List returns the keys that begin with prefix, sorted.
	List(ctx context.Context, prefix string) ([]string, error)
}

// Object is what a Bucket keeps. A folder on disk does not keep the content
// type: it comes back empty.
type Object struct {
	Body        []byte
	ContentType string
}

// CheckKey returns fs.ErrInvalid, wrapped, for a key that not every bucket can
// keep: empty, absolute, with an empty part, "." or "..", a backslash or a NUL,
// or a name that the operating system reserves.
func CheckKey(key string) error {
	if key == "." || !fs.ValidPath(key) || !filepath.IsLocal(key) || strings.ContainsAny(key, "\\\x00") {
		return fmt.Errorf("the key %q is not a relative path of plain names, such as %q: %w", key, "poems/index.html", fs.ErrInvalid)
	}
	return nil
}
