package history

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everyEvent has one event of each type, with all the members that its type can have.
func everyEvent() []Event {
	second := &Branch{Parent: &Branch{Index: 2}, Index: 0}
	var list []Event
	for t := range Type(len(types)) {
		e := Event{Type: t, ID: len(list) + 1, Previous: len(list), Millis: 1767484800000 + int64(t)*1001, Branch: second}
		e.Info = &Info{
			Error: "States.Timeout", Cause: "<&>\"\n\u2028é", Resource: "arn:aws:lambda:x", ResourceType: "lambda", Region: "us-east-1",
			RoleARN: "arn:role", Worker: "w", TimeoutSeconds: 99999999, Heartbeat: 7, Length: 3,
			Assigned: []Assigned{{"z", `{"a":1}`}, {"a", "2"}}, MapRunARN: "arn:run", RedriveCount: 2,
			Location: "Output/x", VersionARN: "arn:1", AliasARN: "arn:live",
		}
		e.Name, e.Data, e.Index = "A state", `{ "n": 0.0 }`, 4
		list = append(list, e)
	}
	return list
}

func TestParseLineInvertsAppendLine(t *testing.T) {
	for _, e := range everyEvent() {
		line := string(e.AppendLine(nil))
		back, err := ParseLine(line)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(line, string(back.AppendLine(nil))); diff != "" {
			t.Errorf("%s comes back otherwise:\n%s", e.Type, diff)
		}
	}
}

