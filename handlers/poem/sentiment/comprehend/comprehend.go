// Package comprehend is Amazon Comprehend as an analyzer of the sentiment function.
// It is a package of its own so that only a program that wants it carries the AWS
// SDK. It never retries: the state machine's Retry does, and shows it in the history.
package comprehend

import (
	"context"
	"errors"
	"slices"
	"strings"

	"canto/handlers/poem/sentiment"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	sdk "github.com/aws/aws-sdk-go-v2/service/comprehend"
	"github.com/aws/aws-sdk-go-v2/service/comprehend/types"
	"github.com/aws/smithy-go"
)

// The service's limits (API reference, BatchDetectSentiment).
const (
	maxDocuments     = 25
	maxDocumentBytes = 5000
)

const name = "comprehend"

// Provider opens the analyzer with the SDK's own configuration: AWS_REGION, the usual
// credentials, AWS_ENDPOINT_URL_COMPREHEND.
var Provider = sentiment.Provider{Name: name, Open: func(sentiment.Config) (sentiment.Analyzer, error) {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		return nil, &sentiment.AnalyzerError{Analyzer: name, Code: "Config", Message: err.Error(), Err: err}
	}
	return New(sdk.NewFromConfig(cfg, func(o *sdk.Options) { o.Retryer = aws.NopRetryer{} })), nil
}}

// API is the one operation that is used; *comprehend.Client of the SDK has it.
type API interface {
	BatchDetectSentiment(context.Context, *sdk.BatchDetectSentimentInput, ...func(*sdk.Options)) (*sdk.BatchDetectSentimentOutput, error)
}

// Analyzer scores sentences with BatchDetectSentiment. Value is the confidence in
// POSITIVE less that in NEGATIVE; Magnitude is all that is not NEUTRAL (0 to 1), so that a
// MIXED sentence has feeling without direction, as it has with Google.
type Analyzer struct{ api API }

// New is an Analyzer over a client.
func New(api API) *Analyzer { return &Analyzer{api: api} }

// Analyze implements [sentiment.Analyzer].
func (a *Analyzer) Analyze(ctx context.Context, language string, sentences []string) ([]sentiment.Score, error) {
	code := types.LanguageCode(language)
	if !slices.Contains(code.Values(), code) {
		return nil, &sentiment.UnsupportedLanguageError{Analyzer: name, Language: language}
	}
	scores := make([]sentiment.Score, 0, len(sentences))
	for batch := range slices.Chunk(sentences, maxDocuments) {
		some, err := a.batch(ctx, code, batch)
		if err != nil {
			return nil, err
		}
		scores = append(scores, some...)
	}
	return scores, nil
}

func (a *Analyzer) batch(ctx context.Context, code types.LanguageCode, sentences []string) ([]sentiment.Score, error) {
	texts := make([]string, len(sentences))
	for i, s := range sentences {
		texts[i] = fit(s)
	}
	out, err := a.api.BatchDetectSentiment(ctx, &sdk.BatchDetectSentimentInput{LanguageCode: code, TextList: texts})
	if err != nil {
		return nil, named(err, string(code))
	}
	if len(out.ErrorList) > 0 {
		e := out.ErrorList[0]
		return nil, &sentiment.AnalyzerError{Analyzer: name, Code: aws.ToString(e.ErrorCode), Message: aws.ToString(e.ErrorMessage)}
	}
	return scoresOf(out.ResultList, len(texts))
}

func scoresOf(results []types.BatchDetectSentimentItemResult, n int) ([]sentiment.Score, error) {
	scores, seen := make([]sentiment.Score, n), 0
	for _, r := range results {
		i := int(aws.ToInt32(r.Index))
		if r.SentimentScore == nil || i < 0 || i >= n {
			continue
		}
		positive, negative := float64(aws.ToFloat32(r.SentimentScore.Positive)), float64(aws.ToFloat32(r.SentimentScore.Negative))
		neutral := float64(aws.ToFloat32(r.SentimentScore.Neutral))
		scores[i] = sentiment.Score{Value: positive - negative, Magnitude: 1 - neutral}
		seen++
	}
	if seen != n {
		return nil, &sentiment.AnalyzerError{Analyzer: name, Code: "Response", Message: "the answer leaves out some of the sentences"}
	}
	return scores, nil
}

// fit cuts a sentence to the service's limit at a character's edge.
func fit(s string) string {
	if len(s) <= maxDocumentBytes {
		return s
	}
	return strings.ToValidUTF8(s[:maxDocumentBytes], "")
}

func named(err error, language string) error {
	apiErr := smithy.APIError(nil)
	if !errors.As(err, &apiErr) {
		return &sentiment.AnalyzerError{Analyzer: name, Code: "Unreachable", Message: err.Error(), Err: err}
	}
	switch code, message := apiErr.ErrorCode(), apiErr.ErrorMessage(); code {
	case "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown":
		return &sentiment.ThrottledError{Analyzer: name, Message: message, Err: err}
	case "AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException", "MissingAuthenticationToken", "ExpiredTokenException", "IncompleteSignature":
		return &sentiment.AccessDeniedError{Analyzer: name, Message: message, Err: err}
	case "UnsupportedLanguageException":
		return &sentiment.UnsupportedLanguageError{Analyzer: name, Language: language}
	default:
		return &sentiment.AnalyzerError{Analyzer: name, Code: code, Message: message, Err: err}
	}
}
