package reducer

import (
	"bytes"
	"encoding/json"
	"fmt"

	"canto/handlers/poem/sentiment/scored"
)

// Input is what the Map hands over: an array with the sentences of each article, or
// null where an article failed; or, after its Catch, an error output. What is
// neither a sentence nor null is counted and left out: one bad article does not
// silence the others.
type Input struct {
	Sentences  []scored.Sentence // all that have text, in order
	Articles   int               // elements of the outer array
	Failed     int               // of them null
	Skipped    int               // of them in a language that the analyzer cannot read
	Unreadable int               // values that are no sentences
	Error      string            // of the Map, when it failed as a whole
	Cause      string
}

// InputError is an input that is neither.
type InputError struct{ Got string }

func (e *InputError) Error() string {
	return fmt.Sprintf("the input is %s; want an array of arrays of sentences, or an error output with Error and Cause", e.Got)
}

// UnmarshalJSON reads either form; null is an empty array. Any other value is an *InputError.
func (in *Input) UnmarshalJSON(data []byte) error {
	*in = Input{}
	switch data = bytes.TrimSpace(data); {
	case bytes.Equal(data, []byte("null")):
		return nil
	case bytes.HasPrefix(data, []byte("[")):
		return in.articles(data)
	case bytes.HasPrefix(data, []byte("{")):
		return in.failure(data)
	}
	return &InputError{Got: "neither an array nor an object"}
}

func (in *Input) failure(data []byte) error {
	var out struct{ Error, Cause string }
	if err := json.Unmarshal(data, &out); err != nil || out.Error == "" && out.Cause == "" {
		return &InputError{Got: "an object that is no error output"}
	}
	in.Error, in.Cause = out.Error, out.Cause
	if in.Error == "" {
		in.Error = "Error" // an error output may lack a name; the page still has to say that there was one
	}
	return nil
}

func (in *Input) articles(data []byte) error {
	var articles []json.RawMessage
	if err := json.Unmarshal(data, &articles); err != nil {
		return &InputError{Got: "no JSON: " + err.Error()}
	}
	in.Articles = len(articles)
	for _, a := range articles {
		in.article(a)
	}
	return nil
}

// article flattens by one level, as the article's data.flat() does: a sentence that stands
// beside the arrays counts too.
func (in *Input) article(data json.RawMessage) {
	if bytes.Equal(data, []byte("null")) {
		in.Failed++
		return
	}
	var sentences []json.RawMessage
	if err := json.Unmarshal(data, &sentences); err != nil {
		sentences = []json.RawMessage{data}
	}
	for _, s := range sentences {
		in.sentence(s)
	}
}

func (in *Input) sentence(data json.RawMessage) {
	if bytes.Equal(data, []byte("null")) {
		return
	}
	var s scored.Sentence
	err := json.Unmarshal(data, &s)
	switch {
	case err == nil && s.Text != "":
		in.Sentences = append(in.Sentences, s)
	case err == nil && s.Skipped != "":
		in.Skipped++
	default:
		in.Unreadable++
	}
}
