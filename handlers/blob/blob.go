// Package blob is handlers.Bucket over gocloud.dev/blob: S3, folders and memory
// by URL. It is a package of its own because the AWS SDK is heavy; it adds
// nothing to what gocloud.dev does but the rules for keys and errors.
package blob

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/url"
	"slices"
	"syscall"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/fileblob" // file://
	_ "gocloud.dev/blob/memblob"  // mem://
	_ "gocloud.dev/blob/s3blob"   // s3://
	"gocloud.dev/gcerrors"

	"canto/handlers"
)

// Bucket is a handlers.Bucket that has to be closed.
type Bucket struct {
	bucket *blob.Bucket
	name   string // the URL without its query, for errors
}

var _ handlers.Bucket = (*Bucket)(nil)

// Open opens the bucket at a URL: "s3://name?region=eu-west-1",
// "file:///folder" or "mem://". A folder is made where it is missing, and holds
// the objects and nothing else. Nothing is asked of S3 before the first object.
func Open(ctx context.Context, address string) (*Bucket, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("opening the bucket: %w", err)
	}
	if u.Scheme == "file" {
		plainFiles(u)
	}
	u.User = nil // no bucket has one, and errors repeat the address
	name := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	bucket, err := blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, fmt.Errorf("opening the bucket %s (s3://, file:// and mem:// are known): %w", name, err)
	}
	return &Bucket{bucket, name.String()}, nil
}

// plainFiles asks for a folder without files for metadata, whose objects are
// written beside their places: a temporary folder may lie on another disk.
func plainFiles(u *url.URL) {
	q := u.Query()
	for name, setting := range map[string]string{"metadata": "skip", "no_tmp_dir": "true", "create_dir": "true"} {
		if !q.Has(name) {
			q.Set(name, setting)
		}
	}
	u.RawQuery = q.Encode()
}

// Close releases the bucket.
func (b *Bucket) Close() error { return b.bucket.Close() }

// Put stores the object whole or not at all, in place of any older one.
func (b *Bucket) Put(ctx context.Context, key string, o handlers.Object) error {
	err := handlers.CheckKey(key)
	if err == nil {
		err = b.bucket.WriteAll(ctx, key, o.Body, &blob.WriterOptions{ContentType: o.ContentType})
	}
	return b.explain("writing", key, err)
}

// Get returns the object.
func (b *Bucket) Get(ctx context.Context, key string) (handlers.Object, error) {
	r, err := b.open(ctx, key)
	if err != nil {
		return handlers.Object{}, err
	}
	defer r.Close()
	body, err := io.ReadAll(r)
	if err != nil {
		return handlers.Object{}, b.explain("reading", key, err)
	}
	return handlers.Object{Body: body, ContentType: r.ContentType()}, nil
}

// Open opens the object for reading.
func (b *Bucket) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	r, err := b.open(ctx, key)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (b *Bucket) open(ctx context.Context, key string) (*blob.Reader, error) {
	if err := handlers.CheckKey(key); err != nil {
		return nil, b.explain("reading", key, err)
	}
	r, err := b.bucket.NewReader(ctx, key, nil)
	return r, b.explain("reading", key, err)
}

// Create begins an object.
func (b *Bucket) Create(ctx context.Context, key, contentType string) (io.WriteCloser, error) {
	err := handlers.CheckKey(key)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, b.explain("writing", key, err)
	}
	w, err := b.bucket.NewWriter(ctx, key, &blob.WriterOptions{ContentType: contentType})
	if err != nil {
		return nil, b.explain("writing", key, err)
	}
	return w, nil
}

// Infos yields the objects whose keys begin with prefix, as the service lists them.
func (b *Bucket) Infos(ctx context.Context, prefix string) iter.Seq2[handlers.Info, error] {
	return func(yield func(handlers.Info, error) bool) {
		for objects := b.bucket.List(&blob.ListOptions{Prefix: prefix}); ; {
			o, err := objects.Next(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(handlers.Info{}, b.explain("listing", prefix, err))
				return
			}
			if !yield(describe(o), nil) {
				return
			}
		}
	}
}

func describe(o *blob.ListObject) handlers.Info {
	info := handlers.Info{Key: o.Key, Size: o.Size, Modified: o.ModTime}
	if len(o.MD5) > 0 {
		info.ETag = `"` + hex.EncodeToString(o.MD5) + `"`
	}
	return info
}

// List returns the keys that begin with prefix, sorted.
func (b *Bucket) List(ctx context.Context, prefix string) ([]string, error) {
	var keys []string
	for objects := b.bucket.List(&blob.ListOptions{Prefix: prefix}); ; {
		o, err := objects.Next(ctx)
		if errors.Is(err, io.EOF) {
			slices.Sort(keys) // each service has its own order
			return keys, nil
		}
		if err != nil {
			return nil, b.explain("listing", prefix, err)
		}
		keys = append(keys, o.Key)
	}
}

// explain says where err happened, and makes a missing object fs.ErrNotExist.
func (b *Bucket) explain(doing, key string, err error) error {
	if err == nil {
		return nil
	}
	// A folder says ENOTDIR where a part of the key is an object.
	if gcerrors.Code(err) == gcerrors.NotFound || errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("%s %q in the bucket %s: %w: %w", doing, key, b.name, fs.ErrNotExist, err)
	}
	return fmt.Errorf("%s %q in the bucket %s: %w", doing, key, b.name, err)
}
