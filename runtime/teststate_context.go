package runtime

import (
	"canto/asl"
	"canto/asl/value"
)

// contextFields are the members of a context object that a test may give, and the
// kinds of theirs: NullKind where it may be anything.
var contextFields = map[string]map[string]value.Kind{
	"Execution": {
		"Id": value.StringKind, "Input": value.NullKind, "Name": value.StringKind, "RoleArn": value.StringKind,
		"StartTime": value.StringKind, "RedriveCount": value.NumberKind, "RedriveTime": value.StringKind,
	},
	"State":        {"EnteredTime": value.StringKind, "Name": value.StringKind, "RetryCount": value.NumberKind},
	"StateMachine": {"Id": value.StringKind, "Name": value.StringKind},
	"Task":         {"Token": value.StringKind},
}

// kindNames are kinds with their articles.
var kindNames = map[value.Kind]string{value.StringKind: "a string", value.NumberKind: "a number"}

func wrongContext(format string, args ...any) error {
	return invalid("Invalid Context object provided: "+format, args...)
}

// checkContext reads and judges the context object that is given.
func (r *rehearsal) checkContext() error {
	if r.in.Context == "" {
		return nil
	}
	given, err := value.Parse(r.in.Context)
	if err != nil || given.Kind() != value.ObjectKind {
		return wrongContext("Context must be a valid JSON object")
	}
	for _, m := range given.Members() {
		if err := r.checkContextField(m); err != nil {
			return err
		}
	}
	r.context = &given
	return nil
}

func (r *rehearsal) checkContextField(m value.Member) error {
	if m.Name == "Map" {
		return wrongContext("'Map' field is not supported when mocking a Context object")
	}
	members, allowed := contextFields[m.Name]
	switch {
	case !allowed:
		return wrongContext("Field '%s' is not allowed", m.Name)
	case m.Name == "Task" && !waits(r.state):
		return wrongContext("Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern")
	case m.Value.Kind() != value.ObjectKind:
		return wrongContext("%s must be an object", m.Name)
	}
	for _, x := range m.Value.Members() {
		kind, known := members[x.Name]
		switch {
		case !known:
			return wrongContext("Field '%s' is not allowed", x.Name)
		case kind != value.NullKind && x.Value.Kind() != kind:
			return wrongContext("%s.%s must be %s", m.Name, x.Name, kindNames[kind])
		}
	}
	return nil
}

// waits says whether the state is a task that waits for a job or a token.
func waits(s asl.State) bool {
	t, ok := s.(*asl.Task)
	return ok && asl.ParseResource(t.Resource).Pattern != asl.RequestResponse
}
