package notices

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"canto/runtime/eventbridge"
)

// Change is a change of the status of a STANDARD execution.
type Change struct {
	ExecutionARN, StateMachineARN string
	VersionARN, AliasARN          string // empty: none
	Name, Status                  string
	Start, Stop                   time.Time // Stop is zero while it runs
	Input                         string    // JSON text
	Output                        string    // JSON text, where it succeeded
	Error, Cause                  string    // where it did not
	Redrives                      int
	Redriven                      time.Time // the last time; zero: never
}

// detail has its members in the recorded order.
type detail struct {
	ExecutionARN        string    `json:"executionArn"`
	StateMachineARN     string    `json:"stateMachineArn"`
	Name                string    `json:"name"`
	Status              string    `json:"status"`
	StartDate           int64     `json:"startDate"` // milliseconds since 1970
	StopDate            *int64    `json:"stopDate"`
	Input               *string   `json:"input"`
	Output              *string   `json:"output"`
	VersionARN          *string   `json:"stateMachineVersionArn"`
	AliasARN            *string   `json:"stateMachineAliasArn"`
	RedriveCount        int       `json:"redriveCount"`
	RedriveDate         *int64    `json:"redriveDate"`
	RedriveStatus       string    `json:"redriveStatus"`
	RedriveStatusReason *string   `json:"redriveStatusReason"`
	InputDetails        *included `json:"inputDetails"`
	OutputDetails       *included `json:"outputDetails"`
	Error               *string   `json:"error"`
	Cause               *string   `json:"cause"`
}

type included struct {
	Included bool `json:"included"`
}

// maxData is how many bytes of data an event carries: the input is left out where
// input and output have more together, the output where it alone has (Developer
// Guide, "Automating Step Functions event delivery with EventBridge").
const maxData = 248 << 10

// JSON is the event of EventBridge that tells of the change. The same change has the
// same id, whenever it is told.
func (c Change) JSON() []byte {
	at := c.Start
	switch {
	case !c.Stop.IsZero():
		at = c.Stop
	case !c.Redriven.IsZero():
		at = c.Redriven
	}
	text, _ := json.Marshal(eventbridge.Event{ // texts and numbers alone: it cannot fail
		ID: c.id(), DetailType: "Step Functions Execution Status Change", Source: "aws.states",
		Time: at, Resource: c.ExecutionARN, Detail: c.detail(),
	})
	return text
}

// id has the start too: a name is free again when its execution has been forgotten.
func (c Change) id() string {
	start := strconv.FormatInt(c.Start.UnixMilli(), 10)
	return eventbridge.ID(strings.Join([]string{c.ExecutionARN, start, c.Status, strconv.Itoa(c.Redrives)}, "\n"))
}

func (c Change) detail() detail {
	d := detail{
		ExecutionARN: c.ExecutionARN, StateMachineARN: c.StateMachineARN, Name: c.Name, Status: c.Status,
		StartDate: c.Start.UnixMilli(), StopDate: millis(c.Stop), VersionARN: some(c.VersionARN), AliasARN: some(c.AliasARN),
		RedriveCount: c.Redrives, RedriveDate: millis(c.Redriven), RedriveStatus: "REDRIVABLE", Error: some(c.Error), Cause: some(c.Cause),
	}
	if c.Status == "RUNNING" || c.Status == "SUCCEEDED" {
		d.RedriveStatus, d.RedriveStatusReason = "NOT_REDRIVABLE", some("Execution is "+c.Status+" and cannot be redriven")
	}
	output := escaped(c.Output)
	d.Input, d.InputDetails = data(c.Input, escaped(c.Input)+output <= maxData)
	d.Output, d.OutputDetails = data(c.Output, output <= maxData)
	return d
}

// data is a payload, if there is one and it fits.
func data(text string, fits bool) (*string, *included) {
	switch {
	case text == "":
		return nil, nil
	case !fits:
		return nil, &included{}
	}
	return &text, &included{true}
}

// escaped is the length of a text as a JSON string.
func escaped(s string) int { return len(s) + strings.Count(s, `"`) + strings.Count(s, `\`) }

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func millis(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := t.UnixMilli()
	return &ms
}
