package sentiment

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitByLanguage(t *testing.T) {
	for _, c := range []struct {
		name, language, text string
		want                 []string
	}{
		{"English abbreviations", "en", "Dr. Ost met Mr. Vane at 5 p.m. in St. Mirel. She wept.",
			[]string{"Dr. Ost met Mr. Vane at 5 p.m. in St. Mirel.", "She wept."}},
		{"German ordinals and titles", "de", "Prof. Dr. Ost kam am 3. Mai. Dann ging er.",
			[]string{"Prof. Dr. Ost kam am 3. Mai.", "Dann ging er."}},
		{"initials", "fr", "M. A. Verne est mort. La ville pleure.", []string{"M. A. Verne est mort.", "La ville pleure."}},
		{"Chinese without spaces", "zh", "学校被炸毁了。孩子们都死了。", []string{"学校被炸毁了。", "孩子们都死了。"}},
		{"Ukrainian", "uk", "Місто мовчить. На вул. Садовій нікого.", []string{"Місто мовчить.", "На вул.", "Садовій нікого."}},
		{"a headline stays apart", "en", "The night in Mirel\n\nNobody slept.", []string{"The night in Mirel", "Nobody slept."}},
		{"a wrapped line is joined", "en", "Nobody\nslept in\r\nMirel.\n\nDay came.", []string{"Nobody slept in Mirel.", "Day came."}},
		{"without blank lines each line is a paragraph", "en", "The night in Mirel\nNobody slept.", []string{"The night in Mirel", "Nobody slept."}},
		{"blank lines of spaces", "en", "One came.\n \u00a0\t\nTwo left.", []string{"One came.", "Two left."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range split(c.text, c.language) {
				got = append(got, tidy(s))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLanguageOfAnArticle(t *testing.T) {
	const german = "Die Fähre wurde vor dem Morgen zerstört, und elf Menschen ertranken im kalten Wasser."
	for _, c := range []struct {
		name string
		in   Article
		want string
	}{
		{"declared", Article{Language: "fr", Text: german}, "fr"},
		{"declared with a region", Article{Language: "en-GB"}, "en"},
		{"declared with an underscore", Article{Language: " EN_us "}, "en"},
		{"declared badly", Article{Language: "<script>", Text: german}, "de"},
		{"declared as undetermined", Article{Language: "und", Text: german}, "de"},
		{"detected", Article{Text: german}, "de"},
		{"nothing to detect", Article{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := languageOf(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPrefixCutsAtACharacter(t *testing.T) {
	if got := prefix("жжж", 3); got != "ж" {
		t.Errorf("got %q", got)
	}
}

// Whatever a page holds, what comes out is clean text within the limits.
func FuzzCandidates(f *testing.F) {
	f.Add(story, "en")
	f.Add("学校被炸毁了。孩子们都死了。", "zh")
	f.Add("Prof. Dr. 3. \xff\u202e“(", "de")
	cfg := DefaultConfig()
	function := &Function{cfg: cfg}
	f.Fuzz(func(t *testing.T, text, language string) {
		for _, s := range function.candidates(text, language) {
			if s != tidy(s) || !cfg.isProse(s) {
				t.Errorf("%q is not clean prose", s)
			}
		}
	})
}
