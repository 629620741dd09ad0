package crawler

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"canto/asl/value"
	"canto/handlers"
	"canto/testdata/site"
)

func invoke(t *testing.T, c *Crawler, input string) (value.Value, error) {
	t.Helper()
	in, err := value.Parse(input)
	if err != nil {
		t.Fatal(err)
	}
	return handlers.Invoke(context.Background(), handlers.Func(c.Crawl), handlers.Call{Input: in})
}

// What a state machine sees: an array of strings, for Map's ItemsPath.
func TestRankingAsAStateMachineSeesIt(t *testing.T) {
	c := New(offline(t, map[string]string{EnvLimit: "2"}), site.New())
	want := `["https://www.velmora-herald.example/2026/02/22/karrowe-bread-queue","https://tribunal-watch.example/hearings/opening-day"]`
	for _, input := range []string{`{"Query":"occupation"}`, `"occupation"`, `{}`, `null`} {
		out, err := invoke(t, c, input)
		if err != nil || strings.TrimSpace(out.Text()) != want {
			t.Errorf("%s: %s, %v", input, out.Text(), err)
		}
	}
}

func TestErrorsAsAStateMachineNamesThem(t *testing.T) {
	closed := handle(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("User-agent: *\nDisallow: /\n"))
	})
	busy := offline(t, map[string]string{EnvSearchURL: site.BusyURL})
	for _, c := range []struct {
		input   string
		crawler *Crawler
		want    string
	}{
		{`{}`, New(busy, site.New()), "TooManyRequests"},
		{`{}`, New(busy, closed), "Disallowed"},
		{`"nothing"`, New(offline(t, nil), site.New()), "NoResults"},
		{`[1]`, New(offline(t, nil), site.New()), "InvalidQuery"},
		{`{}`, New(offline(t, map[string]string{EnvSearchURL: "https://nowhere.example/"}), site.New()), "Disconnected"},
		{`{}`, New(offline(t, map[string]string{EnvSearchURL: "http://10.0.0.1/"}), site.New()), "PrivateAddress"},
	} {
		_, err := invoke(t, c.crawler, c.input)
		if failure := handlers.Failure(err); failure == nil || failure.Name != c.want {
			t.Errorf("%s: %v, want %s", c.input, failure, c.want)
		}
	}
}
