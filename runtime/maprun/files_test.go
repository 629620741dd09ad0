package maprun_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"canto/handlers"
	"canto/runtime"
)

// manifestOf is the manifest of a run, and the folder it is in.
func manifestOf(t *testing.T, s *stage, runARN string) (text, folder string) {
	t.Helper()
	folder = "out/" + runARN[strings.LastIndexByte(runARN, ':')+1:] + "/"
	return s.file(t, folder+"manifest.json"), folder
}

func mapRun(r *runtime.Run) string { return r.History.At(4).Info.MapRunARN }

func TestResultFiles(t *testing.T) {
	s := newStage(t)
	r := s.run(t, mapOf(`"Label":"L","ToleratedFailureCount":1,`+write, sleeper), `[0, -1, 2]`)
	arn := mapRun(r)
	text, folder := manifestOf(t, s, arn)
	wantOutput(t, r, `{"MapRunArn":"`+arn+`","ResultWriterDetails":{"Bucket":"b","Key":"`+folder+`manifest.json"}}`)
	if !strings.HasPrefix(arn, "arn:aws:states:us-east-1:123456789012:mapRun:m/L:") {
		t.Errorf("the Map Run is %s", arn)
	}
	good, bad := s.file(t, folder+"SUCCEEDED_0.json"), s.file(t, folder+"FAILED_0.json")
	want := fmt.Sprintf(`{"DestinationBucket":"b","MapRunArn":%q,"ResultFiles":{"FAILED":[{"Key":"%sFAILED_0.json","Size":%d}],"PENDING":[],"SUCCEEDED":[{"Key":"%sSUCCEEDED_0.json","Size":%d}]}}`,
		arn, folder, len(bad), folder, len(good))
	if text != want {
		t.Errorf("the manifest is\n%s, want\n%s", text, want)
	}
	ids := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
	const machine = `"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:m/L"`
	wantText(t, ids.ReplaceAllString(good, "ID"), `[{"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:m/L:ID","Input":"0","InputDetails":{"Included":true},"Name":"ID",`+
		`"Output":"0","OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven",`+
		`"StartDate":"2026-03-01T06:00:00.000Z",`+machine+`,"Status":"SUCCEEDED","StopDate":"2026-03-01T06:00:00.000Z"},`+
		`{"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:m/L:ID","Input":"2","InputDetails":{"Included":true},"Name":"ID",`+
		`"Output":"2","OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven",`+
		`"StartDate":"2026-03-01T06:00:00.000Z",`+machine+`,"Status":"SUCCEEDED","StopDate":"2026-03-01T06:00:02.000Z"}]`)
	wantText(t, ids.ReplaceAllString(bad, "ID"), `[{"Cause":"too small","Error":"Negative","ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:m/L:ID","Input":"-1",`+
		`"InputDetails":{"Included":true},"Name":"ID","OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"REDRIVABLE_BY_MAP_RUN",`+
		`"StartDate":"2026-03-01T06:00:00.000Z",`+machine+`,"Status":"FAILED","StopDate":"2026-03-01T06:00:00.000Z"}]`)
}

