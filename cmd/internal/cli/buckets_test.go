package cli

import (
	"os"
	"path/filepath"
	"testing"

	"canto/handlers"
)

func TestBucketsAreFoldersUnlessTheyArePlaced(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	b, err := newBuckets(dir, []string{"placed=" + other, "memory=mem://"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plain", "placed", "memory"} {
		bucket, err := b.find(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := bucket.Put(t.Context(), "k", handlers.Object{Body: []byte(name)}); err != nil {
			t.Fatal(err)
		}
		again, err := b.find(name)
		if err != nil {
			t.Fatal(err)
		}
		if o, err := again.Get(t.Context(), "k"); err != nil || string(o.Body) != name {
			t.Errorf("%s holds %q, %v", name, o.Body, err)
		}
	}
	for _, path := range []string{filepath.Join(dir, "plain", "k"), filepath.Join(other, "k")} {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", ".", "..", "../up", "a/b", `a\b`, "/etc"} {
		if _, err := b.find(name); err == nil {
			t.Errorf("%q is a bucket", name)
		}
	}
	for _, pair := range []string{"x", "=y", "x="} {
		if _, err := newBuckets(dir, []string{pair}); err == nil {
			t.Errorf("--bucket %s was taken", pair)
		}
	}
}
