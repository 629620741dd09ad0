package extractor

import (
	"context"
	"testing"

	"canto/asl/value"
	"canto/handlers"
)

// What a state machine sees: the names that ErrorEquals matches.
func TestErrorsAsAStateMachineNamesThem(t *testing.T) {
	function := handlers.Func(offline(t).Extract)
	for input, want := range map[string]string{
		`"https://www.velmora-herald.example/2026/02/21/withdrawn-report"`: "HTTPStatus",
		`"https://down.oruvia-wire.example/"`:                              "ServerError",
		`"https://slow.oruvia-wire.example/2026/02/26/dispatches"`:         "Timeout",
		`"https://archive.oruvia-wire.example/2026/02/full-record"`:        "TooLarge",
		`"https://tribunal-watch.example/documents/indictment.pdf"`:        "UnsupportedContentType",
		`{"URL": "https://go.shortlink.example/r/metadata"}`:               "PrivateAddress",
		`"https://go.shortlink.example/r/loop"`:                            "TooManyRedirects",
		`"https://nowhere.example/"`:                                       "Disconnected",
		`"about:blank"`:                                                    "UnsupportedURL",
		`"https://paper.northreach-times.example/world/generals-son"`:      "Paywalled",
		`"https://search.example/search?q=nothing"`:                        "NoArticle",
		`{"Error": "ServerError", "Cause": "..."}`:                         "InvalidInput",
	} {
		in, err := value.Parse(input)
		if err != nil {
			t.Fatal(err)
		}
		_, err = handlers.Invoke(context.Background(), function, handlers.Call{Input: in})
		if failure := handlers.Failure(err); failure == nil || failure.Name != want {
			t.Errorf("%s: %v, want %s", input, failure, want)
		}
	}
}

func TestArticleAsAStateMachineSeesIt(t *testing.T) {
	in := value.String("https://oruvia-wire.example/2026/02/25/teplen-library")
	out, err := handlers.Invoke(context.Background(), handlers.Func(offline(t).Extract), handlers.Call{Input: in})
	if err != nil {
		t.Fatal(err)
	}
	title, _ := out.Field("Title")
	if got, want := title.Text(), `"Teplen library confirmed destroyed; 80,000 books burned"`; got != want {
		t.Errorf("title %s, want %s", got, want)
	}
}
