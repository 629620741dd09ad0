package sentiment

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"canto/handlers/poem/sentiment/scored"

	"github.com/google/go-cmp/cmp"
)

func noEnv(string) string { return "" }

func setting(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

// stub scores by a function and remembers what it was asked.
type stub struct {
	score    func(i int, text string) Score
	err      error
	language string
	asked    []string
}

func (s *stub) Analyze(_ context.Context, language string, sentences []string) ([]Score, error) {
	s.language, s.asked = language, sentences
	if s.err != nil {
		return nil, s.err
	}
	scores := make([]Score, len(sentences))
	for i, text := range sentences {
		scores[i] = s.score(i, text)
	}
	return scores, nil
}

func newFunction(t *testing.T, a Analyzer, change func(*Config)) *Function {
	t.Helper()
	cfg := DefaultConfig()
	cfg.Analyzer = "stub"
	if change != nil {
		change(&cfg)
	}
	f, err := New(cfg, Provider{Name: "stub", Open: func(Config) (Analyzer, error) { return a, nil }})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const story = `The ferry to Lower Marrow

The ferry to Lower Marrow was destroyed before dawn, and eleven people drowned in the cold water.
The council of Marrow meets on Tuesday at nine in the town hall.

We use cookies to make this page better for you and for our partners.
"I am grateful to the brave strangers who saved my daughter," said Ilse Marn, a baker.`

func TestAnalyzeGivesScoredSentencesWithTheirSource(t *testing.T) {
	f, err := New(DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Analyze(t.Context(), Article{URL: "https://marrow.example/ferry", Title: "The ferry", SiteName: "Marrow Post", Text: story})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, s := range got {
		texts = append(texts, s.Text)
		if s.URL != "https://marrow.example/ferry" || s.Title != "The ferry" || s.SiteName != "Marrow Post" || s.Language != "en" {
			t.Errorf("source of %q is %+v", s.Text, s)
		}
	}
	want := []string{
		"The ferry to Lower Marrow was destroyed before dawn, and eleven people drowned in the cold water.",
		"The council of Marrow meets on Tuesday at nine in the town hall.",
		`"I am grateful to the brave strangers who saved my daughter," said Ilse Marn, a baker.`,
	}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Fatal(diff)
	}
	if got[0].SentimentValue >= 0 || got[1].Strength() != 0 || got[2].SentimentValue <= 0 {
		t.Errorf("values are %v, %v, %v: want dark, flat, bright", got[0].SentimentValue, got[1].SentimentValue, got[2].SentimentValue)
	}
}

func TestAnalyzeGivesNullForAnErrorOutput(t *testing.T) {
	for _, input := range []string{
		`{"Error":"FetchError","Cause":"{\"errorMessage\":\"404\"}"}`,
		`{"Error":"States.Timeout"}`,
		`{"Cause":"no name was given"}`,
	} {
		var in Article
		if err := json.Unmarshal([]byte(input), &in); err != nil {
			t.Fatal(err)
		}
		a := &stub{}
		out, err := newFunction(t, a, nil).Analyze(t.Context(), in)
		if err != nil {
			t.Errorf("%s: %v", input, err)
		}
		if text, _ := json.Marshal(out); string(text) != "null" {
			t.Errorf("%s gives %s, want null", input, text)
		}
		if a.asked != nil {
			t.Errorf("%s was sent to the analyzer", input)
		}
	}
}

func TestAnalyzeGivesAnEmptyListWhereNothingIsProse(t *testing.T) {
	for _, text := range []string{"", "   \n\n ", "Home News Sport", "Buy! Now!"} {
		out, err := newFunction(t, &stub{}, nil).Analyze(t.Context(), Article{URL: "https://a.example/", Text: text})
		if body, _ := json.Marshal(out); err != nil || string(body) != "[]" {
			t.Errorf("%q gives %s, %v; want []", text, body, err)
		}
	}
}

func TestAnalyzeRecordsALanguageThatTheAnalyzerCannotRead(t *testing.T) {
	f, _ := New(DefaultConfig())
	in := Article{URL: "https://uferblatt.example/1", Title: "Die Fähre", SiteName: "Uferblatt",
		Text: "Die Fähre wurde vor dem Morgen zerstört, und elf Menschen ertranken im kalten Wasser."}
	got, err := f.Analyze(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	want := []scored.Sentence{{URL: in.URL, Title: in.Title, SiteName: in.SiteName, Language: "de",
		Skipped: `unsupported: vader does not read the language "de"`}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnalyzePassesTheAnalyzersErrorOn(t *testing.T) {
	throttled := &ThrottledError{Analyzer: "stub", Message: "slow down"}
	_, err := newFunction(t, &stub{err: throttled}, nil).Analyze(t.Context(), Article{Language: "en", Text: story})
	if err != error(throttled) {
		t.Errorf("got %v, want the analyzer's own error, unwrapped, since its type is the errorType", err)
	}
}

func TestAnalyzeRefusesAnAnswerOfTheWrongLength(t *testing.T) {
	_, err := newFunction(t, short{}, nil).Analyze(t.Context(), Article{Language: "en", Text: story})
	if failure := (*AnalyzerError)(nil); !errors.As(err, &failure) || failure.Code != "WrongCount" {
		t.Errorf("got %v", err)
	}
}

type short struct{}

func (short) Analyze(context.Context, string, []string) ([]Score, error) { return nil, nil }

func TestAnalyzeStopsWithItsContext(t *testing.T) {
	f, _ := New(DefaultConfig())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Analyze(ctx, Article{Language: "en", Text: story}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func manySentences(n int, clause string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("House number " + strings.Repeat("i", i%40+1) + " burned down, " + clause + ".\n")
	}
	return b.String()
}

func TestCapsKeepTheStrongestInReadingOrder(t *testing.T) {
	a := &stub{score: func(i int, _ string) Score { return Score{Value: -float64(i%7) / 7, Magnitude: 1} }}
	f := newFunction(t, a, func(c *Config) { c.MaxSentences = 4 })
	got, err := f.Analyze(t.Context(), Article{Language: "en", Text: manySentences(30, "and nobody came")})
	if err != nil {
		t.Fatal(err)
	}
	var texts, want []string
	for _, s := range got {
		texts = append(texts, s.Text)
	}
	for _, i := range []int{6, 13, 20, 27} {
		want = append(want, a.asked[i])
	}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Error(diff)
	}
}

func TestCapsBoundTheCandidates(t *testing.T) {
	a := &stub{score: func(int, string) Score { return Score{} }}
	f := newFunction(t, a, func(c *Config) { c.MaxCandidates = 5 })
	if _, err := f.Analyze(t.Context(), Article{Language: "en", Text: manySentences(30, "and nobody came")}); err != nil {
		t.Fatal(err)
	}
	if len(a.asked) != 5 {
		t.Errorf("%d sentences were sent to the analyzer, want 5", len(a.asked))
	}
}

// As many of the largest answers as the crawler gives URLs must fit together.
func TestFiftyArticlesFitThePayloadLimit(t *testing.T) {
	for _, clause := range []string{
		"and nobody came to put out the fire " + strings.Repeat("that night ", 16) + "at all",
		"і ніхто не прийшов гасити пожежу " + strings.Repeat("тієї ночі ", 16) + "зовсім",
		`and "<b>&</b>" was all that ` + strings.Repeat("<i>anybody</i> ", 9) + "wrote",
	} {
		a := &stub{score: func(i int, _ string) Score { return Score{Value: -0.1234, Magnitude: float64(i)} }}
		in := Article{URL: "https://a.example/" + strings.Repeat("long/", 190), Title: strings.Repeat("Ünder ", 400),
			SiteName: strings.Repeat("Post ", 400), Language: "en", Text: manySentences(300, clause)}
		out, err := newFunction(t, a, nil).Analyze(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if len(out) == 0 {
			t.Fatalf("%q: nothing fits at all", clause[:20])
		}
		fifty, err := json.Marshal(slicesOf(out, 50))
		if err != nil {
			t.Fatal(err)
		}
		if len(fifty) > payloadLimit {
			t.Errorf("%q: fifty articles take %d bytes, the limit is %d", clause[:20], len(fifty), payloadLimit)
		}
	}
}

func slicesOf[T any](x T, n int) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = x
	}
	return out
}

func TestCapsLeaveOutASentenceThatIsTooLarge(t *testing.T) {
	f := newFunction(t, &stub{}, func(c *Config) { c.MaxBytes = 200 })
	small := scored.Sentence{Text: "Night fell on the town.", SentimentValue: -0.2, Magnitude: 0.5}
	large := scored.Sentence{Text: strings.Repeat("Night fell. ", 30), SentimentValue: -1, Magnitude: 1}
	if diff := cmp.Diff([]scored.Sentence{small}, f.capped([]scored.Sentence{large, small})); diff != "" {
		t.Error(diff)
	}
}

func TestSourceLeavesOutAnAddressThatIsTooLong(t *testing.T) {
	s := source(Article{URL: "https://a.example/" + strings.Repeat("x", 1000), Title: strings.Repeat("ж", 900)}, "en")
	if s.URL != "" {
		t.Errorf("the address of %d bytes stays", len(s.URL))
	}
	if n := utf8.RuneCountInString(s.Title); n != maxTitleRunes {
		t.Errorf("the title has %d characters, want %d", n, maxTitleRunes)
	}
}

func TestSourceNamesTheHostWhereThePageHasNoName(t *testing.T) {
	if s := source(Article{URL: "https://post.marrow.example/a"}, "en"); s.SiteName != "post.marrow.example" {
		t.Errorf("site name is %q", s.SiteName)
	}
}

func TestAnalyzeIsSafeForConcurrentUse(t *testing.T) {
	f, _ := New(DefaultConfig())
	in := Article{URL: "https://marrow.example/ferry", Text: story}
	want, err := f.Analyze(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	for range 8 {
		t.Run("caller", func(t *testing.T) {
			t.Parallel()
			if got, err := f.Analyze(t.Context(), in); err != nil || !cmp.Equal(want, got) {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}
