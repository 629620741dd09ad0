package handlers_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"canto/handlers"
)

func TestAFunctionFindsItsRequestInTheContext(t *testing.T) {
	request := func(visit int) *lambdacontext.LambdaContext {
		var found *lambdacontext.LambdaContext
		h := handlers.Func(func(ctx context.Context, _ any) (any, error) {
			found, _ = lambdacontext.FromContext(ctx)
			return nil, nil
		})
		if _, err := h.Invoke(t.Context(), handlers.Call{Resource: "Echo:live", Visit: visit}); err != nil || found == nil {
			t.Fatalf("got %v, %v", found, err)
		}
		return found
	}
	first, again, second := request(1), request(1), request(2)
	if first.AwsRequestID != again.AwsRequestID || first.AwsRequestID == second.AwsRequestID {
		t.Errorf("the ids are %s, %s and %s", first.AwsRequestID, again.AwsRequestID, second.AwsRequestID)
	}
	if first.InvokedFunctionArn != "arn:aws:lambda:us-east-1:123456789012:function:Echo" {
		t.Errorf("the function is %s", first.InvokedFunctionArn)
	}
}

func TestAFunctionsContextEndsWithItsCall(t *testing.T) {
	h := handlers.Func(func(ctx context.Context, _ any) (any, error) {
		ctx, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		<-ctx.Done()
		return nil, context.Cause(ctx)
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Invoke(ctx, handlers.Call{}); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}
