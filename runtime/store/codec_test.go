package store

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/strand"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var at = time.Date(2026, time.January, 4, 0, 0, 1, 250e6, time.UTC)

func turns() []Turn {
	return []Turn{
		{
			ID: "arn:1",
			Begin: &Begin{
				Engine: "0.1.0", Definition: "{ \"StartAt\": \"<A>\" }\n", Input: `{ "n": 0.0 }`, Name: "run-1",
				MachineARN: "arn:m", MachineName: "m", Region: "us-east-1", Start: at, Seed: 1<<64 - 1, NoLimits: true,
			},
			Events: []history.Event{
				{ID: 1, Type: history.ExecutionStarted, Data: `{ "n": 0.0 }`, Millis: at.UnixMilli(), Info: &history.Info{RoleARN: "arn:role"}},
				{ID: 2, Type: history.TaskStateEntered, Name: "A", Data: `{ "n": 0.0 }`, Millis: at.UnixMilli(), Branch: &history.Branch{Index: 3}},
			},
		},
		{ID: "arn:1", Answers: []strand.Answer{
			{ID: "/3#1.1", At: at, Kind: strand.Submitted, Output: value.Raw(`{ "Id": 1.0 }`)},
			{ID: "/3#1.1", At: at.Add(time.Millisecond), Kind: strand.Failed, Error: "E", Cause: "it <failed>\n\u2028"},
			{ID: "deadline", At: at.Add(time.Hour), Kind: strand.Succeeded},
		}},
		{ID: "arn:1", Answers: []strand.Answer{{At: at, Kind: strand.Stopped}}, End: &End{Status: "FAILED", Error: "E", Cause: "why", Stop: at, Forced: true}},
		{ID: "arn:1", Redrive: &Redrive{Count: 2, At: at}, Events: []history.Event{{ID: 3, Type: history.ExecutionRedriven, Millis: at.UnixMilli(), Info: &history.Info{RedriveCount: 2}}}},
		{ID: "arn:1", End: &End{Status: "SUCCEEDED", Output: "[1, 2]", Stop: at}, Forget: true},
		{ID: "arn:2", Begin: &Begin{
			Engine: "0.1.0", Input: "[]", MachineARN: "arn:m", Start: at, Express: true, VersionARN: "arn:m:1", AliasARN: "arn:m:live", MapRunARN: "arn:map",
			Items: 3, Parent: "arn:1", Origin: "#1.1", TraceHeader: "Root=1", Case: "Broken", Revision: `{"tracing":  true}`,
		}},
	}
}

func TestTurnsComeBackAsTheyWere(t *testing.T) {
	var journal []byte
	var err error
	for _, turn := range turns() {
		if journal, err = turn.AppendLine(journal); err != nil {
			t.Fatal(err)
		}
	}
	back, err := ReadTurns(bytes.NewReader(journal))
	if err != nil {
		t.Fatal(err)
	}
	sameText := cmp.Comparer(func(a, b value.Value) bool { return a.Text() == b.Text() })
	if diff := cmp.Diff(turns(), back, sameText, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestAnswersComeBackAsTheyWere(t *testing.T) {
	for _, turn := range turns() {
		for _, a := range turn.Answers {
			line, err := AppendAnswer([]byte("before"), a)
			if err != nil {
				t.Fatal(err)
			}
			line = bytes.TrimPrefix(line, []byte("before"))
			back, err := ParseAnswer(line)
			if err != nil || back.Output.Text() != a.Output.Text() || bytes.Count(line, []byte("\n")) != 1 {
				t.Fatalf("%+v comes back as %+v, %v", a, back, err)
			}
			a.Output, back.Output = value.Value{}, value.Value{}
			if back != a {
				t.Errorf("%+v comes back as %+v", a, back)
			}
		}
	}
}

func TestAPageOfAHistory(t *testing.T) {
	for _, c := range []struct {
		p           Page
		n           int
		first, last int
	}{
		{Page{From: 1}, 0, 1, 0}, {Page{From: 0}, 5, 1, 0}, {Page{From: 6}, 5, 1, 0},
		{Page{From: 1}, 5, 1, 5}, {Page{From: 2, Limit: 2}, 5, 2, 3}, {Page{From: 4, Limit: 100}, 5, 4, 5}, {Page{From: 5, Limit: 1 << 62}, 5, 5, 5},
		{Page{From: 5, Reverse: true}, 5, 1, 5}, {Page{From: 4, Limit: 2, Reverse: true}, 5, 3, 4}, {Page{From: 2, Limit: 100, Reverse: true}, 5, 1, 2},
	} {
		if first, last := c.p.Range(c.n); first != c.first || last != c.last {
			t.Errorf("%+v of %d events is %d to %d, want %d to %d", c.p, c.n, first, last, c.first, c.last)
		}
	}
}

func TestReadTurnsDropsWhatACrashCutOff(t *testing.T) {
	line, err := turns()[1].AppendLine(nil)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReadTurns(bytes.NewReader(append(line, line[:20]...)))
	if err != nil || len(back) != 1 {
		t.Errorf("ReadTurns gives %d turns and %v, want the whole one", len(back), err)
	}
}

func TestReadTurnsSaysWhichLineIsWrong(t *testing.T) {
	cases := map[string]struct{ line, want string }{
		"no JSON":      {"{", "line 1 of the journal: unexpected end"},
		"no execution": {"{}", "does not say of which execution"},
		"a bad answer": {`{"ID":"x","Answers":[{"At":"2026-01-04T00:00:00Z","Kind":"succeeded","Output":"{"}]}`, "answer 1 of the turn"},
		"a bad event":  {`{"ID":"x","Events":[{"type":"Nope"}]}`, `no type of event "Nope"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := ReadTurns(strings.NewReader(c.line + "\n"))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("ReadTurns says %v, want %q in it", err, c.want)
			}
		})
	}
}

func FuzzParseTurn(f *testing.F) {
	for _, turn := range turns() {
		line, err := turn.AppendLine(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		turn, err := parseTurn(line)
		if err != nil {
			return
		}
		once, err := turn.AppendLine(nil)
		if err != nil {
			t.Skip(err) // a time that no JSON can hold
		}
		again, err := parseTurn(once)
		if err != nil {
			t.Fatalf("%s\nis not read back: %v", once, err)
		}
		if twice, _ := again.AppendLine(nil); !bytes.Equal(once, twice) {
			t.Fatalf("%s\ncomes back as\n%s", once, twice)
		}
	})
}
