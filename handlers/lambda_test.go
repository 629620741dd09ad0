package handlers_test

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
)

const (
	optimized = "arn:aws:states:::lambda:invoke"
	sdk       = "arn:aws:states:::aws-sdk:lambda:invoke"
)

// lambdas has Echo, which returns its input as it came, Fail, and Die, which fails without a type.
func lambdas(t *testing.T) *handlers.Registry {
	t.Helper()
	r := handlers.NewRegistry()
	echo := handlers.HandlerFunc(func(_ context.Context, c handlers.Call) (value.Value, error) { return c.Input, nil })
	fail := handlers.Func(func(context.Context, any) (any, error) { return nil, &customError{"a < b"} })
	die := handlers.HandlerFunc(func(context.Context, handlers.Call) (value.Value, error) {
		return value.Value{}, handlers.FunctionFailure("", "out of memory")
	})
	if err := errors.Join(r.Register("Echo", echo), r.Register("Fail", fail), r.Register("Die", die)); err != nil {
		t.Fatal(err)
	}
	return r
}

func invokeLambda(t *testing.T, resource, parameters string) (value.Value, error) {
	t.Helper()
	h, err := lambdas(t).Lookup(resource)
	if err != nil {
		t.Fatal(err)
	}
	return handlers.Invoke(t.Context(), h, handlers.Call{
		Resource: resource, Machine: "M", Execution: "E", State: "S", Path: "/0", Visit: 1,
		Input: value.Raw(parameters), Scheduled: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC),
	})
}

func TestLambdaInvokeWrapsTheResultAsTheServiceDoes(t *testing.T) {
	out, err := invokeLambda(t, optimized, `{"FunctionName": "Echo", "Payload": {"a": [1.0, "<"]}}`)
	if err != nil {
		t.Fatal(err)
	}
	metadata, _ := out.Field("SdkResponseMetadata")
	request, _ := metadata.Field("RequestId")
	id, _ := request.AsString()
	if len(id) != 36 || id[14] != '4' {
		t.Errorf("the request id %q is no UUID", id)
	}
	text := strings.ReplaceAll(out.Text(), id, "<id>")
	before, after, _ := strings.Cut(text, `Root=1-`)
	trace, _, _ := strings.Cut(after, `"`)
	text = strings.ReplaceAll(before+`Root=1-`+after, `Root=1-`+trace, "<trace>")
	const want = `{"ExecutedVersion":"$LATEST","Payload":{"a":[1.0,"<"]},"SdkHttpMetadata":{"AllHttpHeaders":{` +
		`"X-Amz-Executed-Version":["$LATEST"],"x-amzn-Remapped-Content-Length":["0"],"Connection":["keep-alive"],"x-amzn-RequestId":["<id>"],` +
		`"Content-Length":["17"],"Date":["Sun, 22 Nov 2026 08:00:00 GMT"],"X-Amzn-Trace-Id":["<trace>"],"Content-Type":["application/json"]},` +
		`"HttpHeaders":{"Connection":"keep-alive","Content-Length":"17","Content-Type":"application/json","Date":"Sun, 22 Nov 2026 08:00:00 GMT",` +
		`"X-Amz-Executed-Version":"$LATEST","x-amzn-Remapped-Content-Length":"0","x-amzn-RequestId":"<id>","X-Amzn-Trace-Id":"<trace>"},` +
		`"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"<id>"},"StatusCode":200}`
	if text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if again, _ := invokeLambda(t, optimized, `{"FunctionName": "Echo", "Payload": {"a": [1.0, "<"]}}`); again.Text() != out.Text() {
		t.Error("a second run gives other ids")
	}
}

func TestLambdaInvokeFindsTheFunctionByAnyOfItsNames(t *testing.T) {
	for _, name := range []string{"Echo", "Echo:live", "arn:aws:lambda:us-east-1:123456789012:function:Echo:$LATEST", "123456789012:function:Echo"} {
		for _, resource := range []string{optimized, optimized + ".waitForTaskToken", "arn:aws-cn:states:::lambda:invoke", sdk} {
			if _, err := invokeLambda(t, resource, `{"FunctionName": "`+name+`", "Qualifier": "live"}`); err != nil {
				t.Errorf("%s of %s: %v", resource, name, err)
			}
		}
	}
}

func TestAMissingOrNullPayloadIsAnEmptyObject(t *testing.T) {
	for _, parameters := range []string{`{"FunctionName": "Echo"}`, `{"FunctionName": "Echo", "Payload": null}`} {
		out, err := invokeLambda(t, optimized, parameters)
		if err != nil {
			t.Fatal(err)
		}
		if p, _ := out.Field("Payload"); p.Text() != "{}" {
			t.Errorf("the payload of %s is %s", parameters, p.Text())
		}
	}
}

func TestLambdaInvokeSerialisesTheCauseAgain(t *testing.T) {
	_, err := invokeLambda(t, optimized, `{"FunctionName": "Fail"}`)
	var failure *asl.Error
	if !errors.As(err, &failure) || failure.Name != "customError" || failure.Cause != `{"errorMessage":"a < b","errorType":"customError"}` {
		t.Errorf("got %v", err)
	}
}

