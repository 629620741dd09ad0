package drive

import (
	"strings"
	"testing"

	"canto/runtime/store"
	"canto/runtime/store/memory"
)

// desk is an Activities in which every activity exists, or none.
type desk bool

func (d desk) Exists(string) bool    { return bool(d) }
func (d desk) Offer(ActivityTask)    {}
func (d desk) Withdraw(ActivityTask) {}

const deleted = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:111122223333:activity:a","End":true}}}`

func TestTaskOfAnActivityThatDoesNotExistEndsTheExecution(t *testing.T) {
	s := &memory.Store{}
	d := &Driver{Activities: desk(false), Outside: true, Journal: s}
	p := process(t, deleted, `{}`)
	run(t, d, p)
	const cause = "An error occurred while executing the state 'T' (entered at the event id #2). The activity arn:aws:states:us-east-1:111122223333:activity:a does not exist."
	if x := p.Execution; x.Error != "States.Runtime" || x.Cause != cause || strings.Contains(text(p), "ActivityScheduled") {
		t.Fatalf("%s: %s\n%s", x.Error, x.Cause, text(p))
	}
	saved, err := s.Load(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	again := process(t, deleted, `{}`)
	defer again.x.Close()
	again.look(desk(true)) // made anew meanwhile: the replay goes by the journal
	if _, err := again.replay(store.Saved{Answers: saved.Answers, Events: saved.Events}); err != nil {
		t.Error(err)
	}
}
