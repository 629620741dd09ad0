package interp

import (
	"sync/atomic"
	"time"

	"canto/asl"
	"canto/asl/query"
	jsonvalue "canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/strand"
)

// task asks somebody outside to do a piece of work.
type task struct {
	resource    asl.Resource
	parameters  *asl.Parameters // nil: not known
	events      taskEvents
	timeout     amount
	heartbeat   amount
	credentials query.Expr
	wait        strand.Wait
	plain       *history.Info // what the events of every call say, where that is all
	last        atomic.Pointer[history.Info]
}

// taskEvents are what a kind of resource leaves in the history.
type taskEvents struct {
	scheduled, started, submitted, succeeded, failed, timedOut history.Type
	named                                                      bool // they carry resource and resourceType
}

var taskEventsOf = map[asl.ResourceKind]taskEvents{
	asl.LambdaFunction: {
		history.LambdaFunctionScheduled, history.LambdaFunctionStarted, history.None,
		history.LambdaFunctionSucceeded, history.LambdaFunctionFailed, history.LambdaFunctionTimedOut, false,
	},
	asl.Activity: {
		history.ActivityScheduled, history.ActivityStarted, history.None,
		history.ActivitySucceeded, history.ActivityFailed, history.ActivityTimedOut, false,
	},
	asl.Integration: {
		history.TaskScheduled, history.TaskStarted, history.TaskSubmitted,
		history.TaskSucceeded, history.TaskFailed, history.TaskTimedOut, true,
	},
}

func (c *compiler) task(n *asl.Task) behavior {
	r := asl.ParseResource(n.Resource)
	t := &task{
		resource:    r,
		parameters:  r.Parameters(),
		events:      taskEventsOf[r.Kind],
		wait:        waitOf(r),
		timeout:     c.amount("TimeoutSeconds", n.TimeoutSeconds, n.TimeoutSecondsPath),
		heartbeat:   c.amount("HeartbeatSeconds", n.HeartbeatSeconds, n.HeartbeatSecondsPath),
		credentials: c.credentials(n.Credentials),
	}
	if t.events.named {
		t.plain = &history.Info{Resource: r.Action, ResourceType: r.Service}
	}
	return t
}

// credentials are an object with a RoleArn, or in JSONata the role itself.
func (c *compiler) credentials(t *asl.Template) query.Expr {
	role := part(t, "RoleArn")
	if c.language != asl.JSONata || role == nil {
		return c.template("Credentials", t)
	}
	return c.scalar("Credentials/RoleArn", &asl.Scalar{Value: role.Value, Span: spanOf(role.Node)}, jsonvalue.StringKind)
}

func waitOf(r asl.Resource) strand.Wait {
	switch {
	case r.Kind == asl.Activity:
		return strand.ForWorker
	case r.Pattern == asl.Callback:
		return strand.ForCallback
	case r.Pattern == asl.Sync || r.Pattern == asl.Sync2:
		return strand.ForJob
	}
	return strand.ForResult
}

func (t *task) run(v *visit) (outcome, error) {
	request, err := t.request(v)
	if err != nil {
		return outcome{}, err
	}
	if err := t.exists(v); err != nil {
		return outcome{}, err
	}
	if why := t.parameters.Refuse(request.Call.Input); why != "" {
		return outcome{}, v.wrong("The Parameters '%s' could not be used to start the Task: [%s]", request.Call.Input.Compact().Text(), why)
	}
	t.schedule(v, request)
	if t.wait != strand.ForWorker { // an activity has started when a worker takes it
		if err := v.Yield(); err != nil {
			return outcome{}, err
		}
		t.note(v, t.events.started, "")
	}
	answer, err := v.Invoke(request, func(a strand.Answer) { t.progress(v, a) })
	if err != nil {
		return outcome{}, err
	}
	result, err := t.end(v, answer)
	if err != nil {
		return outcome{}, err
	}
	return v.state.io.conclude(v, result)
}

// request is what to ask for.
func (t *task) request(v *visit) (strand.Request, error) {
	in, err := v.state.io.effective(v)
	if err != nil {
		return strand.Request{}, err
	}
	timeout, err := t.timeout.of(v, in)
	if err != nil {
		return strand.Request{}, err
	}
	heartbeat, err := t.heartbeat.of(v, in)
	if err != nil {
		return strand.Request{}, err
	}
	role, err := t.role(v, in)
	if err != nil {
		return strand.Request{}, err
	}
	call, err := t.call(v, in)
	call.Credentials = role
	return strand.Request{
		Call:      call,
		Timeout:   time.Duration(timeout) * time.Second,
		Heartbeat: time.Duration(heartbeat) * time.Second,
	}, err
}

