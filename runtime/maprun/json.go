package maprun

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"canto/asl/value"
	"canto/runtime/interp"
)

// errScalar is what is said of a file without items (recorded behaviour).
var errScalar = errors.New("Attempting to map over non-iterable node.") //nolint:staticcheck // the service's text

// parseJSONL yields the value in each line.
func parseJSONL(file io.Reader, _ *Config) iter.Seq2[interp.Item, error] {
	return func(yield func(interp.Item, error) bool) {
		lines := bufio.NewScanner(skipMark(file))
		lines.Buffer(make([]byte, 0, 64<<10), maxRecord)
		for n := 1; lines.Scan(); n++ {
			line := bytes.TrimSpace(lines.Bytes())
			if len(line) == 0 {
				continue
			}
			item, err := parseItem(string(line))
			if err != nil {
				err = fmt.Errorf("line %d: %w", n, err)
			}
			if !yield(item, err) || err != nil {
				return
			}
		}
		err := lines.Err()
		if errors.Is(err, bufio.ErrTooLong) {
			err = errLong
		}
		if err != nil {
			yield(interp.Item{}, err)
		}
	}
}

func parseItem(text string) (interp.Item, error) {
	v, err := value.Parse(text)
	return interp.Item{Value: v.Compact()}, err
}

// parseJSON yields the elements of the array in the file. ItemsPointer may lead to one
// further down, or to an object, whose members are then the items; the file itself is
// none (recorded behaviour).
func parseJSON(file io.Reader, c *Config) iter.Seq2[interp.Item, error] {
	return func(yield func(interp.Item, error) bool) {
		guard := &patient{skipMark(file), maxRecord}
		d := &document{json.NewDecoder(guard), guard}
		d.UseNumber()
		if err := d.items(c.ItemsPointer, func(item interp.Item) bool { return yield(item, nil) }); err != nil {
			yield(interp.Item{}, d.explain(err))
		}
	}
}

// document reads a JSON text from end to end.
type document struct {
	*json.Decoder
	guard *patient
}

func (d *document) explain(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the JSON text ends too early")
	}
	return fmt.Errorf("byte %d: %w", d.InputOffset(), err)
}

// token is the next token, for which as much may be read as a record may have.
func (d *document) token() (json.Token, error) {
	d.guard.left = maxRecord
	return d.Token()
}

// items goes to what the pointer leads to, and yields what is in it. The rest of the
// text is read only where there is no pointer.
func (d *document) items(pointer string, yield func(interp.Item) bool) error {
	if err := d.follow(pointer); err != nil {
		return err
	}
	open, err := d.token()
	if err != nil {
		return err
	}
	if open != json.Delim('[') && (open != json.Delim('{') || pointer == "") {
		return errScalar
	}
	for d.More() {
		item, err := d.item(open == json.Delim('{'))
		if err != nil {
			return err
		}
		if !yield(item) {
			return nil
		}
	}
	if _, err := d.token(); err != nil || pointer != "" {
		return err
	}
	if _, err := d.token(); !errors.Is(err, io.EOF) {
		return errors.Join(errors.New("there is more after the end of the JSON text"), err)
	}
	return nil
}

// item is the next element, or member.
func (d *document) item(member bool) (interp.Item, error) {
	key := ""
	if member {
		t, err := d.token()
		if err != nil {
			return interp.Item{}, err
		}
		key, _ = t.(string)
	}
	d.guard.left = maxRecord
	var text json.RawMessage
	if err := d.Decode(&text); err != nil {
		return interp.Item{}, err
	}
	item, err := parseItem(string(text))
	item.Key, item.Keyed = key, member
	return item, err
}

// follow goes down to what a JSON Pointer (RFC 6901) leads to.
func (d *document) follow(pointer string) error {
	if pointer == "" {
		return nil
	}
	if pointer[0] != '/' {
		return fmt.Errorf("the ItemsPointer %q is no JSON Pointer: it does not begin with /", pointer)
	}
	for part := range strings.SplitSeq(pointer[1:], "/") {
		found, err := d.step(unescape.Replace(part))
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("the ItemsPointer %q leads to nothing: there is no %q", pointer, part)
		}
	}
	return nil
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// step goes down to a member, or to an element by its index.
func (d *document) step(name string) (found bool, err error) {
	open, err := d.token()
	if err != nil {
		return false, err
	}
	if open != json.Delim('[') && open != json.Delim('{') {
		return false, nil
	}
	for i := 0; d.More(); i++ {
		at := strconv.Itoa(i)
		if open == json.Delim('{') {
			t, err := d.token()
			if err != nil {
				return false, err
			}
			at, _ = t.(string)
		}
		if at == name {
			return true, nil
		}
		if err := d.skip(); err != nil {
			return false, err
		}
	}
	return false, nil
}

// skip passes over a value, piece by piece.
func (d *document) skip() error {
	for depth := 0; ; {
		t, err := d.token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}
