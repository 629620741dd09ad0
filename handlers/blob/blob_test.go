package blob_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canto/handlers"
	"canto/handlers/blob"
	"canto/handlers/buckettest"
)

func open(t *testing.T, address string) *blob.Bucket {
	t.Helper()
	b, err := blob.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func fileURL(dir string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(dir)}).String()
}

func TestMemoryIsABucket(t *testing.T) {
	buckettest.Run(t, func(t *testing.T) handlers.Bucket { return open(t, "mem://") })
}

func TestFolderIsABucket(t *testing.T) {
	buckettest.Run(t, func(t *testing.T) handlers.Bucket {
		return open(t, fileURL(filepath.Join(t.TempDir(), "made", "later")))
	})
}

func TestAFolderHoldsTheObjectsAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	b := open(t, fileURL(dir))
	if err := b.Put(t.Context(), "a.html", handlers.Object{Body: []byte("x"), ContentType: "text/html"}); err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 || files[0].Name() != "a.html" {
		t.Errorf("the folder holds %v, %v", files, err)
	}
}

func TestOpenRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, address := range []string{"", "out", "gs://bucket", "s3://user:secret@bucket?unknown=1", ":"} {
		b, err := blob.Open(t.Context(), address)
		if err == nil {
			_ = b.Close()
			t.Errorf("%q is opened", address)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}
