package maprun

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/interp"
)

// maxFile is how large a file of results gets, about, before the next one begins (quotas).
const maxFile = 5 << 30

// The kinds of result files.
const (
	succeeded = "SUCCEEDED"
	failed    = "FAILED"
	pending   = "PENDING"
)

// files writes the results into files of a bucket: those that succeeded, those that
// failed or were given up, those that never started, and a manifest that names them.
type files struct {
	form
	ctx    context.Context
	cancel context.CancelFunc
	unbind func() bool
	at     place  // its key is the folder, with a "/" at the end
	lines  bool   // JSONL
	ending string // of the files' names
	kinds  map[string]*parts
	before []resultFile // of what had succeeded before a redrive
	closed bool
	spare  chan []byte // texts that were written: their room is used again
}

// spares are kept at most.
const spares = 1024

func newFiles(ctx context.Context, s source, form form) (*files, error) {
	w := form.run.Writer
	at, err := s.at(w.Arguments)
	if err != nil {
		return nil, failf(ErrResultWriter, "the results of %s cannot be written: %w", form.run.ARN, err)
	}
	if prefix := strings.Trim(argument(w.Arguments, "Prefix"), "/"); prefix != "" {
		at.key = prefix + "/"
	}
	at.key += form.run.ID + "/"
	if n := form.run.Redrives; n > 0 {
		at.key += fmt.Sprintf("Redrive-%d/", n)
	}
	f := &files{form: form, at: at, lines: w.OutputType == "JSONL", ending: ".json", kinds: map[string]*parts{}, spare: make(chan []byte, spares)}
	if f.lines {
		f.ending = ".jsonl"
	}
	f.ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
	f.unbind = context.AfterFunc(ctx, func() {
		if !errors.Is(context.Cause(ctx), handlers.ErrWithdrawn) { // what was aborted still writes what it has
			f.cancel()
		}
	})
	for _, kind := range []string{succeeded, failed, pending} {
		f.kinds[kind] = &parts{files: f, kind: kind, List: []resultFile{}}
	}
	return f, nil
}

func (f *files) prepare(c *child) {
	b := f.buffer()
	if f.whole(c.result) {
		b = f.appendEnd(appendExecution(b, c.result, c.Input, f.run.Express))
	} else {
		for _, x := range f.outputs(c.result) {
			b = f.appendEnd(append(b, x.Text()...))
		}
	}
	c.text = b
}

// buffer is the room of a text that was written, or none.
func (f *files) buffer() []byte {
	select {
	case b := <-f.spare:
		return b[:0]
	default:
		return nil
	}
}

// appendEnd ends a result: with the end of a line, or what stands between two.
func (f *files) appendEnd(b []byte) []byte {
	if f.lines {
		return append(b, '\n')
	}
	return append(b, ',')
}

func (f *files) add(c *child) error {
	kind := succeeded
	if c.result.Status != interp.Succeeded {
		kind = failed
	}
	err := f.kinds[kind].write(c.text)
	select {
	case f.spare <- c.text:
	default:
	}
	c.text = nil
	return err
}

func (f *files) abort(c Child, at time.Time) error {
	name, start := f.run.ChildName(c.Index), c.At
	if start.IsZero() {
		start = at
	}
	r := Result{ARN: f.run.ChildARN(name), MachineARN: f.run.MachineARN, Name: name, Status: interp.Aborted, Start: start, Stop: at}
	return f.kinds[failed].write(f.appendEnd(appendExecution(nil, r, c.Input, f.run.Express)))
}

func (f *files) leave(c Child) error {
	return f.kinds[pending].write(f.appendEnd(appendPending(nil, f.run.MachineARN, c.Input)))
}

func (f *files) wantsRest() bool { return true }

func (f *files) written() bool { return true }

// keep gives the files of what has succeeded. They stay where they are: a redrive
// writes its own, and names them all in its manifest.
func (f *files) keep(to *finished) bool {
	to.Files = f.successes()
	return f.closed
}

