package sentiment

import (
	"errors"
	"testing"
)

func TestVADERScoresEnglish(t *testing.T) {
	for _, c := range []struct {
		text string
		sign float64
	}{
		{"Three children were killed when the shell hit the school.", -1},
		{"The council met on Tuesday.", 0},
		{"They danced, happy and free.", 1},
		{"“Killed” is the word in the register.", -1}, // typographic quotes do not hide the word
		{"The bridge—destroyed—lies in the river.", -1},
	} {
		scores, err := VADER{}.Analyze(t.Context(), "en", []string{c.text})
		if err != nil {
			t.Fatal(err)
		}
		s := scores[0]
		if s.Value*c.sign < 0 || (c.sign != 0) != (s.Value != 0) {
			t.Errorf("%q has the value %v", c.text, s.Value)
		}
		if s.Value < -1 || s.Value > 1 || s.Magnitude < 0 || s.Magnitude > 1 {
			t.Errorf("%q has %+v: out of range", c.text, s)
		}
	}
}

func TestVADERSaysWhatItCannotRead(t *testing.T) {
	for _, language := range []string{"de", "uk", ""} {
		_, err := VADER{}.Analyze(t.Context(), language, []string{"x"})
		if bad := (*UnsupportedLanguageError)(nil); !errors.As(err, &bad) || bad.Language != language {
			t.Errorf("%q gives %v", language, err)
		}
	}
}
