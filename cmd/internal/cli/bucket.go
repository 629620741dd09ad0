package cli

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"sync"

	"canto/handlers"
)

// noting is a bucket that notes the pages that are put into it.
type noting struct {
	handlers.Bucket
	dir   string
	mu    sync.Mutex
	pages []string
}

func newBucket(dir string) *noting { return &noting{Bucket: handlers.Folder(dir), dir: dir} }

// Put puts the object.
func (n *noting) Put(ctx context.Context, key string, o handlers.Object) error {
	if err := n.Bucket.Put(ctx, key, o); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if path.Ext(key) == ".html" && !slices.Contains(n.pages, key) {
		n.pages = append(n.pages, key)
	}
	return nil
}

// paths are the full paths of the pages.
func (n *noting) paths() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []string
	for _, key := range n.pages {
		full, err := filepath.Abs(filepath.Join(n.dir, filepath.FromSlash(key)))
		if err != nil {
			full = filepath.Join(n.dir, key)
		}
		out = append(out, full)
	}
	return out
}
