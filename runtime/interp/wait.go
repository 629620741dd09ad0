package interp

import (
	"errors"
	"math"
	"strconv"
	"time"

	"canto/asl"
	"canto/asl/query"
	jsonvalue "canto/asl/value"
)

// wait waits for a number of seconds, or until an instant.
type wait struct {
	seconds   *int64
	timestamp time.Time
	path      query.Expr // of SecondsPath or TimestampPath
	text      string     // of that path
	field     string     // SecondsPath or TimestampPath; Seconds or Timestamp of an expression
	given     bool       // it is one
	until     deadline
}

// deadline reads the instant from what a path has found.
type deadline func(w *wait, v *visit, x value) (time.Time, error)

func (w *wait) by(field, path string, until deadline) { w.field, w.text, w.until = field, path, until }

func (c *compiler) wait(n *asl.Wait) behavior {
	w := &wait{}
	switch {
	case n.Seconds != nil:
		c.seconds(w, n.Seconds)
	case n.Timestamp != nil:
		c.timestamp(w, n.Timestamp)
	case n.SecondsPath != nil:
		w.by("SecondsPath", n.SecondsPath.Text, (*wait).secondsPath)
		w.path = c.path(n.SecondsPath)
	case n.TimestampPath != nil:
		w.by("TimestampPath", n.TimestampPath.Text, (*wait).timestampPath)
		w.path = c.path(n.TimestampPath)
	default:
		c.fault(n.Span(), "a Wait state needs one of Seconds, SecondsPath, Timestamp and TimestampPath")
	}
	return w
}

func (c *compiler) seconds(w *wait, s *asl.Scalar) {
	if e := c.scalar("Seconds", s, jsonvalue.NumberKind); c.language == asl.JSONata && s.Value.Kind() == jsonvalue.StringKind {
		w.by("Seconds", plain(s.Value), (*wait).secondsGiven)
		w.path, w.given = e, true
		return
	}
	n, _ := s.Value.AsNumber()
	i, ok := n.Int64()
	if !ok || i < 0 {
		c.fault(s.Span, "Seconds must be a whole number of seconds, not %s", s.Value.Text())
	}
	w.seconds = &i
}

func (c *compiler) timestamp(w *wait, s *asl.Scalar) {
	if _, ok := query.Expression(plain(s.Value)); ok && c.language == asl.JSONata {
		w.by("Timestamp", plain(s.Value), (*wait).timestampGiven)
		w.path, w.given = c.scalar("Timestamp", s, jsonvalue.StringKind), true
		return
	}
	text, _ := s.Value.AsString()
	t, ok := parseTimestamp(text)
	if !ok {
		c.fault(s.Span, "String does not match RFC3339 timestamp")
	}
	w.timestamp = t
}

func (w *wait) run(v *visit) (outcome, error) {
	in, err := v.state.io.effective(v)
	if err != nil {
		return outcome{}, err
	}
	due, err := w.due(v, in)
	if err != nil {
		return outcome{}, err
	}
	if due.Sub(v.Now()) > math.MaxInt32*time.Second {
		return outcome{}, w.wrong(v, "Wait state delay is too long.")
	}
	if due.After(v.Now()) {
		if err := v.SleepUntil(due); err != nil {
			return outcome{}, err
		}
	}
	return v.state.io.hand(v, in, v.state.exit)
}

// wrong is the error of a time that the state cannot wait for: where an expression gave
// it, it is the expression that has failed (recorded behaviour).
func (w *wait) wrong(v *visit, why string) error {
	if w.given {
		return v.unevaluated(&query.EvaluationError{Location: w.field, Message: why})
	}
	return v.wrong("%s", why)
}

func (w *wait) due(v *visit, in value) (time.Time, error) {
	switch {
	case w.seconds != nil:
		return later(v.Now(), *w.seconds), nil
	case w.path == nil:
		return w.timestamp, nil
	}
	x, err := w.path.Eval(v.seen(in))
	var q *query.EvaluationError
	switch {
	case errors.As(err, &q):
		return time.Time{}, v.explain(err)
	case err != nil:
		return time.Time{}, v.wrong("The %s parameter does not reference an input value: %s", w.field, w.text)
	}
	return w.until(w, v, x)
}

// later is now and that many seconds, however many they are.
func later(now time.Time, seconds int64) time.Time {
	return time.Unix(now.Unix()+min(seconds, math.MaxInt32+1), int64(now.Nanosecond())).UTC()
}

func (w *wait) secondsPath(v *visit, x value) (time.Time, error) {
	n, err := strconv.ParseInt(plain(x), 10, 64)
	switch {
	case err != nil:
		return time.Time{}, v.wrong("The SecondsPath parameter cannot be parsed as a long value: %s == %s", w.text, plain(x))
	case n < 0:
		return time.Time{}, v.wrong("The SecondsPath parameter references a negative value: %s == %d", w.text, n)
	}
	return later(v.Now(), n), nil
}

func (w *wait) timestampPath(v *visit, x value) (time.Time, error) {
	s, isString := x.AsString()
	t, ok := parseTimestamp(s)
	if !isString || !ok {
		return t, v.wrong("The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: %s == %s", w.text, plain(x))
	}
	return t, nil
}

// secondsGiven reads what an expression for Seconds has given.
func (w *wait) secondsGiven(v *visit, x value) (time.Time, error) {
	n, _ := x.AsNumber()
	i, ok := n.Int64()
	if !ok || i < 0 {
		return time.Time{}, w.wrong(v, "The Seconds field must be a whole number of seconds that is not negative: "+x.Text())
	}
	return later(v.Now(), i), nil
}

// timestampGiven reads what an expression for Timestamp has given.
func (w *wait) timestampGiven(v *visit, x value) (time.Time, error) {
	t, ok := parseTimestamp(plain(x))
	if !ok {
		return t, w.wrong(v, "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: "+plain(x))
	}
	return t, nil
}

// plain is a string without its quotes, and the JSON text of anything else.
func plain(x value) string {
	if s, ok := x.AsString(); ok {
		return s
	}
	return x.Text()
}

// parseTimestamp reads an RFC 3339 time with a capital T, and a capital Z or an
// offset. Go would take a comma before the fraction, too.
func parseTimestamp(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[10] != 'T' || s[19] == ',' {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}
