package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
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
	if err := errors.Join(CheckKey(key), ctx.Err()); err != nil {
		return err
	}
	if err := os.MkdirAll(string(f), 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.MkdirAll(path.Dir(key), 0o777); err != nil {
		return err
	}
	temp := path.Join(path.Dir(key), temporary+rand.Text())
	if err := replace(ctx, root, temp, key, body); err != nil {
		_ = root.Remove(temp)
		return err
	}
	return flushDir(root, path.Dir(key))
}

// replace writes body to temp and gives it the name key.
func replace(ctx context.Context, root *os.Root, temp, key string, body []byte) error {
	file, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(body)
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close(), ctx.Err()); err != nil {
		return err
	}
	return root.Rename(temp, key)
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
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fs.ErrNotExist
	}
	return io.ReadAll(file)
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
