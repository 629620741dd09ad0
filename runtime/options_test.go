package runtime_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
)

func TestOptionsShowInTheContextObject(t *testing.T) {
	m := machine(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true,"Parameters":{
	 "name.$":"$$.Execution.Name","role.$":"$$.Execution.RoleArn","start.$":"$$.Execution.StartTime"}}}}`)
	e := runtime.New(runtime.VirtualTime(), runtime.Role("arn:aws:iam::123456789012:role/r"))
	start := time.Date(2030, time.May, 6, 7, 8, 9, 0, time.UTC)
	r, err := e.Run(context.Background(), m, value.Raw(`{}`), runtime.ExecutionName("mine"), runtime.StartAt(start))
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{"name": "mine", "role": "arn:aws:iam::123456789012:role/r", "start": "2030-05-06T07:08:09.000Z"} {
		got, _ := r.Output.Field(field)
		if s, _ := got.AsString(); s != want {
			t.Errorf("%s: got %q, want %q", field, s, want)
		}
	}
}

func TestDefinesFileFillsPlaceholders(t *testing.T) {
	for name, text := range map[string]string{"d.json": `{"Word": "hello", "Seconds": 7}`, "d.yaml": "Word: hello\nSeconds: 7\n"} {
		m, err := runtime.Parse("m.asl.json", `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"${Word}","Next":"W"},"W":{"Type":"Wait","Seconds":${Seconds},"End":true}}}`, definesFile(t, name, text))
		if err != nil {
			t.Fatal(err)
		}
		r, err := runtime.New().Run(context.Background(), m, value.Raw(`{}`))
		if err != nil || r.Output.Text() != `"hello"` || r.Duration() != 7*time.Second {
			t.Errorf("%s: %v: %s after %s", name, err, r.Output.Text(), r.Duration())
		}
	}
	for _, text := range []string{`[]`, `{"Word": ["hello"]}`, `{"Word": null}`, `{"Word": `} {
		_, err := runtime.Parse("m.asl.json", `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`, definesFile(t, "d.json", text))
		if err == nil || !strings.Contains(err.Error(), "placeholders: ") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func definesFile(t *testing.T, name, text string) runtime.LoadOption {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return runtime.DefinesFile(file)
}

func TestWorkersBoundTheHandlersThatRun(t *testing.T) {
	running, most := make(chan struct{}, 8), 0
	f := func(_ context.Context, c handlers.Call) (value.Value, error) {
		running <- struct{}{}
		most = max(most, len(running)) // one worker: no race
		<-running
		return c.Input, nil
	}
	r := execute(t, fanOut, `[1,2,3,4]`, runtime.Workers(1), runtime.Functions(registry(t, map[string]function{"f": f})))
	if r.Status != runtime.Succeeded || most != 1 {
		t.Errorf("%s, %d at a time", r.Status, most)
	}
}

func TestTemplateSaysThatAMachineIsExpress(t *testing.T) {
	dir := t.TempDir()
	definition := filepath.Join(dir, "m.asl.json")
	for name, text := range map[string]string{
		"m.asl.json": `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":301,"End":true}}}`,
		"template.yaml": "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n" +
			"    Properties: {Type: EXPRESS, DefinitionUri: m.asl.json}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		option  runtime.LoadOption
		express bool // which runs for five minutes at most
	}{{runtime.TemplateBeside(), true}, {runtime.Name("m"), false}} {
		m, err := runtime.Load(definition, c.option)
		if err != nil {
			t.Fatal(err)
		}
		r, err := runtime.New().Run(t.Context(), m, value.Raw(`{}`))
		if r == nil || (r.Status == runtime.TimedOut) != c.express {
			t.Errorf("express %t: got %v, %v", c.express, r, err)
		}
	}
}
