// Package env reads a function's configuration from environment variables. It
// checks each value and keeps the first mistake, so that a whole configuration
// is read in one expression. It never looks at the process's own environment:
// the caller says where variables come from.
package env

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reader reads variables. An empty or blank variable is one that is not set.
type Reader struct {
	getenv func(string) string
	err    error
}

// NewReader makes a Reader of os.Getenv, or of a function like it.
func NewReader(getenv func(string) string) *Reader { return &Reader{getenv: getenv} }

// Err is the first mistake found; it names the variable, its value and what is
// wanted instead.
func (r *Reader) Err() error { return r.err }

// Span is the least and the greatest number allowed.
type Span struct{ Least, Most int }

// Text gives the variable without spaces around it.
func (r *Reader) Text(name, otherwise string) string {
	if text := strings.TrimSpace(r.getenv(name)); text != "" {
		return text
	}
	return otherwise
}

// OneOf gives one of the words, which are in lower case; the first is the default.
func (r *Reader) OneOf(name string, words ...string) string {
	given := strings.ToLower(r.Text(name, words[0]))
	if slices.Contains(words, given) {
		return given
	}
	r.fail(name, "one of "+strings.Join(words, ", "))
	return words[0]
}

// Number gives a whole number within the span.
func (r *Reader) Number(name string, otherwise int, allowed Span) int {
	n, err := strconv.Atoi(r.Text(name, strconv.Itoa(otherwise)))
	if err != nil || n < allowed.Least || n > allowed.Most {
		r.fail(name, fmt.Sprintf("a whole number from %d to %d", allowed.Least, allowed.Most))
		return otherwise
	}
	return n
}

// Duration gives a duration above zero, written as Go writes them.
func (r *Reader) Duration(name string, otherwise time.Duration) time.Duration {
	d, err := time.ParseDuration(r.Text(name, otherwise.String()))
	if err != nil || d <= 0 {
		r.fail(name, "a duration above zero such as 10s")
		return otherwise
	}
	return d
}

// URL gives the text of an absolute http or https URL.
func (r *Reader) URL(name, otherwise string) string {
	text := r.Text(name, otherwise)
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		r.fail(name, "an absolute URL such as "+otherwise)
		return otherwise
	}
	return text
}

func (r *Reader) fail(name, want string) {
	if r.err == nil {
		r.err = fmt.Errorf("environment variable %s=%q: want %s", name, r.getenv(name), want)
	}
}
