package runtime_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
)

// The workloads are those of docs/BENCHMARKS.md, each with full history.

const pipeline = `{"StartAt":"Seed","States":{
 "Seed":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:seed","ResultPath":"$.items","Next":"FanOut"},
 "FanOut":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":10,"ResultPath":"$.results","Next":"Reduce",
  "ItemProcessor":{"StartAt":"Fetch","States":{
   "Fetch":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:fetch","Next":"Score",
    "Retry":[{"ErrorEquals":["States.TaskFailed"],"IntervalSeconds":1,"MaxAttempts":3,"BackoffRate":2}],
    "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"Failed"}]},
   "Score":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:score","End":true,
    "Retry":[{"ErrorEquals":["States.TaskFailed"],"IntervalSeconds":1,"MaxAttempts":3,"BackoffRate":2}]},
   "Failed":{"Type":"Pass","Result":{"score":0},"End":true}}}},
 "Reduce":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:reduce","End":true}}}`

type item struct {
	ID  int    `json:"id"`
	URL string `json:"url"`
}

type body struct {
	ID   int    `json:"id"`
	Body string `json:"body"`
}

type score struct {
	ID    int `json:"id"`
	Score int `json:"score"`
}

// pipelineFunctions do what the floor's functions do, with types.
func pipelineFunctions(b *testing.B) *handlers.Registry {
	r := handlers.NewRegistry()
	add := func(name string, h handlers.Handler) {
		if err := r.Register(name, h); err != nil {
			b.Fatal(err)
		}
	}
	add("seed", handlers.Func(func(_ context.Context, in struct{ N int }) ([]item, error) {
		items := make([]item, in.N)
		for i := range items {
			items[i] = item{i, "item-" + strconv.Itoa(i)}
		}
		return items, nil
	}))
	add("fetch", handlers.Func(func(_ context.Context, in item) (body, error) {
		return body{in.ID, "body of " + in.URL}, nil
	}))
	add("score", handlers.Func(func(_ context.Context, in body) (score, error) {
		return score{in.ID, len(in.Body)}, nil
	}))
	add("reduce", handlers.Func(func(_ context.Context, in struct{ Results []score }) (map[string]int, error) {
		total := 0
		for _, s := range in.Results {
			total += s.Score
		}
		return map[string]int{"count": len(in.Results), "total": total}, nil
	}))
	return r
}

func mustParse(b *testing.B, text string) *runtime.Machine {
	b.Helper()
	m, err := runtime.Parse("bench.asl.json", text)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func run(b *testing.B, e *runtime.Engine, m *runtime.Machine, input string) *runtime.Run {
	b.Helper()
	in, err := value.Parse(input)
	if err != nil {
		b.Fatal(err)
	}
	r, err := e.Run(context.Background(), m, in)
	if err != nil {
		b.Fatal(err)
	}
	if err := r.Err(); err != nil {
		b.Fatal(err)
	}
	return r
}

func BenchmarkW1Pipeline(b *testing.B) {
	e := runtime.New(runtime.Functions(pipelineFunctions(b)))
	m := mustParse(b, pipeline)
	b.ReportAllocs()
	for b.Loop() {
		run(b, e, m, `{"n":100}`)
	}
}

const mapPass = `{"StartAt":"Each","States":{"Each":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":40,
 "ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}}`

func mapInput(n int) string {
	var s strings.Builder
	s.WriteString(`{"items":[`)
	for i := range n {
		if i > 0 {
			s.WriteByte(',')
		}
		fmt.Fprintf(&s, `{"id":%d,"name":"item-%d","price":%v,"quantity":%d,"tags":["a","b"]}`, i, i, float64(i%97)+0.5, i%7+1)
	}
	s.WriteString(`]}`)
	return s.String()
}

func BenchmarkW2Map(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			e := runtime.New(runtime.NoLimits())
			m := mustParse(b, mapPass)
			input := mapInput(n)
			b.ReportAllocs()
			for b.Loop() {
				run(b, e, m, input)
			}
		})
	}
}

func chain(n int) string {
	var s strings.Builder
	s.WriteString(`{"StartAt":"S0","States":{`)
	for i := range n - 1 {
		fmt.Fprintf(&s, `"S%d":{"Type":"Pass","Next":"S%d"},`, i, i+1)
	}
	fmt.Fprintf(&s, `"S%d":{"Type":"Pass","End":true}}}`, n-1)
	return s.String()
}

func BenchmarkW3ChainWithParsing(b *testing.B) {
	text := chain(1000)
	e := runtime.New()
	b.ReportAllocs()
	for b.Loop() {
		run(b, e, mustParse(b, text), `{"hello":"world"}`)
	}
}

const loop = `{"StartAt":"Init","States":{
 "Init":{"Type":"Pass","Parameters":{"n":0},"Next":"Check"},
 "Check":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":5000,"Next":"Add"}],"Default":"Done"},
 "Add":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, 1)"},"Next":"Check"},
 "Done":{"Type":"Succeed"}}}`

func BenchmarkW3Loop(b *testing.B) {
	e := runtime.New(runtime.NoLimits())
	m := mustParse(b, loop)
	b.ReportAllocs()
	for b.Loop() {
		run(b, e, m, `{"hello":"world"}`)
	}
}

func ordersInput(n int) string {
	var s strings.Builder
	s.WriteString(`{"orders":[`)
	for i := range n {
		if i > 0 {
			s.WriteByte(',')
		}
		fmt.Fprintf(&s, `{"id":%d,"price":%v,"quantity":%d}`, i, float64(i%97)+0.5, i%7+1)
	}
	s.WriteString(`]}`)
	return s.String()
}

const sumLoop = `{"QueryLanguage":"JSONata","StartAt":"Init","States":{
 "Init":{"Type":"Pass","Assign":{"i":0,"total":0},"Next":"Sum"},
 "Sum":{"Type":"Pass","Assign":{"i":"{% $i + 1 %}","total":"{% $sum($states.input.orders.(price*quantity)) %}"},"Next":"Check"},
 "Check":{"Type":"Choice","Choices":[{"Condition":"{% $i < 1000 %}","Next":"Sum"}],"Default":"Done"},
 "Done":{"Type":"Pass","Output":"{% $total %}","End":true}}}`

func BenchmarkW5JSONataLoop(b *testing.B) {
	e := runtime.New(runtime.NoLimits())
	m := mustParse(b, sumLoop)
	input := ordersInput(1000)
	b.ReportAllocs()
	for b.Loop() {
		run(b, e, m, input)
	}
}

const sumMap = `{"QueryLanguage":"JSONata","StartAt":"Each","States":{"Each":{"Type":"Map","Items":"{% [1..1000] %}","MaxConcurrency":40,
 "ItemSelector":{"orders":"{% $states.input.orders %}"},"End":true,
 "ItemProcessor":{"StartAt":"Sum","States":{"Sum":{"Type":"Pass","Output":"{% $sum($states.input.orders.(price*quantity)) %}","End":true}}}}}}`

func BenchmarkW5JSONataMap(b *testing.B) {
	e := runtime.New(runtime.NoLimits())
	m := mustParse(b, sumMap)
	input := ordersInput(1000)
	b.ReportAllocs()
	for b.Loop() {
		run(b, e, m, input)
	}
}
