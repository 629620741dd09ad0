package history

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// at is an event at so many milliseconds after the beginning.
func at(millis int64, e Event) Event {
	e.Millis = time.Date(2026, time.January, 4, 0, 0, 0, 0, time.UTC).UnixMilli() + millis
	return e
}

func recorded(events ...Event) Events {
	r := &Recorder{}
	for _, e := range events {
		r.Append(e)
	}
	return r.Events()
}

func TestRecorderNumbersEvents(t *testing.T) {
	r := &Recorder{}
	for i := range 3 * chunk {
		if id := r.Append(Event{Type: PassStateEntered}); id != i+1 {
			t.Fatalf("event %d has ID %d", i+1, id)
		}
	}
	h := r.Events()
	r.Append(Event{Type: PassStateExited})
	if h.Len() != 3*chunk || r.Len() != 3*chunk+1 {
		t.Errorf("lengths %d and %d", h.Len(), r.Len())
	}
	for _, id := range []int{1, 16, 17, chunk, chunk + 1, 3 * chunk} {
		if got := h.At(id).ID; got != id {
			t.Errorf("At(%d) is event %d", id, got)
		}
	}
	var ids []int
	for e := range h.From(3*chunk - 1) {
		ids = append(ids, e.ID)
	}
	if !slices.Equal(ids, []int{3*chunk - 1, 3 * chunk}) {
		t.Errorf("From gives %v", ids)
	}
	n := 0
	for range h.All() {
		if n++; n == 5 {
			break
		}
	}
}

func TestRecorderKeepsRoomForTheTerminalEvent(t *testing.T) {
	for _, last := range []Type{ExecutionSucceeded, ExecutionFailed, ExecutionAborted, ExecutionTimedOut} {
		r := &Recorder{Limit: 3}
		r.Append(Event{Type: ExecutionStarted})
		if r.Full() {
			t.Error("full after the first of three")
		}
		r.Append(Event{Type: PassStateEntered})
		if id := r.Append(Event{Type: PassStateExited}); id != 0 || !r.Full() {
			t.Errorf("an event in the last place gets ID %d", id)
		}
		if id := r.Append(Event{Type: last}); id != 3 {
			t.Errorf("%s gets ID %d", last, id)
		}
	}
}

func TestBranchesAreWrittenAsPaths(t *testing.T) {
	var machine *Branch
	inner := &Branch{Parent: &Branch{Parent: machine, Index: 12}, Index: 0}
	if machine.String() != "" || inner.String() != "/12/0" {
		t.Errorf("paths are %q and %q", machine, inner)
	}
}

func TestTypesKnowTheirNames(t *testing.T) {
	for i := range types {
		name := Type(i).String()
		if name == "" && Type(i) != None {
			t.Errorf("type %d has no name", i)
		}
	}
	if !ExecutionFailed.Terminal() || TaskFailed.Terminal() {
		t.Error("what is terminal is not")
	}
}

