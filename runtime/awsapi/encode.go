package awsapi

import (
	"strconv"
	"time"
)

// Time is an instant as the protocol writes it: seconds since 1970, with
// milliseconds.
type Time struct{ time.Time }

// append appends the number.
func (t Time) append(b []byte) []byte {
	ms := t.UnixMilli()
	b = strconv.AppendInt(b, ms/1000, 10)
	rest := ms % 1000
	return append(b, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10))
}

func at(t time.Time) Time { return Time{t} }

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
