package awsapi

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// Time is an instant as the protocol writes it: seconds since 1970, with
// milliseconds.
type Time struct{ time.Time }

// MarshalJSON gives the number.
func (t Time) MarshalJSON() ([]byte, error) {
	ms := t.UnixMilli()
	b := strconv.AppendInt(make([]byte, 0, 16), ms/1000, 10)
	rest := ms % 1000
	return append(b, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10)), nil
}

func at(t time.Time) Time { return Time{t} }

func encode(out any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// some is a pointer to v.
func some[T any](v T) *T { return &v }

// or is what p points to, or v.
func or[T any](p *T, v T) T {
	if p != nil {
		return *p
	}
	return v
}

// text is the string that p points to, or "".
func text(p *string) string { return or(p, "") }
