package crawler

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func getenv(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

func TestDefaults(t *testing.T) {
	cfg, err := FromEnv(getenv(nil))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Engine: Google, SearchURL: "https://www.google.com/search", Limit: 50, Pages: 6, Freshness: Week,
		Robots: Obey, UserAgent: "canto-crawler/1.0 (a weekly reader of one query)", Timeout: 10 * time.Second,
	}
	if diff := cmp.Diff(want, cfg); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEachEngineHasItsAddress(t *testing.T) {
	for engine, want := range map[string]string{
		"Google":     "https://www.google.com/search",
		"duckduckgo": "https://html.duckduckgo.com/html/",
		"rss":        "https://www.bing.com/search?format=rss",
	} {
		if cfg, err := FromEnv(getenv(map[string]string{EnvEngine: engine})); err != nil || cfg.SearchURL != want {
			t.Errorf("%s: %s, %v; want %s", engine, cfg.SearchURL, err, want)
		}
	}
}

func TestVariables(t *testing.T) {
	cfg, err := FromEnv(getenv(map[string]string{
		EnvQuery: "a query", EnvEngine: "rss", EnvSearchURL: "https://feed.test/?x=1", EnvLimit: "3", EnvPages: "1",
		EnvFreshness: "any", EnvRobots: "results", EnvUserAgent: "me/1 (me@a.test)", EnvTimeout: "1m30s",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Query: "a query", Engine: RSS, SearchURL: "https://feed.test/?x=1", Limit: 3, Pages: 1,
		Freshness: Any, Robots: Results, UserAgent: "me/1 (me@a.test)", Timeout: 90 * time.Second,
	}
	if diff := cmp.Diff(want, cfg); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for name, value := range map[string]string{
		EnvEngine: "altavista", EnvSearchURL: "somewhere", EnvLimit: "0", EnvPages: "all",
		EnvFreshness: "year", EnvRobots: "no", EnvTimeout: "10",
	} {
		_, err := FromEnv(getenv(map[string]string{name: value}))
		if want := "environment variable " + name + `="` + value + `": want `; err == nil || len(err.Error()) <= len(want) || err.Error()[:len(want)] != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
