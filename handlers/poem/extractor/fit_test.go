package extractor

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// awkward costs more in JSON than in memory, by every rule there is.
const awkward = `He said: "no <b> & no \ end". ` + "Tab\there, line\u2028end. Ünïcode — 灯りは消えない。 🕯 stays lit! \x01 "

func TestJSONStaysWithinTheLimitAtEveryByte(t *testing.T) {
	whole := Article{URL: "https://a.test/?a=1&b=2", Title: `"<T>"`, Text: strings.TrimSpace(strings.Repeat(awkward, 8))}
	full := size(whole)
	for limit := size(Article{URL: whole.URL, Title: whole.Title}); limit <= full+2; limit++ {
		got := fit(whole, limit)
		if n := size(got); n > limit {
			t.Fatalf("limit %d: %d bytes", limit, n)
		}
		if !strings.HasPrefix(whole.Text, got.Text) || !utf8.ValidString(got.Text) {
			t.Fatalf("limit %d: %q is no beginning of the text", limit, got.Text)
		}
		if limit >= full && got != whole {
			t.Fatalf("limit %d: a text that fits whole is cut", limit)
		}
	}
}

func TestTextOfOneSentenceFillsTheLimitToTheByte(t *testing.T) {
	whole := Article{Text: strings.Repeat("a", 5000)}
	for limit := 1000; limit < 1010; limit++ {
		if n := size(fit(whole, limit)); n != limit {
			t.Errorf("limit %d: %d bytes", limit, n)
		}
	}
}

func TestCutFallsBetweenSentences(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("They counted the stairs. ", 40),
		strings.Repeat("Wer hat das befohlen? Niemand!\n\n", 40),
		strings.Repeat("灯りは消えない。", 40),
	} {
		whole := Article{Text: strings.TrimSpace(text)}
		for limit := size(whole) - 60; limit < size(whole); limit++ {
			got := fit(whole, limit).Text
			if last, _ := utf8.DecodeLastRuneInString(got); !strings.ContainsRune(".!?。", last) {
				t.Fatalf("limit %d: the text ends with %q", limit, got[max(0, len(got)-30):])
			}
		}
	}
}

func FuzzFit(f *testing.F) {
	f.Add(awkward, 150)
	f.Add("\xff\xfe. \u2029", 110)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if limit < size(Article{}) {
			return
		}
		if n := size(fit(Article{Text: text}, limit)); n > limit {
			t.Errorf("limit %d: %d bytes", limit, n)
		}
	})
}

func FuzzEscapedCountsAsJSONDoes(f *testing.F) {
	f.Add(awkward)
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		text = strings.ReplaceAll(text, "\ufffd", "") // counted as the six bytes that a broken one takes
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		n := 2
		for _, r := range text {
			n += escaped(r)
		}
		if n != len(encoded) {
			t.Errorf("%q: counted %d, JSON has %d", text, n, len(encoded))
		}
	})
}
