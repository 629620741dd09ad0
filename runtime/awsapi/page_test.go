package awsapi

import (
	"testing"
	"time"
	"unicode"
)

func TestTokensOfPages(t *testing.T) {
	made := time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)
	token := paging{list: "things"}.tokenAt("the key\nof two lines", made)
	if !unicode.IsLetter(rune(token[0])) {
		t.Errorf("it begins with %c", token[0])
	}
	for name, tt := range map[string]struct {
		list, token string
		after       time.Duration
		good        bool
	}{
		"at once":         {"things", token, 0, true},
		"after a day":     {"things", token, 24*time.Hour - time.Second, true},
		"later":           {"things", token, 24 * time.Hour, false},
		"of another list": {"others", token, 0, false},
		"cut":             {"things", token[:len(token)-4], 0, false},
		"changed":         {"things", "A" + token[1:], 0, false},
		"short":           {"things", "AAA", 0, false},
		"empty":           {"things", "", 0, false},
		"no base64":       {"things", "?", 0, false},
	} {
		key, good := paging{list: tt.list, token: &tt.token}.keyAt(made.Add(tt.after))
		if good != tt.good || good && key != "the key\nof two lines" {
			t.Errorf("%s: %q %t", name, key, good)
		}
	}
}
