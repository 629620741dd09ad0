// Package scored is what the sentiment function hands to the reducer: a sentence
// with its scores and its source, and how strong it is. It never analyses, ranks
// or lays out, and imports nothing but the standard library, so that each of the
// two functions carries only its own.
package scored

import "math"

// Sentence is one sentence of an article. Text, SentimentValue and Magnitude are
// the article's fields; the rest says where the sentence comes from.
//
// An article that the analyzer could not read gives one Sentence without Text,
// whose Skipped says why: so it shows in the execution's history and on the page.
type Sentence struct {
	Text           string  `json:"Text"`
	SentimentValue float64 `json:"SentimentValue"` // -1 (dark) to 1 (bright)
	Magnitude      float64 `json:"Magnitude"`      // from 0 up: how much feeling, of either sign
	URL            string  `json:"URL,omitempty"`
	Title          string  `json:"Title,omitempty"`
	SiteName       string  `json:"SiteName,omitempty"`
	Language       string  `json:"Language,omitempty"` // ISO 639-1 where there is one
	Skipped        string  `json:"Skipped,omitempty"`
}

// Strength is [Strength] of the sentence's own scores.
func (s Sentence) Strength() float64 { return Strength(s.SentimentValue, s.Magnitude) }

// Strength ranks sentences; the article calls it calculateSentiment. It lies in
// [0, 1), and is
//
//	|value| · magnitude / (1 + magnitude)
//
// The sign is dropped, since grief and joy are equally strong. Value and magnitude
// are multiplied, because a strong sentence needs both: a clear direction and much
// of it. A mixed sentence (value near 0, magnitude high) and a flat one both fall
// away. The magnitude is saturated, because Google's has no upper bound and
// grows with length: bare, the longest sentence would win and not the strongest.
// Only +, · and / are used, so that every machine computes the same bits. Scores
// outside their ranges are clamped; what is not a number has no strength.
func Strength(value, magnitude float64) float64 {
	if math.IsNaN(value) || math.IsNaN(magnitude) {
		return 0
	}
	value = min(math.Abs(value), 1)
	magnitude = min(max(magnitude, 0), 1e6)
	return value * magnitude / (1 + magnitude)
}
