package reducer

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
)

//go:embed page.html.tmpl
var pageText string

//go:embed page.css
var styleText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// sheet is what the template sees.
type sheet struct {
	Poem
	Style    template.CSS // our own file, never anything of the input
	French   bool         // the title is our own French one
	Day      string       // 22 November 2026
	Settings []Setting
	Figure   figure
	Account  []string // how the poem came about, a sentence each
}

// figure is the size of the strokes at the top of the page.
type figure struct{ Width, Height int }

func (p Poem) page() ([]byte, error) {
	settings := p.settings()
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, sheet{
		Poem: p, Style: template.CSS(styleText), French: p.Title == defaultTitle,
		Day: p.date.Format("2 January 2006"), Settings: settings,
		Figure:  figure{Width: barGap * len(settings), Height: 2 * horizon},
		Account: p.account(),
	})
	return b.Bytes(), err
}

// account says what was read and what could not be: a page that hides its gaps
// would claim more than it knows.
func (p Poem) account() []string {
	var out []string
	if p.Articles > 0 {
		out = append(out, fmt.Sprintf("%s, %s, %s.", count(p.Articles, "article"), count(p.Sentences, "sentence"), count(len(p.Lines), "line")))
	}
	if p.Failed > 0 {
		out = append(out, fmt.Sprintf("%s could not be read.", count(p.Failed, "article")))
	}
	if p.Skipped > 0 {
		out = append(out, fmt.Sprintf("%s stood in a language that is not understood here.", count(p.Skipped, "article")))
	}
	return out
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
