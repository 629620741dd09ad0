package maprun_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stage runs distributed Map states over a bucket "b" in a folder.
type stage struct {
	bucket  handlers.Bucket
	options []runtime.Option
}

func newStage(t *testing.T, files ...string) *stage {
	t.Helper()
	s := &stage{bucket: handlers.Folder(t.TempDir())}
	for i := 0; i < len(files); i += 2 {
		if err := s.bucket.Put(t.Context(), files[i], handlers.Object{Body: []byte(files[i+1])}); err != nil {
			t.Fatal(err)
		}
	}
	s.options = []runtime.Option{runtime.Buckets(func(name string) (handlers.Bucket, error) {
		if name != "b" {
			return nil, fmt.Errorf("there is no bucket %q", name)
		}
		return s.bucket, nil
	})}
	return s
}

// file is what is in a file of the bucket.
func (s *stage) file(t *testing.T, key string) string {
	t.Helper()
	o, err := s.bucket.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(o.Body)
}

const (
	passItem = `"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}`
	standard = `"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"}`
	express  = `"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"}`
	// sleeper waits as many seconds as its input says, and fails where that is negative.
	sleeper = standard + `,"StartAt":"C","States":{
		"C":{"Type":"Choice","Choices":[{"Variable":"$","NumericLessThan":0,"Next":"F"}],"Default":"W"},
		"W":{"Type":"Wait","SecondsPath":"$","End":true},
		"F":{"Type":"Fail","Error":"Negative","Cause":"too small"}}`
)

// mapOf is a machine of one distributed Map, with these fields and this processor.
func mapOf(fields, processor string) string {
	if fields != "" {
		fields += ","
	}
	return `{"StartAt":"M","States":{"M":{"Type":"Map",` + fields + `"ItemProcessor":{` + processor + `},"End":true}}}`
}

