package extractor

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// unread are elements whose text is not part of an article's.
var unread = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Nav: true,
	atom.Form: true, atom.Button: true, atom.Figcaption: true, atom.Sup: true, atom.Iframe: true,
}

// inline are elements that do not end a paragraph.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Cite: true,
	atom.Code: true, atom.Data: true, atom.Del: true, atom.Dfn: true, atom.Em: true, atom.Font: true,
	atom.I: true, atom.Ins: true, atom.Kbd: true, atom.Mark: true, atom.Q: true, atom.Rp: true,
	atom.Rt: true, atom.Ruby: true, atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true,
	atom.Strong: true, atom.Sub: true, atom.Time: true, atom.U: true, atom.Var: true, atom.Wbr: true,
}

// plain is an element's text as paragraphs, with an empty line between them and
// single spaces within. Paragraphs without a letter (rules, times) are left out.
func plain(n *html.Node) string {
	var t typesetter
	t.node(n)
	t.end()
	return strings.Join(t.paragraphs, "\n\n")
}

type typesetter struct {
	paragraphs []string
	current    strings.Builder
}

func (t *typesetter) node(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		t.current.WriteString(n.Data)
		return
	case n.Type != html.ElementNode && n.Type != html.DocumentNode || unread[n.DataAtom]:
		return
	}
	block := !inline[n.DataAtom]
	if block {
		t.end()
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		t.node(child)
	}
	if block {
		t.end()
	}
}

func (t *typesetter) end() {
	paragraph := tidy(t.current.String())
	t.current.Reset()
	if strings.ContainsFunc(paragraph, unicode.IsLetter) {
		t.paragraphs = append(t.paragraphs, paragraph)
	}
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
		if root, err := html.Parse(strings.NewReader(text)); err == nil {
			text = strings.Join(strings.Split(plain(root), "\n\n"), " ")
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
