package jsonata_test

import (
	"fmt"

	"canto/asl/jsonata"
	"canto/asl/value"
)

func Example() {
	expr, err := jsonata.Compile(`{"total": $sum($states.input.orders.(price * quantity)), "rate": $rate}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	variables := map[string]value.Value{
		"states": value.Raw(`{"input": {"orders": [{"price": 2.5, "quantity": 4}, {"price": 1, "quantity": 3}]}}`),
		"rate":   value.Of(7),
	}
	result, outcome, err := expr.Eval(jsonata.Env{Variable: func(name string) (value.Value, bool) {
		v, ok := variables[name]
		return v, ok
	}})
	fmt.Println(result, outcome == jsonata.Defined, err)
	fmt.Println(expr.References().Variables, expr.References().States)
	// Output:
	// {"total":13,"rate":7} true <nil>
	// [rate] [input]
}

func ExampleError() {
	expr, _ := jsonata.Compile(`1 + $states.input.name`)
	_, _, err := expr.Eval(jsonata.Env{Variable: func(name string) (value.Value, bool) {
		return value.Raw(`{"input": {"name": "Fred"}}`), name == "states"
	}})
	fmt.Println(err)
	// Output: T2002: The right side of the "+" operator must evaluate to a number
}
