package cli

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"canto/cmd/internal/site"
	"canto/handlers"
)

// pages serves a bucket: by default the folder that canto run's poem goes to, without
// the folders in it, which are other buckets.
func pages(b *buckets, flags serveFlags) (http.Handler, error) {
	if flags.siteAddr == "" {
		if flags.siteBucket != "" {
			return nil, usage("--site-bucket %s: nothing is served without --site-addr", flags.siteBucket)
		}
		return nil, nil
	}
	if flags.siteBucket == "" {
		return site.Top(handlers.Folder(flags.out)), published{flags.out, false}.keepsOut(flags)
	}
	bucket, err := b.find(flags.siteBucket)
	if err != nil {
		return nil, usage("--site-bucket: %w", err)
	}
	if folder := b.folder(flags.siteBucket); folder != "" {
		err = published{folder, true}.keepsOut(flags)
	}
	return site.New(bucket), err
}

// published is a folder whose files --site-addr serves, those of its folders too if it
// is deep.
type published struct {
	folder string
	deep   bool
}

// keepsOut refuses files that the server itself writes where the page would serve them.
func (p published) keepsOut(flags serveFlags) error {
	for _, own := range []struct{ flag, given, file string }{
		{"--data", flags.data, flags.data},
		{"--events", flags.events, flags.events},
		{"--logs", flags.logs, filepath.Join(flags.logs, "group.jsonl")},
	} {
		if own.given != "" && !strings.Contains(own.given, "://") && p.serves(own.file) {
			return usage("%s %s: --site-addr serves what lies in the folder %s, to whoever asks: write it elsewhere, or serve another folder (--out, --site-bucket)",
				own.flag, own.given, p.folder)
		}
	}
	return nil
}

// serves says whether a file lies there, by the name that it is given or by that which
// links lead to.
func (p published) serves(file string) bool {
	return p.has(absolute(file)) || p.has(resolved(absolute(file)))
}

func (p published) has(file string) bool {
	folder := resolved(absolute(p.folder))
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		switch {
		case samePlace(dir, folder):
			return true
		case !p.deep, dir == filepath.Dir(dir):
			return false
		}
	}
}

// samePlace compares folders, of which there may be none yet.
func samePlace(a, b string) bool {
	one, err := os.Stat(a)
	other, err2 := os.Stat(b)
	if err != nil || err2 != nil {
		return a == b
	}
	return os.SameFile(one, other)
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return filepath.Clean(path)
}

// resolved follows the links in a full path, as far as there is something.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil || path == filepath.Dir(path) {
		return real
	}
	return filepath.Join(resolved(filepath.Dir(path)), filepath.Base(path))
}
