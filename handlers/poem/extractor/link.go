package extractor

import (
	"encoding/json"
	"strings"
)

// Link is the function's input: as JSON a string, or an object {"URL": "..."}.
type Link struct {
	URL string
}

// UnmarshalJSON reads either shape. Its error is an InvalidInput.
func (l *Link) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, &l.URL) != nil {
		var object struct{ URL string }
		if err := json.Unmarshal(text, &object); err != nil {
			return &InvalidInput{Reason: "the input is neither a string nor an object with a string URL"}
		}
		l.URL = object.URL
	}
	if l.URL = strings.TrimSpace(l.URL); l.URL == "" {
		return &InvalidInput{Reason: "the URL is missing or empty"}
	}
	return nil
}
