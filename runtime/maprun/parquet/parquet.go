// Package parquet reads the items of Parquet files for Map Runs: each row is one, an
// object with the columns in the order of the schema. It is a package of its own
// because its library is heavy; it writes nothing.
package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/parquet-go/parquet-go"

	"canto/runtime/interp"
	"canto/runtime/maprun"
)

// InputType is what an ItemReader calls such files.
const InputType = "PARQUET"

// rowsAtOnce are read in one go.
const rowsAtOnce = 64

// Parse yields the rows. What cannot be read from any place, as a file on disk can, is
// first copied to a temporary file.
func Parse(file io.Reader, _ *maprun.Config) iter.Seq2[interp.Item, error] {
	return func(yield func(interp.Item, error) bool) {
		stopped := false
		err := parse(file, func(item interp.Item) bool {
			stopped = !yield(item, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(interp.Item{}, err)
		}
	}
}

var _ maprun.Parse = Parse

func parse(file io.Reader, yield func(interp.Item) bool) error {
	at, size, drop, err := anywhere(file)
	if err != nil {
		return err
	}
	defer drop()
	f, err := open(at, size)
	if err != nil {
		return fmt.Errorf("this is no Parquet file: %w", err)
	}
	for _, group := range f.RowGroups() {
		if more, err := readGroup(f.Schema(), group, yield); err != nil || !more {
			return err
		}
	}
	return nil
}

// maxFooter is how much memory the description of a file may take.
const maxFooter = 64 << 20

// open opens the file, if the size of its footer is one that it can have: the library
// would make room for any.
func open(at io.ReaderAt, size int64) (*parquet.File, error) {
	const frame = 12 // the mark at both ends, and the footer's size
	if size < frame {
		return nil, fmt.Errorf("%d bytes are too few", size)
	}
	var end [4]byte
	if _, err := at.ReadAt(end[:], size-8); err != nil {
		return nil, err
	}
	if footer := int64(binary.LittleEndian.Uint32(end[:])); footer > min(size-frame, maxFooter) {
		return nil, fmt.Errorf("its footer would have %d bytes", footer)
	}
	return guarded(func() (*parquet.File, error) { return parquet.OpenFile(at, size) })
}

// readGroup yields the rows of a group, and says whether more are wanted.
func readGroup(schema *parquet.Schema, group parquet.RowGroup, yield func(interp.Item) bool) (more bool, err error) {
	rows := group.Rows()
	defer func() { err = errors.Join(err, rows.Close()) }()
	buffer := make([]parquet.Row, rowsAtOnce)
	for {
		items, end, err := readRows(schema, rows, buffer)
		if err != nil {
			return false, err
		}
		for _, item := range items {
			if !yield(item) {
				return false, nil
			}
		}
		if end {
			return true, nil
		}
	}
}

// readRows reads some rows. end says that they are the last ones.
func readRows(schema *parquet.Schema, rows parquet.Rows, buffer []parquet.Row) (items []interp.Item, end bool, err error) {
	items, err = guarded(func() ([]interp.Item, error) {
		n, err := rows.ReadRows(buffer)
		end = errors.Is(err, io.EOF)
		if err != nil && !end {
			return nil, err
		}
		end = end || n == 0
		return itemsOf(schema, buffer[:n])
	})
	return items, end, err
}

func itemsOf(schema *parquet.Schema, rows []parquet.Row) ([]interp.Item, error) {
	items := make([]interp.Item, len(rows))
	for i, row := range rows {
		var tree any
		if err := schema.Reconstruct(&tree, row); err != nil {
			return nil, err
		}
		items[i].Value = valueOf(schema, tree)
	}
	return items, nil
}

// guarded makes an error of a panic: the library panics at some broken files.
func guarded[T any](read func() (T, error)) (out T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the file is broken: %v", p)
		}
	}()
	return read()
}

// anywhere is the file as one that can be read at any place, and its size.
func anywhere(file io.Reader) (at io.ReaderAt, size int64, drop func(), err error) {
	if f, ok := file.(*os.File); ok {
		info, err := f.Stat()
		if err != nil {
			return nil, 0, nil, err
		}
		return f, info.Size(), func() {}, nil
	}
	temp, err := os.CreateTemp("", "canto-*.parquet")
	if err != nil {
		return nil, 0, nil, err
	}
	drop = func() {
		_ = temp.Close()
		_ = os.Remove(temp.Name())
	}
	if size, err = io.Copy(temp, file); err != nil {
		drop()
		return nil, 0, nil, err
	}
	return temp, size, drop, nil
}
