package maprun_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stage runs distributed Map states over buckets in a folder.
type stage struct {
	dir     string
	options []runtime.Option
}

func newStage(t *testing.T, files ...string) *stage {
	t.Helper()
	s := &stage{dir: t.TempDir()}
	bucket := handlers.Folder(s.dir)
	for i := 0; i < len(files); i += 2 {
		if err := bucket.Put(t.Context(), files[i], handlers.Object{Body: []byte(files[i+1])}); err != nil {
			t.Fatal(err)
		}
	}
	s.options = []runtime.Option{runtime.Buckets(func(name string) (handlers.Bucket, error) {
		if name != "b" {
			return nil, fmt.Errorf("there is no bucket %q", name)
		}
		return bucket, nil
	})}
	return s
}

// file is what is in a file of the bucket.
func (s *stage) file(t *testing.T, key string) string {
	t.Helper()
	o, err := handlers.Folder(s.dir).Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(o.Body)
}

const (
	passItem = `"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}`
	standard = `"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"}`
	express  = `"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"}`
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

func TestHistoryOfTheParent(t *testing.T) {
	r := newStage(t).run(t, mapOf("", standard+","+passItem), `["Hello", {"a" : 1}]`)
	wantOutput(t, r, `["Hello",{"a":1}]`)
	want := `1<0 ExecutionStarted
2<0 MapStateEntered
3<2 MapStateStarted 2
4<3 MapRunStarted
5<4 MapRunSucceeded
6<5 MapStateSucceeded
7<4 MapStateExited
8<7 ExecutionSucceeded
`
	if got := told(r); got != want {
		t.Errorf("got\n%s", got)
	}
}

var _ = errors.New
var _ context.Context
var _ time.Duration
