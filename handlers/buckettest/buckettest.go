// Package buckettest is the contract of handlers.Bucket as tests: every bucket
// passes it. It asserts nothing about where and how objects are kept.
package buckettest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"
	"testing"

	"canto/handlers"
)

// Run tests the buckets that open makes; each call must return an empty one.
func Run(t *testing.T, open func(t *testing.T) handlers.Bucket) {
	for name, test := range map[string]func(*testing.T, handlers.Bucket){
		"an object comes back as it was put":     roundTrip,
		"a new object takes the old one's place": overwrite,
		"an object that is not there":            missing,
		"keys are listed sorted and by prefix":   list,
		"a bad key is refused":                   badKeys,
		"a cancelled context leaves no trace":    cancelled,
		"readers never see half an object":       concurrent,
		"an object's bytes are the bucket's own": isolated,
		"an object is written piece by piece":    pieces,
		"an object that is given up is not kept": givenUp,
		"objects are described":                  described,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func put(t *testing.T, b handlers.Bucket, key, body string) {
	t.Helper()
	if err := b.Put(t.Context(), key, handlers.Object{Body: []byte(body), ContentType: "text/plain; charset=utf-8"}); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, b handlers.Bucket, key, body string) {
	t.Helper()
	o, err := b.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if string(o.Body) != body {
		t.Errorf("%s holds %q, want %q", key, o.Body, body)
	}
}

func roundTrip(t *testing.T, b handlers.Bucket) {
	for key, body := range map[string]string{
		"index.html":            "<p>é\x00\n",
		"poems/2026/11/x.json":  "{}",
		"empty":                 "",
		"a name & more+%20ü.md": "text",
		".hidden":               "h",
		"large":                 string(bytes.Repeat([]byte("0123456789abcdef"), 1<<16)),
	} {
		put(t, b, key, body)
		want(t, b, key, body)
	}
}

func overwrite(t *testing.T, b handlers.Bucket) {
	put(t, b, "k", "a longer first text")
	put(t, b, "k", "second")
	want(t, b, "k", "second")
}

func missing(t *testing.T, b handlers.Bucket) {
	if keys, err := b.List(t.Context(), ""); err != nil || len(keys) != 0 {
		t.Errorf("an empty bucket lists %q, %v", keys, err)
	}
	put(t, b, "there/too", "x")
	for _, key := range []string{"not", "there", "there/not", "there/too/deep"} {
		if _, err := b.Get(t.Context(), key); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the error is %v, want fs.ErrNotExist", key, err)
		}
	}
}

func list(t *testing.T, b handlers.Bucket) {
	for _, key := range []string{"b/c", "a", "b/a", "b-a", "bc/d"} {
		put(t, b, key, key)
	}
	for prefix, keys := range map[string][]string{
		"":    {"a", "b-a", "b/a", "b/c", "bc/d"},
		"b":   {"b-a", "b/a", "b/c", "bc/d"},
		"b/":  {"b/a", "b/c"},
		"b/c": {"b/c"},
		"z":   nil,
	} {
		got, err := b.List(t.Context(), prefix)
		if err != nil || !slices.Equal(got, keys) {
			t.Errorf("%q lists %q, %v; want %q", prefix, got, err, keys)
		}
	}
}

func badKeys(t *testing.T, b handlers.Bucket) {
	for _, key := range []string{"", ".", "..", "/", "/etc/passwd", "../up", "a/../../up", "a//b", "a/", "./a", `a\b`, `..\up`, "nul\x00", "\xff"} {
		if err := b.Put(t.Context(), key, handlers.Object{}); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("putting %q: the error is %v, want fs.ErrInvalid", key, err)
		}
		if _, err := b.Get(t.Context(), key); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("getting %q: the error is %v, want fs.ErrInvalid", key, err)
		}
	}
}

func cancelled(t *testing.T, b handlers.Bucket) {
	put(t, b, "old", "old")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, key := range []string{"old", "new"} {
		if err := b.Put(ctx, key, handlers.Object{Body: []byte("new")}); !errors.Is(err, context.Canceled) {
			t.Errorf("putting %s: the error is %v", key, err)
		}
	}
	if keys, err := b.List(t.Context(), ""); err != nil || !slices.Equal(keys, []string{"old"}) {
		t.Errorf("the bucket lists %q, %v", keys, err)
	}
	want(t, b, "old", "old")
}

func concurrent(t *testing.T, b handlers.Bucket) {
	body := func(i int) []byte { return bytes.Repeat([]byte{byte('a' + i)}, 1<<16) }
	put(t, b, "k", string(body(0)))
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			if err := b.Put(t.Context(), "k", handlers.Object{Body: body(i)}); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			o, err := b.Get(t.Context(), "k")
			if err == nil && (len(o.Body) != 1<<16 || !bytes.Equal(o.Body, body(int(o.Body[0]-'a')))) {
				err = fmt.Errorf("half an object of %d bytes", len(o.Body))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func isolated(t *testing.T, b handlers.Bucket) {
	body := []byte("mine")
	if err := b.Put(t.Context(), "k", handlers.Object{Body: body}); err != nil {
		t.Fatal(err)
	}
	body[0] = 'X'
	o, err := b.Get(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	o.Body[1] = 'X'
	want(t, b, "k", "mine")
}

func pieces(t *testing.T, b handlers.Bucket) {
	put(t, b, "a/k", "old")
	w, err := handlers.Create(t.Context(), b, "a/k", "text/plain")
	if err != nil {
		t.Fatal(err)
	}
	for _, piece := range []string{"one ", "two ", "three"} {
		if _, err := io.WriteString(w, piece); err != nil {
			t.Fatal(err)
		}
	}
	want(t, b, "a/k", "old")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := handlers.Open(t.Context(), b, "a/k")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if text, err := io.ReadAll(r); err != nil || string(text) != "one two three" {
		t.Errorf("read %q, %v", text, err)
	}
	for _, key := range []string{"", "../k"} {
		if _, err := handlers.Open(t.Context(), b, key); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("opening %q: the error is %v", key, err)
		}
	}
	if _, err := handlers.Open(t.Context(), b, "none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("opening what is not there: the error is %v", err)
	}
}

func givenUp(t *testing.T, b handlers.Bucket) {
	put(t, b, "k", "old")
	ctx, cancel := context.WithCancel(t.Context())
	for _, key := range []string{"k", "new"} {
		w, err := handlers.Create(ctx, b, key, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, "half"); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := w.Close(); err == nil {
				t.Errorf("%s was stored", key)
			}
			if keys, err := b.List(t.Context(), ""); err != nil || !slices.Equal(keys, []string{"k"}) {
				t.Errorf("the bucket lists %q, %v", keys, err)
			}
		}()
	}
	cancel()
}

func described(t *testing.T, b handlers.Bucket) {
	for _, key := range []string{"x/2", "x/1", "y"} {
		put(t, b, key, key)
	}
	var got []string
	for info, err := range handlers.Infos(t.Context(), b, "x") {
		if err != nil {
			t.Fatal(err)
		}
		if info.Size != int64(len(info.Key)) {
			t.Errorf("%s has %d bytes", info.Key, info.Size)
		}
		got = append(got, info.Key)
	}
	if !slices.Equal(got, []string{"x/1", "x/2"}) {
		t.Errorf("described %q", got)
	}
}
