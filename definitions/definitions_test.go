package definitions

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"canto/asl"
	"canto/asl/parse"
	"canto/asl/source"
	"canto/asl/template"

	"github.com/google/go-cmp/cmp"
)

func poemTemplate(t *testing.T) *template.Template {
	t.Helper()
	tmpl, diagnostics := template.Parse(source.New("template.yaml", Template))
	if len(diagnostics) > 0 {
		t.Fatalf("the template:\n%s", diagnostics.Text(nil))
	}
	return tmpl
}

func TestTemplateFillsEveryPlaceholderOfTheMachine(t *testing.T) {
	tmpl := poemTemplate(t)
	m, ok := tmpl.Machine("poem.asl.json")
	if !ok {
		t.Fatal("no machine is deployed from poem.asl.json")
	}
	src, open := source.Substitute(source.New("poem.asl.json", Machine), m.Substitutions)
	if len(open) > 0 {
		t.Fatalf("left open: %v", open)
	}
	machine, diagnostics := parse.Parse(src)
	if len(diagnostics) > 0 {
		t.Fatalf("the machine:\n%s", diagnostics.Text(nil))
	}
	placeholders := regexp.MustCompile(`\$\{(\w+)\}`).FindAllStringSubmatch(Machine, -1)
	if len(placeholders) != 4 || len(m.Substitutions) != 4 {
		t.Errorf("%d placeholders and %d substitutions, want 4 of each", len(placeholders), len(m.Substitutions))
	}
	var got []string
	for _, resource := range resources(machine) {
		f, ok := tmpl.Function(resource)
		if !ok {
			t.Errorf("no function stands behind %s", resource)
		}
		got = append(got, tmpl.Names(f)[1])
	}
	if diff := cmp.Diff([]string{"crawler", "extractor", "sentiment", "reducer"}, got); diff != "" {
		t.Error(diff)
	}
}

// resources are the resources of the tasks, in document order.
func resources(m *asl.Machine) []string {
	var list []string
	for _, state := range m.States {
		switch state := state.(type) {
		case *asl.Task:
			list = append(list, state.Resource)
		case *asl.Map:
			list = append(list, resources(state.Processor)...)
		}
	}
	return list
}

func TestTemplateRunsThePoemOnSundays(t *testing.T) {
	m, _ := poemTemplate(t).Machine("poem.asl.json")
	for i := range m.Schedules {
		m.Schedules[i].Span = source.Span{}
	}
	want := []template.Schedule{{
		ID: "PoemMachineEverySunday", Name: "EverySunday", Type: "ScheduleV2", Expression: "cron(0 6 ? * SUN *)", TimeZone: "Europe/Kyiv",
		Input: "{}", WindowMinutes: 15, MaximumAge: time.Hour, Retries: 3, Enabled: true,
	}}
	if diff := cmp.Diff(want, m.Schedules); diff != "" {
		t.Error(diff)
	}
}

func TestFunctionsAreTheBootstrapsOfMakeLambda(t *testing.T) {
	for _, f := range poemTemplate(t).Functions {
		if f.Handler != "bootstrap" || f.Runtime != "provided.al2023" {
			t.Errorf("%s: handler %s, runtime %s", f.LogicalID, f.Handler, f.Runtime)
		}
		name, inDist := strings.CutPrefix(f.CodeURI, "../dist/lambda/")
		name, isZip := strings.CutSuffix(name, ".zip")
		if !inDist || !isZip {
			t.Fatalf("%s: code at %s", f.LogicalID, f.CodeURI)
		}
		if _, err := os.Stat(filepath.Join("..", "cmd", "lambda", name, "main.go")); err != nil {
			t.Errorf("%s: %v", f.LogicalID, err)
		}
	}
}

func TestInputIsTheQueryOfTheTemplate(t *testing.T) {
	var input struct{ Query string }
	if err := json.Unmarshal([]byte(Input), &input); err != nil {
		t.Fatal(err)
	}
	crawler, _ := poemTemplate(t).Function("crawler")
	if got := crawler.Environment["CRAWLER_QUERY"]; got != input.Query || got == "" {
		t.Errorf("the template asks for %q, the input for %q", got, input.Query)
	}
}

// The article's listing is the reference: same states, structure, Retry and Catch.
func TestMachineIsTheArticles(t *testing.T) {
	shared := os.Getenv("CANTO_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	text, err := os.ReadFile(filepath.Join(shared, "seed", "listing-4.asl.json"))
	if err != nil {
		t.Skip("the article's listings are not here")
	}
	article := strings.NewReplacer(
		"<google crawler arn>", "${GoogleCrawlerFunctionArn}",
		"<article extractor arn>", "${ArticleExtractorFunctionArn}",
		"<sentiment analyzer arn>", "${SentimentAnalyzerFunctionArn}",
		"<reducer arn>", "${ReducerFunctionArn}",
	).Replace(string(text))
	if diff := cmp.Diff(tokens(t, article), tokens(t, Machine)); diff != "" {
		t.Error(diff)
	}
}

// tokens are the parts of a JSON text, so that the order of members counts and
// spaces do not.
func tokens(t *testing.T, text string) []json.Token {
	t.Helper()
	var list []json.Token
	decoder := json.NewDecoder(strings.NewReader(text))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, token)
	}
}
