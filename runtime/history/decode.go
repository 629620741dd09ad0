package history

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"canto/asl/value"
)

// Read reads a stored trace: events as AppendLine writes them, one a line; or what
// GetExecutionHistory answers, whole, the events in either order. Where no event
// tells its place in the tree of branches, the places are worked out from what
// caused what.
func Read(r io.Reader) (Events, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Events{}, err
	}
	list, err := readAll(string(text))
	if err != nil {
		return Events{}, err
	}
	if err := inOrder(list); err != nil {
		return Events{}, err
	}
	place(list)
	return Of(list...), nil
}

func readAll(text string) ([]Event, error) {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if v, err := value.Parse(first); err == nil && isEvent(v) {
		return readLines(text)
	}
	v, err := value.Parse(text)
	if err != nil {
		return nil, syntax(err, 0)
	}
	if all, ok := v.Field("events"); ok {
		v = all
	}
	if v.Kind() != value.ArrayKind {
		return nil, errors.New(`not a trace: it must be events, one a line, or the answer of GetExecutionHistory: {"events": [...]}`)
	}
	var list []Event
	for i, item := range v.Elements() {
		e, err := decode(item)
		if err != nil {
			return nil, fmt.Errorf("event %d of the list: %w", i+1, err)
		}
		list = append(list, e)
	}
	return list, nil
}

func isEvent(v value.Value) bool {
	_, ok := v.Field("type")
	return ok
}

func readLines(text string) ([]Event, error) {
	var list []Event
	number := 0
	for line := range strings.Lines(text) {
		number++
		if strings.TrimSpace(line) == "" {
			continue
		}
		v, err := value.Parse(line)
		if err != nil {
			return nil, syntax(err, number-1)
		}
		e, err := decode(v)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		list = append(list, e)
	}
	return list, nil
}

func syntax(err error, linesBefore int) error {
	s, ok := err.(*value.SyntaxError) //nolint:errorlint // Parse returns nothing else
	if !ok {
		return err
	}
	message, _, _ := strings.Cut(s.Message, "\n")
	return fmt.Errorf("line %d, column %d: not JSON: %s", linesBefore+s.Line, s.Column, message)
}

// inOrder brings the events into the order of their IDs, and checks that none is missing.
func inOrder(list []Event) error {
	if len(list) > 1 && list[0].ID > list[1].ID { // the answer to a request with reverseOrder
		slices.Reverse(list)
	}
	for i, e := range list {
		if e.ID != i+1 {
			return fmt.Errorf("event %d is missing (the event in its place has the id %d): a trace must be whole", i+1, e.ID)
		}
	}
	return nil
}

// ParseLine reads one event as AppendLine writes it. The name of the state is only
// known for the types of events whose JSON tells it.
func ParseLine(line string) (Event, error) {
	v, err := value.Parse(line)
	if err != nil {
		return Event{}, syntax(err, 0)
	}
	return decode(v)
}

func decode(v value.Value) (Event, error) {
	if v.Kind() != value.ObjectKind {
		return Event{}, fmt.Errorf("an event must be an object, but is %.60s", v.Text())
	}
	d := decoder{Value: v}
	name := d.text("type")
	t, ok := parseType(name)
	if !ok {
		return Event{}, fmt.Errorf("there is no type of event %q", name)
	}
	e := Event{Type: t, ID: int(d.int("id")), Previous: int(d.int("previousEventId")), Millis: d.millis("timestamp"), Branch: d.branch("path")}
	if d.err != nil {
		return Event{}, fmt.Errorf("%s: %w", name, d.err)
	}
	if kind := types[t]; kind.details != noDetails {
		details, _ := v.Field(kind.key)
		if err := e.fill(details); err != nil {
			return Event{}, fmt.Errorf("%s: %s: %w", name, kind.key, err)
		}
	}
	return e, nil
}

// fill takes the details of an event.
func (e *Event) fill(details value.Value) error {
	d := decoder{Value: details}
	e.Name = cmp.Or(d.text("name"), d.text("state"))
	e.Data = cmp.Or(d.text("input"), d.text("output"), d.text("parameters"))
	e.Index = int32(d.int("index"))
	info := Info{
		Error: d.text("error"), Cause: d.text("cause"), Worker: d.text("workerName"),
		Resource: d.text("resource"), ResourceType: d.text("resourceType"), Region: d.text("region"),
		RoleARN: d.text("roleArn"), VersionARN: d.text("stateMachineVersionArn"), AliasARN: d.text("stateMachineAliasArn"),
		TimeoutSeconds: d.int("timeoutInSeconds"), Heartbeat: d.int("heartbeatInSeconds"), Length: int(d.int("length")),
		MapRunARN: d.text("mapRunArn"), RedriveCount: int(d.int("redriveCount")), Location: d.text("location"),
		Assigned: d.assigned(),
	}
	if role, ok := details.Field("taskCredentials"); ok {
		info.RoleARN = (&decoder{Value: role}).text("roleArn")
	}
	if !reflect.DeepEqual(info, Info{}) {
		e.Info = &info
	}
	return d.err
}

// decoder reads members of an object, and keeps the first thing that is wrong.
type decoder struct {
	value.Value
	err error
}

func (d *decoder) fail(name, want string, x value.Value) {
	if d.err == nil {
		d.err = fmt.Errorf("%s must be %s, but is %.60s", name, want, x.Text())
	}
}

func (d *decoder) text(name string) string {
	x, ok := d.Field(name)
	if !ok || x.IsNull() {
		return ""
	}
	s, ok := x.AsString()
	if !ok {
		d.fail(name, "a string", x)
	}
	return s
}

func (d *decoder) int(name string) int64 {
	x, ok := d.Field(name)
	if !ok || x.IsNull() {
		return 0
	}
	n, isNumber := x.AsNumber()
	i, whole := n.Int64()
	if !isNumber || !whole || i < 0 || i > math.MaxInt32 {
		d.fail(name, "a whole number", x)
	}
	return i
}

// millis reads a timestamp: a number of seconds as the API sends it, or the ISO
// 8601 text that the AWS command line makes of it.
func (d *decoder) millis(name string) int64 {
	x, _ := d.Field(name)
	if s, ok := x.AsString(); ok {
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			d.fail(name, "a time", x)
		}
		return t.UnixMilli()
	}
	n, ok := x.AsNumber()
	seconds := n.Float64() // below 2^33, so that milliseconds are exact
	if !ok || seconds < 0 || seconds >= 1<<33 {
		d.fail(name, "a time", x)
		return 0
	}
	return int64(math.Round(seconds * 1000))
}

func (d *decoder) branch(name string) (b *Branch) {
	path := d.text(name)
	if path == "" {
		return nil
	}
	for _, part := range strings.Split(path, "/")[1:] {
		i, err := strconv.ParseInt(part, 10, 32)
		if err != nil || i < 0 {
			d.fail(name, `a place such as "/2/0"`, value.String(path))
		}
		b = &Branch{Parent: b, Index: int(i)}
	}
	if b.String() != path {
		d.fail(name, `a place such as "/2/0"`, value.String(path))
	}
	return b
}

func (d *decoder) assigned() (vars []Assigned) {
	all, _ := d.Field("assignedVariables")
	if all.Kind() != value.ObjectKind {
		return nil
	}
	for _, m := range all.Members() {
		text, ok := m.Value.AsString()
		if !ok {
			d.fail("assignedVariables", "an object of JSON texts", all)
		}
		vars = append(vars, Assigned{m.Name, text})
	}
	return vars
}
