package golden

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"canto/handlers"

	"github.com/rogpeppe/go-internal/txtar"
)

// sectionBuckets begins the name of a section that is an object in a bucket:
// "buckets/name/key". Each run of a case has its own buckets, in memory.
const sectionBuckets = "buckets/"

// buckets are those that an execution and its tasks find. They outlive its engines.
type buckets struct {
	mu    sync.Mutex
	named map[string]*bucket
}

func newBuckets(archive *txtar.Archive) *buckets {
	b := &buckets{named: map[string]*bucket{}}
	for _, f := range archive.Files {
		path, ok := strings.CutPrefix(f.Name, sectionBuckets)
		if name, key, cut := strings.Cut(path, "/"); ok && cut {
			b.get(name).objects[key] = handlers.Object{Body: f.Data}
		}
	}
	return b
}

func (b *buckets) find(name string) (handlers.Bucket, error) { return b.get(name), nil }

func (b *buckets) get(name string) *bucket {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.named[name] == nil {
		b.named[name] = &bucket{objects: map[string]handlers.Object{}}
	}
	return b.named[name]
}

// bucket is a handlers.Bucket in memory.
type bucket struct {
	mu      sync.Mutex
	objects map[string]handlers.Object
}

func (b *bucket) Put(ctx context.Context, key string, o handlers.Object) error {
	if err := checkKey(ctx, key); err != nil {
		return err
	}
	o.Body = bytes.Clone(o.Body)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.objects[key] = o
	return nil
}

func (b *bucket) Get(ctx context.Context, key string) (handlers.Object, error) {
	if err := checkKey(ctx, key); err != nil {
		return handlers.Object{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	o, ok := b.objects[key]
	if !ok {
		return o, fmt.Errorf("there is no object %q: %w", key, fs.ErrNotExist)
	}
	o.Body = bytes.Clone(o.Body)
	return o, nil
}

func (b *bucket) List(ctx context.Context, prefix string) ([]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	keys := slices.Sorted(maps.Keys(b.objects))
	return slices.DeleteFunc(keys, func(key string) bool { return !strings.HasPrefix(key, prefix) }), ctx.Err()
}

func checkKey(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return handlers.CheckKey(key)
}
