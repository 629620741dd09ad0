package scheduler

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"canto/asl/template"
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
		sum := s.sum("")
		name = fmt.Sprintf("%.*s-%x", room-9, name, sum[:4])
	}
	return name + at
}

// sum is a number that is the schedule's own, and of what is added to it.
func (s Schedule) sum(text string) [sha256.Size]byte {
	return sha256.Sum256([]byte(s.Machine + "\n" + s.ID + "\n" + text))
}

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
	sum := s.sum(scheduled.UTC().Format(time.RFC3339))
	return scheduled.Add(time.Duration(binary.BigEndian.Uint64(sum[:])%seconds) * time.Second)
}

// Event is the input of the execution that a firing starts: the schedule's own, in which
// <aws.scheduler.scheduled-time> and the like have their values, or the
// service's event.
func (s Schedule) Event(scheduled time.Time, attempt int) string {
	at := scheduled.UTC().Format(time.RFC3339)
	if s.Input == "" {
		return s.scheduledEvent(at)
	}
	if s.Rule() {
		return s.Input
	}
	return strings.NewReplacer(
		"<aws.scheduler.schedule-arn>", s.arn(),
		"<aws.scheduler.scheduled-time>", at,
		"<aws.scheduler.execution-id>", s.id(at),
		"<aws.scheduler.attempt-number>", strconv.Itoa(attempt),
	).Replace(s.Input)
}

// scheduledEvent is what EventBridge sends where a schedule has no input.
func (s Schedule) scheduledEvent(at string) string {
	region, account := s.place()
	event := struct {
		Version    string   `json:"version"`
		ID         string   `json:"id"`
		DetailType string   `json:"detail-type"`
		Source     string   `json:"source"`
		Account    string   `json:"account"`
		Time       string   `json:"time"`
		Region     string   `json:"region"`
		Resources  []string `json:"resources"`
		Detail     any      `json:"detail"`
	}{"0", s.id(at), "Scheduled Event", "aws.scheduler", account, at, region, []string{s.arn()}, "{}"}
	if s.Rule() {
		event.Source, event.Detail = "aws.events", struct{}{}
	}
	text, _ := json.Marshal(event) // texts always can
	return string(text)
}

// arn is the schedule's or the rule's own.
func (s Schedule) arn() string {
	region, account := s.place()
	if s.Rule() {
		return "arn:aws:events:" + region + ":" + account + ":rule/" + s.ID
	}
	return "arn:aws:scheduler:" + region + ":" + account + ":schedule/default/" + s.ID
}

// place is the region and the account of the machine.
func (s Schedule) place() (region, account string) {
	parts := strings.SplitN(s.Machine+":::::", ":", 6)
	return parts[3], parts[4]
}

// id is a UUID that is the firing's own.
func (s Schedule) id(at string) string {
	b := s.sum(at)
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // version 8: made by a rule of our own
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
