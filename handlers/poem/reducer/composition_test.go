package reducer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestSwellRisesAndFalls(t *testing.T) {
	for n := range 60 {
		order := swell(n)
		if len(order) != n {
			t.Fatalf("%d lines become %d", n, len(order))
		}
		if n == 0 {
			continue
		}
		top := slices.Index(order, 0)
		rising, falling := slices.Clone(order[:top+1]), order[top:]
		slices.Reverse(rising)
		if !slices.IsSorted(rising) || !slices.IsSorted(falling) {
			t.Errorf("%d lines stand as %v", n, order)
		}
		if at := float64(top) / float64(n); n >= 10 && (at < 0.33 || at > 0.45) {
			t.Errorf("of %d lines the loudest stands at %.2f", n, at)
		}
	}
}

// lines is a poem's lines of falling strength, in order of rank.
func lines(n int) Poem {
	var p Poem
	for i := range n {
		p.Lines = append(p.Lines, Line{Text: fmt.Sprintf("Line %d fell.", i), SentimentValue: -1, Strength: 0.5 - float64(i)/100, Rank: i + 1})
	}
	return p
}

func TestStrengthIsSizeWeightAndPosition(t *testing.T) {
	settings := lines(24).settings()
	if s := settings[0]; s.Step != 7 || s.Weight != 7 || s.Column != 0 {
		t.Errorf("the strongest line has %+v", s)
	}
	if s := settings[23]; s.Step != 0 || s.Weight != 0 || s.Column != 7 {
		t.Errorf("the weakest line has %+v", s)
	}
	for i := 1; i < len(settings); i++ {
		a, b := settings[i-1], settings[i]
		if b.Step > a.Step || b.Weight > a.Weight || b.Column < a.Column {
			t.Errorf("rank %d is louder than rank %d", b.Rank, a.Rank)
		}
	}
	loudest := func(s Setting) bool { return s.Step == 7 }
	if slices.ContainsFunc(settings[1:], loudest) {
		t.Error("two lines are the loudest")
	}
}

func TestLoudnessStaysInRange(t *testing.T) {
	for n := 1; n < 30; n++ {
		p := lines(n)
		for i := range p.Lines {
			p.Lines[i].Strength = 0.4 // all alike: rank decides
		}
		for _, s := range p.settings() {
			if s.Step < 0 || s.Step > 7 || s.Column < 0 || s.Column > 7 || s.Weight < 0 || s.Weight > 7 {
				t.Errorf("%d lines: %+v", n, s)
			}
		}
	}
}

func TestALongSentenceIsHeavyButNotHuge(t *testing.T) {
	p := lines(5)
	p.Lines[0].Text = strings.Repeat("They burned the bread. ", 12)
	if s := p.settings()[0]; s.Weight != 7 || s.Step != 4 {
		t.Errorf("weight %d, size %d", s.Weight, s.Step)
	}
}

func TestBrightLinesStandOnTheHorizon(t *testing.T) {
	p := lines(2)
	p.Lines[0].SentimentValue = 0.9
	s := p.settings()
	if !s[0].Bright || s[0].Bar.Y+s[0].Bar.Height != horizon {
		t.Errorf("the bright line has %+v", s[0])
	}
	if s[1].Bright || s[1].Bar.Y != horizon || s[1].Bar.X != barGap {
		t.Errorf("the dark line has %+v", s[1])
	}
	for _, l := range s {
		if l.Bar.Y < 0 || l.Bar.Y+l.Bar.Height > 2*horizon {
			t.Errorf("%+v leaves the figure", l.Bar)
		}
	}
}

func TestLongestWordOfScriptsThatDoNotPartTheirs(t *testing.T) {
	for text, want := range map[string]int{"": 0, "a bcd ef": 3, "Wörterbuch": 10, "学校被炸毁了": 0, "学校School学校": 6} {
		if got := longestWord(text); got != want {
			t.Errorf("longestWord(%q) = %d, want %d", text, got, want)
		}
	}
}
