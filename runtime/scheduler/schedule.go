package scheduler

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"canto/asl"
	"canto/asl/template"
	"canto/runtime/eventbridge"
)

// Schedule is a schedule of a template, and the machine that it starts.
type Schedule struct {
	template.Schedule
	Machine string // ARN
}

// maxName is how long the name of an execution may be, in characters.
const maxName = 80

// ExecutionName is the name of the execution that a firing starts: made of the
// schedule and the scheduled time, so that no firing starts two.
func (s Schedule) ExecutionName(scheduled time.Time) string {
	at := scheduled.UTC().Format("-20060102T150405Z")
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-' || r == '_' || r == '.') {
			return r
		}
		return '-'
	}, s.ID)
	if room := maxName - len(at); name != s.ID || len(name) > room {
		sum := sha256.Sum256([]byte(s.own("")))
		name = fmt.Sprintf("%.*s-%x", room-9, name, sum[:4])
	}
	return name + at
}

// own is a text that no other schedule has, with what is added to it.
func (s Schedule) own(text string) string { return s.Machine + "\n" + s.ID + "\n" + text }

func (s Schedule) window() time.Duration { return time.Duration(s.WindowMinutes) * time.Minute }

// due is when a firing comes: at the scheduled time, or at a whole second of the
// flexible window, before the following firing is scheduled. The same firing always has
// the same second.
func (s Schedule) due(scheduled, following time.Time, more bool) time.Time {
	window := s.window()
	if more {
		window = min(window, following.Sub(scheduled))
	}
	seconds := uint64(window / time.Second)
	if seconds == 0 {
		return scheduled
	}
	sum := sha256.Sum256([]byte(s.own(written(scheduled))))
	return scheduled.Add(time.Duration(binary.BigEndian.Uint64(sum[:])%seconds) * time.Second)
}

// Event is the input of the execution that a firing starts: the schedule's own, in which
// <aws.scheduler.scheduled-time> and the like have their values, or the
// service's event.
func (s Schedule) Event(scheduled time.Time, attempt int) string {
	if s.Input == "" {
		return s.scheduledEvent(scheduled)
	}
	if s.Rule() {
		return s.Input
	}
	return strings.NewReplacer(
		"<aws.scheduler.schedule-arn>", s.arn(),
		"<aws.scheduler.scheduled-time>", written(scheduled),
		"<aws.scheduler.execution-id>", s.firing(scheduled),
		"<aws.scheduler.attempt-number>", strconv.Itoa(attempt),
	).Replace(s.Input)
}

// scheduledEvent is what EventBridge sends where a schedule has no input.
func (s Schedule) scheduledEvent(scheduled time.Time) string {
	event := eventbridge.Event{
		ID: s.firing(scheduled), DetailType: "Scheduled Event", Source: "aws.scheduler",
		Time: scheduled, Resource: s.arn(), Detail: "{}",
	}
	if s.Rule() {
		event.Source, event.Detail = "aws.events", struct{}{}
	}
	text, _ := json.Marshal(event) // texts always can
	return string(text)
}

// arn is the schedule's or the rule's own.
func (s Schedule) arn() string {
	machine, _ := asl.ParseARN(s.Machine)
	place := machine.Region + ":" + machine.Account
	if s.Rule() {
		return "arn:aws:events:" + place + ":rule/" + s.ID
	}
	return "arn:aws:scheduler:" + place + ":schedule/default/" + s.ID
}

// firing is the ID of a firing.
func (s Schedule) firing(scheduled time.Time) string {
	return eventbridge.ID(s.own(written(scheduled)))
}

func written(scheduled time.Time) string { return scheduled.UTC().Format(time.RFC3339) }
