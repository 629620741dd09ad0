package sentiment

import "canto/handlers/poem/env"

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

// payloadLimit is what Step Functions carries from state to state, in bytes.
const payloadLimit = 256 << 10

// Config is what the function can be told. The caps keep the Map's whole result
// under the payload limit for the 50 articles that the crawler gives at most by default: 50
// times 5,000 bytes and their commas are 250,051 of 262,144.
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
		Analyzer: "vader", MaxSentences: 10, MaxBytes: 5000, MaxCandidates: 300, MinRunes: 25, MaxRunes: 280,
		Google: GoogleConfig{Endpoint: "https://language.googleapis.com"},
	}
}

// FromEnv reads the configuration; names that are not set keep their defaults.
// Its error names the variable that is wrong and what it may be.
func FromEnv(getenv func(string) string) (Config, error) {
	r, cfg := env.NewReader(getenv), DefaultConfig()
	cfg.Analyzer = r.Text(EnvAnalyzer, cfg.Analyzer)
	cfg.MaxSentences = r.Number(EnvMaxSentences, cfg.MaxSentences, env.Span{Least: 1, Most: 1000})
	cfg.MaxBytes = r.Number(EnvMaxBytes, cfg.MaxBytes, env.Span{Least: 200, Most: payloadLimit})
	cfg.MaxCandidates = r.Number(EnvMaxCandidates, cfg.MaxCandidates, env.Span{Least: 1, Most: 10000})
	cfg.MaxRunes = r.Number(EnvMaxRunes, cfg.MaxRunes, env.Span{Least: 1, Most: 2000})
	cfg.MinRunes = r.Number(EnvMinRunes, min(cfg.MinRunes, cfg.MaxRunes), env.Span{Least: 1, Most: cfg.MaxRunes})
	cfg.Google = GoogleConfig{
		Endpoint: r.URL(EnvGoogleEndpoint, cfg.Google.Endpoint),
		Key:      r.Text(EnvGoogleKey, ""),
		Token:    r.Text(EnvGoogleToken, ""),
	}
	return cfg, r.Err()
}
