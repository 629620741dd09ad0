package interp

import (
	"testing"
	"time"

	"canto/runtime/history"
)

func TestContextObject(t *testing.T) {
	show := `"Parameters":{"c.$":"$$"}`
	const execution = `{"c":{"Execution":{"Id":"arn:x","Input":[1],"StartTime":"2026-01-04T00:00:00.000Z","Name":"run","RoleArn":"arn:role","RedriveCount":0},` +
		`"StateMachine":{"Id":"arn:m","Name":"machine"},`
	cases := map[string]struct{ state, want string }{
		"of a Pass":       {`{"Type":"Pass",` + show + `,"End":true}`, execution + `"State":{"Name":"S","EnteredTime":"2026-01-04T00:00:00.000Z"}}}`},
		"of a Task":       {`{"Type":"Task","Resource":"echo",` + show + `,"End":true}`, execution + `"State":{"Name":"S","EnteredTime":"2026-01-04T00:00:00.000Z","RetryCount":0}}}`},
		"of an iteration": {each(``, `{"StartAt":"I","States":{"I":{"Type":"Pass",`+show+`,"End":true}}}`), `[` + execution + `"State":{"Name":"I","EnteredTime":"2026-01-04T00:00:00.000Z"},"Map":{"Item":{"Index":0,"Value":1}}}}]`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			definition := alone(c.state)
			s := prepare(script{})
			s.begin(t, definition, `[ 1 ]`)
			s.play()
			got := s.end()
			if len(s.calls) > 0 {
				got = s.calls[0].Call.Input.Text()
			}
			if got != c.want {
				t.Errorf("$$ is\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestContextObjectCountsRetriesAndKeepsTheEntry(t *testing.T) {
	s := perform(t, `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"Next":"S"},
		"S":{"Type":"Task","Resource":"f","Parameters":{"s.$":"$$.State"},"Retry":[{"ErrorEquals":["E"],"IntervalSeconds":9}],"End":true}}}`, `{}`,
		script{"f": {fails("E", ""), gives(`1`)}})
	if got := s.calls[1].Call.Input.Text(); got != `{"s":{"Name":"S","EnteredTime":"2026-01-04T00:01:00.000Z","RetryCount":1}}` {
		t.Errorf("$$.State is %s", got)
	}
	if got := s.event(t, history.TaskStateExited).Time().Sub(epoch); got != 69*time.Second {
		t.Errorf("the state is left after %s", got)
	}
}