func (f *files) recall(from *finished) { f.before = from.Files }

func (f *files) successes() []resultFile {
	return append(slices.Clip(f.before), f.kinds[succeeded].List...)
}

func (f *files) drop() {
	f.unbind()
	f.cancel()
	_ = f.finish() // what is open is given up with its context
}

// finish ends the files that are open.
func (f *files) finish() error {
	for _, kind := range []string{succeeded, failed, pending} {
		if err := f.kinds[kind].finish(); err != nil {
			return err
		}
	}
	return nil
}

// manifest is what manifest.json says, its members in the service's order.
type manifest struct {
	DestinationBucket string
	MapRunArn         string
	ResultFiles       struct{ FAILED, PENDING, SUCCEEDED []resultFile }
}

// resultFile is a file of results.
type resultFile struct {
	Key  string
	Size int64
}

func (f *files) close() (value.Value, error) {
	if err := f.finish(); err != nil {
		return value.Value{}, err
	}
	m := manifest{DestinationBucket: f.at.name, MapRunArn: f.run.ARN}
	m.ResultFiles.FAILED, m.ResultFiles.PENDING, m.ResultFiles.SUCCEEDED = f.kinds[failed].List, f.kinds[pending].List, f.successes()
	text, err := json.Marshal(m)
	if err == nil {
		err = f.at.bucket.Put(f.ctx, f.at.key+"manifest.json", handlers.Object{Body: text, ContentType: "application/json"})
	}
	if err != nil {
		return value.Value{}, failure(ErrResultWriter, err)
	}
	f.closed = true
	return value.NewObject(
		value.Member{Name: "MapRunArn", Value: value.String(f.run.ARN)},
		value.Member{Name: "ResultWriterDetails", Value: value.NewObject(
			value.Member{Name: "Bucket", Value: value.String(f.at.name)},
			value.Member{Name: "Key", Value: value.String(f.at.key + "manifest.json")},
		)},
	), nil
}

// parts are the files of one kind. The last may be open.
type parts struct {
	files *files
	kind  string
	List  []resultFile
	file  io.WriteCloser
	to    *bufio.Writer
	size  int64
	comma bool // has to be written before the next result
}

// write writes results, each with its end, into the next file where the last one is full.
func (p *parts) write(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	if p.file != nil && p.size+int64(len(text)) > maxFile {
		if err := p.finish(); err != nil {
			return err
		}
	}
	if p.file == nil {
		if err := p.open(); err != nil {
			return err
		}
	}
	if p.files.lines {
		return p.put(text)
	}
	if p.comma {
		if err := p.put([]byte{','}); err != nil {
			return err
		}
	}
	p.comma = true
	return p.put(text[:len(text)-1]) // there may be none after it
}

func (p *parts) put(text []byte) error {
	p.size += int64(len(text))
	if _, err := p.to.Write(text); err != nil {
		return failure(ErrResultWriter, err)
	}
	return nil
}

func (p *parts) key() string {
	return fmt.Sprintf("%s%s_%d%s", p.files.at.key, p.kind, len(p.List), p.files.ending)
}

func (p *parts) open() error {
	file, err := handlers.Create(p.files.ctx, p.files.at.bucket, p.key(), "application/json")
	if err != nil {
		return failure(ErrResultWriter, err)
	}
	p.file, p.to, p.size, p.comma = file, bufio.NewWriterSize(file, 64<<10), 0, false
	if p.files.lines {
		return nil
	}
	return p.put([]byte{'['})
}

// finish ends the file that is open, if one is.
func (p *parts) finish() error {
	if p.file == nil {
		return nil
	}
	if !p.files.lines {
		_ = p.put([]byte{']'}) // its error is Flush's as well
	}
	err := p.to.Flush()
	if closing := p.file.Close(); err == nil {
		err = closing
	}
	p.file = nil
	if err != nil {
		return failure(ErrResultWriter, err)
	}
	p.List = append(p.List, resultFile{p.key(), p.size})
	return nil
}
