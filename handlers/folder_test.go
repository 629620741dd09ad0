package handlers_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"canto/handlers"
	"canto/handlers/buckettest"
)

func TestFolderIsABucket(t *testing.T) {
	buckettest.Run(t, func(t *testing.T) handlers.Bucket {
		return handlers.Folder(filepath.Join(t.TempDir(), "made", "later"))
	})
}

func TestFolderWritesPlainFiles(t *testing.T) {
	dir := t.TempDir()
	if err := handlers.Folder(dir).Put(t.Context(), "poems/a.html", handlers.Object{Body: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "poems", "a.html")); err != nil || string(text) != "x" {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if files := filesUnder(t, dir); len(files) != 1 {
		t.Errorf("the folder holds %q", files)
	}
}

func TestFolderIsNotLeftThroughASymbolicLink(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"folder": outside, "file": secret, "up": ".."} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	bucket := handlers.Folder(dir)
	for _, key := range []string{"folder/secret", "file", "up/x"} {
		if o, err := bucket.Get(t.Context(), key); err == nil {
			t.Errorf("getting %s gives %q", key, o.Body)
		}
	}
	for _, key := range []string{"folder/new", "folder/secret", "up/x"} {
		if err := bucket.Put(t.Context(), key, handlers.Object{Body: []byte("new")}); err == nil {
			t.Errorf("%s was put", key)
		}
	}
	if err := bucket.Put(t.Context(), "file", handlers.Object{Body: []byte("new")}); err != nil {
		t.Errorf("the link itself may be replaced: %v", err)
	}
	if text, _ := os.ReadFile(secret); string(text) != "secret" {
		t.Errorf("the file outside holds %q", text)
	}
	if files := filesUnder(t, outside); len(files) != 1 {
		t.Errorf("the folder outside holds %q", files)
	}
}

func TestAFailedPutNamesTheFileAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "page", "inner"), 0o777); err != nil {
		t.Fatal(err)
	}
	err := handlers.Folder(dir).Put(t.Context(), "page", handlers.Object{Body: []byte("x")})
	if err == nil || !strings.HasPrefix(err.Error(), "writing page to the folder "+dir+": ") {
		t.Errorf("the error is %v", err)
	}
	if files := filesUnder(t, dir); len(files) != 0 {
		t.Errorf("the folder holds %q", files)
	}
}

func TestFolderThatIsAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	bucket := handlers.Folder(file)
	_, get := bucket.Get(t.Context(), "k")
	_, list := bucket.List(t.Context(), "")
	for _, err := range []error{get, list, bucket.Put(t.Context(), "k", handlers.Object{})} {
		if err == nil || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), file) {
			t.Errorf("the error is %v", err)
		}
	}
}

func filesUnder(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
