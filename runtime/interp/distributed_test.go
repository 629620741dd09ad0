package interp

import (
	"strings"
	"testing"
	"time"

	"canto/asl"
	jsonvalue "canto/asl/value"
	"canto/runtime/strand"
)

// distributedMap is a machine of one distributed Map with these fields.
func distributedMap(fields, kind string) string {
	return alone(`{"Type":"Map",` + fields + `"End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"` + kind +
		`"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}`)
}

// asked runs a definition up to its Map Run.
func asked(t *testing.T, definition, input string) (*stage, strand.Request, *MapRun) {
	t.Helper()
	s := prepare(nil)
	s.MachineARN, s.MachineName = "arn:aws:states:us-east-1:123456789012:stateMachine:machine", "machine"
	s.begin(t, definition, input)
	requests := s.x.Advance()
	if len(requests) != 1 || requests[0].Call == nil {
		t.Fatalf("it asks for %+v and ends with %s: %s", requests, s.Error, s.Cause)
	}
	run, ok := requests[0].Call.Job.(*MapRun)
	if !ok {
		t.Fatalf("the job is a %T", requests[0].Call.Job)
	}
	return s, requests[0], run
}

// reply answers the request, and runs on.
func (s *stage) reply(r strand.Request, a strand.Answer) {
	a.ID, a.At = r.ID, epoch.Add(time.Second)
	s.x.Deliver(a)
	s.x.Advance()
}

func TestDistributedMapAsksForOneMapRun(t *testing.T) {
	s, r, run := asked(t, distributedMap(`"Label":"L","MaxConcurrency":7,"ToleratedFailureCount":2,`, "STANDARD"), `[1, {"a" : 2}]`)
	const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:machine/L"
	if run.MachineARN != machine || run.Machine != "machine/L" || run.Limit != 7 || run.Express || run.Reader != nil || run.Writer != nil {
		t.Errorf("it asks for %+v", run)
	}
	if want := (Tolerance{Count: 2, Percentage: -1}); run.Tolerance != want {
		t.Errorf("it tolerates %+v", run.Tolerance)
	}
	if want := "arn:aws:states:us-east-1:123456789012:mapRun:machine/L:" + run.ID; run.ARN != want || len(run.ID) != 36 {
		t.Errorf("the Map Run is %s", run.ARN)
	}
	if got, want := run.ChildARN(run.ChildName(1)), "arn:aws:states:us-east-1:123456789012:execution:machine/L:"+run.ChildName(1); got != want {
		t.Errorf("a child is %s, want %s", got, want)
	}
	s.reply(r, strand.Answer{Kind: strand.Succeeded, Output: jsonvalue.Raw(`["x"]`)})
	if s.Status != Succeeded || s.Output.Text() != `["x"]` {
		t.Errorf("%s with %s", s.Status, s.Output.Text())
	}
}

func TestMapRunHasTheSameNamesInAReplay(t *testing.T) {
	_, _, first := asked(t, distributedMap("", "EXPRESS"), `[]`)
	_, _, again := asked(t, distributedMap("", "EXPRESS"), `[]`)
	if first.ARN != again.ARN || first.ChildARN(first.ChildName(3)) != again.ChildARN(again.ChildName(3)) {
		t.Errorf("first %s, then %s", first.ARN, again.ARN)
	}
	if first.ChildName(1) == first.ChildName(2) {
		t.Error("two children have one name")
	}
	if !strings.Contains(first.ChildARN("n"), ":express:machine/") {
		t.Errorf("an EXPRESS child is %s", first.ChildARN("n"))
	}
}

func TestLimitOfADistributedMap(t *testing.T) {
	for fields, want := range map[string]int{"": 10_000, `"MaxConcurrency":0,`: 10_000, `"MaxConcurrency":20000,`: 10_000, `"MaxConcurrency":1,`: 1} {
		if _, _, run := asked(t, distributedMap(fields, "STANDARD"), `[]`); run.Limit != want {
			t.Errorf("%s gives %d", fields, run.Limit)
		}
	}
}

func TestMapRunKnowsWhereItReadsAndWrites(t *testing.T) {
	fields := `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key.$":"$.key"},
		"ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["a"],"MaxItemsPath":"$.max"}},
		"ItemBatcher":{"MaxItemsPerBatchPath":"$.max","MaxInputBytesPerBatch":1000,"BatchInput":{"k.$":"$.key"}},
		"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b","Prefix.$":"$.key"},"WriterConfig":{"Transformation":"COMPACT","OutputType":"JSONL"}},`
	_, _, run := asked(t, distributedMap(fields, "STANDARD"), `{"key":"k","max":"3"}`)
	if r := run.Reader; r.Action != "getObject" || r.Arguments.Text() != `{"Bucket":"b","Key":"k"}` || r.MaxItems != 3 || text(r.Config, "InputType") != "CSV" {
		t.Errorf("it reads %+v: %s, %s", r, r.Arguments.Text(), r.Config.Text())
	}
	if b := run.Batch; b.Items != 3 || b.Bytes != 1000 || b.Input.Text() != `{"k":"k"}` {
		t.Errorf("it batches %+v", b)
	}
	if w := run.Writer; w.Arguments.Text() != `{"Bucket":"b","Prefix":"k"}` || w.Transformation != "COMPACT" || w.OutputType != "JSONL" {
		t.Errorf("it writes %+v", w)
	}
	if !run.Items.IsNull() {
		t.Errorf("it has items: %s", run.Items.Text())
	}
}

