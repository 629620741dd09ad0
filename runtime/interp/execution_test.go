package interp

import (
	"strings"
	"testing"
	"time"

	"canto/runtime/history"
	"canto/runtime/strand"
)

func TestExecutionThatIsStopped(t *testing.T) {
	definition := alone(`{"Type":"Parallel","End":true,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Other"}],"Branches":[` + aside + `]}`)
	s := prepare(script{"t": {gives(`1`).in(time.Minute)}})
	s.stop = &strand.Answer{Kind: strand.Stopped, At: epoch.Add(5 * time.Second), Error: "E", Cause: "why"}
	s.begin(t, definition, `{}`)
	s.play()
	if s.Status != Aborted || s.end() != "!E: why" {
		t.Errorf("%s, ends with %s", s.Status, s.end())
	}
	if !strings.HasSuffix(s.chain(), "<0 ExecutionAborted\n") || strings.Contains(s.chain(), "Other") {
		t.Errorf("events:\n%s", s.chain())
	}
	if e := s.event(t, history.ExecutionAborted); e.Time().Sub(epoch) != 5*time.Second {
		t.Errorf("aborted at %s", e.Time())
	}
}

func TestExecutionThatTimesOut(t *testing.T) {
	s := perform(t, `{"StartAt":"S","TimeoutSeconds":30,"States":{"S":{"Type":"Task","Resource":"f","End":true,
		"Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"S"}]}}}`, `{}`,
		script{"f": {gives(`1`).in(time.Minute)}})
	if s.Status != TimedOut || s.Retries+s.Catches != 0 {
		t.Errorf("%s after %d retries and %d catches", s.Status, s.Retries, s.Catches)
	}
	if e := s.event(t, history.ExecutionTimedOut); e.Time().Sub(epoch) != 30*time.Second || e.Previous != 0 {
		t.Errorf("timed out at %s, because of %d", e.Time(), e.Previous)
	}
}

func TestExecutionThatEndsInTimeTakesItsDeadlineBack(t *testing.T) {
	s := perform(t, `{"StartAt":"S","TimeoutSeconds":30,"States":{"S":{"Type":"Wait","Seconds":29,"End":true}}}`, `{}`, nil)
	if s.Status != Succeeded || len(s.due) > 1 || s.x.Open() != 0 {
		t.Errorf("%s; %d requests are open", s.Status, s.x.Open())
	}
}

func TestExecutionThatHasTooManyEvents(t *testing.T) {
	s := prepare(nil)
	s.Recorder.Limit = 20
	s.begin(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"A"}}}`, `{}`)
	s.play()
	if s.Status != Failed || s.Error != "States.Runtime" || s.Recorder.Len() != 20 || !strings.HasSuffix(s.chain(), "20<19 ExecutionFailed\n") {
		t.Errorf("ends with %s after %d events:\n%s", s.end(), s.Recorder.Len(), s.chain())
	}
}

func TestExecutionWhosePayloadsGrowTooLarge(t *testing.T) {
	const definition = `{"StartAt":"S","States":{"S":{"Type":"Pass","Parameters":{"a.$":"$","b.$":"$"},"End":true}}}`
	input := `"` + strings.Repeat("a", MaxPayload/2) + `"`
	s := perform(t, definition, input, nil)
	if want := "!States.DataLimitExceeded: The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit."; s.end() != want {
		t.Errorf("ends with %.200s", s.end())
	}
	s = prepare(nil)
	s.NoLimits = true
	s.begin(t, definition, input)
	s.play()
	if s.Status != Succeeded {
		t.Errorf("without limits it ends with %s", s.end())
	}
}

func TestRandomnessIsOfExecutionBranchAndVisit(t *testing.T) {
	definition := each(`"MaxConcurrency":1,`, `{"StartAt":"U","States":{"U":{"Type":"Pass","Parameters":{"u.$":"States.UUID()"},"End":true}}}`)
	run := func(seed uint64) string {
		s := prepare(nil)
		s.Seed = seed
		s.begin(t, alone(definition), `[1,2]`)
		s.play()
		return s.end()
	}
	first, again, other := run(1), run(1), run(2)
	if first != again {
		t.Error("two runs of one seed differ")
	}
	if first == other {
		t.Error("the seed changes nothing")
	}
	list := strings.Split(first, `},{`)
	if len(list) != 2 || strings.Trim(list[0], "[{") == strings.Trim(list[1], "}]") {
		t.Errorf("two iterations have the same: %s", list)
	}
}

func TestSelectorAndStatesOfAnIterationDrawDifferentRandomNumbers(t *testing.T) {
	s := prepare(nil)
	s.begin(t, alone(each(`"ItemSelector":{"u.$":"States.UUID()"},`,
		`{"StartAt":"U","States":{"U":{"Type":"Pass","Parameters":{"u.$":"States.UUID()"},"ResultPath":"$.own","End":true}}}`)), `[1]`)
	s.play()
	u, own, ok := strings.Cut(strings.Trim(s.end(), `[{}]`), `,"own":{`)
	if !ok || u == own {
		t.Errorf("ends with %s", s.end())
	}
}

func TestProgramServesManyExecutionsAtOnce(t *testing.T) {
	p := compiled(t, alone(each(``, ask)))
	for range 4 {
		t.Run("one of them", func(t *testing.T) {
			t.Parallel()
			s := prepare(script{"t": {gives(`1`)}})
			s.run(t, p, `[1,2,3]`)
			s.play()
			if s.end() != "[1,1,1]" {
				t.Errorf("ends with %s", s.end())
			}
		})
	}
}
