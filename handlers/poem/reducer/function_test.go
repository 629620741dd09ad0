package reducer

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"html/template"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"canto/handlers"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the pages in testdata")

var sunday = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)

// put is one call of a bucket.
type put struct {
	key string
	o   handlers.Object
}

// bucket remembers what is put, in order, and refuses one key.
type bucket struct {
	puts   []put
	refuse string
}

func (b *bucket) Put(_ context.Context, key string, o handlers.Object) error {
	if key == b.refuse {
		return fs.ErrPermission
	}
	b.puts = append(b.puts, put{key, o})
	return nil
}

func (b *bucket) body(key string) string {
	for _, p := range b.puts {
		if p.key == key {
			return string(p.o.Body)
		}
	}
	return ""
}

func sundayConfig() Config {
	cfg := DefaultConfig()
	cfg.Date = sunday
	return cfg
}

// reduce runs the function on a JSON input.
func reduce(t *testing.T, cfg Config, input string) (Result, *bucket) {
	t.Helper()
	var in Input
	if err := json.Unmarshal([]byte(input), &in); err != nil {
		t.Fatal(err)
	}
	b := &bucket{}
	result, err := New(cfg, b).Reduce(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return result, b
}

func page(t *testing.T, input string) string {
	t.Helper()
	_, b := reduce(t, sundayConfig(), input)
	return b.body(PageKey)
}

const failedInput = `{"Error":"States.DataLimitExceeded","Cause":"The result of the Map is too large."}`

func week(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "week.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestGoldenPages(t *testing.T) {
	for _, c := range []struct{ name, input string }{
		{"week", week(t)},
		{"empty", `[null,[]]`},
		{"failed", failedInput},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, b := reduce(t, sundayConfig(), c.input)
			golden(t, c.name+".html", b.body(PageKey))
			golden(t, c.name+".poem.json", b.body(DataKey))
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s has changed; look at it in a browser, then run with -update:\n%s", path, diff)
	}
}

func TestReduceWritesTheDataFirstAndThePageLast(t *testing.T) {
	_, b := reduce(t, sundayConfig(), week(t))
	var got [][2]string
	for _, p := range b.puts {
		got = append(got, [2]string{p.key, p.o.ContentType})
	}
	want := [][2]string{{"poem.json", "application/json"}, {"index.html", "text/html; charset=utf-8"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReduceGivesASmallAccount(t *testing.T) {
	got, _ := reduce(t, sundayConfig(), week(t))
	want := Result{Page: "index.html", Data: "poem.json", Lines: 24, Sources: 16, Articles: 19, Sentences: 39, Failed: 2, Skipped: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	failed, _ := reduce(t, sundayConfig(), failedInput)
	if diff := cmp.Diff(Result{Page: "index.html", Data: "poem.json", Error: "States.DataLimitExceeded"}, failed); diff != "" {
		t.Error(diff)
	}
}

func TestReduceNamesTheKeyThatTheBucketRefuses(t *testing.T) {
	for _, key := range []string{DataKey, PageKey} {
		b := &bucket{refuse: key}
		_, err := New(sundayConfig(), b).Reduce(t.Context(), Input{})
		bad := (*WriteError)(nil)
		if !errors.As(err, &bad) || bad.Key != key || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: got %v", key, err)
		}
		if b.body(PageKey) != "" {
			t.Error("the page was written after its data failed")
		}
	}
}

func TestPoemDoesNotDependOnTheOrderOfArticles(t *testing.T) {
	var articles []json.RawMessage
	if err := json.Unmarshal([]byte(week(t)), &articles); err != nil {
		t.Fatal(err)
	}
	want := page(t, week(t))
	r := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		r.Shuffle(len(articles), func(i, j int) { articles[i], articles[j] = articles[j], articles[i] })
		shuffled, err := json.Marshal(articles)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, page(t, string(shuffled))); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestDateComesFromTheConfiguration(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Clock = func() time.Time { return time.Date(2027, 1, 3, 23, 30, 0, 0, time.FixedZone("", -3600)) }
	_, b := reduce(t, cfg, "[]")
	if html := b.body(PageKey); !strings.Contains(html, `<time datetime="2027-01-04">4 January 2027</time>`) {
		t.Error("the page does not bear the clock's day in UTC")
	}
	cfg.Date = sunday
	_, b = reduce(t, cfg, "[]")
	if html := b.body(PageKey); !strings.Contains(html, `<time datetime="2026-11-22">22 November 2026</time>`) {
		t.Error("a fixed date does not win over the clock")
	}
}

func TestFromEnv(t *testing.T) {
	set := map[string]string{EnvLines: "7", EnvTitle: "The Week", EnvDate: "2026-11-22"}
	got, err := FromEnv(func(name string) string { return set[name] })
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Lines: 7, Title: "The Week", Date: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, err := FromEnv(func(string) string { return "" }); err != nil || !cmp.Equal(got, DefaultConfig()) {
		t.Errorf("an empty environment gives %+v, %v", got, err)
	}
	for name, value := range map[string]string{EnvLines: "0", EnvDate: "last Sunday"} {
		_, err := FromEnv(func(n string) string {
			if n == name {
				return value
			}
			return ""
		})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%s gives %v", name, value, err)
		}
	}
}

func TestWholeWeekIsWellFormed(t *testing.T) {
	html := page(t, week(t))
	wellFormed(t, html, 24)
	if n := strings.Count(html, `rel="noopener noreferrer nofollow"`); n != 24+16 {
		t.Errorf("%d links bear their rel, want those of 24 lines and 16 sources", n)
	}
}

func TestPoemIsTheSameInDataAndOnThePage(t *testing.T) {
	_, b := reduce(t, sundayConfig(), week(t))
	var p Poem
	if err := json.Unmarshal([]byte(b.body(DataKey)), &p); err != nil {
		t.Fatal(err)
	}
	html := b.body(PageKey)
	for _, l := range p.Lines {
		first := phrases(typeset(l))[0].Text
		if !strings.Contains(html, template.HTMLEscapeString(first)) {
			t.Errorf("%q is not on the page", first)
		}
		if l.Source < 1 || l.Source > len(p.Sources) {
			t.Errorf("%q comes from source %d of %d", l.Text, l.Source, len(p.Sources))
		}
	}
	ranks := make([]int, len(p.Lines))
	for i, l := range p.Lines {
		ranks[i] = l.Rank
	}
	slices.Sort(ranks)
	for i, r := range ranks {
		if r != i+1 {
			t.Fatalf("the ranks are %v", ranks)
		}
	}
}
