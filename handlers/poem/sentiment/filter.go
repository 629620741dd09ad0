package sentiment

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tidy makes one printable line of a sentence: white space collapsed, invisible and
// direction-changing characters removed, an agency's dateline and a quotation mark
// whose partner stayed in another sentence taken away.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r):
			return -1
		case unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner && r != zeroWidthNonJoiner:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return unpaired(dateline.ReplaceAllString(strings.Join(strings.Fields(s), " "), ""))
}

// dateline is how an agency's story begins: "TEPLEN (Oruvia Wire) - ".
var dateline = regexp.MustCompile(`^\p{Lu}[\p{Lu} ,.'’-]+ \([^()]{2,40}\) ?[-–—] `)

// Scripts such as Persian and Hindi spell with these two.
const zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'

func unpaired(s string) string {
	for _, p := range [][2]string{{"“", "”"}, {"«", "»"}, {"„", "“"}, {"(", ")"}, {"[", "]"}} {
		opens, closes := strings.Count(s, p[0]), strings.Count(s, p[1])
		switch {
		case opens == 1 && closes == 0:
			s = strings.TrimPrefix(s, p[0])
		case closes == 1 && opens == 0:
			s = strings.TrimSuffix(s, p[1])
		}
	}
	if strings.Count(s, `"`) == 1 {
		s = strings.Trim(s, `"`)
	}
	return strings.TrimSpace(s)
}

// isProse tells a sentence of the story from what stands around it on a page.
func (c Config) isProse(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= c.MinRunes && n <= c.MaxRunes && startsWell(s) && endsWell(s) && isWordy(s, n) && !furniture.MatchString(s)
}

// startsWell refuses the tail of a sentence that was cut: it begins in lower case.
func startsWell(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "\"'“”‘’„«»(—–-¿¡ "))
	return !unicode.IsLower(r) && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// endsWell asks for a mark that ends a sentence: menus, captions and headlines have none.
func endsWell(s string) bool {
	s = strings.TrimRight(s, "\"'“”’»)] ")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…。！？।؟۔։", r) && !strings.HasSuffix(s, ":")
}

// isWordy asks for words: most characters are letters, and there are four words, or
// ten letters of a script that does not part its words.
func isWordy(s string, runes int) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsMark(r) {
			letters++
		}
	}
	words := len(strings.Fields(s))
	unspaced := letters >= 10 && strings.ContainsFunc(s, isUnspaced)
	return letters*100 >= runes*60 && (words >= 4 || unspaced)
}

func isUnspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// furniture is what pages say about themselves: addresses, consent, subscription, rights.
var furniture = regexp.MustCompile(`(?i)https?:|www\.|\b\w+@\w+\.\w|(^|\s)[@#]\w` +
	`|\bcookies?\b|\bjavascript\b|\bnewsletters?\b|\bsubscri(be|ber|bers|ption)\b|\badblock|\badvertis(e|ing|ement)\b` +
	`|\b(sign|log) (in|up)\b|\bprivacy policy\b|\bterms of (use|service)\b|\ball rights reserved\b|©|\bcopyright\b` +
	`|\b(read|see|learn) more\b|\bclick (here|on|to)\b|\bshare (this|on)\b|\bfollow us\b|\bfree trial\b|\bthis article (was|is|has)\b` +
	`|\benable notifications\b|\bmore on this story\b|\bcontinue reading\b|\bphotograph(s)? by\b|\bgetty images\b` +
	`|abonnieren|abonnez-vous|alle rechte vorbehalten|tous droits réservés|datenschutz|suscr[ií]b|todos los derechos` +
	`|підпи(с|ш)|усі права|подпи(с|ш)|все права`)
