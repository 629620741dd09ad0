package mock_test

import (
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
	fmt.Println(resolver.Resolve(handlers.Call{State: "Ship", Resource: "Ship"}))
	// Output:
	// <nil> no function is registered for "Ship"; register one under that name
}
