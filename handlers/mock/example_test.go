package mock_test

import (
	"context"
	"fmt"

	"canto/asl/source"
	"canto/handlers"
	"canto/handlers/mock"
)

func Example() {
	config, diags := mock.Parse(source.New("mocks.json", `{
  "StateMachines": {"Shop": {"TestCases": {"CardRefused": {"Charge": "Refused"}}}},
  "MockedResponses": {"Refused": {"0-1": {"Throw": {"Error": "CardRefused", "Cause": "no money"}}}}
}`))
	if diags.HasErrors() {
		fmt.Println(diags)
		return
	}
	testCase, err := config.Case("Shop", "CardRefused")
	if err != nil {
		fmt.Println(err)
		return
	}
	resolver := testCase.Resolver(handlers.NewRegistry())
	call := handlers.Call{State: "Charge", Resource: "arn:aws:states:::lambda:invoke"}
	h, err := resolver.Resolve(call)
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		_, err := h.Invoke(context.Background(), call)
		fmt.Println(err)
		call.Invocation++
	}
	// Output:
	// CardRefused: no money
	// CardRefused: no money
	// States.Runtime: The state 'Charge' was invoked with index 2, but its mocked response 'Refused' ends at index 1 (mocks.json:3:23)
}
