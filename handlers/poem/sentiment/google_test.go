package sentiment

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// natural speaks documents:analyzeSentiment: it splits at full stops, as a service
// with rules of its own would, and scores a sentence by the words it knows.
func natural(t *testing.T, check func(*http.Request)) *httptest.Server {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		check(r)
		var in googleRequest
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Errorf("request: %v", err)
		}
		if in.Document.Type != "PLAIN_TEXT" || in.EncodingType != "UTF8" {
			t.Errorf("request is %+v", in)
		}
		var out googleResponse
		at := 0
		for _, part := range strings.SplitAfter(in.Document.Content, ".") {
			var s googleSentence
			s.Text.Content = strings.TrimLeft(part, " \n")
			s.Text.BeginOffset = at + len(part) - len(s.Text.Content)
			at += len(part)
			if strings.Contains(part, "dead") {
				s.Sentiment.Score, s.Sentiment.Magnitude = -0.8, 0.8
			}
			if s.Text.Content != "" {
				out.Sentences = append(out.Sentences, s)
			}
		}
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		if err := json.NewEncoder(w).Encode(out); err != nil {
			t.Errorf("answer: %v", err)
		}
	})
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func google(t *testing.T, cfg GoogleConfig) *Google {
	t.Helper()
	g, err := NewGoogle(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGoogleScoresOurSentencesFromItsOwn(t *testing.T) {
	server := natural(t, func(r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/v2/documents:analyzeSentiment" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		if r.Header.Get("X-Goog-Api-Key") != "k" || r.URL.RawQuery != "" {
			t.Error("the key must travel in its header, and only there")
		}
	})
	got, err := google(t, GoogleConfig{Endpoint: server.URL, Key: "k"}).Analyze(t.Context(), "en",
		[]string{"Ärger in Mirel.", "Eleven dead. Nobody came.", "Day broke."})
	if err != nil {
		t.Fatal(err)
	}
	// "Eleven dead." is 12 of the second sentence's 24 bytes that Google scored.
	want := []Score{{}, {Value: -0.8 * 12 / 24, Magnitude: 0.8}, {}}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Error(diff)
	}
}

func TestGooglePrefersTheBearerToken(t *testing.T) {
	server := natural(t, func(r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer t" || r.Header.Get("X-Goog-Api-Key") != "" {
			t.Errorf("headers are %v", r.Header)
		}
	})
	if _, err := google(t, GoogleConfig{Endpoint: server.URL, Key: "k", Token: "t"}).Analyze(t.Context(), "en", []string{"A b."}); err != nil {
		t.Fatal(err)
	}
}

func TestMapBackSharesASentenceThatSpansTwoOfOurs(t *testing.T) {
	var theirs googleSentence
	theirs.Text.Content = "One two\nsix ten"
	theirs.Sentiment.Score, theirs.Sentiment.Magnitude = -0.5, 1.5
	got := mapBack([]string{"One two", "six ten", "unseen"}, []googleSentence{theirs})
	want := []Score{{-0.5, 1.5 * 7 / 15}, {-0.5, 1.5 * 7 / 15}, {}}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Error(diff)
	}
}

func TestGoogleRefusalsAreNamedErrors(t *testing.T) {
	const status = `{"error":{"code":0,"message":"%","status":"INVALID_ARGUMENT"}}`
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   error
	}{
		{"quota", 429, `{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}}`, &ThrottledError{Analyzer: "google", Message: "Quota exceeded (HTTP 429)"}},
		{"bad key", 403, `{"error":{"message":"API key not valid"}}`, &AccessDeniedError{Analyzer: "google", Message: "API key not valid (HTTP 403)"}},
		{"no token", 401, ``, &AccessDeniedError{Analyzer: "google", Message: "Unauthorized (HTTP 401)"}},
		{"language", 400, strings.Replace(status, "%", "The language xx is not supported for sentiment analysis.", 1), &UnsupportedLanguageError{Analyzer: "google", Language: "xx"}},
		{"bad request", 400, strings.Replace(status, "%", "Bad document", 1), &AnalyzerError{Analyzer: "google", Code: "INVALID_ARGUMENT", Message: "Bad document (HTTP 400)"}},
		{"a proxy's page", 502, `<html>oops`, &AnalyzerError{Analyzer: "google", Code: "502", Message: "Bad Gateway (HTTP 502)"}},
		{"no JSON", 200, `<html>oops`, &AnalyzerError{Analyzer: "google", Code: "Response", Message: "the answer is not the JSON of analyzeSentiment: invalid character '<' looking for beginning of value"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			})
			_, err := google(t, GoogleConfig{Endpoint: server.URL, Key: "secret"}).Analyze(t.Context(), "xx", []string{"A b."})
			if diff := cmp.Diff(named(c.want), named(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// named is an error's type and text, which is what a machine sees of it.
func named(err error) string {
	text, _ := json.Marshal(err.Error())
	for name, is := range map[string]bool{
		"ThrottledError": as[*ThrottledError](err), "AccessDeniedError": as[*AccessDeniedError](err),
		"UnsupportedLanguageError": as[*UnsupportedLanguageError](err), "AnalyzerError": as[*AnalyzerError](err),
	} {
		if is {
			return name + " " + string(text)
		}
	}
	return string(text)
}

func as[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

func TestGoogleUnreachableIsNamedAndKeepsTheCause(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := google(t, GoogleConfig{Endpoint: "http://127.0.0.1:1", Key: "secret"}).Analyze(ctx, "en", []string{"A b."})
	if !as[*AnalyzerError](err) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the key shows in %v", err)
	}
}
