package sentiment

import (
	"context"
	"math"
	"strings"
)

// Score is an analyzer's verdict on one sentence. Each analyzer documents how its
// own scale maps to this one, so that their sentences rank alike.
type Score struct {
	Value     float64 // -1 (dark) to 1 (bright)
	Magnitude float64 // from 0 up: how much feeling, of either sign
}

// Analyzer scores sentences of one language (ISO 639-1, "" when unknown): one Score
// for each, in order. Its errors are the named ones of this package; a language that it cannot
// read is *UnsupportedLanguageError. It is safe for concurrent use.
type Analyzer interface {
	Analyze(ctx context.Context, language string, sentences []string) ([]Score, error)
}

// Provider opens an analyzer under the name that SENTIMENT_ANALYZER selects.
type Provider struct {
	Name string
	Open func(cfg Config) (Analyzer, error)
}

func providerNames(ps []Provider) string {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}

// round keeps four decimals: all that the analyzers mean, and short in the payload.
func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }
