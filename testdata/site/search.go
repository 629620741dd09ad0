package site

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	texttemplate "text/template"
	"time"
)

// The search engines of this web, as CRAWLER_SEARCH_URL wants them. They list
// the same articles, whatever the query, except for the query "nothing".
const (
	GoogleURL     = "https://search.example/search"
	DuckDuckGoURL = "https://html.duck.example/html/"
	RSSURL        = "https://feed.search.example/rss"
	BusyURL       = "https://busy.search.example/search" // as GoogleURL, but answers 429 to the first request for a page
)

// Getenv gives the environment in which the poem's functions meet this web: what
// is set in the caller's own environment wins.
func Getenv(own func(string) string) func(string) string {
	engines := map[string]string{"": GoogleURL, "google": GoogleURL, "duckduckgo": DuckDuckGoURL, "rss": RSSURL}
	return func(name string) string {
		if value := own(name); value != "" {
			return value
		}
		switch name {
		case "CRAWLER_QUERY":
			return "crimes of the occupation Anver valley"
		case "CRAWLER_SEARCH_URL":
			return engines[strings.ToLower(strings.TrimSpace(own("CRAWLER_ENGINE")))]
		}
		return ""
	}
}

// Result is one entry of the search engines.
type Result struct {
	URL       string
	Title     string
	Snippet   string
	Site      string
	Published time.Time
}

//go:embed results.json
var resultsJSON []byte

// Results are all entries in rank order.
func Results() []Result {
	var all []Result
	if err := json.Unmarshal(resultsJSON, &all); err != nil {
		panic(err) // the embedded file is part of the program
	}
	return all
}

// Fresh are the entries that appeared in the week before Now.
func Fresh() []Result { return since(Now.AddDate(0, 0, -7)) }

func since(start time.Time) []Result {
	var fresh []Result
	for _, r := range Results() {
		if !r.Published.Before(start) {
			fresh = append(fresh, r)
		}
	}
	return fresh
}

//go:embed templates
var templates embed.FS

var (
	htmlPages = template.Must(template.New("").ParseFS(templates, "templates/*.html"))
	xmlPages  = texttemplate.Must(texttemplate.New("").ParseFS(templates, "templates/*.xml"))
)

// sheet is what a template shows: one page of results.
type sheet struct {
	Query   string
	Age     string // the parameter for the age, handed on to the next page
	Results []Result
	Again   *Result // the last result of the page before: engines repeat themselves
	From    int     // rank of the first, from 0
	Next    int     // rank of the first on the next page; 0 on the last page
}

// shape is how one engine shows its results.
type shape struct {
	template    string
	contentType string
	perPage     int
	from, age   string            // names of the parameters
	ages        map[string]string // the parameter's words, to ours
}

var (
	googlePage = shape{"google.html", "text/html; charset=utf-8", 10, "start", "tbs",
		map[string]string{"qdr:d": "day", "qdr:w": "week", "qdr:m": "month"}}
	duckPage = shape{"duckduckgo.html", "text/html; charset=utf-8", 12, "s", "df",
		map[string]string{"d": "day", "w": "week", "m": "month"}}
	rssPage = shape{"rss.xml", "text/xml; charset=utf-8", 20, "first", "", nil}
)

func search(s shape) behaviour {
	return func(req *http.Request, _ int) (*http.Response, error) {
		var body bytes.Buffer
		shown := s.show(req.URL.Query())
		var err error
		if strings.HasSuffix(s.template, ".xml") {
			err = xmlPages.ExecuteTemplate(&body, s.template, shown)
		} else {
			err = htmlPages.ExecuteTemplate(&body, s.template, shown)
		}
		if err != nil {
			return nil, err
		}
		return respond(req, http.StatusOK, s.contentType, body.String()), nil
	}
}

func (s shape) show(asked url.Values) sheet {
	shown := sheet{Query: asked.Get("q"), Age: asked.Get(s.age)}
	days := map[string]int{"day": 1, "week": 7, "month": 31, "": 36500}
	all := since(Now.AddDate(0, 0, -days[s.ages[shown.Age]]))
	if shown.Query == "" || shown.Query == "nothing" {
		all = nil
	}
	from, _ := strconv.Atoi(asked.Get(s.from)) // no number is the first page
	shown.From = min(max(from, 0), len(all))
	end := min(shown.From+s.perPage, len(all))
	shown.Results = all[shown.From:end]
	if shown.From > 0 {
		shown.Again = &all[shown.From-1]
	}
	if end < len(all) {
		shown.Next = end
	}
	return shown
}
