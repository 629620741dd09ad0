package cli

import (
	"testing"
	"time"
)

func TestDurationsHaveThreeDigitsOrSo(t *testing.T) {
	cases := map[time.Duration]string{
		0: "0s", 1499 * time.Nanosecond: "1µs", 123456 * time.Nanosecond: "123µs", 12345678 * time.Nanosecond: "12.3ms",
		1234567 * time.Microsecond: "1.23s", 7*24*time.Hour + 1500*time.Millisecond: "168h0m2s",
	}
	for d, want := range cases {
		if got := round(d); got != want {
			t.Errorf("%v is told as %s, want %s", d, got, want)
		}
	}
}
