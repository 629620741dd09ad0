package handlers_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"go.uber.org/goleak"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
)

func TestMain(m *testing.M) {
	serveLambda(os.Getenv(functionVariable))
	goleak.VerifyTestMain(m)
}

type customError struct{ text string }

func (e *customError) Error() string { return e.text }

type valueError string

func (e valueError) Error() string { return string(e) }

type panickyError struct{}

func (panickyError) Error() string { panic("no text") }

func TestFailureNamesErrorsAsLambdaDoes(t *testing.T) {
	inner := errors.New("a <b>")
	for _, c := range []struct {
		name        string
		err         error
		error, text string
	}{
		{"errors.New", inner, "errorString", `{"errorMessage":"a \u003cb\u003e","errorType":"errorString"}`},
		{"wrapped", fmt.Errorf("x: %w", inner), "wrapError", `{"errorMessage":"x: a \u003cb\u003e","errorType":"wrapError"}`},
		{"joined", errors.Join(inner), "joinError", `{"errorMessage":"a \u003cb\u003e","errorType":"joinError"}`},
		{"pointer", &customError{"é"}, "customError", `{"errorMessage":"é","errorType":"customError"}`},
		{"value", valueError("v"), "valueError", `{"errorMessage":"v","errorType":"valueError"}`},
		{"deadline", context.DeadlineExceeded, "deadlineExceededError", `{"errorMessage":"context deadline exceeded","errorType":"deadlineExceededError"}`},
		{"response error", messages.InvokeResponse_Error{Type: "Own.Name", Message: "m"}, "Own.Name", `{"errorMessage":"m","errorType":"Own.Name"}`},
		{"asl error", &asl.Error{Name: "Mine", Cause: "why"}, "Mine", "why"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := handlers.Failure(c.err)
			if got.Name != c.error || got.Cause != c.text {
				t.Errorf("got %q with cause %s, want %q with %s", got.Name, got.Cause, c.error, c.text)
			}
		})
	}
}

func TestNoFailureIsNone(t *testing.T) {
	if got := handlers.Failure(nil); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestFailureSurvivesAnErrorWhoseMethodPanics(t *testing.T) {
	got := handlers.Failure(panickyError{})
	if got.Name != "string" || !strings.Contains(got.Cause, `"errorMessage":"no text"`) {
		t.Errorf("got %v", got)
	}
}

func TestPanicIsAFailureWithTheStackInItsCause(t *testing.T) {
	h := handlers.HandlerFunc(func(context.Context, handlers.Call) (value.Value, error) {
		var none []int
		_ = none[len(none)+2]
		return value.Value{}, nil
	})
	_, err := handlers.Invoke(t.Context(), h, handlers.Call{})
	got := handlers.Failure(err)
	if got.Name != "boundsError" {
		t.Errorf("the error is %q", got.Name)
	}
	for _, part := range []string{
		`{"errorMessage":"runtime error: index out of range [2] with length 0","errorType":"boundsError","stackTrace":[{"path":"runtime/panic.go","line":`,
		`"label":"gopanic"}`, `"path":"canto/handlers/handlers_test.go"`, `"label":"TestPanicIsAFailureWithTheStackInItsCause.func1"`,
	} {
		if !strings.Contains(got.Cause, part) {
			t.Errorf("the cause has no %s: %s", part, got.Cause)
		}
	}
	if strings.Contains(got.Cause, "goexit") || strings.Contains(got.Cause, "handlers/call.go") {
		t.Errorf("the cause shows what called the handler: %s", got.Cause)
	}
}

func TestPanicWithAResponseErrorIsThatError(t *testing.T) {
	h := handlers.HandlerFunc(func(context.Context, handlers.Call) (value.Value, error) {
		panic(messages.InvokeResponse_Error{Type: "Own", Message: "m"})
	})
	_, err := handlers.Invoke(t.Context(), h, handlers.Call{})
	if got := handlers.Failure(err); got.Name != "Own" || got.Cause != `{"errorMessage":"m","errorType":"Own"}` {
		t.Errorf("got %v", got)
	}
}

func TestGoexitIsAFailure(t *testing.T) {
	h := handlers.HandlerFunc(func(context.Context, handlers.Call) (value.Value, error) {
		new(testing.T).SkipNow()
		return value.Value{}, nil
	})
	_, err := handlers.Invoke(t.Context(), h, handlers.Call{Resource: "f"})
	if got := handlers.Failure(err); got.Name != "Runtime.ExitError" || !strings.Contains(got.Cause, `handler of \"f\" ended its goroutine`) {
		t.Errorf("got %v", got)
	}
}

type fakeClock struct{ slept time.Duration }

func (f *fakeClock) Sleep(_ context.Context, d time.Duration) error { f.slept += d; return nil }

func TestSleepAsksTheClockOfItsContext(t *testing.T) {
	var clock fakeClock
	ctx := handlers.WithClock(t.Context(), &clock)
	if err := handlers.Sleep(ctx, time.Hour); err != nil || clock.slept != time.Hour {
		t.Errorf("slept %v, error %v", clock.slept, err)
	}
}

func TestSleepWithoutAClockIsReal(t *testing.T) {
	if err := handlers.Sleep(t.Context(), time.Nanosecond); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := handlers.Sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %v", err)
	}
	if err := handlers.Sleep(ctx, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a sleep of nothing after the end gives %v", err)
	}
}
