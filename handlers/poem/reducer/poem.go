package reducer

import (
	"bytes"
	"encoding/json"
	"math"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"canto/handlers/poem/sentiment/scored"
)

// Poem is what the page shows, as poem.json holds it.
type Poem struct {
	Title     string   `json:"Title"`
	Date      string   `json:"Date"`    // 2026-11-22
	Lines     []Line   `json:"Lines"`   // in reading order
	Sources   []Source `json:"Sources"` // in the order of their first line
	Articles  int      `json:"Articles"`
	Sentences int      `json:"Sentences"`
	Failed    int      `json:"Failed"`
	Skipped   int      `json:"Skipped"`
	Error     string   `json:"Error,omitempty"`
	Cause     string   `json:"Cause,omitempty"`

	date time.Time
}

// Line is a line of the poem.
type Line struct {
	Text           string  `json:"Text"`
	SentimentValue float64 `json:"SentimentValue"`
	Magnitude      float64 `json:"Magnitude"`
	Strength       float64 `json:"Strength"` // to four decimals
	Rank           int     `json:"Rank"`     // 1 is the strongest
	Language       string  `json:"Language,omitempty"`
	Source         int     `json:"Source"` // its number among the Sources; 0 when unknown
}

// Source is a page that lines come from.
type Source struct {
	Number   int    `json:"Number"`
	SiteName string `json:"SiteName,omitempty"`
	Title    string `json:"Title,omitempty"`
	URL      string `json:"URL,omitempty"` // http or https, or nothing
	Language string `json:"Language,omitempty"`
}

// poem chooses the lines, sets them in reading order and numbers their sources.
func (c Config) poem(in Input) Poem {
	p := Poem{
		Title: c.Title, date: c.date(), Lines: []Line{}, Sources: []Source{},
		Articles: in.Articles, Sentences: len(in.Sentences), Failed: in.Failed, Skipped: in.Skipped,
		Error: clean(in.Error, 100), Cause: reason(in.Cause),
	}
	p.Date = p.date.Format(time.DateOnly)
	chosen := strongest(cleaned(in.Sentences), c.Lines)
	numbers := map[Source]int{}
	for _, rank := range swell(len(chosen)) {
		p.add(chosen[rank], rank, numbers)
	}
	return p
}

func (p *Poem) add(s scored.Sentence, rank int, numbers map[Source]int) {
	source := Source{SiteName: s.SiteName, Title: s.Title, URL: s.URL, Language: s.Language}
	number := numbers[source]
	if number == 0 && (s.URL != "" || s.SiteName != "" || s.Title != "") {
		number = len(p.Sources) + 1
		numbers[source] = number
		source.Number = number
		p.Sources = append(p.Sources, source)
	}
	p.Lines = append(p.Lines, Line{
		Text: s.Text, SentimentValue: s.SentimentValue, Magnitude: s.Magnitude,
		Strength: math.Round(s.Strength()*1e4) / 1e4, Rank: rank + 1, Language: s.Language, Source: number,
	})
}

func (p Poem) data() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(p)
	return b.Bytes(), err
}

// The articles come from the open web: what they say is cut, cleaned and checked
// here, whatever the functions before have done.
const maxTextRunes, maxTitleRunes, maxSiteRunes = 400, 160, 80

func cleaned(sentences []scored.Sentence) []scored.Sentence {
	out := make([]scored.Sentence, len(sentences))
	for i, s := range sentences {
		s.Text = clean(s.Text, maxTextRunes)
		s.SiteName = clean(s.SiteName, maxSiteRunes)
		s.Title = headline(clean(s.Title, maxTitleRunes), s.SiteName)
		s.URL = webAddress(s.URL)
		if !languageTag.MatchString(s.Language) {
			s.Language = ""
		}
		if s.SiteName == "" && s.URL != "" {
			s.SiteName = host(s.URL)
		}
		out[i] = s
	}
	return out
}

// headline is the title without the site's name, which stands beside it on the page.
func headline(title, site string) string {
	bare, signed := strings.CutSuffix(title, site)
	bare = strings.TrimRight(bare, " -–—|｜·:")
	if !signed || site == "" || bare == "" {
		return title
	}
	return bare
}

// languageTag is the shape of BCP 47, which is all that an attribute needs.
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

// clean makes one line without invisible or direction-changing characters, cut to
// so many runes at a word's edge.
func clean(s string, runes int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	s = string([]rune(s)[:runes-1])
	if edge := strings.LastIndexByte(s, ' '); edge > len(s)/2 {
		s = s[:edge]
	}
	return strings.TrimRight(s, " ,;:–—-") + "…"
}

// webAddress gives the address when a reader may safely follow it: http or https,
// with a host and without a name and password that would pass for one.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return ""
	}
	return u.String()
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// reason is the Cause as a reader may see it: the message of a Lambda function's
// error object, without its stack.
func reason(cause string) string {
	var lambda struct {
		Message string `json:"errorMessage"`
	}
	if err := json.Unmarshal([]byte(cause), &lambda); err == nil && lambda.Message != "" {
		cause = lambda.Message
	}
	return clean(cause, 240)
}
