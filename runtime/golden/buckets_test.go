package golden

import (
	"testing"

	"canto/handlers"
	"canto/handlers/buckettest"

	"github.com/rogpeppe/go-internal/txtar"
)

func TestMemoryIsABucket(t *testing.T) {
	buckettest.Run(t, func(*testing.T) handlers.Bucket {
		b, _ := newBuckets(&txtar.Archive{}).find("b")
		return b
	})
}

func TestSectionsAreObjects(t *testing.T) {
	b, _ := newBuckets(txtar.Parse([]byte("-- buckets/b/a/k --\nx\n-- trace --\n"))).find("b")
	if o, err := b.Get(t.Context(), "a/k"); err != nil || string(o.Body) != "x\n" {
		t.Errorf("%q, %v", o.Body, err)
	}
}
