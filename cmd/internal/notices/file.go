package notices

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
)

// appendTo opens a file that lines are appended to. A last line that a crash has cut off
// is taken away first: it is told again.
func appendTo(open func(flag int) (*os.File, error)) (*os.File, error) {
	whole, err := open(os.O_RDWR)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		if err := errors.Join(mend(whole), whole.Close()); err != nil {
			return nil, err
		}
	}
	return open(os.O_WRONLY | os.O_CREATE | os.O_APPEND)
}

// mend takes away the last line of a file where that has no end. What is no piece of
// JSON was not written here, and is ended.
func mend(f *os.File) error {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return err
	}
	end := make([]byte, 1)
	if _, err := f.ReadAt(end, info.Size()-1); err != nil || end[0] == '\n' {
		return err
	}
	tail := make([]byte, min(info.Size(), 4<<20)) // more than a turn's lines have
	if _, err := f.ReadAt(tail, info.Size()-int64(len(tail))); err != nil {
		return err
	}
	last := tail[bytes.LastIndexByte(tail, '\n')+1:]
	if last[0] == '{' && !json.Valid(last) {
		return f.Truncate(info.Size() - int64(len(last)))
	}
	_, err = f.WriteAt([]byte("\n"), info.Size())
	return err
}

// write writes all of a text, however many tries it takes, until ctx ends.
func write(ctx context.Context, log *slog.Logger, w io.Writer, text []byte) error {
	return retry(ctx, log, func() (bool, error) {
		n, err := w.Write(text)
		text = text[n:]
		return true, err
	})
}

// flush brings what was written to the disk, where the file is one that has a disk.
func flush(f *os.File) error {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	return f.Sync()
}
