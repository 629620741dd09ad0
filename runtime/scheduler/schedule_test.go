package scheduler

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

var sunday = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

func TestExecutionName(t *testing.T) {
	long := strings.Repeat("Long", 40)
	for id, want := range map[string]string{
		"MEvery": "MEvery-20260301T060000Z",
		"a b/ü":  "a-b---",
		long:     "LongLong",
	} {
		s := scheduled("rate(1 day)", func(s *Schedule) { s.ID = id })
		name := s.ExecutionName(sunday.In(time.FixedZone("", 7200)))
		if !strings.HasPrefix(name, want) || !strings.HasSuffix(name, "-20260301T060000Z") || len(name) > 80 {
			t.Errorf("%s: %s", id, name)
		}
		if name == s.ExecutionName(sunday.Add(time.Second)) {
			t.Errorf("%s: two firings have one name", id)
		}
	}
}

func TestEvent(t *testing.T) {
	s := scheduled("rate(1 day)", func(s *Schedule) {
		s.Input = `{"at": "<aws.scheduler.scheduled-time>", "try": <aws.scheduler.attempt-number>, "of": "<aws.scheduler.schedule-arn>"}`
	})
	if got, want := s.Event(sunday, 2), `{"at": "2026-03-01T06:00:00Z", "try": 2, "of": "arn:aws:scheduler:eu-north-1:111122223333:schedule/default/MEvery"}`; got != want {
		t.Errorf("got %s", got)
	}
	for kind, want := range map[string]string{
		"ScheduleV2": `"source":"aws.scheduler","account":"111122223333","time":"2026-03-01T06:00:00Z","region":"eu-north-1","resources":["arn:aws:scheduler:eu-north-1:111122223333:schedule/default/MEvery"],"detail":"{}"}`,
		"Schedule":   `"source":"aws.events","account":"111122223333","time":"2026-03-01T06:00:00Z","region":"eu-north-1","resources":["arn:aws:events:eu-north-1:111122223333:rule/MEvery"],"detail":{}}`,
	} {
		s.Input, s.Type = "", kind
		got := s.Event(sunday, 1)
		if !json.Valid([]byte(got)) || !strings.HasSuffix(got, want) || got != s.Event(sunday, 1) {
			t.Errorf("%s: got %s", kind, got)
		}
	}
}
