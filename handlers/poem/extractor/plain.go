package extractor

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// unread are elements whose text is not part of an article's.
var unread = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Nav: true,
	atom.Form: true, atom.Button: true, atom.Label: true, atom.Select: true, atom.Textarea: true,
	atom.Figcaption: true, atom.Sup: true, atom.Iframe: true, atom.Rp: true, atom.Rt: true,
}

// inline are elements that do not end a paragraph.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Br: true,
	atom.Cite: true, atom.Code: true, atom.Data: true, atom.Del: true, atom.Dfn: true, atom.Em: true,
	atom.Font: true, atom.I: true, atom.Ins: true, atom.Kbd: true, atom.Mark: true, atom.Q: true,
	atom.Ruby: true, atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true,
	atom.Strong: true, atom.Sub: true, atom.Time: true, atom.U: true, atom.Var: true, atom.Wbr: true,
}

// plain is an element's prose as paragraphs, with an empty line between them and
// single spaces within.
func plain(n *html.Node) string {
	var t typesetter
	t.node(n)
	t.end()
	return strings.Join(t.paragraphs, "\n\n")
}

// typesetter walks an element and sets its paragraphs one after another.
type typesetter struct {
	paragraphs []string
	current    strings.Builder
	linked     int // bytes of current that stand in links
	links      int // depth of links around the node
}

func (t *typesetter) node(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		t.text(n.Data)
		return
	case n.Type != html.ElementNode && n.Type != html.DocumentNode || unread[n.DataAtom]:
		return
	}
	switch block := !inline[n.DataAtom]; {
	case block:
		t.end()
		defer t.end()
	case n.DataAtom == atom.Br:
		t.text(" ")
	case n.DataAtom == atom.A:
		t.links++
		defer func() { t.links-- }()
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		t.node(child)
	}
}

func (t *typesetter) text(s string) {
	t.current.WriteString(s)
	if t.links > 0 {
		t.linked += len(s)
	}
}

// end sets the paragraph that has come together, if it is prose.
func (t *typesetter) end() {
	paragraph := tidy(t.current.String())
	if prose(paragraph) && t.linked*5 < len(paragraph)*4 {
		t.paragraphs = append(t.paragraphs, paragraph)
	}
	t.current.Reset()
	t.linked = 0
}

// shortLabel is the most characters of a paragraph that has to end like a
// sentence to be taken for one.
const shortLabel = 40

// prose tells sentences from what stands around them: labels, times, headings,
// and what is left of menus are short and end without a mark.
func prose(paragraph string) bool {
	if !strings.ContainsFunc(paragraph, unicode.IsLetter) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(paragraph, closing))
	return strings.ContainsRune(".!?:;,\u2026\u3002\uff01\uff1f\u0964\u061f\u06d4", last) || utf8.RuneCountInString(paragraph) > shortLabel
}

// closing reports whether a character may follow a sentence's mark: quotation
// marks of all languages, and brackets.
func closing(r rune) bool {
	return r == '"' || r == '\'' || unicode.In(r, unicode.Pi, unicode.Pf, unicode.Pe)
}

// tidy gives text with single spaces and without characters that cannot be
// seen: controls, soft hyphens, zero-width spaces.
func tidy(text string) string {
	visible := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == '\u00ad', r == '\u200b', r == '\ufeff', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(visible), " ")
}

// longestLine is the most characters of a title, a byline or a site's name.
const longestLine = 300

// line is a short text as one line without markup. Titles come from attributes
// and JSON, where pages put entities and tags.
func line(text string) string {
	if strings.ContainsAny(text, "<&") {
		if doc, err := goquery.NewDocumentFromReader(strings.NewReader(text)); err == nil {
			doc.Find("script, style").Remove()
			text = doc.Text()
		}
	}
	runes := []rune(tidy(text))
	return string(runes[:min(len(runes), longestLine)])
}

// byline is a line without the word "by": the reader's page adds its own.
func byline(text string) string {
	text = line(text)
	if len(text) > 3 && strings.EqualFold(text[:3], "by ") {
		text = text[3:]
	}
	return strings.TrimSpace(text)
}
