package sentiment

import (
	"fmt"
	"strconv"
)

// The environment's names.
const (
	EnvAnalyzer       = "SENTIMENT_ANALYZER"       // vader (default), google, comprehend
	EnvMaxSentences   = "SENTIMENT_MAX_SENTENCES"  // sentences an article may give
	EnvMaxBytes       = "SENTIMENT_MAX_BYTES"      // bytes of JSON an article may give
	EnvMaxCandidates  = "SENTIMENT_MAX_CANDIDATES" // sentences sent to the analyzer
	EnvMinRunes       = "SENTIMENT_MIN_RUNES"      // shorter sentences are dropped
	EnvMaxRunes       = "SENTIMENT_MAX_RUNES"      // longer sentences are dropped
	EnvGoogleKey      = "GOOGLE_API_KEY"           // an API key, or
	EnvGoogleToken    = "GOOGLE_ACCESS_TOKEN"      // an OAuth 2 bearer token
	EnvGoogleEndpoint = "GOOGLE_LANGUAGE_ENDPOINT" // https://language.googleapis.com by default
)

// Config is what the function can be told. The caps keep the Map's whole result
// under the payload limit of 256 KiB (262,144 bytes) for 40 articles: 40 times
// 6,000 bytes and their commas are 240,041.
type Config struct {
	Analyzer      string
	MaxSentences  int
	MaxBytes      int
	MaxCandidates int // bounds what a paid analyzer costs for one article
	MinRunes      int
	MaxRunes      int
	Google        GoogleConfig
}

// DefaultConfig is the configuration of an empty environment.
func DefaultConfig() Config {
	return Config{
		Analyzer: "vader", MaxSentences: 10, MaxBytes: 6000, MaxCandidates: 300, MinRunes: 25, MaxRunes: 280,
		Google: GoogleConfig{Endpoint: "https://language.googleapis.com"},
	}
}

// FromEnv reads the configuration; names that are not set keep their defaults.
// A number that is none, or not positive, is a *ConfigError.
func FromEnv(getenv func(string) string) (Config, error) {
	cfg := DefaultConfig()
	text := func(name string, into *string) {
		if v := getenv(name); v != "" {
			*into = v
		}
	}
	text(EnvAnalyzer, &cfg.Analyzer)
	text(EnvGoogleKey, &cfg.Google.Key)
	text(EnvGoogleToken, &cfg.Google.Token)
	text(EnvGoogleEndpoint, &cfg.Google.Endpoint)
	for _, n := range []struct {
		name string
		into *int
	}{
		{EnvMaxSentences, &cfg.MaxSentences}, {EnvMaxBytes, &cfg.MaxBytes}, {EnvMaxCandidates, &cfg.MaxCandidates},
		{EnvMinRunes, &cfg.MinRunes}, {EnvMaxRunes, &cfg.MaxRunes},
	} {
		if err := number(getenv, n.name, n.into); err != nil {
			return Config{}, err
		}
	}
	if cfg.MinRunes > cfg.MaxRunes {
		return Config{}, &ConfigError{Name: EnvMinRunes, Value: strconv.Itoa(cfg.MinRunes),
			Want: fmt.Sprintf("at most %s, which is %d", EnvMaxRunes, cfg.MaxRunes)}
	}
	return cfg, nil
}

func number(getenv func(string) string, name string, into *int) error {
	v := getenv(name)
	if v == "" {
		return nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		return &ConfigError{Name: name, Value: v, Want: "a whole number from 1 up"}
	}
	*into = n
	return nil
}
