package extractor

import (
	"time"

	"canto/handlers/poem/env"
)

// The names of the environment variables that FromEnv reads. Each may be left
// out.
const (
	EnvUserAgent    = "EXTRACTOR_USER_AGENT"    // "product/version (how to reach you)"
	EnvTimeout      = "EXTRACTOR_TIMEOUT"       // of the whole fetch, as a Go duration; default 10s
	EnvMaxBytes     = "EXTRACTOR_MAX_BYTES"     // of the page; default 4194304 (4 MiB)
	EnvMaxOutput    = "EXTRACTOR_MAX_OUTPUT"    // bytes of the output's JSON; default 262143
	EnvMaxRedirects = "EXTRACTOR_MAX_REDIRECTS" // default 5
)

// Config says how much is read, and how much is given.
type Config struct {
	UserAgent    string
	Timeout      time.Duration // of one page: redirects and body included
	MaxBytes     int           // of the page, after decompression
	MaxOutput    int           // bytes of the output as JSON
	MaxRedirects int
}

const (
	// A payload of Step Functions is at most 256 KiB; the output stays under it.
	mostOutput = 256<<10 - 1
	// Below this the fields beside the text might not fit.
	leastOutput = 32 << 10
)

// FromEnv reads a Config from environment variables through getenv (os.Getenv,
// or a map's). Its error names the variable that is wrong and what it may be.
func FromEnv(getenv func(string) string) (Config, error) {
	r := env.NewReader(getenv)
	cfg := Config{
		UserAgent:    r.Text(EnvUserAgent, "canto-extractor/1.0 (a weekly reader of a few articles)"),
		Timeout:      r.Duration(EnvTimeout, 10*time.Second),
		MaxBytes:     r.Number(EnvMaxBytes, 4<<20, env.Span{Least: 1 << 10, Most: 64 << 20}),
		MaxOutput:    r.Number(EnvMaxOutput, mostOutput, env.Span{Least: leastOutput, Most: mostOutput}),
		MaxRedirects: r.Number(EnvMaxRedirects, 5, env.Span{Least: 0, Most: 20}),
	}
	return cfg, r.Err()
}