// A selector sees the state as it was when the Map Run began, whatever becomes of the
// execution meanwhile, and may be asked by several goroutines.
func TestSelectorOutlivesItsExecution(t *testing.T) {
	definition := `{"StartAt":"A","States":{
		"A":{"Type":"Pass","Assign":{"v":"old"},"Next":"S"},
		"S":{"Type":"Map","ItemSelector":{"v.$":"$v","i.$":"$$.Map.Item.Index","u.$":"States.UUID()"},"Next":"B","Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],
			"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}},
		"B":{"Type":"Pass","Assign":{"v":"new"},"End":true}}}`
	s, r, run := asked(t, definition, `[1]`)
	before := selected(t, run, 4)
	s.reply(r, strand.Answer{Kind: strand.Failed, Error: "States.ItemReaderFailed", Cause: "gone"})
	if s.Status != Succeeded {
		t.Fatalf("%s: %s", s.Status, s.Cause)
	}
	if after := selected(t, run, 4); after != before || !strings.HasSuffix(after, `"v":"old","i":4}`) {
		t.Errorf("before %s, after %s", before, after)
	}
	if selected(t, run, 5) == strings.Replace(before, `"i":4`, `"i":5`, 1) {
		t.Error("two items have the same random numbers")
	}
}

func TestSelectorDrawsAnewInEachTryAndApartFromItsState(t *testing.T) {
	s, r, run := asked(t, `{"StartAt":"S","States":{"S":{"Type":"Map","End":true,"ItemSelector":{"u.$":"States.UUID()"},"ResultSelector":{"u.$":"States.UUID()"},
		"Retry":[{"ErrorEquals":["States.ALL"]}],
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}}`, `[1]`)
	first := selected(t, run, 0)
	s.x.Deliver(strand.Answer{ID: r.ID, At: epoch, Kind: strand.Failed, Error: "E"})
	pause := s.x.Advance()[0]
	s.x.Deliver(strand.Answer{ID: pause.ID, At: pause.Due, Kind: strand.Succeeded})
	r = s.x.Advance()[0]
	second := selected(t, r.Call.Job.(*MapRun), 0)
	s.reply(r, strand.Answer{Kind: strand.Succeeded, Output: jsonvalue.Raw("{}")})
	if own := s.Output.Text(); s.Status != Succeeded || first == second || first == own || second == own {
		t.Errorf("%s: first %s, second %s, the state's own %s", s.Status, first, second, own)
	}
}

func selected(t *testing.T, run *MapRun, i int) string {
	t.Helper()
	out, err := run.Select(Item{Index: i, Value: jsonvalue.Raw("1")})
	if err != nil {
		t.Fatal(err)
	}
	return out.Text()
}

func TestMapRunThatFailsCanBeCaughtButForRuntimeErrors(t *testing.T) {
	catch := `"Catch":[{"ErrorEquals":["States.ALL"],"Next":"S"}],`
	s, r, _ := asked(t, distributedMap(catch, "STANDARD"), `[]`)
	s.reply(r, strand.Answer{Kind: strand.Failed, Error: asl.ErrRuntime, Cause: "no path"})
	if s.Status != Failed || s.Error != asl.ErrRuntime || s.Cause != "no path" {
		t.Errorf("%s: %s: %s", s.Status, s.Error, s.Cause)
	}
}

func TestSelectorThatFailsLeavesNoEvent(t *testing.T) { // it is evaluated beside the strand
	s, _, run := asked(t, distributedMap(`"QueryLanguage":"JSONata","Items":[1],"ItemSelector":{"a":"{% $none %}"},`, "STANDARD"), `{}`)
	before := s.Recorder.Events().Len()
	_, err := run.Select(Item{Value: jsonvalue.Raw(`1`)})
	const want = "States.QueryEvaluationError: An error occurred while executing the state 'S' (entered at the event id #2). " +
		"The JSONata expression '$none' specified for the field 'ItemSelector/a' returned nothing (undefined)."
	if err == nil || err.Error() != want {
		t.Errorf("it fails with %v", err)
	}
	if after := s.Recorder.Events().Len(); after != before {
		t.Errorf("%d events after %d", after, before)
	}
}

func TestBatcher(t *testing.T) {
	b := (&MapRun{Batch: &Batching{Bytes: 20}}).NewBatcher()
	for _, c := range []struct {
		item string
		fits bool
	}{{`"too large for any batch"`, true}, {"1", false}} {
		if got := b.Fits(jsonvalue.Raw(c.item)); got != c.fits {
			t.Errorf("%s: fits is %v", c.item, got)
		}
		if c.fits {
			b.Add(jsonvalue.Raw(c.item))
		}
	}
	if got := b.Take().Text(); got != `{"Items":["too large for any batch"]}` || b.Len() != 0 {
		t.Errorf("the batch is %s, and %d are left", got, b.Len())
	}
}

func TestTolerance(t *testing.T) {
	for _, c := range []struct {
		Tolerance
		failed, all int64
		want        bool
	}{
		{Tolerance{0, -1}, 0, 10, false}, {Tolerance{0, -1}, 1, 10, true}, {Tolerance{3, -1}, 3, 3, false},
		{Tolerance{-1, 10}, 1, 10, false}, {Tolerance{-1, 10}, 2, 10, true}, {Tolerance{-1, 100}, 10, 0, false},
		{Tolerance{-1, 0}, 1, 10, true}, {Tolerance{5, 10}, 2, 10, true}, {Tolerance{1, 50}, 2, 10, true},
	} {
		if got := c.Exceeded(c.failed, c.all); got != c.want {
			t.Errorf("%+v: %d of %d: %v", c.Tolerance, c.failed, c.all, got)
		}
	}
}
