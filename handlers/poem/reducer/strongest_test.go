package reducer

import (
	"fmt"
	"testing"

	"canto/handlers/poem/sentiment/scored"

	"github.com/google/go-cmp/cmp"
)

func sentence(text string, value float64) scored.Sentence {
	return scored.Sentence{Text: text, SentimentValue: value, Magnitude: 1}
}

func texts(sentences []scored.Sentence) []string {
	var out []string
	for _, s := range sentences {
		out = append(out, s.Text)
	}
	return out
}

func TestStrongestComeFirst(t *testing.T) {
	got := strongest([]scored.Sentence{
		sentence("The rain went on", -0.1), sentence("A child came home", 0.9), sentence("The bridge is gone", -0.95),
		sentence("Trains run late", -0.3), sentence("It is Tuesday", 0),
	}, 3)
	if diff := cmp.Diff([]string{"The bridge is gone", "A child came home", "Trains run late"}, texts(got)); diff != "" {
		t.Error(diff)
	}
}

func TestALineWithoutStrengthIsNoLine(t *testing.T) {
	if got := strongest([]scored.Sentence{sentence("It is Tuesday", 0)}, 3); len(got) != 0 {
		t.Errorf("got %v", texts(got))
	}
}

func TestEqualStrengthIsSettledByText(t *testing.T) {
	a, b := sentence("Anvils fell on Mirel", -0.5), sentence("Bells fell on Kesten", -0.5)
	for _, order := range [][]scored.Sentence{{a, b}, {b, a}} {
		if diff := cmp.Diff([]string{a.Text, b.Text}, texts(strongest(order, 2))); diff != "" {
			t.Error(diff)
		}
	}
}

func TestNearDuplicates(t *testing.T) {
	const base = "Eleven people drowned in the cold water before anyone on the shore had heard the explosion."
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"the same", base, base, true},
		{"other case and marks", "Night fell on the burning town.", "NIGHT FELL — on the burning town!", true},
		{"a word left out", base, "Eleven people drowned in the cold water before anyone on the shore heard the explosion.", true},
		{"with and without the speaker", "We buried him under the pear tree", "“We buried him under the pear tree,” said Ilse Marn, a baker from Lower Marrow.", true},
		{"another story", base, "Four hundred children were abducted from the homes of Kesten.", false},
		{"the same beginning only", "The fire destroyed a year of bread", "The fire destroyed the only school that Veldmark ever had", false},
		{"short and the same", "No more", "No more!", true},
		{"short and different", "No more", "No less", false},
		{"Chinese, one character apart", "学校被炸毁了孩子们在地下室里等了三天三夜", "学校被炸毁了孩子们在地下室里等了三天四夜", true},
		{"Chinese, another story", "学校被炸毁了孩子们在地下室里等了三天三夜", "河水冲走了整个村庄没有人听见他们的呼喊", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := shinglesOf(c.a).nearly(shinglesOf(c.b)); got != c.same {
				t.Errorf("a nearly b = %v", got)
			}
			if got := shinglesOf(c.b).nearly(shinglesOf(c.a)); got != c.same {
				t.Errorf("b nearly a = %v", got)
			}
		})
	}
}

func TestOfNearDuplicatesTheStrongerStays(t *testing.T) {
	got := strongest([]scored.Sentence{
		sentence("Night fell on the burning town of Mirel.", -0.5), sentence("Night fell on the burning town of Mirel!", -0.8),
	}, 5)
	if diff := cmp.Diff([]string{"Night fell on the burning town of Mirel!"}, texts(got)); diff != "" {
		t.Error(diff)
	}
}

func TestATextWithoutWordsIsNoLine(t *testing.T) {
	if got := strongest([]scored.Sentence{sentence("?!… —", -1)}, 5); len(got) != 0 {
		t.Errorf("got %v", texts(got))
	}
}

func BenchmarkStrongest(b *testing.B) {
	var all []scored.Sentence
	for i := range 500 {
		all = append(all, sentence(fmt.Sprintf("House %d of street %d burned down in the %dth night of the war, and nobody came.", i, i*7%31, i*3%17), -float64(i)/500))
	}
	for b.Loop() {
		strongest(all, 24)
	}
}
