package sentiment

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/clipperhouse/uax29/v2/sentences"
	"github.com/neurosnap/sentences/english"
)

// punkt is loaded with the first English article (13 ms). Its training is embedded;
// should it be unreadable, the Unicode rules take its place.
var punkt = sync.OnceValue(func() func(string) []string {
	tokenizer, err := english.NewSentenceTokenizer(nil)
	if err != nil {
		return byUnicode
	}
	return func(text string) []string {
		var out []string
		for _, s := range tokenizer.Tokenize(text) {
			out = append(out, s.Text)
		}
		return out
	}
})

// split gives the text's sentences: by Punkt, trained on English, for English, and
// by the Unicode rules (UAX #29) for other languages. No sentence crosses a
// paragraph, so that a headline does not run into the text below it.
func split(text, language string) []string {
	splitter := byUnicode
	if language == "en" {
		splitter = punkt()
	}
	var out []string
	for _, p := range paragraphs(text) {
		out = append(out, splitter(p)...)
	}
	return out
}

var blankLine = regexp.MustCompile(`\n[ \t\f\v\x{a0}]*\n\s*`)

// paragraphs are parted by blank lines. Text without any has one paragraph a line;
// with some, a single line break is only a wrapped line.
func paragraphs(text string) []string {
	text = strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(text))
	parts := blankLine.Split(text, -1)
	if len(parts) == 1 {
		parts = strings.Split(text, "\n")
	}
	for i, p := range parts {
		parts[i] = strings.Join(strings.Fields(p), " ")
	}
	return parts
}

func byUnicode(text string) []string {
	var out []string
	open := false
	for it := sentences.FromString(text); it.Next(); {
		if s := it.Value(); open {
			out[len(out)-1] += s
		} else {
			out = append(out, s)
		}
		open = endsOpen(out[len(out)-1])
	}
	return out
}

// titles end with a full stop and not the sentence. UAX #29 has no dictionary.
var titles = map[string]bool{"dr": true, "prof": true, "st": true, "sr": true, "sra": true, "mr": true, "mme": true,
	"vgl": true, "bzw": true, "ca": true, "nr": true, "им": true, "ул": true, "св": true, "акад": true, "проф": true, "ін": true}

// endsOpen says that s ends with a full stop that does not end it: after an ordinal
// ("am 3."), an initial or a title.
func endsOpen(s string) bool {
	s, dotted := strings.CutSuffix(strings.TrimSpace(s), ".")
	if !dotted {
		return false
	}
	last := s[strings.LastIndexFunc(s, notWord)+1:]
	runes := []rune(last)
	switch {
	case len(runes) == 1:
		return unicode.IsUpper(runes[0]) || unicode.IsDigit(runes[0])
	case len(runes) == 2 && unicode.IsDigit(runes[0]):
		return unicode.IsDigit(runes[1])
	}
	return titles[strings.ToLower(last)]
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
