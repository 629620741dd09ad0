package handlers

import (
	"context"
	"crypto/md5"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// Folder is a Bucket of the files under dir, which is made at the first Put. An
// object is written beside its place, flushed to the disk and renamed, so that
// no reader and no crash ever sees half of it. No key, and no symbolic link,
// leads out of dir.
func Folder(dir string) Bucket { return folder(dir) }

type folder string

// temporary begins the name of a file that is being written.
const temporary = ".canto-"

func (f folder) Put(ctx context.Context, key string, o Object) error {
	if err := f.put(ctx, key, o.Body); err != nil {
		return fmt.Errorf("writing %s to the folder %s: %w", key, string(f), err)
	}
	return nil
}

func (f folder) put(ctx context.Context, key string, body []byte) error {
	w, err := f.create(ctx, key)
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		w.drop()
		return err
	}
	return w.Close()
}

// Create begins a file beside its place.
func (f folder) Create(ctx context.Context, key, _ string) (io.WriteCloser, error) {
	w, err := f.create(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("writing %s to the folder %s: %w", key, string(f), err)
	}
	return w, nil
}

func (f folder) create(ctx context.Context, key string) (*newFile, error) {
	if err := errors.Join(CheckKey(key), ctx.Err()); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(string(f), 0o777); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, err
	}
	w := &newFile{ctx: ctx, root: root, key: key, temp: path.Join(path.Dir(key), temporary+rand.Text())}
	err = root.MkdirAll(path.Dir(key), 0o777)
	if err == nil {
		w.File, err = root.OpenFile(w.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return w, nil
}

// newFile is a file that is being written, and has no name yet.
type newFile struct {
	*os.File
	ctx       context.Context
	root      *os.Root
	key, temp string
}

// Close gives the file its name, unless the context has ended.
func (w *newFile) Close() error {
	defer w.root.Close()
	err := errors.Join(w.Sync(), w.File.Close(), w.ctx.Err())
	if err == nil {
		err = w.root.Rename(w.temp, w.key)
	}
	if err != nil {
		_ = w.root.Remove(w.temp)
		return err
	}
	return flushDir(w.root, path.Dir(w.key))
}

// drop takes back what was written.
func (w *newFile) drop() {
	_ = w.File.Close()
	_ = w.root.Remove(w.temp)
	_ = w.root.Close()
}

// flushDir makes a rename survive a crash of the machine.
func flushDir(root *os.Root, dir string) error {
	if runtime.GOOS == "windows" { // which cannot flush a directory
		return nil
	}
	d, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (f folder) Get(ctx context.Context, key string) (Object, error) {
	body, err := f.get(ctx, key)
	if err != nil {
		return Object{}, fmt.Errorf("reading %s from the folder %s: %w", key, string(f), err)
	}
	return Object{Body: body}, nil
}

func (f folder) get(ctx context.Context, key string) ([]byte, error) {
	file, err := f.open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// Open opens the file.
func (f folder) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	file, err := f.open(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("reading %s from the folder %s: %w", key, string(f), err)
	}
	return file, nil
}

func (f folder) open(ctx context.Context, key string) (*os.File, error) {
	if err := errors.Join(CheckKey(key), ctx.Err()); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	file, err := root.Open(key)
	if errors.Is(err, syscall.ENOTDIR) { // a part of the key is an object, not a folder
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// Infos reads the files for their ETags.
func (f folder) Infos(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return each(ctx, f, prefix, func(key string) (Info, error) { return f.describe(ctx, key) })
}

func (f folder) describe(ctx context.Context, key string) (Info, error) {
	file, err := f.open(ctx, key)
	if err != nil {
		return Info{}, fmt.Errorf("reading %s from the folder %s: %w", key, string(f), err)
	}
	defer file.Close()
	sum := md5.New()
	size, err := io.Copy(sum, file)
	if err != nil {
		return Info{}, fmt.Errorf("reading %s from the folder %s: %w", key, string(f), err)
	}
	info, err := file.Stat()
	if err != nil {
		return Info{}, err
	}
	return Info{Key: key, Size: size, Modified: info.ModTime(), ETag: eTag(sum.Sum(nil))}, nil
}

func (f folder) List(ctx context.Context, prefix string) ([]string, error) {
	keys, err := f.list(ctx, prefix)
	if err != nil {
		return nil, fmt.Errorf("listing the folder %s: %w", string(f), err)
	}
	return keys, nil
}

func (f folder) list(ctx context.Context, prefix string) ([]string, error) {
	root, err := os.OpenRoot(string(f))
	if errors.Is(err, fs.ErrNotExist) { // nothing was put yet
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var keys []string
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if d.Type().IsRegular() && strings.HasPrefix(name, prefix) && !strings.HasPrefix(d.Name(), temporary) {
			keys = append(keys, name)
		}
		return nil
	})
	slices.Sort(keys) // a walk goes by parts: "a/b" before "a-b"
	return keys, err
}
