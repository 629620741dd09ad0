package reducer

import (
	"encoding/json"
	"errors"
	"testing"

	"canto/handlers/poem/sentiment/scored"

	"github.com/google/go-cmp/cmp"
)

func TestInputForms(t *testing.T) {
	a, b := scored.Sentence{Text: "a", SentimentValue: -0.5, Magnitude: 1}, scored.Sentence{Text: "b"}
	const ja, jb = `{"Text":"a","SentimentValue":-0.5,"Magnitude":1}`, `{"Text":"b"}`
	for _, c := range []struct {
		name, input string
		want        Input
	}{
		{"articles", `[[` + ja + `],[` + jb + `]]`, Input{Sentences: []scored.Sentence{a, b}, Articles: 2}},
		{"nulls", `[null,[` + ja + `,null], null ]`, Input{Sentences: []scored.Sentence{a}, Articles: 3, Failed: 2}},
		{"flat sentences", `[` + ja + `,` + jb + `]`, Input{Sentences: []scored.Sentence{a, b}, Articles: 2}},
		{"a language that was not read", `[[{"Text":"","Skipped":"unsupported"}]]`, Input{Articles: 1, Skipped: 1}},
		{"nothing", ` [] `, Input{}},
		{"null", `null`, Input{}},
		{"an empty article", `[[]]`, Input{Articles: 1}},
		{"what is no sentence", `[[1,"x",{},[` + ja + `],{"Text":7},{"Text":"x","Magnitude":1e999}],7]`, Input{Articles: 2, Unreadable: 7}},
		{"an error output", `{"Error":"States.Timeout","Cause":"late"}`, Input{Error: "States.Timeout", Cause: "late"}},
		{"an error output without a name", `{"Cause":"late"}`, Input{Error: "Error", Cause: "late"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got Input
			if err := json.Unmarshal([]byte(c.input), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInputRefusesWhatIsNeither(t *testing.T) {
	for _, input := range []string{`7`, `"x"`, `true`, `{}`, `{"Items":[]}`, `{"Error":7}`} {
		var in Input
		if bad := (*InputError)(nil); !errors.As(json.Unmarshal([]byte(input), &in), &bad) {
			t.Errorf("%s is taken", input)
		}
	}
}

// Whatever the states before hand over, the reducer makes a sound page of it or
// refuses it by name.
func FuzzReduce(f *testing.F) {
	for _, seed := range []string{`[]`, `null`, failedInput, `[null,[{"Text":"They burned it, all of it, and left.","SentimentValue":-1,"Magnitude":1,"URL":"javascript:x","Language":"e\"n"}]]`,
		`[[{"Text":"“No,” he said — and: died.","SentimentValue":1,"Magnitude":9e99}]]`, `[[{"Text":"学校、学校、学校、学校、学校、学校、学校、学校。","SentimentValue":-2,"Magnitude":-1}]]`, `[[[[[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var in Input
		if err := json.Unmarshal(data, &in); err != nil {
			return
		}
		b := &bucket{}
		result, err := New(sundayConfig(), b).Reduce(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, b.body(PageKey), result.Lines)
		if !json.Valid([]byte(b.body(DataKey))) {
			t.Error("poem.json is no JSON")
		}
	})
}
