package sentiment

import (
	"strings"

	"github.com/abadojack/whatlanggo"
)

// languageOf is the article's primary language as ISO 639-1 where there is such a
// code: as declared, else as its text reads. It is "" when neither tells.
func languageOf(in Article) string {
	if tag := primary(in.Language); tag != "" {
		return tag
	}
	// Eight thousand bytes settle the question; a longer text would only take longer.
	return whatlanggo.DetectLang(prefix(in.Text, 8000)).Iso6391()
}

// primary is the first subtag of a language tag ("en" of "en-GB" and "EN_us"), or "".
func primary(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	tag, _, _ = strings.Cut(tag, "_")
	if len(tag) < 2 || len(tag) > 3 || tag == "und" || strings.Trim(tag, "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	return tag
}

// prefix cuts s to at most n bytes at a character's edge.
func prefix(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
