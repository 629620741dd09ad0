package mock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"canto/asl"
	"canto/asl/source"
	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/mock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const file = `{
  "StateMachines": {
    "Poem": {
      "TestCases": {
        "Well": {"Crawl": "TwoPages", "Score": "Slow"},
        "Down": {"Crawl": "DownThenUp"}
      }
    }
  },
  "MockedResponses": {
    "TwoPages": {"0": {"Return": ["a", 1.0]}},
    "Slow": {"0": {"Return": null, "After": 1.5}},
    "Invoked": {"0": {"Return": {"StatusCode": 200, "Payload": {"body": [1, 2]}}}},
    "DownThenUp": {
      "3": {"Return": "up"},
      "0": {"Throw": {"Error": "Site.Down", "Cause": "503"}},
      "1-2": {"Throw": {"Error": "Site.Slow"}}
    }
  }
}`

func load(t *testing.T, text string) *mock.Config {
	t.Helper()
	config, diags := mock.Parse(source.New("mocks.json", text))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return config
}

func choose(t *testing.T, text, name string) *mock.Case {
	t.Helper()
	k, err := load(t, text).Case("", name)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// none is a registry without a function: whatever gets to it is not mocked.
var none = handlers.NewRegistry()

func invoke(t *testing.T, k *mock.Case, c handlers.Call) (value.Value, error) {
	t.Helper()
	h, err := k.Resolver(none).Resolve(c)
	if err != nil {
		t.Fatal(err)
	}
	return h.Invoke(t.Context(), c)
}

func TestTheAnswerDependsOnTheInvocation(t *testing.T) {
	k := choose(t, file, "Down")
	for i, want := range []string{"Site.Down: 503", "Site.Slow", "Site.Slow", `"up"`} {
		out, err := invoke(t, k, handlers.Call{State: "Crawl", Resource: "Crawler", Invocation: i})
		got := out.Text()
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("invocation %d: got %s, want %s", i, got, want)
		}
	}
}

func TestAnInvocationBeyondTheLastNamesStateIndexAndPlace(t *testing.T) {
	_, err := invoke(t, choose(t, file, "Well"), handlers.Call{State: "Crawl", Invocation: 1})
	var failure *asl.Error
	const want = "The state 'Crawl' was invoked with index 1, but its mocked response 'TwoPages' ends at index 0 (mocks.json:11:5)"
	if !errors.As(err, &failure) || failure.Name != asl.ErrRuntime || failure.Cause != want {
		t.Errorf("got %v", err)
	}
}

func TestAStateThatTheCaseLeavesOutCallsTheRealHandler(t *testing.T) {
	real := handlers.NewRegistry()
	err := real.Register("Reduce", handlers.HandlerFunc(func(context.Context, handlers.Call) (value.Value, error) {
		return value.String("real"), nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	resolver := choose(t, file, "Well").Resolver(real)
	h, err := resolver.Resolve(handlers.Call{State: "Reduce", Resource: "Reduce"})
	if err != nil {
		t.Fatal(err)
	}
	if out, _ := h.Invoke(t.Context(), handlers.Call{}); out.Text() != `"real"` || handlers.Completes(h) {
		t.Errorf("got %s", out.Text())
	}
	var missing *handlers.NotRegisteredError
	if _, err := resolver.Resolve(handlers.Call{State: "Other", Resource: "Other"}); !errors.As(err, &missing) {
		t.Errorf("got %v", err)
	}
}

func TestAMockAnswersForTheOutsideWorker(t *testing.T) {
	h, err := choose(t, file, "Well").Resolver(none).Resolve(handlers.Call{State: "Crawl", Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken", Token: "t"})
	if err != nil || !handlers.Completes(h) {
		t.Errorf("got %v, %v", h, err)
	}
}

func TestARequestWithATokenIsTakenBeforeTheWorkerAnswers(t *testing.T) {
	h, err := choose(t, file, "Down").Resolver(none).Resolve(handlers.Call{State: "Crawl"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ token, taken string }{{"t", `{}`}, {"", ""}} {
		var taken string
		ctx := handlers.WithSubmit(t.Context(), func(v value.Value) { taken = v.Text() })
		_, err := h.Invoke(ctx, handlers.Call{Resource: "arn:aws:states:::ecs:runTask.waitForTaskToken", Token: c.token})
		if taken != c.taken || err == nil || err.Error() != "Site.Down: 503" {
			t.Errorf("token %q: taken with %q, %v", c.token, taken, err)
		}
	}
}

type clock time.Duration

func (c *clock) Sleep(_ context.Context, d time.Duration) error { *c += clock(d); return nil }

func TestAfterIsTheVirtualDuration(t *testing.T) {
	h, err := choose(t, file, "Well").Resolver(none).Resolve(handlers.Call{State: "Score"})
	if err != nil {
		t.Fatal(err)
	}
	var slept clock
	out, err := h.Invoke(handlers.WithClock(t.Context(), &slept), handlers.Call{})
	if err != nil || !out.IsNull() || time.Duration(slept) != 1500*time.Millisecond {
		t.Errorf("got %s, %v after %v", out.Text(), err, time.Duration(slept))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Invoke(ctx, handlers.Call{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled call gives %v", err)
	}
}

func TestReturnIsTheRawServiceResult(t *testing.T) {
	const invoked = `{"StateMachines": {"M": {"TestCases": {"C": {"S": "R"}}}}, "MockedResponses": {"R": {"0": {"Return": `
	const raw = `{"StatusCode":200,"Payload":{"body":[1,2]}}`
	for _, c := range []struct{ resource, result, want string }{
		{"arn:aws:states:::lambda:invoke", raw, raw},
		{"arn:aws:states:::states:startExecution.sync:2", raw, raw},
		{"arn:aws:lambda:us-east-1:123456789012:function:F", raw, `{"body":[1,2]}`},
		{"arn:aws:lambda:us-east-1:123456789012:function:F", `{"Payload": 1}`, `{"Payload":1}`},
		{"F", `["x", 1.0]`, `["x",1.0]`},
	} {
		k := choose(t, invoked+c.result+`}}}}`, "C")
		if out, err := invoke(t, k, handlers.Call{State: "S", Resource: c.resource}); err != nil || out.Text() != c.want {
			t.Errorf("%s: got %s, %v; want %s", c.resource, out.Text(), err, c.want)
		}
	}
}