func TestLambdaInvokeOfAnUnknownFunctionOffersTheNearest(t *testing.T) {
	_, err := invokeLambda(t, optimized, `{"FunctionName": "Ecko"}`)
	var missing *handlers.NotRegisteredError
	if !errors.As(err, &missing) || !slices.Equal(missing.Nearest, []string{"Echo"}) {
		t.Errorf("got %v", err)
	}
	_, err = invokeLambda(t, sdk, `{"FunctionName": "Ecko"}`)
	const start = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:Ecko:$LATEST (Service: Lambda, Status Code: 404, Request ID: "
	if failure := handlers.Failure(err); failure.Name != "Lambda.ResourceNotFoundException" || !strings.HasPrefix(failure.Cause, start) {
		t.Errorf("got %v", failure)
	}
}

func TestTheSDKIntegrationSpeaksInStringsAndReturnsFailures(t *testing.T) {
	for parameters, want := range map[string]string{
		`{"FunctionName": "Echo", "Payload": "{ \"a\": 1 }"}`: `{"ExecutedVersion":"$LATEST","Payload":"{ \"a\": 1 }","StatusCode":200}`,
		`{"FunctionName": "Echo"}`:                            `{"ExecutedVersion":"$LATEST","Payload":"{}","StatusCode":200}`,
		`{"FunctionName": "Fail"}`:                            `{"ExecutedVersion":"$LATEST","FunctionError":"Unhandled","Payload":"{\"errorMessage\":\"a \\u003c b\",\"errorType\":\"customError\"}","StatusCode":200}`,
		`{"FunctionName": "Die"}`:                             `{"ExecutedVersion":"$LATEST","FunctionError":"Unhandled","Payload":"out of memory","StatusCode":200}`,
		`{"FunctionName": "Fail", "InvocationType": "Event"}`: `{"Payload":"","StatusCode":202}`,
	} {
		if out, err := invokeLambda(t, sdk, parameters); err != nil || out.Text() != want {
			t.Errorf("%s: got %s, %v; want %s", parameters, out.Text(), err, want)
		}
	}
	_, err := invokeLambda(t, sdk, `{"FunctionName": "Echo", "Payload": "no"}`)
	const start = "Lambda.InvalidRequestContentException: Could not parse request body into json: Unrecognized token 'no'"
	if err == nil || !strings.HasPrefix(err.Error(), start) || !strings.Contains(err.Error(), "(Service: Lambda, Status Code: 400, Request ID: ") {
		t.Errorf("a payload that is no JSON: %v", err)
	}
}

func TestATailOfTheLogComesWhereItIsAskedFor(t *testing.T) {
	out, err := invokeLambda(t, optimized, `{"FunctionName": "Echo", "LogType": "Tail"}`)
	if err != nil {
		t.Fatal(err)
	}
	log, _ := out.Members()[1].Value.AsString()
	text, err := base64.StdEncoding.DecodeString(log)
	if name := out.Members()[1].Name; err != nil || name != "LogResult" || !strings.HasPrefix(string(text), "START RequestId: ") {
		t.Errorf("%s is %q, %v", name, text, err)
	}
	if n := strings.Count(out.Text(), log); n != 3 {
		t.Errorf("the log stands %d times in %s", n, out.Text())
	}
}

func TestAnEventInvocationDoesNotTellOfTheFunction(t *testing.T) {
	out, err := invokeLambda(t, optimized, `{"FunctionName": "Fail", "InvocationType": "Event"}`)
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := out.Field("StatusCode"); status.Text() != "202" {
		t.Errorf("got %s", out.Text())
	}
}

// TestTheEnvelopeHasTheRecordedKeys compares with what was recorded from the
// service, where that is at hand.
func TestTheEnvelopeHasTheRecordedKeys(t *testing.T) {
	root := os.Getenv("CANTO_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	files, _ := filepath.Glob(filepath.Join(root, "conformance", "cases", "services", "lambda_task_service_test_invoke_json_values_*.json"))
	if len(files) == 0 {
		t.Skip("no recorded cases")
	}
	out, err := invokeLambda(t, optimized, `{"FunctionName": "Echo"}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		v, err := value.Parse(string(text))
		if err != nil {
			t.Fatal(err)
		}
		recorded, ok := find(v, "ExecutedVersion")
		if !ok {
			t.Fatalf("%s has no result", file)
		}
		if got, want := keys(out), keys(recorded); !slices.Equal(got, want) {
			t.Errorf("%s: the keys are %q, recorded were %q", file, got, want)
		}
	}
}

// find returns the first object in v that has the field name.
func find(v value.Value, name string) (value.Value, bool) {
	if _, ok := v.Field(name); ok {
		return v, true
	}
	for _, child := range children(v) {
		if found, ok := find(child, name); ok {
			return found, true
		}
	}
	return value.Value{}, false
}

func children(v value.Value) []value.Value {
	all := slices.Clone(v.Elements())
	for _, m := range v.Members() {
		all = append(all, m.Value)
	}
	return all
}

// keys are those of the envelope v in their order, without those of its payload
// and of what was added to it later.
func keys(v value.Value) (names []string) {
	for _, m := range v.Members() {
		switch m.Name {
		case "final":
		case "Payload":
			names = append(names, m.Name)
		default:
			names = append(append(names, m.Name), keys(m.Value)...)
		}
	}
	return names
}
