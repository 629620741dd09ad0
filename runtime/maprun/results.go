package maprun

import (
	"context"
	"time"

	"canto/asl/value"
	"canto/runtime/interp"
)

// results is where the results of a Map Run go.
type results interface {
	// prepare makes of a child that has ended what add will take. Several goroutines
	// may call it at once.
	prepare(c *child)
	// add takes a child that has ended, in the order of ending.
	add(c *child) error
	// abort takes one that was given up, and leave one that never started.
	abort(c Child, at time.Time) error
	leave(c Child) error
	// wantsRest says whether children that never start are of interest.
	wantsRest() bool
	// close gives the state's result.
	close() (value.Value, error)
	// drop takes back what was not closed.
	drop()
	// written says whether the results are in files.
	written() bool
	// keep gives what a redrive is to recall, and false where it has to do all again.
	keep(f *finished) bool
	recall(f *finished)
}

// results is where the state wants its results.
func (r *Runner) results(ctx context.Context, m *interp.MapRun) (results, error) {
	form := form{run: m, transformation: "COMPACT"}
	w := m.Writer
	if w == nil || w.Arguments.IsNull() {
		if w != nil && w.Transformation != "" {
			form.transformation = w.Transformation
		}
		return &collection{form: form}, nil
	}
	form.transformation = "NONE"
	if w.Transformation != "" {
		form.transformation = w.Transformation
	}
	return newFiles(ctx, source{buckets: r.Buckets}, form)
}

// form is how results look.
type form struct {
	run            *interp.MapRun
	transformation string // NONE, COMPACT or FLATTEN
}

// whole says whether a child's results are the child itself, as an execution: one
// that failed always is.
func (f form) whole(r Result) bool { return f.transformation == "NONE" || r.Status != interp.Succeeded }

// outputs are else the results that a child has: its output, or the elements of that.
func (f form) outputs(r Result) []value.Value {
	if f.transformation == "FLATTEN" && r.Output.Kind() == value.ArrayKind {
		return r.Output.Elements()
	}
	return []value.Value{r.Output}
}

// collection keeps the results for the state's own result: in the order of the items.
type collection struct {
	form
	results [][]value.Value
}

func (c *collection) prepare(k *child) {
	if c.whole(k.result) {
		k.values = []value.Value{value.Raw(string(appendExecution(nil, k.result, k.Input, c.run.Express)))}
		return
	}
	k.values = c.outputs(k.result)
}

func (c *collection) add(k *child) error {
	c.room(k.Index)
	c.results[k.Index] = k.values
	return nil
}

func (c *collection) abort(Child, time.Time) error { return nil }
func (c *collection) leave(Child) error            { return nil }
func (c *collection) wantsRest() bool              { return false }
func (c *collection) drop()                        {}
func (c *collection) written() bool                { return false }

func (c *collection) keep(f *finished) bool {
	f.Values = map[int][]string{}
	for i, some := range c.results {
		for _, x := range some {
			f.Values[i] = append(f.Values[i], x.Text())
		}
	}
	return true
}

// recall takes the results of those that had succeeded.
func (c *collection) recall(f *finished) {
	for i, some := range f.Values {
		if !f.has(i) {
			continue
		}
		c.room(i)
		for _, text := range some {
			c.results[i] = append(c.results[i], value.Raw(text))
		}
	}
}

// room makes room for the results of that child.
func (c *collection) room(i int) {
	for len(c.results) <= i {
		c.results = append(c.results, nil)
	}
}

func (c *collection) close() (value.Value, error) {
	var all []value.Value
	for _, some := range c.results {
		all = append(all, some...)
	}
	return value.Array(all), nil
}

// appendExecution writes a child as DescribeExecution tells of it, its members in
// the order of the service's result files.
func appendExecution(b []byte, r Result, in value.Value, express bool) []byte {
	b = append(b, '{')
	if r.Status != interp.Succeeded {
		b = appendText(b, "Cause", r.Cause)
		b = appendText(b, "Error", r.Error)
	}
	b = appendText(b, "ExecutionArn", r.ARN)
	b = appendText(b, "Input", in.Text())
	b = append(b, `"InputDetails":{"Included":true},`...)
	b = appendText(b, "Name", r.Name)
	if r.Status == interp.Succeeded {
		b = appendText(b, "Output", r.Output.Text())
	}
	b = append(b, `"OutputDetails":{"Included":true},"RedriveCount":0,`...)
	b = appendRedrive(b, r.Status, express)
	b = appendTime(b, "StartDate", r.Start)
	b = appendText(b, "StateMachineArn", r.MachineARN)
	b = appendText(b, "Status", string(r.Status))
	b = appendTime(b, "StopDate", r.Stop)
	b[len(b)-1] = '}'
	return b
}

func appendRedrive(b []byte, status interp.Status, express bool) []byte {
	switch {
	case status == interp.Succeeded:
		return append(b, `"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven",`...)
	case express:
		return append(b, `"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is EXPRESS and cannot be redriven",`...)
	}
	return append(b, `"RedriveStatus":"REDRIVABLE_BY_MAP_RUN",`...)
}

// appendPending writes a child that never started.
func appendPending(b []byte, machine string, in value.Value) []byte {
	b = append(b, '{')
	b = appendText(b, "Input", in.Text())
	b = append(b, `"InputDetails":{"Included":true},`...)
	b = appendText(b, "StateMachineArn", machine)
	return append(b, `"Status":"PENDING"}`...)
}

func appendText(b []byte, name, text string) []byte {
	b = append(append(append(b, '"'), name...), `":`...)
	return append(value.AppendString(b, text), ',')
}

func appendTime(b []byte, name string, t time.Time) []byte {
	b = append(append(append(b, '"'), name...), `":"`...)
	return append(t.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z"), `",`...)
}
