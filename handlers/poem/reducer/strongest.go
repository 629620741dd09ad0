package reducer

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"canto/handlers/poem/sentiment/scored"
)

// strongest ranks the sentences by scored.Strength, leaves out those without any
// and those that nearly repeat a stronger one, and gives the first n. Ties are settled by the text
// and then the address, so that the order of the articles does not matter.
func strongest(sentences []scored.Sentence, n int) []scored.Sentence {
	ranked := slices.Clone(sentences)
	slices.SortFunc(ranked, func(a, b scored.Sentence) int {
		return cmp.Or(
			cmp.Compare(b.Strength(), a.Strength()),
			cmp.Compare(a.Text, b.Text),
			cmp.Compare(a.URL, b.URL),
			cmp.Compare(a.Title, b.Title),
			cmp.Compare(a.SiteName, b.SiteName),
			cmp.Compare(a.Language, b.Language),
			cmp.Compare(a.SentimentValue, b.SentimentValue),
		)
	})
	var kept []scored.Sentence
	var seen []shingles
	for _, s := range ranked {
		if len(kept) == n || s.Strength() == 0 {
			break
		}
		if mine := shinglesOf(s.Text); len(mine) > 0 && !slices.ContainsFunc(seen, mine.nearly) {
			kept, seen = append(kept, s), append(seen, mine)
		}
	}
	return kept
}

// shingles are the runs of three words in a text, case and punctuation aside: what
// agencies' copies of one sentence have in common (Broder, 1997).
type shingles map[string]bool

const (
	shingleWords = 3
	// A script that does not part its words gives one long "word": runs of four
	// characters take the place of words.
	shingleRunes = 4
	// Half of all shingles in common is one sentence in two versions.
	nearJaccard = 0.5
	// One sentence within another: a quotation with and without its speaker.
	nearWithin = 0.8
)

func shinglesOf(text string) shingles {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r)
	})
	size, join := shingleWords, " "
	if runes := []rune(strings.Join(words, "")); len(runes) > 12*len(words) {
		words, size, join = strings.Split(string(runes), ""), shingleRunes, ""
	}
	out := shingles{}
	for i := range words {
		if i == 0 || i+size <= len(words) { // fewer words than a shingle are one shingle
			out[strings.Join(words[i:min(i+size, len(words))], join)] = true
		}
	}
	return out
}

func (a shingles) nearly(b shingles) bool {
	common := 0
	for s := range a {
		if b[s] {
			common++
		}
	}
	union, smaller := len(a)+len(b)-common, min(len(a), len(b))
	return float64(common) >= nearJaccard*float64(union) || float64(common) >= nearWithin*float64(smaller)
}