func (t *task) call(v *visit, in value) (*strand.Call, error) {
	v.token = t.token(v)
	args, err := v.state.io.arguments(v, in)
	call := &strand.Call{
		Resource: t.resource.ARN, State: v.state.name, Path: v.Path(),
		Visit: v.number, Attempt: v.retries, Input: args, Wait: t.wait,
	}
	if t.wait == strand.ForCallback {
		call.Token = v.token
	}
	return call, err
}

// token is the task's token, which the context object shows: that of a callback, and
// that of a job, whose end whoever brings it back may tell (recorded behaviour).
func (t *task) token(v *visit) string {
	if v.x.Token == nil || t.wait != strand.ForCallback && t.wait != strand.ForJob {
		return ""
	}
	return v.x.Token(v.NextID())
}

// role is the role that the task's credentials name.
func (t *task) role(v *visit, in value) (string, error) {
	if t.credentials == nil {
		return "", nil
	}
	x, err := v.eval(t.credentials, in)
	if err != nil {
		return "", err
	}
	if role, ok := x.Field("RoleArn"); ok {
		x = role
	}
	return plain(x), nil
}

func (t *task) schedule(v *visit, r strand.Request) {
	want := history.Info{
		Resource:       t.resource.ARN,
		Region:         v.x.Region,
		RoleARN:        r.Call.Credentials,
		TimeoutSeconds: int64(r.Timeout / time.Second),
		Heartbeat:      int64(r.Heartbeat / time.Second),
	}
	if t.events.named {
		want.Resource, want.ResourceType = t.resource.Action, t.resource.Service
	}
	v.record(history.Event{Type: t.events.scheduled, Name: v.state.name, Data: r.Call.Input.Text(), Info: t.shared(want)})
}

// shared gives want as what an earlier call of the task has recorded, where that is
// the same, as it mostly is.
func (t *task) shared(want history.Info) *history.Info {
	if last := t.last.Load(); last != nil && last.Same(want) {
		return last
	}
	fresh := want
	t.last.Store(&fresh)
	return &fresh
}

// note records one of the task's events of which nothing particular is to be said.
func (t *task) note(v *visit, kind history.Type, data string) {
	v.record(history.Event{Type: kind, Name: v.state.name, Data: data, Info: t.plain})
}

// tell records one of which there is.
func (t *task) tell(v *visit, kind history.Type, info *history.Info, data string) {
	if t.events.named {
		info.Resource, info.ResourceType = t.resource.Action, t.resource.Service
	}
	v.record(history.Event{Type: kind, Name: v.state.name, Data: data, Info: info})
}

func (t *task) progress(v *visit, a strand.Answer) {
	switch {
	case a.Kind == strand.Started && t.wait == strand.ForWorker:
		t.tell(v, t.events.started, &history.Info{Worker: a.Worker}, "")
	case a.Kind == strand.Submitted && t.wait != strand.ForResult:
		t.note(v, t.events.submitted, a.Output.Text())
	}
}

// end records how the work went, and gives its result.
func (t *task) end(v *visit, a strand.Answer) (value, error) {
	switch {
	case a.Kind == strand.TimedOut:
		t.tell(v, t.events.timedOut, &history.Info{Error: a.Error, Cause: a.Cause}, "")
		return value{}, &asl.Error{Name: a.Error, Cause: a.Cause}
	case a.Kind == strand.Failed:
		return t.fail(v, failureOf(a.Error, a.Cause))
	case !v.x.NoLimits && a.Output.Size() > MaxPayload:
		return t.fail(v, tooLarge(t.who()))
	}
	t.note(v, t.events.succeeded, a.Output.Text())
	return a.Output, nil
}

func (t *task) fail(v *visit, e *asl.Error) (value, error) {
	t.tell(v, t.events.failed, &history.Info{Error: e.Name, Cause: e.Cause}, "")
	return jsonvalue.Value{}, e
}

// who is how the error of an oversized result calls the task.
func (t *task) who() string {
	if t.resource.Kind == asl.Integration {
		return t.resource.Service
	}
	return t.resource.ARN
}