func TestText(t *testing.T) {
	second := &Branch{Index: 1}
	h := recorded(
		at(0, Event{Type: ExecutionStarted, Data: "{}"}),
		at(0, Event{Type: MapStateEntered, Name: "All", Data: "[1,\n2]"}),
		at(0, Event{Type: MapStateStarted, Previous: 2, Name: "All", Info: &Info{Length: 2}}),
		at(0, Event{Type: MapIterationStarted, Previous: 3, Name: "All", Index: 1, Branch: second}),
		at(0, Event{Type: TaskStateEntered, Previous: 4, Name: "Ask", Data: "2", Branch: second}),
		at(0, Event{Type: TaskScheduled, Previous: 5, Name: "Ask", Data: "2", Branch: second, Info: &Info{ResourceType: "sqs", Resource: "sendMessage", TimeoutSeconds: 60, Heartbeat: 5}}),
		at(60000, Event{Type: TaskTimedOut, Previous: 6, Name: "Ask", Branch: second, Info: &Info{Error: "States.Timeout", ResourceType: "sqs", Resource: "sendMessage"}}),
		at(60000, Event{Type: MapIterationFailed, Previous: 7, Name: "All", Index: 1, Branch: second}),
		at(60000, Event{Type: MapStateFailed, Previous: 7, Name: "All"}),
		at(3660250, Event{Type: PassStateExited, Previous: 9, Name: "Set", Data: `"x"`, Info: &Info{Assigned: []Assigned{{"n", "1"}}}}),
		at(7200000, Event{Type: ExecutionFailed, Previous: 10, Info: &Info{Error: "States.Timeout", Cause: "why"}}),
	)
	const want = `
    1      0s        ExecutionStarted                                    {}
    2      0s        MapStateEntered            All                      [1,\n2]
    3      0s        MapStateStarted            All                      length 2
    4      0s /1     MapIterationStarted        All                      #1 <- 3
    5      0s /1     TaskStateEntered           Ask                      2
    6      0s /1     TaskScheduled              Ask                      sqs:sendMessage timeout 60s heartbeat 5s 2
    7      1m /1     TaskTimedOut               Ask                      sqs:sendMessage States.Timeout
    8      1m /1     MapIterationFailed         All                      #1
    9      1m        MapStateFailed             All                       <- 7
   10 1h1m0.25s        PassStateExited            Set                      "x" $n = 1
   11      2h        ExecutionFailed                                     States.Timeout why
`
	if diff := cmp.Diff(want[1:], h.Text()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTextCutsLongPayloadsButTellsThemApart(t *testing.T) {
	long := strings.Repeat("é", textLimit)
	one := recorded(Event{Type: ExecutionStarted, Data: long + "1"}).Text()
	two := recorded(Event{Type: ExecutionStarted, Data: long + "2"}).Text()
	if one == two || len(one) > 400 || !strings.Contains(one, "... (321 bytes, ") {
		t.Errorf("lines are\n%s%s", one, two)
	}
	if !strings.Contains(one, strings.Repeat("é", textLimit/2)+"...") {
		t.Errorf("a character is cut in two: %q", one)
	}
}

func TestJSONLeavesOutWhatIsNotThere(t *testing.T) {
	cases := map[string]struct {
		event Event
		want  string
	}{
		"no details": {Event{Type: MapStateSucceeded}, `{"timestamp":1767484800.250,"type":"MapStateSucceeded","id":1,"previousEventId":0}`},
		"an error without a cause": {Event{Type: ExecutionFailed, Info: &Info{Error: "E"}},
			`{"timestamp":1767484800.250,"type":"ExecutionFailed","id":1,"previousEventId":0,"executionFailedEventDetails":{"error":"E"}}`},
		"an error without anything": {Event{Type: ExecutionFailed},
			`{"timestamp":1767484800.250,"type":"ExecutionFailed","id":1,"previousEventId":0,"executionFailedEventDetails":{}}`},
		"a payload, to the byte": {Event{Type: PassStateEntered, Name: "A \"b\"", Data: `{ "n": 1.0, "s": "é" }`},
			`{"timestamp":1767484800.250,"type":"PassStateEntered","id":1,"previousEventId":0,"stateEnteredEventDetails":{"name":"A \"b\"","input":"{ \"n\": 1.0, \"s\": \"é\" }","inputDetails":{"truncated":false}}}`},
		"a place in the tree": {Event{Type: MapStateSucceeded, Branch: &Branch{Index: 3}}, `{"timestamp":1767484800.250,"type":"MapStateSucceeded","id":1,"previousEventId":0}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			e := at(250, c.event)
			e.ID = 1
			if got := string(e.AppendJSON(nil)); got != c.want {
				t.Errorf("it is\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestHistoryIsAnArrayOfItsEvents(t *testing.T) {
	b, err := recorded(at(0, Event{Type: MapStateSucceeded}), at(1, Event{Type: MapStateFailed, Previous: 1})).MarshalJSON()
	const want = `[{"timestamp":1767484800.000,"type":"MapStateSucceeded","id":1,"previousEventId":0},{"timestamp":1767484800.001,"type":"MapStateFailed","id":2,"previousEventId":1}]`
	if err != nil || string(b) != want {
		t.Errorf("it is %s, %v", b, err)
	}
}
