package extractor

import "fmt"

// InvalidInput says that the input is neither a URL as a JSON string nor an
// object with one in "URL".
type InvalidInput struct {
	Reason string
}

func (e *InvalidInput) Error() string {
	return "no address to extract from: " + e.Reason + `; give a URL as a string, or {"URL": "..."}`
}

// NoArticle says that the page came, but holds no readable text.
type NoArticle struct {
	URL string
}

func (e *NoArticle) Error() string {
	return fmt.Sprintf("no article found on %s: the page holds no connected text, or builds it by scripts", e.URL)
}

// Paywalled says that the page calls itself not free and gives no more than the
// beginning of its text.
type Paywalled struct {
	URL string
}

func (e *Paywalled) Error() string {
	return fmt.Sprintf("%s shows no more than the beginning of the article to readers who do not pay", e.URL)
}
