package sentiment

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"unicode/utf8"

	"canto/handlers/poem/sentiment/scored"
)

// What a sentence's source may take of the payload. A longer address is left out
// whole, since half an address leads nowhere.
const maxURLBytes, maxTitleRunes, maxSiteRunes = 1000, 140, 60

// source is a sentence of the article before it has words.
func source(in Article, language string) scored.Sentence {
	s := scored.Sentence{Title: shorten(tidy(in.Title), maxTitleRunes), SiteName: shorten(tidy(in.SiteName), maxSiteRunes), Language: language}
	if len(in.URL) <= maxURLBytes && utf8.ValidString(in.URL) {
		s.URL = in.URL
	}
	if u, err := url.Parse(s.URL); err == nil && s.SiteName == "" {
		s.SiteName = shorten(u.Hostname(), maxSiteRunes)
	}
	return s
}

func shorten(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes-1]) + "…"
}

// capped keeps the strongest sentences that fit both caps, in reading order. A
// sentence too large for what is left makes room for a weaker, smaller one.
func (f *Function) capped(all []scored.Sentence) []scored.Sentence {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(all[b].Strength(), all[a].Strength())
	})
	left := f.cfg.MaxBytes - len("[]")
	var kept []int
	for _, i := range order {
		if len(kept) == f.cfg.MaxSentences {
			break
		}
		if size := jsonSize(all[i]) + len(","); size <= left {
			left -= size
			kept = append(kept, i)
		}
	}
	slices.Sort(kept)
	out := make([]scored.Sentence, len(kept))
	for n, i := range kept {
		out[n] = all[i]
	}
	return out
}

// jsonSize is an upper bound: encoding/json escapes <, > and & in six bytes, which the service does not.
func jsonSize(s scored.Sentence) int {
	text, err := json.Marshal(s)
	if err != nil { // a score that is no number cannot be sent at all
		return 1 << 30
	}
	return len(text)
}