func TestReadTakesLines(t *testing.T) {
	var b []byte
	for _, e := range everyEvent() {
		b = e.AppendLine(b)
	}
	back, err := Read(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	var again []byte
	for e := range back.All() {
		again = e.AppendLine(again)
	}
	if diff := cmp.Diff(string(b), string(again)); diff != "" {
		t.Error(diff)
	}
}

func TestReadTakesTheAnswerOfTheAPI(t *testing.T) {
	const text = `{
    "events": [
        {"timestamp": "2026-01-04T01:00:00.250000+01:00", "type": "PassStateEntered", "id": 2, "previousEventId": 0,
         "stateEnteredEventDetails": {"name": "A", "input": "{}", "inputDetails": {"truncated": false}}},
        {"timestamp": 1767484800, "type": "ExecutionStarted", "id": 1, "previousEventId": 0,
         "executionStartedEventDetails": {"input": "{}", "inputDetails": {"truncated": false}, "roleArn": "arn:role"}}
    ]
}`
	got, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	const want = `    1      0s        ExecutionStarted                                    {}
    2   250ms        PassStateEntered           A                        {}
`
	if diff := cmp.Diff(want, got.Text()); diff != "" {
		t.Error(diff)
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	const event = `{"timestamp":1,"type":"ExecutionStarted","id":1,"previousEventId":0}`
	cases := map[string]struct{ text, want string }{
		"no JSON":          {"hello", "line 1, column 6: not JSON"},
		"a later line":     {event + "\n{]", "line 2, column 3: not JSON"},
		"another document": {`{"name": 1}`, `{"events": [...]}`},
		"an unknown type":  {`{"type":"Nope","id":1}`, `line 1: there is no type of event "Nope"`},
		"a bad member":     {`{"type":"ExecutionStarted","id":"1","timestamp":1}`, `line 1: ExecutionStarted: id must be a whole number, but is "1"`},
		"a bad detail":     {`{"type":"MapStateStarted","id":1,"timestamp":1,"mapStateStartedEventDetails":{"length":-1}}`, "mapStateStartedEventDetails: length must be"},
		"a bad place":      {`{"type":"ExecutionStarted","id":1,"timestamp":1,"path":"1/x"}`, `path must be a place such as "/2/0"`},
		"no time":          {`{"type":"ExecutionStarted","id":1}`, "timestamp must be a time"},
		"a gap":            {event + "\n" + strings.Replace(event, `"id":1`, `"id":3`, 1), "event 2 is missing"},
		"an item":          {`[1]`, "event 1 of the list: an event must be an object, but is 1"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Read says %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestReadTakesAnEmptyTrace(t *testing.T) {
	got, err := Read(strings.NewReader("[]"))
	if err != nil || got.Len() != 0 {
		t.Errorf("Read gives %d events and %v", got.Len(), err)
	}
}

// nested is a Map in a Parallel state in a Map, as the API tells it: without places.
const nested = `    1      0s        ExecutionStarted                                    [1,2]
    2      0s        MapStateEntered            Outer                    [1,2]
    3      0s        MapStateStarted            Outer                    length 2
    4      0s /0     MapIterationStarted        Outer                    #0 <- 3
    5      0s /1     MapIterationStarted        Outer                    #1 <- 3
    6      0s /0     ParallelStateEntered       Both                     1
    7      0s /0     ParallelStateStarted       Both
    8      0s /0/0   PassStateEntered           Left                     1 <- 7
    9      0s /0/1   PassStateEntered           Right                    1 <- 7
   10      0s /0/0   PassStateExited            Left                     1
   11      0s /0/1   PassStateExited            Right                    1
   12      0s /0     ParallelStateSucceeded     Both                      <- 11
   13      0s /0     ParallelStateExited        Both                     [1,1] <- 11
   14      0s /0     MapIterationSucceeded      Outer                    #0
   15      0s /1     FailStateEntered           Bad                      2
   16      0s /1     MapIterationFailed         Outer                    #1
   17      0s        MapStateFailed             Outer                     <- 15
   18      0s        ExecutionFailed
`

func nestedEvents() []Event {
	outer, inner := &Branch{Index: 0}, &Branch{Index: 1}
	left, right := &Branch{Parent: outer, Index: 0}, &Branch{Parent: outer, Index: 1}
	list := []Event{
		{Type: ExecutionStarted, Data: "[1,2]"},
		{Type: MapStateEntered, Name: "Outer", Data: "[1,2]"},
		{Type: MapStateStarted, Previous: 2, Info: &Info{Length: 2}},
		{Type: MapIterationStarted, Name: "Outer", Index: 0, Previous: 3, Branch: outer},
		{Type: MapIterationStarted, Name: "Outer", Index: 1, Previous: 3, Branch: inner},
		{Type: ParallelStateEntered, Name: "Both", Data: "1", Previous: 4, Branch: outer},
		{Type: ParallelStateStarted, Previous: 6, Branch: outer},
		{Type: PassStateEntered, Name: "Left", Data: "1", Previous: 7, Branch: left},
		{Type: PassStateEntered, Name: "Right", Data: "1", Previous: 7, Branch: right},
		{Type: PassStateExited, Name: "Left", Data: "1", Previous: 8, Branch: left},
		{Type: PassStateExited, Name: "Right", Data: "1", Previous: 9, Branch: right},
		{Type: ParallelStateSucceeded, Previous: 11, Branch: outer},
		{Type: ParallelStateExited, Name: "Both", Data: "[1,1]", Previous: 11, Branch: outer},
		{Type: MapIterationSucceeded, Name: "Outer", Index: 0, Previous: 13, Branch: outer},
		{Type: FailStateEntered, Name: "Bad", Data: "2", Previous: 5, Branch: inner},
		{Type: MapIterationFailed, Name: "Outer", Index: 1, Previous: 15, Branch: inner},
		{Type: MapStateFailed, Previous: 15},
		{Type: ExecutionFailed, Previous: 17},
	}
	for i := range list {
		list[i].ID = i + 1
	}
	return list
}

func TestReadFindsNamesAndPlaces(t *testing.T) {
	var lines, api []byte
	for _, e := range nestedEvents() {
		lines = e.AppendLine(lines)
		api = append(e.AppendJSON(api), '\n')
	}
	for form, text := range map[string][]byte{"with places": lines, "without": api} {
		t.Run(form, func(t *testing.T) {
			got, err := Read(strings.NewReader(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(nested, got.Text()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, e := range everyEvent() {
		f.Add(string(e.AppendLine(nil)))
	}
	var api []byte
	for _, e := range nestedEvents() {
		api = append(e.AppendJSON(api), '\n')
	}
	f.Add(string(api))
	f.Fuzz(func(t *testing.T, text string) {
		events, err := Read(strings.NewReader(text))
		if err != nil {
			return
		}
		for e := range events.All() {
			line := string(e.AppendLine(nil))
			back, err := ParseLine(line)
			if err != nil {
				t.Fatalf("%s\nis not read back: %v", line, err)
			}
			if again := string(back.AppendLine(nil)); again != line {
				t.Fatalf("%s\ncomes back as\n%s", line, again)
			}
		}
	})
}
