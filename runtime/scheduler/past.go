package scheduler

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"canto/runtime/store"
)

// kind is the kind of the documents; the key is the schedule's ID.
const kind = "schedule"

// past is what is kept of a schedule.
type past struct {
	Expression string    // with its time zone and its start: another one begins anew
	Since      time.Time // when the schedule was first seen
	Last       time.Time // scheduled time of its last firing; before the first one, what firings come after
}

// begin is the past that the schedule goes on with: what is kept, or a new one. As on
// AWS, a rate of EventBridge Scheduler without a start fires at once, and a rule after
// its first interval.
func (s Schedule) begin(kept past) past {
	expression := s.Expression + " " + s.TimeZone
	if !s.Start.IsZero() {
		expression += " " + s.Start.Format(time.RFC3339)
	}
	if kept.Expression == expression {
		return kept
	}
	m := past{Expression: expression, Since: now().Truncate(time.Second)}
	m.Last = m.Since
	if !s.Rule() {
		m.Last = m.Since.Add(-time.Second)
	}
	return m
}

func (s *Scheduler) load(ctx context.Context) (map[string]past, error) {
	docs, err := s.Documents.Documents(ctx, kind)
	if err != nil {
		return nil, err
	}
	kept := make(map[string]past, len(docs))
	for _, d := range docs {
		var m past
		if err := json.Unmarshal([]byte(d.Text), &m); err != nil {
			return nil, fmt.Errorf("the schedule %s is in the store, and cannot be read: %w", d.Key, err)
		}
		kept[d.Key] = m
	}
	return kept, nil
}

// forget lets go of schedules that are gone or disabled.
func (s *Scheduler) forget(ctx context.Context, kept map[string]past) error {
	var docs []store.Document
	for id := range kept {
		docs = append(docs, store.Document{Kind: kind, Key: id})
	}
	if len(docs) == 0 {
		return nil
	}
	return s.Documents.Put(ctx, docs...)
}

// keep remembers a firing that is over.
func (c *clockwork) keep(ctx context.Context, scheduled time.Time) error {
	c.kept.Last = scheduled
	text, err := json.Marshal(c.kept)
	if err != nil {
		return err
	}
	return c.Documents.Put(ctx, store.Document{Kind: kind, Key: c.schedule.ID, Text: string(text)})
}
