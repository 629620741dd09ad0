package sentiment

import (
	"context"
	"errors"
	"fmt"

	"canto/handlers/poem/sentiment/scored"
)

// Article is the input: what the extractor gives, or, after a Catch, the error
// output that took the article's place.
type Article struct {
	URL      string `json:"URL"`
	Title    string `json:"Title"`
	SiteName string `json:"SiteName"`
	Language string `json:"Language"` // as the page declares it ("en-GB"); detected when empty
	Text     string `json:"Text"`     // plain text, paragraphs parted by line breaks
	Error    string `json:"Error"`
	Cause    string `json:"Cause"`
}

// failed says that the article is an error output, which has a name or a cause and no text.
func (a Article) failed() bool { return a.Text == "" && (a.Error != "" || a.Cause != "") }

// Function is the Lambda function. It is safe for concurrent use.
type Function struct {
	cfg      Config
	analyzer Analyzer
}

// New builds the function with the analyzer that cfg names: "vader", "google", or
// one of the providers. An unknown name or a provider that cannot start is an error.
func New(cfg Config, providers ...Provider) (*Function, error) {
	known := append([]Provider{vaderProvider, googleProvider}, providers...)
	for _, p := range known {
		if p.Name != cfg.Analyzer {
			continue
		}
		a, err := p.Open(cfg)
		if err != nil {
			return nil, err
		}
		return &Function{cfg: cfg, analyzer: a}, nil
	}
	return nil, &ConfigError{Name: EnvAnalyzer, Value: cfg.Analyzer, Want: "one of " + providerNames(known)}
}

// Analyze gives the article's sentences in reading order, at most cfg.MaxSentences
// of them and cfg.MaxBytes as JSON: the strongest when there are more. An error
// output gives nil, which is null in JSON. An article in a language that the analyzer
// cannot read gives one sentence without text that says so. Errors are those of the
// analyzer: *ThrottledError, *AccessDeniedError, *AnalyzerError, or the context's.
func (f *Function) Analyze(ctx context.Context, in Article) ([]scored.Sentence, error) {
	if in.failed() {
		return nil, nil
	}
	language := languageOf(in)
	texts := f.candidates(in.Text, language)
	if len(texts) == 0 {
		return []scored.Sentence{}, nil
	}
	scores, err := f.analyzer.Analyze(ctx, language, texts)
	if unsupported := (*UnsupportedLanguageError)(nil); errors.As(err, &unsupported) {
		return []scored.Sentence{f.skipped(in, language, unsupported)}, nil
	}
	if err != nil {
		return nil, err
	}
	if len(scores) != len(texts) {
		return nil, &AnalyzerError{Analyzer: f.cfg.Analyzer, Code: "WrongCount",
			Message: fmt.Sprintf("%d sentences were sent and %d scores came back", len(texts), len(scores))}
	}
	return f.capped(f.sentences(in, language, texts, scores)), nil
}

// candidates are the sentences worth an analyzer's time, from the article's top.
func (f *Function) candidates(text, language string) []string {
	var kept []string
	for _, s := range split(text, language) {
		if s = tidy(s); !f.cfg.isProse(s) {
			continue
		}
		if kept = append(kept, s); len(kept) == f.cfg.MaxCandidates {
			break
		}
	}
	return kept
}

func (f *Function) sentences(in Article, language string, texts []string, scores []Score) []scored.Sentence {
	out := make([]scored.Sentence, len(texts))
	for i, text := range texts {
		out[i] = source(in, language)
		out[i].Text = text
		out[i].SentimentValue = round(scores[i].Value)
		out[i].Magnitude = round(scores[i].Magnitude)
	}
	return out
}

func (f *Function) skipped(in Article, language string, err *UnsupportedLanguageError) scored.Sentence {
	s := source(in, language)
	s.Skipped = err.Error()
	return s
}
