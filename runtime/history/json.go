package history

import (
	"encoding/json"
	"fmt"
	"strconv"

	"canto/asl/value"
)

// AppendJSON appends the event as GetExecutionHistory answers it: absent members
// are left out, and the timestamp is a number of seconds.
func (e Event) AppendJSON(b []byte) []byte { return e.appendJSON(b, "") }

// AppendLine appends the event as one line of a stored trace: its JSON, with the
// place of an event inside of a branch as "path" beside it, which the API has not.
func (e Event) AppendLine(b []byte) []byte {
	return append(e.appendJSON(b, e.Branch.String()), '\n')
}

func (e Event) appendJSON(b []byte, path string) []byte {
	w := writer{b: append(b, '{')}
	w.raw("timestamp", seconds(e.Millis))
	w.string("type", e.Type.String())
	w.int("id", int64(e.ID))
	w.int("previousEventId", int64(e.Previous))
	if path != "" {
		w.string("path", path)
	}
	if t := types[e.Type]; t.details != noDetails {
		w.open(t.key)
		w.details(e, t.details)
		w.close()
	}
	return append(w.b, '}')
}

func seconds(millis int64) string {
	return strconv.FormatInt(millis/1000, 10) + fmt.Sprintf(".%03d", millis%1000)
}

// details writes the members that events of this kind have.
func (w *writer) details(e Event, kind details) {
	info := e.Info
	if info == nil {
		info = &Info{}
	}
	switch kind {
	case startDetails:
		w.data("input", "inputDetails", e.Data)
		w.some("roleArn", info.RoleARN)
		w.some("stateMachineAliasArn", info.AliasARN)
		w.some("stateMachineVersionArn", info.VersionARN)
	case outputDetails:
		w.data("output", "outputDetails", e.Data)
	case errorDetails:
		w.failure(info)
	case enteredDetails:
		w.string("name", e.Name)
		w.data("input", "inputDetails", e.Data)
	case exitedDetails:
		w.string("name", e.Name)
		w.data("output", "outputDetails", e.Data)
		w.assigned(info.Assigned)
	case iterationDetails:
		w.string("name", e.Name)
		w.int("index", int64(e.Index))
	case lengthDetails:
		w.int("length", int64(info.Length))
	case mapRunDetails:
		w.some("mapRunArn", info.MapRunARN)
		if e.Type == MapRunRedriven {
			w.positive("redriveCount", int64(info.RedriveCount))
		}
	case redrivenDetails:
		w.int("redriveCount", int64(info.RedriveCount))
	case evaluationDetails:
		w.failure(info)
		w.some("location", info.Location)
		w.string("state", e.Name)
	default:
		w.taskDetails(e, info, kind)
	}
}

func (w *writer) taskDetails(e Event, info *Info, kind details) {
	switch kind {
	case lambdaScheduledDetails:
		w.string("resource", info.Resource)
		w.data("input", "inputDetails", e.Data)
		w.positive("timeoutInSeconds", info.TimeoutSeconds)
		w.credentials(info)
	case activityScheduledDetails:
		w.string("resource", info.Resource)
		w.data("input", "inputDetails", e.Data)
		w.timeouts(info)
	case activityStartedDetails:
		w.some("workerName", info.Worker)
	case taskScheduledDetails:
		w.resource(info)
		w.string("region", info.Region)
		w.string("parameters", e.Data)
		w.timeouts(info)
		w.credentials(info)
	case taskDetails:
		w.resource(info)
	case taskOutputDetails:
		w.resource(info)
		w.data("output", "outputDetails", e.Data)
	case taskErrorDetails:
		w.resource(info)
		w.failure(info)
	}
}

// writer appends members of JSON objects.
type writer struct{ b []byte }

func (w *writer) key(name string) {
	if last := w.b[len(w.b)-1]; last != '{' {
		w.b = append(w.b, ',')
	}
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

func (w *writer) raw(name, text string) { w.key(name); w.b = append(w.b, text...) }
func (w *writer) open(name string)      { w.key(name); w.b = append(w.b, '{') }
func (w *writer) close()                { w.b = append(w.b, '}') }

func (w *writer) string(name, s string) { w.raw(name, value.String(s).Text()) }

func (w *writer) some(name, s string) {
	if s != "" {
		w.string(name, s)
	}
}

func (w *writer) int(name string, n int64) { w.raw(name, strconv.FormatInt(n, 10)) }

func (w *writer) positive(name string, n int64) {
	if n > 0 {
		w.int(name, n)
	}
}

func (w *writer) data(name, details, text string) {
	w.string(name, text)
	w.raw(details, `{"truncated":false}`)
}

func (w *writer) failure(info *Info) {
	w.some("error", info.Error)
	w.some("cause", info.Cause)
}

func (w *writer) resource(info *Info) {
	w.string("resourceType", info.ResourceType)
	w.string("resource", info.Resource)
}

func (w *writer) timeouts(info *Info) {
	w.positive("timeoutInSeconds", info.TimeoutSeconds)
	w.positive("heartbeatInSeconds", info.Heartbeat)
}

func (w *writer) credentials(info *Info) {
	if info.RoleARN != "" {
		w.open("taskCredentials")
		w.string("roleArn", info.RoleARN)
		w.close()
	}
}

func (w *writer) assigned(vars []Assigned) {
	if len(vars) == 0 {
		return
	}
	w.open("assignedVariables")
	for _, v := range vars {
		w.string(v.Name, v.Value)
	}
	w.close()
	w.raw("assignedVariablesDetails", `{"truncated":false}`)
}

// MarshalJSON is AppendJSON.
func (e Event) MarshalJSON() ([]byte, error) { return e.AppendJSON(nil), nil }

// MarshalJSON gives the array of events.
func (h Events) MarshalJSON() ([]byte, error) {
	b := []byte{'['}
	for e := range h.All() {
		if e.ID > 1 {
			b = append(b, ',')
		}
		b = e.AppendJSON(b)
	}
	return append(b, ']'), nil
}

var _ json.Marshaler = Event{}
