package handlers_test

import (
	"context"
	"errors"
	"fmt"

	"canto/asl/value"
	"canto/handlers"
)

type order struct {
	Number int `json:"number"`
}

type receipt struct {
	Text string `json:"text"`
}

func charge(_ context.Context, o order) (receipt, error) {
	if o.Number == 0 {
		return receipt{}, errors.New("no such order")
	}
	return receipt{fmt.Sprintf("paid <%d>", o.Number)}, nil
}

func Example() {
	registry := handlers.NewRegistry()
	if err := registry.Register("Charge", handlers.Func(charge)); err != nil {
		fmt.Println(err)
	}
	h, _ := registry.Lookup("arn:aws:lambda:eu-west-1:123456789012:function:Charge:live")

	out, _ := handlers.Invoke(context.Background(), h, handlers.Call{Input: value.Raw(`{"number": 7}`)})
	fmt.Println(out.Text())

	_, err := handlers.Invoke(context.Background(), h, handlers.Call{Input: value.Raw(`{}`)})
	failure := handlers.Failure(err)
	fmt.Println(failure.Name, failure.Cause)

	_, err = registry.Lookup("Chrage")
	fmt.Println(err)
	// Output:
	// {"text":"paid <7>"}
	// errorString {"errorMessage":"no such order","errorType":"errorString"}
	// no function is registered for "Chrage"; did you mean "Charge"?
}
