package handlers_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"canto/asl/value"
	"canto/handlers"
)

type named string

func (named) Invoke(context.Context, handlers.Call) (value.Value, error) { return value.Value{}, nil }

func register(t *testing.T, names ...string) *handlers.Registry {
	t.Helper()
	r := handlers.NewRegistry()
	for _, name := range names {
		if err := r.Register(name, named(name)); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestLookupFindsByNameARNAndIntegration(t *testing.T) {
	const pinned = "arn:aws:lambda:eu-west-1:111122223333:function:Score:7"
	r := register(t, "Crawl", "Score", pinned, "arn:aws:states:::sqs:sendMessage", "sns:publish", "arn:aws:states:eu-west-1:111122223333:activity:Approve")
	for resource, want := range map[string]named{
		"Crawl": "Crawl",
		"arn:aws:lambda:us-east-1:123456789012:function:Crawl":         "Crawl",
		"arn:aws:lambda:us-east-1:123456789012:function:Crawl:$LATEST": "Crawl",
		"arn:aws-cn:lambda:us-east-1:123456789012:function:Crawl:live": "Crawl",
		"123456789012:function:Crawl":                                  "Crawl",
		"function:Crawl:3":                                             "Crawl",
		"Crawl:live":                                                   "Crawl",
		pinned:                                                         pinned,
		"arn:aws:lambda:eu-west-1:111122223333:function:Score:8":       "Score",
		"arn:aws:states:::sqs:sendMessage":                             "arn:aws:states:::sqs:sendMessage",
		"arn:aws-us-gov:states:::sqs:sendMessage":                      "arn:aws:states:::sqs:sendMessage",
		"arn:aws:states:::sns:publish":                                 "sns:publish",
		"arn:aws:states:eu-west-1:111122223333:activity:Approve":       "arn:aws:states:eu-west-1:111122223333:activity:Approve",
	} {
		h, err := r.Resolve(handlers.Call{Resource: resource})
		if err != nil || h != want {
			t.Errorf("%s: got %v, %v; want %v", resource, h, err, want)
		}
	}
}

func TestLookupOffersTheNearestNames(t *testing.T) {
	r := register(t, "GoogleCrawler", "ArticleExtractor", "Reducer")
	_, err := r.Lookup("arn:aws:lambda:us-east-1:123456789012:function:GogleCrawler")
	var missing *handlers.NotRegisteredError
	if !errors.As(err, &missing) || !reflect.DeepEqual(missing.Nearest, []string{"GoogleCrawler"}) {
		t.Fatalf("got %#v", err)
	}
	const want = `no function is registered for "arn:aws:lambda:us-east-1:123456789012:function:GogleCrawler"; did you mean "GoogleCrawler"?`
	if err.Error() != want {
		t.Errorf("got %s", err)
	}
	if _, err := r.Lookup("Zzz"); !strings.HasSuffix(err.Error(), "register one under that name") {
		t.Errorf("got %s", err)
	}
}

func TestAMissingFunctionFailsAsTheServiceSays(t *testing.T) {
	_, err := handlers.NewRegistry().Lookup("arn:aws:lambda:us-east-1:123456789012:function:no:live")
	got := handlers.Failure(err)
	const start = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:no:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: "
	if got.Name != "Lambda.ResourceNotFoundException" || !strings.HasPrefix(got.Cause, start) || !strings.HasSuffix(got.Cause, "; Proxy: null)") {
		t.Errorf("got %v", got)
	}
}

func TestRegisterRefusesATakenName(t *testing.T) {
	r := register(t, "A")
	if err := r.Register("A", named("B")); !errors.Is(err, handlers.ErrDuplicate) {
		t.Errorf("got %v", err)
	}
	if err := r.Alias("A", "B"); !errors.Is(err, handlers.ErrDuplicate) {
		t.Errorf("got %v", err)
	}
	for _, err := range []error{r.Register("", named("")), r.Register("N", nil), r.Alias("", "A"), r.Alias("B", ""), r.Alias("B", "B")} {
		if err == nil {
			t.Error("an empty name, handler or target is taken")
		}
	}
}

func TestAliasLeadsToTheFunction(t *testing.T) {
	r := handlers.NewRegistry()
	for name, target := range map[string]string{"CrawlerFunction": "poem-crawler", "poem-crawler": "crawler", "x": "y", "y": "x"} {
		if err := r.Alias(name, target); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Register("crawler", named("crawler")); err != nil {
		t.Fatal(err)
	}
	for _, resource := range []string{"CrawlerFunction", "arn:aws:lambda:us-east-1:123456789012:function:poem-crawler:live"} {
		if h, err := r.Lookup(resource); err != nil || h != named("crawler") {
			t.Errorf("%s: got %v, %v", resource, h, err)
		}
	}
	if _, err := r.Lookup("x"); err == nil {
		t.Error("a cycle of aliases leads somewhere")
	}
	if err := r.Alias("x", "y"); err != nil {
		t.Errorf("the same alias again: %v", err)
	}
	if got, want := r.Names(), []string{"CrawlerFunction", "crawler", "poem-crawler", "x", "y"}; !reflect.DeepEqual(got, want) {
		t.Errorf("the names are %q", got)
	}
}

func TestShortNameIsWhatAHandlerIsRegisteredBy(t *testing.T) {
	for resource, want := range map[string]string{
		"arn:aws:lambda:eu-north-1:111122223333:function:F:live": "F",
		"arn:aws:states:::sqs:sendMessage":                       "sqs:sendMessage",
		"arn:aws:states:::aws-sdk:s3:getObject":                  "aws-sdk:s3:getObject",
		"arn:aws:states:eu-north-1:111122223333:activity:a":      "arn:aws:states:eu-north-1:111122223333:activity:a",
		"F:1": "F",
		"F":   "F",
	} {
		r := handlers.NewRegistry()
		if err := r.Register(want, handlers.HandlerFunc(nil)); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Lookup(resource); handlers.ShortName(resource) != want || err != nil {
			t.Errorf("%s: got %q, %v", resource, handlers.ShortName(resource), err)
		}
	}
}
