package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"canto/handlers"
	"canto/handlers/blob"
	"canto/runtime"
	"canto/runtime/maprun/parquet"
)

// buckets are those that a machine names: in ItemReaders, ResultWriters and tasks.
type buckets struct {
	dir   string // of those that nobody has placed
	at    map[string]string
	mu    sync.Mutex
	found map[string]handlers.Bucket
}

// newBuckets places buckets as --bucket says, each NAME=FOLDER or NAME=URL.
func newBuckets(dir string, pairs []string) (*buckets, error) {
	b := &buckets{dir: dir, at: map[string]string{}, found: map[string]handlers.Bucket{}}
	for _, pair := range pairs {
		name, at, ok := strings.Cut(pair, "=")
		if !ok || name == "" || at == "" {
			return nil, usage("--bucket %s: write NAME=FOLDER or NAME=s3://name?region=REGION", pair)
		}
		b.at[name] = at
	}
	return b, nil
}

// find finds a bucket by its name. It opens each one once.
func (b *buckets) find(name string) (handlers.Bucket, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if found := b.found[name]; found != nil {
		return found, nil
	}
	bucket, err := b.open(name)
	if err == nil {
		b.found[name] = bucket
	}
	return bucket, err
}

func (b *buckets) open(name string) (handlers.Bucket, error) {
	_, placed := b.at[name]
	folder := b.folder(name)
	switch {
	case folder == "":
		return blob.Open(context.Background(), b.at[name])
	case !placed && (name == "." || strings.ContainsAny(name, `/\:`) || !filepath.IsLocal(name)):
		return nil, fmt.Errorf("%q is no name of a bucket", name)
	}
	return handlers.Folder(folder), nil
}

// folder is where the objects of a bucket are files, or "".
func (b *buckets) folder(name string) string {
	at, placed := b.at[name]
	switch {
	case strings.Contains(at, "://"):
		return ""
	case placed:
		return at
	}
	return filepath.Join(b.dir, name)
}

// options let an engine read and write the buckets.
func (b *buckets) options() []runtime.Option {
	return []runtime.Option{runtime.Buckets(b.find), runtime.ItemFormat(parquet.InputType, parquet.Parse)}
}
