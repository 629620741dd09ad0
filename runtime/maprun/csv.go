package maprun

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"

	"canto/asl/value"
	"canto/runtime/interp"
)

const given = "GIVEN"

var delimiters = map[string]rune{"": ',', "COMMA": ',', "PIPE": '|', "SEMICOLON": ';', "SPACE": ' ', "TAB": '\t'}

// maxRecord is how long a record of a file may be: what is longer is no item, but a
// quote that nobody has closed.
const maxRecord = 16 << 20

// errLong is what a reader gives that was asked for more than a record may have.
var errLong = fmt.Errorf("a record is longer than %d MiB; is a quote or the end of a line missing?", maxRecord>>20)

// patient reads on until it has read too much for one record.
type patient struct {
	io.Reader
	left int
}

func (p *patient) Read(b []byte) (int, error) {
	if p.left <= 0 {
		return 0, errLong
	}
	n, err := p.Reader.Read(b)
	p.left -= n
	return n, err
}

// parseCSV yields the rows. Values are strings; what a row has too few of is empty,
// and what it has too many of is left out (recorded behaviour).
func parseCSV(file io.Reader, c *Config) iter.Seq2[interp.Item, error] {
	return func(yield func(interp.Item, error) bool) {
		guard := &patient{skipMark(file), maxRecord}
		rows := csv.NewReader(guard)
		rows.Comma, rows.FieldsPerRecord, rows.ReuseRecord = delimiters[c.CSVDelimiter], -1, true
		headers, err := readHeaders(rows, c)
		if errors.Is(err, io.EOF) {
			return
		}
		columns := inOrder(headers)
		for err == nil {
			var row []string
			guard.left = maxRecord
			if row, err = rows.Read(); err == nil && !yield(interp.Item{Value: record(columns, row)}, nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(interp.Item{}, err)
		}
	}
}

// readHeaders are the names of the columns: those given, or the first row.
func readHeaders(rows *csv.Reader, c *Config) ([]string, error) {
	headers := c.CSVHeaders
	if rows.Comma == 0 {
		return nil, fmt.Errorf("the CSVDelimiter %q is none of COMMA, PIPE, SEMICOLON, SPACE and TAB", c.CSVDelimiter)
	}
	if c.CSVHeaderLocation != given {
		first, err := rows.Read()
		if err != nil {
			return nil, err
		}
		headers = append([]string(nil), first...)
	}
	seen := make(map[string]bool, len(headers))
	for _, h := range headers {
		if seen[h] {
			return nil, errors.New("CSV headers cannot contain duplicates.") //nolint:staticcheck // the service's text
		}
		seen[h] = true
	}
	return headers, nil
}

// column is a member of each row.
type column struct {
	name string
	at   int
}

// inOrder are the columns in the order in which rows have them: that of the keys of a
// java.util.HashMap (recorded behaviour).
func inOrder(headers []string) []column {
	hashes := make([]int32, len(headers))
	for i, h := range headers {
		hashes[i] = value.HashString(h)
	}
	columns := make([]column, 0, len(headers))
	for _, i := range value.HashOrder(hashes) {
		columns = append(columns, column{headers[i], i})
	}
	return columns
}

func record(columns []column, row []string) value.Value {
	members := make([]value.Member, len(columns))
	for i, c := range columns {
		cell := ""
		if c.at < len(row) {
			cell = row[c.at]
		}
		members[i] = value.Member{Name: c.name, Value: value.String(cell)}
	}
	return value.NewObject(members...)
}

// skipMark passes over a byte order mark.
func skipMark(file io.Reader) *bufio.Reader {
	r := bufio.NewReaderSize(file, 64<<10)
	if mark, err := r.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = r.Discard(3)
	}
	return r
}
