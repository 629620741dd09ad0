package sentiment

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFromEnvOfAnEmptyEnvironmentIsTheDefault(t *testing.T) {
	got, err := FromEnv(noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(DefaultConfig(), got); diff != "" {
		t.Error(diff)
	}
}

func TestFromEnvReadsEveryName(t *testing.T) {
	got, err := FromEnv(setting(EnvAnalyzer, "google", EnvMaxSentences, "3", EnvMaxBytes, "900", EnvMaxCandidates, "50", EnvMinRunes, "5",
		EnvMaxRunes, "99", EnvGoogleKey, "k", EnvGoogleToken, "t", EnvGoogleEndpoint, "http://localhost:1"))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Analyzer: "google", MaxSentences: 3, MaxBytes: 900, MaxCandidates: 50, MinRunes: 5, MaxRunes: 99,
		Google: GoogleConfig{Endpoint: "http://localhost:1", Key: "k", Token: "t"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFromEnvNamesTheSettingThatCannotBeUsed(t *testing.T) {
	for _, c := range [][2]string{{EnvMaxSentences, "many"}, {EnvMaxBytes, "0"}, {EnvMaxBytes, "262145"}, {EnvMaxCandidates, "-1"},
		{EnvMinRunes, "281"}, {EnvGoogleEndpoint, "localhost"}} {
		_, err := FromEnv(setting(c[0], c[1]))
		if err == nil || !strings.Contains(err.Error(), c[0]+"=") {
			t.Errorf("%s=%s gives %v", c[0], c[1], err)
		}
	}
}

func TestFromEnvLetsAShortMaximumLowerTheMinimum(t *testing.T) {
	got, err := FromEnv(setting(EnvMaxRunes, "10"))
	if err != nil || got.MinRunes != 10 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestNewNamesTheAnalyzersThereAre(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Analyzer = "comprehend"
	_, err := New(cfg)
	if err == nil || !strings.Contains(err.Error(), `SENTIMENT_ANALYZER="comprehend": want one of vader, google`) {
		t.Errorf("got %v", err)
	}
}

func TestNewPassesOnWhatTheProviderSays(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Analyzer = "google"
	if bad := (*ConfigError)(nil); !errors.As(second(New(cfg)), &bad) || bad.Name != EnvGoogleKey {
		t.Errorf("Google without credentials gives %v", bad)
	}
}

func second[T any](_ T, err error) error { return err }