func (s *stage) run(t *testing.T, definition, input string, options ...runtime.Option) *runtime.Run {
	t.Helper()
	m, err := runtime.Parse("m.asl.json", definition)
	if err != nil {
		t.Fatal(err)
	}
	run, err := runtime.New(append(s.options, options...)...).Run(t.Context(), m, value.Raw(input))
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// told is a history in short.
func told(r *runtime.Run) string {
	var b strings.Builder
	for e := range r.History.All() {
		fmt.Fprintf(&b, "%d<%d %s", e.ID, e.Previous, e.Type)
		if e.Info != nil && e.Info.Length > 0 {
			fmt.Fprintf(&b, " %d", e.Info.Length)
		}
		if e.Info != nil && e.Info.Error != "" {
			fmt.Fprintf(&b, " %s: %s", e.Info.Error, e.Info.Cause)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func wantOutput(t *testing.T, r *runtime.Run, want string) {
	t.Helper()
	if r.Status != runtime.Succeeded {
		t.Fatalf("%s: %s", r.Error, r.Cause)
	}
	if got := r.Output.Text(); got != want {
		t.Errorf("the output is\n%s, want\n%s", got, want)
	}
}

func wantTold(t *testing.T, r *runtime.Run, want string) {
	t.Helper()
	if got := told(r); got != want {
		t.Errorf("the history is\n%swant\n%s", got, want)
	}
}

func TestHistoryOfTheParent(t *testing.T) {
	r := newStage(t).run(t, mapOf("", standard+","+passItem), `["Hello", {"a" : 1}]`)
	wantOutput(t, r, `["Hello",{"a":1}]`)
	wantTold(t, r, `1<0 ExecutionStarted
2<0 MapStateEntered
3<2 MapStateStarted 2
4<3 MapRunStarted
5<4 MapRunSucceeded
6<5 MapStateSucceeded
7<4 MapStateExited
8<7 ExecutionSucceeded
`)
}

const (
	readLines = `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key.$":"$.key"},"ReaderConfig":{"InputType":"JSONL","MaxItemsPath":"$.max"}}`
	write     = `"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b","Prefix":"out/"}}`
)

func TestHistoryOfAFailedReader(t *testing.T) {
	for input, cause := range map[string]string{
		`{"key":"k","max":-1}`:  "field MaxItems must be positive",
		`{"key":"bad","max":0}`: "S3://b/bad: line 2: ",
	} {
		r := newStage(t, "k", "1\n", "bad", "1\n{\n").run(t, mapOf(readLines, standard+","+passItem), input)
		got := told(r)
		if !strings.HasPrefix(got, `1<0 ExecutionStarted
2<0 MapStateEntered
3<2 MapStateStarted
4<3 MapRunStarted
5<4 MapRunFailed States.ItemReaderFailed: `+cause) || !strings.Contains(got, "\n6<5 MapStateFailed\n7<6 ExecutionFailed States.ItemReaderFailed: "+cause) {
			t.Errorf("the history is\n%s", got)
		}
	}
}

func TestFieldsThatCannotBeUsedFailBeforeTheMapRun(t *testing.T) {
	paths := `"ItemsPath":"$.items","ToleratedFailureCountPath":"$.count","ToleratedFailurePercentagePath":"$.percent","MaxConcurrencyPath":"$.limit"`
	for input, cause := range map[string]string{
		`"count":-1,"percent":1,"limit":1`:     "ToleratedFailureCount cannot be negative.",
		`"count":"x","percent":1,"limit":1`:    `The ToleratedFailureCountPath field refers to value "x" which is not a valid integer: $.count`,
		`"count":{},"percent":1,"limit":1`:     `The ToleratedFailureCountPath field refers to value "{}" which is not a valid integer: $.count`,
		`"count":1,"percent":-0.5,"limit":1`:   "ToleratedFailurePercentage must be between 0 and 100.",
		`"count":1,"percent":100.1,"limit":1`:  "ToleratedFailurePercentage must be between 0 and 100.",
		`"count":1,"percent":"half","limit":1`: `The ToleratedFailurePercentagePath field refers to value "half" which is not a valid float: $.percent`,
		`"count":1,"percent":"NaN","limit":1`:  "ToleratedFailurePercentage must be between 0 and 100.",
		`"count":1,"percent":1,"limit":1.5`:    `The MaxConcurrencyPath field refers to value "1.5" which is not a valid integer: $.limit`,
	} {
		r := newStage(t).run(t, mapOf(paths, standard+","+passItem), `{"items":[1],`+input+`}`)
		wantTold(t, r, `1<0 ExecutionStarted
2<0 MapStateEntered
3<2 MapStateStarted 1
4<3 ExecutionFailed States.Runtime: An error occurred while executing the state 'M' (entered at the event id #2). `+cause+"\n")
	}
}

func TestMaxItems(t *testing.T) {
	for max, want := range map[string]string{"0": "[1,2,3]", "2": "[1,2]", `"2"`: "[1,2]", "100000001": "[1,2,3]"} {
		r := newStage(t, "k", "1\n2\n3\n").run(t, mapOf(readLines, standard+","+passItem), `{"key":"k","max":`+max+`}`)
		wantOutput(t, r, want)
	}
}

func TestSelector(t *testing.T) {
	fields := `"ItemSelector":{"item.$":"$$.Map.Item","all.$":"$.n","run.$":"$$.Execution.Name"},"ItemsPath":"$.items"`
	r := newStage(t).run(t, mapOf(fields, standard+","+passItem), `{"n":7,"items":["x"]}`)
	wantOutput(t, r, `[{"all":7,"item":{"Index":0,"Value":"x","Source":"STATE_DATA"},"run":"run-1"}]`)
	r = newStage(t).run(t, mapOf(fields, standard+","+passItem), `{"n":7,"items":{"k":"x"}}`)
	wantOutput(t, r, `[{"all":7,"item":{"Index":0,"Value":"x","Key":"k","Source":"STATE_DATA"},"run":"run-1"}]`)
}

func TestSelectorThatFailsEndsTheExecution(t *testing.T) {
	catch := `"Retry":[{"ErrorEquals":["States.ALL"]}],"ItemSelector":{"x.$":"$.missing"}`
	r := newStage(t).run(t, mapOf(catch, standard+","+passItem), `[1]`)
	cause := "States.Runtime: An error occurred while executing the state 'M' (entered at the event id #2). The JSONPath '$.missing' specified for the field 'x.$' could not be found in the input '[1]'\n"
	wantTold(t, r, "1<0 ExecutionStarted\n2<0 MapStateEntered\n3<2 MapStateStarted 1\n4<3 MapRunStarted\n5<4 MapRunFailed "+cause+"6<5 MapStateFailed\n7<6 ExecutionFailed "+cause)
}

func TestWhatAChildSees(t *testing.T) {
	child := standard + `,"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"c.$":"$$"},"End":true}}`
	r := newStage(t).run(t, mapOf(`"Label":"L","MaxConcurrency":1`, child), `[5]`)
	c, _ := r.Output.Index(0)
	c, _ = c.Field("c")
	text := c.Text()
	for _, part := range []string{
		`"Id":"arn:aws:states:us-east-1:123456789012:execution:m/L:`, `"Input":5,`, `"StartTime":"2026-03-01T06:00:00.000Z"`,
		`"StateMachine":{"Id":"arn:aws:states:us-east-1:123456789012:stateMachine:m/L","Name":"m/L"}`,
	} {
		if !strings.Contains(text, part) {
			t.Errorf("the context has no %s: %s", part, text)
		}
	}
	if strings.Contains(text, `"Map"`) {
		t.Errorf("the context of a child has the parent's Map: %s", text)
	}
}

func TestBatches(t *testing.T) {
	for _, c := range []struct{ batcher, want string }{
		{`{"MaxItemsPerBatch":2}`, `[{"Items":["aa","bb"]},{"Items":["cc"]}]`},
		{`{"MaxItemsPerBatchPath":"$.n"}`, `[{"Items":["aa","bb"]},{"Items":["cc"]}]`},
		{`{"MaxItemsPerBatch":3,"BatchInput":{"k.$":"$.n","x":1}}`, `[{"BatchInput":{"x":1,"k":"2"},"Items":["aa","bb","cc"]}]`},
		{`{"MaxInputBytesPerBatch":21}`, `[{"Items":["aa","bb"]},{"Items":["cc"]}]`},
		{`{"MaxInputBytesPerBatch":20}`, `[{"Items":["aa"]},{"Items":["bb"]},{"Items":["cc"]}]`},
		{`{"MaxInputBytesPerBatch":1}`, `[{"Items":["aa"]},{"Items":["bb"]},{"Items":["cc"]}]`},
		{`{"MaxInputBytesPerBatch":41,"BatchInput":{"x":1}}`, `[{"BatchInput":{"x":1},"Items":["aa"]},{"BatchInput":{"x":1},"Items":["bb"]},{"BatchInput":{"x":1},"Items":["cc"]}]`},
		{`{"MaxInputBytesPerBatch":42,"BatchInput":{"x":1}}`, `[{"BatchInput":{"x":1},"Items":["aa","bb"]},{"BatchInput":{"x":1},"Items":["cc"]}]`},
	} {
		r := newStage(t).run(t, mapOf(`"ItemsPath":"$.items","ItemBatcher":`+c.batcher, standard+","+passItem), `{"n":"2","items":["aa","bb","cc"]}`)
		wantOutput(t, r, c.want)
	}
}

func TestToleratedFailures(t *testing.T) {
	const threshold = "States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded"
	for _, c := range []struct{ fields, items, err string }{
		{``, `[0,-1]`, threshold},
		{`"ToleratedFailureCount":1`, `[0,-1]`, ""},
		{`"ToleratedFailureCount":1`, `[-1,-1]`, threshold},
		{`"ToleratedFailureCount":0`, `[-1]`, threshold},
		{`"ToleratedFailurePercentage":50`, `[0,-1]`, ""},
		{`"ToleratedFailurePercentage":49.9`, `[0,-1]`, threshold},
		{`"ToleratedFailurePercentage":100`, `[-1,-1]`, ""},
		{`"ToleratedFailureCount":5,"ToleratedFailurePercentage":10`, `[0,-1]`, threshold},
		{`"ToleratedFailureCount":1,"ItemBatcher":{"MaxItemsPerBatch":2}`, `["x","y"]`, threshold}, // items are counted, not children
	} {
		r := newStage(t).run(t, mapOf(c.fields, sleeper), c.items)
		if got := strings.TrimSuffix(r.Error+": "+r.Cause, ": "); got != c.err {
			t.Errorf("%s over %s ends with %q, want %q", c.fields, c.items, got, c.err)
		}
	}
}

func TestToleratedFailureIsAnExecutionInTheOutput(t *testing.T) {
	r := newStage(t).run(t, mapOf(`"ToleratedFailureCount":1,"Label":"L"`, sleeper), `[-1,2]`)
	first, _ := r.Output.Index(0)
	for _, part := range []string{`{"Cause":"too small","Error":"Negative","ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:m/L:`,
		`"Input":"-1","InputDetails":{"Included":true},"Name":"`, `"Status":"FAILED","StopDate":"2026-03-01T06:00:00.000Z"}`} {
		if !strings.Contains(first.Text(), part) {
			t.Errorf("no %s in %s", part, first.Text())
		}
	}
	if second, _ := r.Output.Index(1); second.Text() != "2" {
		t.Errorf("the second result is %s", second.Text())
	}
}

func TestRetryBeginsAnotherMapRun(t *testing.T) {
	tries := 0
	registry := handlers.NewRegistry()
	err := registry.Register("f", handlers.HandlerFunc(func(context.Context, handlers.Call) (value.Value, error) {
		if tries++; tries == 1 {
			return value.Value{}, &asl.Error{Name: "Once"}
		}
		return value.String("done"), nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	fields := `"Retry":[{"ErrorEquals":["States.ExceedToleratedFailureThreshold"]}]`
	task := standard + `,"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}`
	r := newStage(t).run(t, mapOf(fields, task), `[1]`, runtime.Functions(registry))
	wantOutput(t, r, `["done"]`)
	wantTold(t, r, `1<0 ExecutionStarted
2<0 MapStateEntered
3<2 MapStateStarted 1
4<3 MapRunStarted
5<4 MapRunFailed States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded
6<5 MapStateStarted 1
7<6 MapRunStarted
8<7 MapRunSucceeded
9<8 MapStateSucceeded
10<7 MapStateExited
11<10 ExecutionSucceeded
`)
	if a, b := r.History.At(4).Info.MapRunARN, r.History.At(7).Info.MapRunARN; a == b {
		t.Errorf("both Map Runs are %s", a)
	}
}

// TestVirtualTime: children start when there is room for them, and the Map state takes
// as long as the last of them, however many really run at once.
func TestVirtualTime(t *testing.T) {
	for _, c := range []struct {
		limit, items string
		want         time.Duration
	}{
		{"0", "[5,3,8]", 8 * time.Second},
		{"1", "[5,3,8]", 16 * time.Second},
		{"2", "[5,3,8]", 11 * time.Second},
		{"2", "[5,3,8,1,1,1]", 11 * time.Second},
		{"3", "[1,100,1,100,1,1]", 101 * time.Second},
		{"1", "[]", 0},
	} {
		r := newStage(t).run(t, mapOf(`"MaxConcurrency":`+c.limit, sleeper), c.items)
		if r.Duration() != c.want {
			t.Errorf("%s, %s at a time, take %s, want %s", c.items, c.limit, r.Duration(), c.want)
		}
		wantOutput(t, r, c.items)
	}
}

func TestRealTime(t *testing.T) {
	r := newStage(t).run(t, mapOf("", sleeper), "[1,1,1,1]", runtime.RealTime())
	wantOutput(t, r, "[1,1,1,1]")
	if d := r.Duration(); d < time.Second || d > 3*time.Second {
		t.Errorf("four children of a second take %s", d)
	}
}

func TestNestedMapRuns(t *testing.T) {
	inner := standard + `,"StartAt":"I","States":{"I":{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{` + sleeper + `},"End":true}}`
	r := newStage(t).run(t, mapOf("", inner), "[[1,2],[3,4,5]]")
	wantOutput(t, r, "[[1,2],[3,4,5]]")
	if r.Duration() != 12*time.Second {
		t.Errorf("it takes %s", r.Duration())
	}
}

func TestStoppingEndsTheChildren(t *testing.T) {
	registry := handlers.NewRegistry()
	started := make(chan struct{}, 100)
	err := registry.Register("f", handlers.HandlerFunc(func(ctx context.Context, _ handlers.Call) (value.Value, error) {
		started <- struct{}{}
		<-ctx.Done()
		return value.Value{}, ctx.Err()
	}))
	if err != nil {
		t.Fatal(err)
	}
	m, err := runtime.Parse("m.asl.json", mapOf("", standard+`,"StartAt":"T","States":{"T":{"Type":"Task","Resource":"f","End":true}}`))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-started
		<-started
		cancel()
	}()
	if _, err := runtime.New(runtime.Functions(registry)).Run(ctx, m, value.Raw("[1,2]")); err == nil {
		t.Error("the execution ended by itself")
	}
}
