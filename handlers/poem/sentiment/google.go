package sentiment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// GoogleConfig is how Google Cloud Natural Language is reached: by an API key or by an OAuth 2
// bearer token; the token wins when both are set.
type GoogleConfig struct {
	Endpoint   string // scheme and host
	Key, Token string
}

var googleProvider = Provider{Name: "google", Open: func(cfg Config) (Analyzer, error) { return NewGoogle(cfg.Google) }}

// Google is Cloud Natural Language's documents:analyzeSentiment (v2), whose score and
// magnitude are the article's SentimentValue and Magnitude. An article is one
// request.
type Google struct {
	cfg    GoogleConfig
	client *http.Client
}

// NewGoogle wants a key or a token; without either it is a *ConfigError.
func NewGoogle(cfg GoogleConfig) (*Google, error) {
	if cfg.Key == "" && cfg.Token == "" {
		return nil, &ConfigError{Name: EnvGoogleKey, Want: "an API key, or a bearer token in " + EnvGoogleToken}
	}
	return &Google{cfg: cfg, client: &http.Client{Timeout: 30 * time.Second}}, nil
}

type googleRequest struct {
	Document     googleDocument `json:"document"`
	EncodingType string         `json:"encodingType"`
}

type googleDocument struct {
	Type         string `json:"type"`
	LanguageCode string `json:"languageCode,omitempty"`
	Content      string `json:"content"`
}

type googleResponse struct {
	Sentences []googleSentence `json:"sentences"`
}

type googleSentence struct {
	Text struct {
		Content     string `json:"content"`
		BeginOffset int    `json:"beginOffset"`
	} `json:"text"`
	Sentiment struct {
		Magnitude float64 `json:"magnitude"`
		Score     float64 `json:"score"`
	} `json:"sentiment"`
}

// Analyze implements [Analyzer]. The sentences travel as the lines of one document;
// Google splits it by its own rules, and its sentences are mapped back by offset.
func (g *Google) Analyze(ctx context.Context, language string, sentences []string) ([]Score, error) {
	body, err := json.Marshal(googleRequest{
		Document:     googleDocument{Type: "PLAIN_TEXT", LanguageCode: language, Content: strings.Join(sentences, "\n")},
		EncodingType: "UTF8", // offsets count bytes
	})
	if err != nil {
		return nil, g.failure("Request", err)
	}
	answer, err := g.post(ctx, body)
	if err != nil {
		return nil, g.named(err, language)
	}
	var response googleResponse
	if err := json.Unmarshal(answer, &response); err != nil {
		return nil, g.failure("Response", fmt.Errorf("the answer is not the JSON of analyzeSentiment: %w", err))
	}
	return mapBack(sentences, response.Sentences), nil
}

// maxAnswer bounds what is read of an answer: 300 sentences take about 60 kB.
const maxAnswer = 8 << 20

func (g *Google) post(ctx context.Context, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.cfg.Endpoint+"/v2/documents:analyzeSentiment", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if g.cfg.Token != "" {
		req.Header.Set("Authorization", "Bearer "+g.cfg.Token)
	} else {
		req.Header.Set("X-Goog-Api-Key", g.cfg.Key) // in the URL it would end up in errors and logs
	}
	resp, err := g.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, refusalOf(resp.StatusCode, answer)
	}
	return answer, nil
}

// googleRefusal is google.rpc.Status as REST carries it.
type googleRefusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Status  string `json:"status"`
}

func (r *googleRefusal) Error() string { return fmt.Sprintf("%s (HTTP %d)", r.Message, r.Code) }

func refusalOf(status int, answer []byte) *googleRefusal {
	var body struct {
		Error googleRefusal `json:"error"`
	}
	// A proxy in between may answer with anything; the status tells enough.
	if err := json.Unmarshal(answer, &body); err != nil || body.Error.Message == "" {
		body.Error = googleRefusal{Message: http.StatusText(status)}
	}
	body.Error.Code = status
	return &body.Error
}

func (g *Google) named(err error, language string) error {
	refusal := (*googleRefusal)(nil)
	if !errors.As(err, &refusal) {
		return g.failure("Unreachable", err)
	}
	switch {
	case refusal.Code == http.StatusTooManyRequests:
		return &ThrottledError{Analyzer: "google", Message: refusal.Error(), Err: err}
	case refusal.Code == http.StatusUnauthorized || refusal.Code == http.StatusForbidden:
		return &AccessDeniedError{Analyzer: "google", Message: refusal.Error(), Err: err}
	case refusal.Code == http.StatusBadRequest && strings.Contains(refusal.Message, "is not supported"):
		return &UnsupportedLanguageError{Analyzer: "google", Language: language}
	}
	code := refusal.Status
	if code == "" {
		code = fmt.Sprint(refusal.Code)
	}
	return g.failure(code, err)
}

func (g *Google) failure(code string, err error) error {
	return &AnalyzerError{Analyzer: "google", Code: code, Message: err.Error(), Err: err}
}

// mapBack gives each of our sentences the mean score of Google's sentences that
// overlap it, weighted by the bytes in common, and their share of the magnitude.
func mapBack(ours []string, theirs []googleSentence) []Score {
	scores := make([]Score, len(ours))
	begin := 0
	for i, s := range ours {
		scores[i] = overlapping(begin, begin+len(s), theirs)
		begin += len(s) + len("\n")
	}
	return scores
}

func overlapping(begin, end int, theirs []googleSentence) Score {
	var sum, weights, magnitude float64
	for _, t := range theirs {
		size := len(t.Text.Content)
		common := min(end, t.Text.BeginOffset+size) - max(begin, t.Text.BeginOffset)
		if common <= 0 {
			continue
		}
		w := float64(common)
		sum += w * t.Sentiment.Score
		weights += w
		magnitude += t.Sentiment.Magnitude * w / float64(size)
	}
	if weights == 0 {
		return Score{}
	}
	return Score{Value: sum / weights, Magnitude: magnitude}
}
