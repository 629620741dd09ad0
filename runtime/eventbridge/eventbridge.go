// Package eventbridge is how events of Amazon EventBridge look. It delivers none.
package eventbridge

import (
	"crypto/sha256"
	"encoding/json"
	"time"

	"canto/asl"
	"canto/asl/value"
)

// Event is what happened to a resource.
type Event struct {
	ID         string    // a UUID: see ID
	DetailType string    // such as "Scheduled Event"
	Source     string    // the service that tells of it, such as "aws.states"
	Time       time.Time // told in whole seconds
	Resource   string    // an ARN: the event is of its account and region
	Detail     any       // what encoding/json takes
}

// wire has the members in the recorded order.
type wire struct {
	Version    string   `json:"version"`
	ID         string   `json:"id"`
	DetailType string   `json:"detail-type"`
	Source     string   `json:"source"`
	Account    string   `json:"account"`
	Time       string   `json:"time"`
	Region     string   `json:"region"`
	Resources  []string `json:"resources"`
	Detail     any      `json:"detail"`
}

// MarshalJSON writes the event as EventBridge delivers it.
func (e Event) MarshalJSON() ([]byte, error) {
	of, _ := asl.ParseARN(e.Resource)
	return json.Marshal(wire{
		Version: "0", ID: e.ID, DetailType: e.DetailType, Source: e.Source,
		Account: of.Account, Time: e.Time.UTC().Format(time.RFC3339), Region: of.Region,
		Resources: []string{e.Resource}, Detail: e.Detail,
	})
}

// ID is a UUID made of what tells an event from all others: the same event has the
// same, whenever it is told.
func ID(text string) string {
	sum := sha256.Sum256([]byte(text))
	return value.UUID(8, [16]byte(sum[:])) // version 8: made by a rule of our own
}
