package extractor

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

// fit shortens an article's text until its JSON has at most limit bytes,
// escapes included. It cuts after a sentence; where a single sentence fills more
// than half of the room, between two characters.
func fit(a Article, limit int) Article {
	if size(a) <= limit {
		return a
	}
	text := a.Text
	a.Text = ""
	room := limit - size(a)
	kept := text[:prefix(text, room)]
	if end := lastSentence(kept); end > len(kept)/2 {
		kept = kept[:end]
	}
	a.Text = strings.TrimSpace(kept)
	return a
}

// size is the length of an article's JSON in its longest form, in which <, >
// and & are escaped. Lambda's runtime leaves those alone.
func size(a Article) int {
	text, err := json.Marshal(a)
	if err != nil {
		return 0 // strings always encode
	}
	return len(text)
}

// prefix is the length of the longest prefix of whole characters whose JSON
// takes at most room bytes.
func prefix(text string, room int) int {
	for i, r := range text {
		if room -= escaped(r); room < 0 {
			return i
		}
	}
	return len(text)
}

// escaped is the number of bytes of a character in JSON as encoding/json
// writes it.
func escaped(r rune) int {
	switch r {
	case '"', '\\', '\b', '\f', '\n', '\r', '\t':
		return 2
	case '<', '>', '&', '\u2028', '\u2029', utf8.RuneError:
		return 6
	}
	if r < ' ' {
		return 6
	}
	return utf8.RuneLen(r)
}

// lastSentence is where the last sentence that is surely whole ends: the end of
// all segments (UAX #29) but the last, which the cut may have gone through.
func lastSentence(text string) int {
	end, last := 0, 0
	for segments := sentences.FromString(text); segments.Next(); {
		end, last = last, segments.End()
	}
	return end
}
