package jsonpath

import (
	"math"
	"strings"

	"canto/asl/value"
)

// function is a step like ".length()".
type function struct {
	name  string
	args  []argument
	apply func(v value.Value, args []value.Value) (value.Value, error)
	root  value.Value // the document, for its arguments, where jp takes the step
}

// argument is a path, or a literal.
type argument struct {
	path    *Path
	literal value.Value
}

func (f *function) String() string { return "." + f.name + "()" }

func (f *function) find(v value.Value) []value.Value {
	x, err := f.one(v, f.root)
	if err != nil {
		return nil
	}
	return []value.Value{x}
}

func (f *function) one(v, root value.Value) (value.Value, error) {
	args := make([]value.Value, len(f.args))
	for i, a := range f.args {
		args[i] = a.literal
		if a.path == nil {
			continue
		}
		x, err := a.path.eval(v, root)
		if err != nil {
			return value.Value{}, err
		}
		args[i] = x
	}
	return f.apply(v, args)
}

var functions = map[string]func(v value.Value, args []value.Value) (value.Value, error){
	"length": length,
	"size":   length,
	"keys":   keys,
	"first":  func(v value.Value, _ []value.Value) (value.Value, error) { return element(v, 0) },
	"last":   func(v value.Value, _ []value.Value) (value.Value, error) { return element(v, -1) },
	"index":  index,
	"append": func(v value.Value, args []value.Value) (value.Value, error) { return value.Array(flat(v, args)), nil },
	"concat": concat,
	"sum":    aggregate(sum),
	"avg":    aggregate(func(x []float64) float64 { return sum(x) / float64(len(x)) }),
	"min":    aggregate(func(x []float64) float64 { return fold(x, math.Min) }),
	"max":    aggregate(func(x []float64) float64 { return fold(x, math.Max) }),
	"stddev": aggregate(deviation),
}

func length(v value.Value, args []value.Value) (value.Value, error) {
	if len(args) > 0 && args[0].Kind() == value.ArrayKind {
		v = args[0]
	}
	if v.Kind() < value.ArrayKind {
		return value.Value{}, nil
	}
	return value.Of(v.Len()), nil
}

func keys(v value.Value, _ []value.Value) (value.Value, error) {
	if v.Kind() != value.ObjectKind {
		return value.Value{}, nil
	}
	list := make([]value.Value, v.Len())
	for i, m := range v.Members() {
		list[i] = value.String(m.Name)
	}
	return value.Array(list), nil
}

func index(v value.Value, args []value.Value) (value.Value, error) {
	if len(args) == 1 {
		if n, ok := args[0].AsNumber(); ok {
			i, _ := n.Int64()
			return element(v, int(i))
		}
	}
	return value.Value{}, &NotFoundError{Message: noNumbers}
}

func element(v value.Value, i int) (value.Value, error) {
	x, ok := v.Index(fromEnd(i, v))
	if !ok {
		return value.Value{}, &NotFoundError{Message: noNumbers}
	}
	return x, nil
}

// flat lists the elements of v, then the arguments with arrays among them opened.
func flat(v value.Value, args []value.Value) []value.Value {
	all := append([]value.Value(nil), v.Elements()...)
	for _, a := range args {
		if a.Kind() == value.ArrayKind {
			all = append(all, a.Elements()...)
			continue
		}
		all = append(all, a)
	}
	return all
}

func concat(v value.Value, args []value.Value) (value.Value, error) {
	var b strings.Builder
	for _, x := range flat(v, args) {
		s, _ := x.AsString()
		b.WriteString(s)
	}
	return value.String(b.String()), nil
}

const noNumbers = "Aggregation function attempted to calculate value using empty array"

// aggregate makes a function of all numbers at hand; its result is a double.
func aggregate(f func([]float64) float64) func(value.Value, []value.Value) (value.Value, error) {
	return func(v value.Value, args []value.Value) (value.Value, error) {
		var numbers []float64
		for _, x := range flat(v, args) {
			if n, ok := x.AsNumber(); ok {
				numbers = append(numbers, n.Float64())
			}
		}
		if len(numbers) == 0 {
			return value.Value{}, &NotFoundError{Message: noNumbers}
		}
		result := f(numbers)
		if math.IsInf(result, 0) || math.IsNaN(result) {
			return value.Of(result), nil
		}
		return value.Of(value.FormatFloat(result)), nil
	}
}

func fold(x []float64, f func(a, b float64) float64) float64 {
	result := x[0]
	for _, n := range x[1:] {
		result = f(result, n)
	}
	return result
}

func sum(x []float64) float64 { return fold(x, func(a, b float64) float64 { return a + b }) }

// deviation is the standard deviation of a whole population.
func deviation(x []float64) float64 {
	n, squares := float64(len(x)), 0.0
	for _, v := range x {
		squares += v * v
	}
	mean := sum(x) / n
	return math.Sqrt(squares/n - mean*mean)
}
