package env_test

import (
	"testing"
	"time"

	"canto/handlers/poem/env"
)

func reader(value string) *env.Reader {
	return env.NewReader(func(string) string { return value })
}

func TestDefaultsStandInForWhatIsNotSet(t *testing.T) {
	for _, blank := range []string{"", "  "} {
		r := reader(blank)
		if got := r.Text("X", "a"); got != "a" {
			t.Errorf("Text = %q", got)
		}
		if got := r.OneOf("X", "b", "c"); got != "b" {
			t.Errorf("OneOf = %q", got)
		}
		if got := r.Number("X", 3, env.Span{Least: 1, Most: 9}); got != 3 {
			t.Errorf("Number = %d", got)
		}
		if got := r.Duration("X", time.Second); got != time.Second {
			t.Errorf("Duration = %s", got)
		}
		if got := r.URL("X", "https://a.example/"); got != "https://a.example/" {
			t.Errorf("URL = %q", got)
		}
		if r.Err() != nil {
			t.Errorf("Err = %v", r.Err())
		}
	}
}

func TestValuesAreChecked(t *testing.T) {
	number := func(r *env.Reader) any { return r.Number("X", 3, env.Span{Least: 1, Most: 9}) }
	duration := func(r *env.Reader) any { return r.Duration("X", time.Second) }
	word := func(r *env.Reader) any { return r.OneOf("X", "week", "day") }
	address := func(r *env.Reader) any { return r.URL("X", "https://a.example/") }
	for _, c := range []struct {
		value string
		read  func(*env.Reader) any
		want  any
		err   string
	}{
		{"9", number, 9, ""},
		{"10", number, 3, `environment variable X="10": want a whole number from 1 to 9`},
		{"many", number, 3, `environment variable X="many": want a whole number from 1 to 9`},
		{"1m", duration, time.Minute, ""},
		{"0s", duration, time.Second, `environment variable X="0s": want a duration above zero such as 10s`},
		{" DAY ", word, "day", ""},
		{"year", word, "week", `environment variable X="year": want one of week, day`},
		{"http://b.example/x?y", address, "http://b.example/x?y", ""},
		{"b.example", address, "https://a.example/", `environment variable X="b.example": want an absolute URL such as https://a.example/`},
	} {
		r := reader(c.value)
		if got := c.read(r); got != c.want {
			t.Errorf("%q: got %v, want %v", c.value, got, c.want)
		}
		if message := text(r.Err()); message != c.err {
			t.Errorf("%q: error %q, want %q", c.value, message, c.err)
		}
	}
}

func TestFirstMistakeIsKept(t *testing.T) {
	r := reader("?")
	r.Number("FIRST", 1, env.Span{Least: 1, Most: 2})
	r.Duration("SECOND", time.Second)
	if want := `environment variable FIRST="?": want a whole number from 1 to 2`; text(r.Err()) != want {
		t.Errorf("error %q, want %q", text(r.Err()), want)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
