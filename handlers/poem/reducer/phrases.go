package reducer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Phrase is a part of a line, Indent steps to the right.
type Phrase struct {
	Text   string
	Indent int
}

// typeset gives the line's text with a printer's marks in place of a typewriter's.
// Only English is touched: every language has quotation marks of its own.
func typeset(l Line) string {
	if l.Language != "en" {
		return l.Text
	}
	var b strings.Builder
	before := ' '
	for _, r := range strings.ReplaceAll(l.Text, " - ", " – ") {
		opens := unicode.IsSpace(before) || strings.ContainsRune("([“‘–—", before)
		switch {
		case r == '"' && opens:
			r = '“'
		case r == '"':
			r = '”'
		case r == '\'' && opens:
			r = '‘'
		case r == '\'':
			r = '’'
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

const (
	shortestPhrase = 14 // characters; less is not worth a line
	maxIndent      = 4
)

// phrases breaks a sentence after commas and their like.
func phrases(text string) []Phrase {
	var out []Phrase
	start := 0
	for i, r := range text {
		end := i + utf8.RuneLen(r)
		if !breathes(text, i, r) || runes(text[start:end]) < shortestPhrase || runes(text[end:]) < shortestPhrase {
			continue
		}
		out = append(out, Phrase{strings.TrimSpace(text[start:end]), min(len(out), maxIndent)})
		start = end
	}
	return append(out, Phrase{strings.TrimSpace(text[start:]), min(len(out), maxIndent)})
}

// breathes says that the mark at i ends a phrase: a pause with a space behind it
// ("1,000" has none), or one of the marks of scripts that set none.
func breathes(text string, i int, r rune) bool {
	if strings.ContainsRune("，、；：", r) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
	if !unicode.IsSpace(next) {
		return false
	}
	if strings.ContainsRune(`”"’»`, r) { // “…,” he said
		prev, _ := utf8.DecodeLastRuneInString(text[:i])
		return strings.ContainsRune(",!?", prev)
	}
	return strings.ContainsRune(",;:–—،؛", r)
}

func runes(s string) int { return utf8.RuneCountInString(s) }
