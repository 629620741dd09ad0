package scored

import (
	"encoding/json"
	"math"
	"testing"
)

func TestStrengthOfScores(t *testing.T) {
	for _, c := range []struct {
		name             string
		value, magnitude float64
		want             float64
	}{
		{"dark and full", -1, 1, 0.5},
		{"bright is as strong as dark", 1, 1, 0.5},
		{"flat", 0, 0, 0},
		{"mixed: much feeling, no direction", 0, 9, 0},
		{"a direction without feeling", -0.9, 0, 0},
		{"value beyond its range is clamped", -7, 3, 0.75},
		{"negative magnitude is none", -0.5, -2, 0},
		{"infinite magnitude stays below one", 1, math.Inf(1), 1e6 / (1 + 1e6)},
		{"not a number", math.NaN(), 1, 0},
		{"not a number either", 1, math.NaN(), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Strength(c.value, c.magnitude); got != c.want {
				t.Errorf("Strength(%v, %v) = %v, want %v", c.value, c.magnitude, got, c.want)
			}
		})
	}
}

func TestStrengthGrowsWithEither(t *testing.T) {
	if !(Strength(-0.8, 0.5) > Strength(-0.7, 0.5)) {
		t.Error("a clearer value is not stronger")
	}
	if !(Strength(-0.8, 2) > Strength(-0.8, 1)) {
		t.Error("a larger magnitude is not stronger")
	}
}

func TestLongSentencesDoNotWinByLengthAlone(t *testing.T) {
	long, clear := Strength(-0.3, 12), Strength(-0.8, 1)
	if long >= clear {
		t.Errorf("a long mild sentence (%v) outranks a short clear one (%v)", long, clear)
	}
}

func TestSentenceKeepsTheArticlesFieldNames(t *testing.T) {
	got, err := json.Marshal(Sentence{Text: "Night fell.", SentimentValue: -0.5, Magnitude: 0.25})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"Text":"Night fell.","SentimentValue":-0.5,"Magnitude":0.25}`
	if string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
