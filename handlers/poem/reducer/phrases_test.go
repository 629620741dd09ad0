package reducer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPhrasesBreakWhereASentenceBreathes(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"no pause", "Nobody came.", []string{"Nobody came."}},
		{"a comma", "The town was silent, and nobody came.", []string{"The town was silent,", "and nobody came."}},
		{"too short for a line", "No, he said, and then he left us.", []string{"No, he said, and then he left us."}},
		{"a short beginning waits for the next pause", "No, he said to us, and then he left us.", []string{"No, he said to us,", "and then he left us."}},
		{"a number", "They took 1,000,000 sacks of wheat from us.", []string{"They took 1,000,000 sacks of wheat from us."}},
		{"a quotation", "“I held nothing then,” said Ilse Marn.", []string{"“I held nothing then,”", "said Ilse Marn."}},
		{"a dash", "The bridge is gone – the river is not.", []string{"The bridge is gone –", "the river is not."}},
		{"Chinese", "学校被炸毁了学校被炸毁了学校，孩子们在地下室里等了三天三夜。", []string{"学校被炸毁了学校被炸毁了学校，", "孩子们在地下室里等了三天三夜。"}},
		{"Arabic", "لقد دمروا المدرسة، ولم يبق إلا الصمت.", []string{"لقد دمروا المدرسة،", "ولم يبق إلا الصمت."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, p := range phrases(c.text) {
				got = append(got, p.Text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPhrasesStepToTheRightAndStop(t *testing.T) {
	var indents []int
	for _, p := range phrases(strings.Repeat("they burned the bread, ", 7) + "and left us there.") {
		indents = append(indents, p.Indent)
	}
	if diff := cmp.Diff([]int{0, 1, 2, 3, 4, 4, 4, 4}, indents); diff != "" {
		t.Error(diff)
	}
}

func TestPhrasesLoseNoWord(t *testing.T) {
	const text = "“No,” he said — and: 1,000 of us, all of us, wept; then, at last, silence, only silence."
	var all []string
	for _, p := range phrases(text) {
		all = append(all, p.Text)
	}
	if got := strings.Join(all, " "); got != text {
		t.Errorf("got %q", got)
	}
}

func TestTypesetUsesAPrintersMarks(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", `"We don't sleep," he said, "and the 'guests' won't leave" (or "go").`, "“We don’t sleep,” he said, “and the ‘guests’ won’t leave” (or “go”)."},
		{"en", "'\"No,\" he told me,' she said - twice.", "‘“No,” he told me,’ she said – twice."},
		{"de", `"Nein", sagte er.`, `"Nein", sagte er.`},
		{"", `"No," he said.`, `"No," he said.`},
	} {
		if got := typeset(Line{Text: c.text, Language: c.language}); got != c.want {
			t.Errorf("typeset(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
