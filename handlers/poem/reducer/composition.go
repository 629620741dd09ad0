package reducer

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// The composition. The poem is one swell of sound: it begins in a murmur, rises to
// its loudest line, and dies away. How loud a line is decides all of its setting:
//
//   - size: a step of a typographer's scale of eight, quiet lines many, loud lines few;
//   - weight: from light to black with the same step;
//   - position: the loudest stands at the left edge and takes the whole width, the
//     quieter a line the further to the right it stands, so that the left edge of
//     the poem draws the swell as a curve;
//   - the sign of its value: dark lines are upright, bright ones italic.
//
// A sentence is broken where it breathes, and each phrase steps a little to the
// right of the one before.

// Steps of size, weight and position.
const steps = 8

// swell is the reading order: for each place the rank that stands there. The
// strongest stands at about two fifths, where a phrase of music has its height;
// before it strength rises, after it it falls.
func swell(n int) []int {
	before := make([]int, 0, n)
	after := make([]int, 0, n)
	for rank := 1; rank < n; rank++ {
		// Of five lines two stand before the climax and three after it.
		if rank%5 == 2 || rank%5 == 4 {
			before = append(before, rank)
		} else {
			after = append(after, rank)
		}
	}
	slices.Reverse(before)
	if n > 0 {
		before = append(before, 0)
	}
	return append(before, after...)
}

// Setting is a line as it stands on the page.
type Setting struct {
	Line
	Address string // of its source, "" for none
	Site    string
	Phrases []Phrase
	Step    int  // of size, 0 to 7
	Weight  int  // 0 to 7
	Column  int  // from the left edge, 0 to 7
	Word    int  // characters of the longest word: it has to fit a phone
	Bright  bool // its value is above zero
	Bar     Bar
}

// Bar is the line's stroke in the figure at the top of the page, in its units.
type Bar struct{ X, Y, Height int }

// settings sets the lines of the poem.
func (p Poem) settings() []Setting {
	if len(p.Lines) == 0 {
		return nil
	}
	most, least := p.Lines[0].Strength, p.Lines[0].Strength
	for _, l := range p.Lines {
		most, least = max(most, l.Strength), min(least, l.Strength)
	}
	out := make([]Setting, len(p.Lines))
	for i, l := range p.Lines {
		out[i] = set(l, loudness(l, len(p.Lines), most-least, least))
		out[i].Bar = bar(i, out[i])
		if l.Source > 0 {
			out[i].Address, out[i].Site = p.Sources[l.Source-1].URL, p.Sources[l.Source-1].SiteName
		}
	}
	return out
}

// loudness lies from 0 to 1: a third of it is the line's strength among the others',
// two thirds are its rank, because scores lie so close, but for one or two at the top, that
// the eye could not tell them apart. The conversions keep compilers from fusing the operations, which would give other
// bits on other machines.
func loudness(l Line, n int, span, least float64) float64 {
	byStrength := 1.0
	if span > 0 {
		byStrength = (l.Strength - least) / span
	}
	byRank := 1.0
	if n > 1 {
		byRank = float64(n-l.Rank) / float64(n-1)
	}
	return float64(byStrength+2*byRank) / 3
}

func set(l Line, loud float64) Setting {
	weight := min(int(float64(loud*loud)*steps), steps-1)
	if l.Rank > 1 {
		weight = min(weight, steps-2) // one line only is the loudest
	}
	return Setting{
		Line:    l,
		Step:    min(weight, largest(l.Text)),
		Weight:  weight,
		Column:  steps - 1 - min(int(loud*steps), steps-1),
		Word:    longestWord(l.Text),
		Bright:  l.SentimentValue > 0,
		Phrases: phrases(typeset(l)),
	}
}

// largest is the size that a text of its length bears: a long sentence in the
// largest size would be a wall.
func largest(text string) int {
	switch n := utf8.RuneCountInString(text); {
	case n <= 100:
		return 7
	case n <= 160:
		return 6
	case n <= 240:
		return 5
	}
	return 4
}

// longestWord counts the characters of the longest word that a browser cannot break.
func longestWord(text string) int {
	longest, word := 0, 0
	for _, r := range text {
		if word++; unicode.IsSpace(r) || unicode.In(r, unspaced...) {
			word = 0
		}
		longest = max(longest, word)
	}
	return longest
}

// unspaced are the scripts that do not part their words: a line may break within.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// The figure: one stroke a line, dark ones hang from the horizon, bright ones stand on it.
const barGap, horizon = 6, 32

func bar(place int, s Setting) Bar {
	height := 3 + 4*(steps-1-s.Column)
	if s.Bright {
		return Bar{X: barGap * place, Y: horizon - height, Height: height}
	}
	return Bar{X: barGap * place, Y: horizon, Height: height}
}
