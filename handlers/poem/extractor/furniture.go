package extractor

import (
	"regexp"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
)

// furniture are the names that pages give, as class or id, to what stands around
// an article. go-readability knows many, but takes them back where little text
// would be left, and some stand in the middle of the text.
var furniture = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:ads?|adslot|advert\w*|cookies?|consent|gdpr|newsletter|paywall|promo|` +
	`related|recommended|share|sharing|sharedaddy|social|sponsored|subscribe|comments?)(?:$|[\s_-])`)

// mostFurniture is the most characters of a piece of furniture: a page's whole
// body may be of class "has-ads".
const mostFurniture = 1500

// clearFurniture takes the furniture out of a page.
func clearFurniture(doc *goquery.Document) {
	doc.Find(`[role="dialog"], [role="alertdialog"], [role="navigation"], [role="search"], [aria-label="Advertisement" i]`).Remove()
	doc.Find("body [class], body [id]").Each(func(_ int, s *goquery.Selection) {
		named := furniture.MatchString(s.AttrOr("class", "")) || furniture.MatchString(s.AttrOr("id", ""))
		if named && s.Find("h1, article, main").Length() == 0 && utf8.RuneCountInString(s.Text()) <= mostFurniture {
			s.Remove()
		}
	})
}
