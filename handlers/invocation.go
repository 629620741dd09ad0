package handlers

import (
	"context"
	"sync"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// invocation is the context of a function, in which lambdacontext.FromContext
// finds the request as it does on Lambda. The request is made when it is asked
// for: most functions never do.
type invocation struct {
	context.Context
	call Call
	once sync.Once
	made context.Context
}

func (i *invocation) Value(key any) any {
	if v := i.Context.Value(key); v != nil {
		return v
	}
	i.once.Do(func() {
		i.made = lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{
			AwsRequestID:       requestID(digest(i.call)),
			InvokedFunctionArn: functionARN(i.call.Resource),
		})
	})
	return i.made.Value(key)
}
