package comprehend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"canto/handlers/poem/sentiment"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/comprehend"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// client is the SDK's own client against a server of the test.
func client(t *testing.T, h http.HandlerFunc) *Analyzer {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return New(sdk.New(sdk.Options{
		Region: "eu-north-1", BaseEndpoint: aws.String(server.URL), Retryer: aws.NopRetryer{}, HTTPClient: server.Client(),
		Credentials: aws.CredentialsProviderFunc(credentials),
	}))
}

type request struct {
	LanguageCode string
	TextList     []string
}

// service speaks AWS JSON 1.1 for BatchDetectSentiment, limits included, and
// remembers the batches.
func service(t *testing.T, seen *[]request) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("X-Amz-Target"); got != "Comprehend_20171127.BatchDetectSentiment" {
			t.Errorf("target is %q", got)
		}
		if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
			t.Error("the request is not signed")
		}
		var in request
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Errorf("request: %v", err)
		}
		*seen = append(*seen, in)
		if len(in.TextList) > 25 {
			fault(w, 400, "BatchSizeLimitExceededException", "too many documents")
			return
		}
		results := []string{}
		for i, text := range in.TextList {
			if len(text) > 5000 {
				fault(w, 400, "TextSizeLimitExceededException", "too long")
				return
			}
			results = append(results, fmt.Sprintf(`{"Index":%d,"Sentiment":"X","SentimentScore":%s}`, i, scoresFor(text)))
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		fmt.Fprintf(w, `{"ErrorList":[],"ResultList":[%s]}`, strings.Join(results, ","))
	}
}

func scoresFor(text string) string {
	switch {
	case strings.Contains(text, "dead"):
		return `{"Positive":0.0,"Negative":0.75,"Neutral":0.25,"Mixed":0.0}`
	case strings.Contains(text, "but"):
		return `{"Positive":0.125,"Negative":0.125,"Neutral":0.0,"Mixed":0.75}`
	}
	return `{"Positive":0.0,"Negative":0.0,"Neutral":1.0,"Mixed":0.0}`
}

func fault(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-ErrorType", code)
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"__type":%q,"Message":%q}`, code, message)
}

func TestAnalyzeMapsConfidencesToScores(t *testing.T) {
	var seen []request
	got, err := client(t, service(t, &seen)).Analyze(t.Context(), "en", []string{"Eleven dead.", "Sad but glad.", "It rained."})
	if err != nil {
		t.Fatal(err)
	}
	want := []sentiment.Score{{Value: -0.75, Magnitude: 0.75}, {Value: 0, Magnitude: 1}, {}}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]request{{"en", []string{"Eleven dead.", "Sad but glad.", "It rained."}}}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestAnalyzeKeepsTheServicesLimits(t *testing.T) {
	var seen []request
	texts := make([]string, 60)
	for i := range texts {
		texts[i] = "It rained."
	}
	texts[30] = strings.Repeat("ж", 4000) + " dead"
	texts[59] = "Eleven dead."
	got, err := client(t, service(t, &seen)).Analyze(t.Context(), "fr", texts)
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, r := range seen {
		sizes = append(sizes, len(r.TextList))
	}
	if diff := cmp.Diff([]int{25, 25, 10}, sizes); diff != "" {
		t.Error(diff)
	}
	if len(got) != 60 || got[59].Value != -0.75 || got[58] != (sentiment.Score{}) {
		t.Errorf("%d scores, the last %+v", len(got), got[len(got)-1])
	}
}

func TestAnalyzeSaysWhatItCannotReadWithoutACall(t *testing.T) {
	a := client(t, func(http.ResponseWriter, *http.Request) { t.Error("the service was called") })
	for _, language := range []string{"uk", ""} {
		_, err := a.Analyze(t.Context(), language, []string{"x"})
		if bad := (*sentiment.UnsupportedLanguageError)(nil); !errors.As(err, &bad) || bad.Language != language {
			t.Errorf("%q gives %v", language, err)
		}
	}
}

func TestFaultsAreNamedErrors(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		is     func(error) bool
	}{
		{400, "ThrottlingException", as[*sentiment.ThrottledError]},
		{400, "TooManyRequestsException", as[*sentiment.ThrottledError]},
		{400, "AccessDeniedException", as[*sentiment.AccessDeniedError]},
		{400, "ExpiredTokenException", as[*sentiment.AccessDeniedError]},
		{400, "UnsupportedLanguageException", as[*sentiment.UnsupportedLanguageError]},
		{500, "InternalServerException", as[*sentiment.AnalyzerError]},
	} {
		t.Run(c.code, func(t *testing.T) {
			calls := 0
			a := client(t, func(w http.ResponseWriter, _ *http.Request) { calls++; fault(w, c.status, c.code, "because") })
			_, err := a.Analyze(t.Context(), "en", []string{"It rained."})
			if !c.is(err) {
				t.Errorf("got %T: %v", err, err)
			}
			if calls != 1 {
				t.Errorf("the service was called %d times: retries are the machine's", calls)
			}
		})
	}
}

func TestAnswersThatAreIncompleteAreErrors(t *testing.T) {
	for _, c := range []struct{ name, body, code string }{
		{"a document failed", `{"ErrorList":[{"Index":0,"ErrorCode":"InternalServerException","ErrorMessage":"x"}],"ResultList":[]}`, "InternalServerException"},
		{"a document is missing", `{"ErrorList":[],"ResultList":[]}`, "Response"},
		{"an index that was not asked for", `{"ErrorList":[],"ResultList":[{"Index":7,"SentimentScore":{"Neutral":1}}]}`, "Response"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := client(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, c.body) })
			_, err := a.Analyze(t.Context(), "en", []string{"It rained."})
			if failure := (*sentiment.AnalyzerError)(nil); !errors.As(err, &failure) || failure.Code != c.code {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestUnreachableIsNamed(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	a := New(sdk.New(sdk.Options{Region: "eu-north-1", BaseEndpoint: aws.String(server.URL), Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(credentials)}))
	_, err := a.Analyze(t.Context(), "en", []string{"It rained."})
	if failure := (*sentiment.AnalyzerError)(nil); !errors.As(err, &failure) || failure.Code != "Unreachable" {
		t.Errorf("got %v", err)
	}
}

func TestProviderOpensFromTheEnvironment(t *testing.T) {
	var seen []request
	server := httptest.NewServer(service(t, &seen))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{"AWS_REGION": "eu-north-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_ENDPOINT_URL_COMPREHEND": server.URL, "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"} {
		t.Setenv(name, value)
	}
	cfg := sentiment.DefaultConfig()
	cfg.Analyzer = "comprehend"
	f, err := sentiment.New(cfg, Provider)
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Analyze(t.Context(), sentiment.Article{Language: "en", Text: "Eleven people lie dead in the harbour of Mirel."})
	if err != nil || len(got) != 1 || got[0].SentimentValue != -0.75 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func as[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

func credentials(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
}
