package reducer

import (
	"fmt"
	"time"

	"canto/handlers/poem/env"
)

// The names of the environment variables that FromEnv reads. Each may be left out.
const (
	EnvLines = "POEM_LINES" // most lines of the poem, 1 to 200; default 24
	EnvTitle = "POEM_TITLE" // the page's title; default "Poésie concrète"
	EnvDate  = "POEM_DATE"  // the date on the page, as 2026-11-22; default today in UTC
)

const defaultTitle = "Poésie concrète"

// Config is what the function can be told.
type Config struct {
	Lines int
	Title string
	Date  time.Time        // on the page; the zero Time asks Clock in each call
	Clock func() time.Time // nil is time.Now
}

// DefaultConfig is the configuration of an empty environment.
func DefaultConfig() Config { return Config{Lines: 24, Title: defaultTitle} }

// FromEnv reads the configuration; names that are not set keep their defaults.
// Its error names the variable that is wrong and what it may be.
func FromEnv(getenv func(string) string) (Config, error) {
	r, cfg := env.NewReader(getenv), DefaultConfig()
	cfg.Lines = r.Number(EnvLines, cfg.Lines, env.Span{Least: 1, Most: 200})
	cfg.Title = r.Text(EnvTitle, cfg.Title)
	if day := r.Text(EnvDate, ""); day != "" {
		date, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return Config{}, fmt.Errorf("environment variable %s=%q: want a date such as 2026-11-22", EnvDate, day)
		}
		cfg.Date = date
	}
	return cfg, r.Err()
}

// date is the day that the page bears.
func (c Config) date() time.Time {
	switch {
	case !c.Date.IsZero():
		return c.Date
	case c.Clock != nil:
		return c.Clock().UTC()
	}
	return time.Now().UTC()
}
