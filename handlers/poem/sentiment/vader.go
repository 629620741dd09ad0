package sentiment

import (
	"context"
	"strings"
	"sync"

	"github.com/jonreiter/govader"
)

var vaderProvider = Provider{Name: "vader", Open: func(Config) (Analyzer, error) { return VADER{}, nil }}

// VADER scores English with the embedded lexicon of Hutto and Gilbert (2014): no
// network, about 15 µs a sentence. It measures how grim or bright the words are, not
// who is right. Value is its compound score; Magnitude is the share of the
// sentence that carries feeling (positive plus negative, 0 to 1).
type VADER struct{}

// lexicon is loaded with the first sentence (8 ms): a machine that never gets here does not pay.
var lexicon = sync.OnceValue(govader.NewSentimentIntensityAnalyzer)

// plain turns typographic marks into those that the lexicon's tokenizer strips:
// it knows ASCII only, and would not find "killed" in “killed”.
var plain = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`,
	"‘", "'", "’", "'", "—", " ", "–", " ", "…", " ", "\u00a0", " ")

// Analyze implements [Analyzer] for "en"; any other language is *UnsupportedLanguageError.
func (VADER) Analyze(ctx context.Context, language string, sentences []string) ([]Score, error) {
	if language != "en" {
		return nil, &UnsupportedLanguageError{Analyzer: "vader", Language: language}
	}
	scores := make([]Score, len(sentences))
	for i, s := range sentences {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p := lexicon().PolarityScores(plain.Replace(s))
		scores[i] = Score{Value: p.Compound, Magnitude: p.Positive + p.Negative}
	}
	return scores, nil
}
