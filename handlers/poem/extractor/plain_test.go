package extractor

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestPlainText(t *testing.T) {
	for name, c := range map[string]struct{ page, want string }{
		"paragraphs without spaces between": {"<p>One.</p><p>Two.</p>", "One.\n\nTwo."},
		"inline elements":                   {"<p>So <b>very</b> b<i>rave</i>, <a href=x>she</a> said.", "So very brave, she said."},
		"spaces":                            {"<p>  a\n\tb&nbsp;c \u2003 d.  ", "a b c d."},
		"line breaks":                       {"<p>No one<br>came.<br/>Nobody.", "No one came. Nobody."},
		"characters that cannot be seen":    {"<p>sol&shy;diers\u200b and\ufeff\x01 us.", "soldiers and us."},
		"lists and quotes":                  {"<ul><li>A door.<li>A key.</ul><blockquote>Go home.</blockquote>", "A door.\n\nA key.\n\nGo home."},
		"tables":                            {"<table><tr><td>First cell.<td>Second cell.</table>", "First cell.\n\nSecond cell."},
		"scripts, forms, captions":          {"<p>Here.<script>x()</script><style>y</style><figure><figcaption>Photo: me.</figcaption></figure><form>Your e-mail.</form><button>Go!</button>", "Here."},
		"footnote marks":                    {"<p>It is proven.<sup><a href=#1>1</a></sup>", "It is proven."},
		"ruby":                              {"<p><ruby>灯<rp>(</rp><rt>あか</rt><rp>)</rp></ruby>りは消えない。", "灯りは消えない。"},
		"times and rules":                   {"<p>14:05</p><p>* * *</p><p>The boat came.</p>", "The boat came."},
		"labels and headings":               {"<h2>What was different</h2><div>Advertisement</div><p>Nothing was.</p>", "Nothing was."},
		"long paragraph without a mark":     {"<p>สวัสดี" + strings.Repeat("ชาวโลก", 10) + "</p>", "สวัสดี" + strings.Repeat("ชาวโลก", 10)},
		"quotation at the end":              {`<p>He said: "Never.")</p><p>»Nie.«</p><p>「消えない。」</p>`, "He said: \"Never.\")\n\n»Nie.«\n\n「消えない。」"},
		"paragraph that is a link":          {"<p><a href=x>Read also: dam destroyed at night, four villages under water.</a></p><p>See <a href=x>this</a>.</p>", "See this."},
		"comments":                          {"<!-- hidden. --><p>Seen.", "Seen."},
		"nothing":                           {"", ""},
	} {
		root, err := html.Parse(strings.NewReader(c.page))
		if err != nil {
			t.Fatal(err)
		}
		if got := plain(root); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestLinesHoldNoMarkup(t *testing.T) {
	for input, want := range map[string]string{
		"Plain title":                    "Plain title",
		"Tom &amp; Jerry":                "Tom & Jerry",
		"<b>Bold</b> <script>x</script>": "Bold",
		"a < b":                          "a < b",
		"  two\n lines ":                 "two lines",
		strings.Repeat("灯", 301):         strings.Repeat("灯", 300),
		"":                               "",
	} {
		if got := line(input); got != want {
			t.Errorf("%q: %q, want %q", input, got, want)
		}
	}
}

func TestBylines(t *testing.T) {
	for input, want := range map[string]string{
		"By Tessa Ormund": "Tessa Ormund", "BY  Colm Adeyrin": "Colm Adeyrin", "Byron Leck": "Byron Leck", "by": "by", "": "",
	} {
		if got := byline(input); got != want {
			t.Errorf("%q: %q, want %q", input, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("<p>One.<br>Two.<a href=x>Three.</a>")
	f.Add("<table><td><svg><p></svg>&shy;\x00")
	f.Fuzz(func(t *testing.T, page string) {
		root, err := html.Parse(strings.NewReader(page))
		if err != nil {
			return
		}
		for _, paragraph := range strings.Split(plain(root), "\n\n") {
			if paragraph != tidy(paragraph) {
				t.Errorf("%q: the paragraph %q is not tidy", page, paragraph)
			}
		}
	})
}
