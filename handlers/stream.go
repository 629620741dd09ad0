package handlers

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"io"
	"iter"
	"time"
)

// Opener is a Bucket that reads an object piece by piece.
type Opener interface {
	// Open opens the object for reading. What it was when it was opened is read to
	// the end, whatever is put in its place meanwhile.
	Open(ctx context.Context, key string) (io.ReadCloser, error)
}

// Creator is a Bucket that writes an object piece by piece.
type Creator interface {
	// Create begins an object. It takes the place of any older one, whole, when
	// Close returns nil; where ctx has ended before that, nothing is stored.
	Create(ctx context.Context, key, contentType string) (io.WriteCloser, error)
}

// Describer is a Bucket that tells what it knows of its objects without reading them.
type Describer interface {
	// Infos yields the objects whose keys begin with prefix, in the order of their
	// keys. It ends after the first error.
	Infos(ctx context.Context, prefix string) iter.Seq2[Info, error]
}

// Info is what ListObjectsV2 says of an object.
type Info struct {
	Key      string
	Size     int64
	Modified time.Time
	ETag     string // in quotes, as S3 has it: the MD5 of what was put; empty where it is unknown
}

// Open opens an object of any bucket: piece by piece if the bucket can, else from memory.
func Open(ctx context.Context, b Bucket, key string) (io.ReadCloser, error) {
	if o, ok := b.(Opener); ok {
		return o.Open(ctx, key)
	}
	o, err := b.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(o.Body)), nil
}

// Create begins an object in any bucket: see Creator. One that cannot write piece
// by piece gets the object from memory at Close.
func Create(ctx context.Context, b Bucket, key, contentType string) (io.WriteCloser, error) {
	if c, ok := b.(Creator); ok {
		return c.Create(ctx, key, contentType)
	}
	return &collected{ctx: ctx, bucket: b, key: key, contentType: contentType}, nil
}

// collected is an object that is put once it is whole.
type collected struct {
	bytes.Buffer
	ctx         context.Context
	bucket      Bucket
	key         string
	contentType string
}

// Close puts the object.
func (c *collected) Close() error {
	return c.bucket.Put(c.ctx, c.key, Object{Body: c.Bytes(), ContentType: c.contentType})
}

// Infos describes the objects of any bucket: see Describer. One that cannot is read.
func Infos(ctx context.Context, b Bucket, prefix string) iter.Seq2[Info, error] {
	if d, ok := b.(Describer); ok {
		return d.Infos(ctx, prefix)
	}
	return each(ctx, b, prefix, func(key string) (Info, error) {
		o, err := b.Get(ctx, key)
		if err != nil {
			return Info{}, err
		}
		sum := md5.Sum(o.Body)
		return Info{Key: key, Size: int64(len(o.Body)), ETag: eTag(sum[:])}, nil
	})
}

// each yields what describe says of the keys.
func each(ctx context.Context, b Bucket, prefix string, describe func(key string) (Info, error)) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		keys, err := b.List(ctx, prefix)
		if err != nil {
			yield(Info{}, err)
			return
		}
		for _, key := range keys {
			info, err := describe(key)
			if !yield(info, err) || err != nil {
				return
			}
		}
	}
}

func eTag(md5 []byte) string { return `"` + hex.EncodeToString(md5) + `"` }