func wantText(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFormsOfResults(t *testing.T) {
	const bucket = `"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b"},`
	for _, c := range []struct{ writer, file, want string }{
		{`"WriterConfig":{"Transformation":"COMPACT","OutputType":"JSON"}`, "json", `[[1,[2]],{"a":3},[]]`},
		{`"WriterConfig":{"Transformation":"COMPACT","OutputType":"JSONL"}`, "jsonl", "[1,[2]]\n{\"a\":3}\n[]\n"},
		{`"WriterConfig":{"Transformation":"FLATTEN","OutputType":"JSON"}`, "json", `[1,[2],{"a":3}]`},
		{`"WriterConfig":{"Transformation":"FLATTEN","OutputType":"JSONL"}`, "jsonl", "1\n[2]\n{\"a\":3}\n"},
	} {
		s := newStage(t)
		r := s.run(t, mapOf(`"ResultWriter":{`+bucket+c.writer+`}`, express+","+passItem), `[[1, [2]], {"a": 3}, []]`)
		folder := mapRun(r)[strings.LastIndexByte(mapRun(r), ':')+1:]
		wantText(t, s.file(t, folder+"/SUCCEEDED_0."+c.file), c.want)

		r = s.run(t, mapOf(`"ResultWriter":{`+c.writer+`}`, express+","+passItem), `[[1, [2]], {"a": 3}, []]`)
		if c.file == "json" {
			wantOutput(t, r, c.want)
		}
	}
	r := newStage(t).run(t, mapOf(`"ResultWriter":{"WriterConfig":{"Transformation":"NONE","OutputType":"JSON"}}`, express+","+passItem), `[1]`)
	if got := r.Output.Text(); !strings.HasPrefix(got, `[{"ExecutionArn":"arn:aws:states:us-east-1:123456789012:express:m/`) {
		t.Errorf("the output is %s", got)
	}
}

// TestFailedMapRun: what ran is given up, what has no place yet is pending, and each
// run tells the same of it.
func TestFailedMapRun(t *testing.T) {
	var before string
	for range 5 {
		s := newStage(t)
		r := s.run(t, mapOf(`"MaxConcurrency":3,`+write, sleeper), `[1,4,9,-1,5,6]`)
		if r.Error != "States.ExceedToleratedFailureThreshold" || r.Duration().Seconds() != 1 {
			t.Fatalf("%s after %s", r.Error, r.Duration())
		}
		text, folder := manifestOf(t, s, mapRun(r))
		all := text + s.file(t, folder+"SUCCEEDED_0.json") + s.file(t, folder+"FAILED_0.json") + s.file(t, folder+"PENDING_0.json")
		if before != "" && all != before {
			t.Fatalf("first\n%s\nthen\n%s", before, all)
		}
		before = all
	}
	for status, want := range map[string]string{"SUCCEEDED": "1", "FAILED": "-1", "ABORTED": "4 9 5", "PENDING": "6"} {
		var inputs []string
		for _, m := range regexp.MustCompile(`"Input":"([^"]*)"[^{]*{[^{]*({[^{]*)?"Status":"`+status+`"`).FindAllStringSubmatch(before, -1) {
			inputs = append(inputs, m[1])
		}
		if got := strings.Join(inputs, " "); got != want {
			t.Errorf("%s are %q, want %q in\n%s", status, got, want, before)
		}
	}
}

// broken is a bucket that fails once so much was written.
type broken struct {
	handlers.Bucket
	room int
}

func (b *broken) Create(context.Context, string, string) (io.WriteCloser, error) { return b, nil }

func (b *broken) Write(p []byte) (int, error) {
	if b.room -= len(p); b.room < 0 {
		return 0, errors.New("the disk is full")
	}
	return len(p), nil
}

func (b *broken) Close() error { return nil }

func TestAWriterThatFails(t *testing.T) {
	for _, room := range []int{-1, 300_000} {
		s := newStage(t)
		s.bucket = &broken{s.bucket, room}
		items := "[" + strings.Repeat("0,", 2000) + "0]"
		r := s.run(t, mapOf(write, express+","+passItem), items)
		if r.Error != "States.ResultWriterFailed" || r.Cause != "the disk is full" {
			t.Errorf("%s: %s", r.Error, r.Cause)
		}
	}
	r := newStage(t).run(t, mapOf(strings.Replace(write, `"b"`, `"none"`, 1), express+","+passItem), "[]")
	if r.Error != "States.ResultWriterFailed" || !strings.Contains(r.Cause, `there is no bucket "none"`) {
		t.Errorf("%s: %s", r.Error, r.Cause)
	}
}

func TestAnItemThatIsTooLarge(t *testing.T) {
	s := newStage(t, "k", `"`+strings.Repeat("x", 300_000)+`"`)
	r := s.run(t, mapOf(readLines, express+","+passItem), `{"key":"k","max":0}`)
	if r.Error != "States.ItemReaderFailed" || !strings.Contains(r.Cause, "the item 0 of S3://b/k has 300002 bytes") {
		t.Errorf("%s: %s", r.Error, r.Cause)
	}
	r = s.run(t, mapOf(readLines, express+","+passItem), `{"key":"k","max":0}`, runtime.NoLimits())
	if r.Status != runtime.Succeeded {
		t.Errorf("without limits: %s: %s", r.Error, r.Cause)
	}
}

func TestPercentageOfWhatIsRead(t *testing.T) {
	s := newStage(t, "k", "0\n-1\n0\n0\n")
	for percent, status := range map[string]string{"25": "SUCCEEDED", "24": "FAILED"} {
		r := s.run(t, mapOf(readLines+`,"ToleratedFailurePercentage":`+percent, sleeper), `{"key":"k","max":0}`)
		if string(r.Status) != status {
			t.Errorf("at %s %% it is %s: %s", percent, r.Status, r.Cause)
		}
	}
}
