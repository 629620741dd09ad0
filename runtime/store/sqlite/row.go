package sqlite

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"canto/runtime/history"
	"canto/runtime/store"
	"canto/runtime/strand"
)

// rows is what a turn becomes in the tables.
type rows struct {
	turn    *store.Turn
	plan    store.Begin // of the first turn: what other executions began with as well
	own     string      // of the first turn: the rest of its beginning
	answers string
	events  string
	redrive *string
	ending  *string
}

// ownJSON is what each execution begins with of its own, beside its name and items.
type ownJSON struct {
	Input       string
	Start       time.Time
	Seed        uint64
	Parent      string `json:",omitempty"`
	Origin      string `json:",omitempty"`
	TraceHeader string `json:",omitempty"`
}

// split takes the plan out of a beginning. A field of Begin that is not named here
// is the plan's: it should be the same for many executions.
func split(b store.Begin) (plan store.Begin, own ownJSON) {
	own = ownJSON{Input: b.Input, Start: b.Start, Seed: b.Seed, Parent: b.Parent, Origin: b.Origin, TraceHeader: b.TraceHeader}
	b.Input, b.Start, b.Seed, b.Parent, b.Origin, b.TraceHeader = "", time.Time{}, 0, "", "", ""
	b.Name, b.Items = "", 0
	return b, own
}

// join puts the own part back.
func join(plan *store.Begin, own ownJSON) {
	plan.Input, plan.Start, plan.Seed = own.Input, own.Start, own.Seed
	plan.Parent, plan.Origin, plan.TraceHeader = own.Parent, own.Origin, own.TraceHeader
}

// encode makes rows of a turn. It is the work that needs no database.
func encode(t *store.Turn) (r rows, err error) {
	r.turn = t
	if t.Begin != nil {
		var own ownJSON
		r.plan, own = split(*t.Begin)
		if r.own, err = text(own); err != nil {
			return r, err
		}
	}
	var b []byte
	for _, a := range t.Answers {
		if b, err = store.AppendAnswer(b, a); err != nil {
			return r, err
		}
	}
	r.answers = string(b)
	b = b[:0]
	for _, e := range t.Events {
		b = e.AppendLine(b)
	}
	r.events = string(b)
	if r.redrive, err = optional(t.Redrive); err != nil {
		return r, err
	}
	r.ending, err = optional(t.End)
	return r, err
}

func text(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// optional is NULL where there is nothing.
func optional[T any](v *T) (*string, error) {
	if v == nil {
		return nil, nil
	}
	s, err := text(v)
	return &s, err
}

// decode reads what optional has written.
func decode[T any](s *string) (*T, error) {
	if s == nil {
		return nil, nil
	}
	v := new(T)
	return v, json.Unmarshal([]byte(*s), v)
}

// number stands for an ARN in an index: 0 where there is none.
func number(arn string) int64 {
	if arn == "" {
		return 0
	}
	h := sha256.Sum256([]byte(arn))
	return int64(binary.BigEndian.Uint64(h[:]))
}

// places is how far the numbers of two executions are apart in the tables of their rows.
const places = 1 << 32

func readAnswers(to []strand.Answer, lines string) ([]strand.Answer, error) {
	for line := range strings.Lines(lines) {
		a, err := store.ParseAnswer([]byte(line))
		if err != nil {
			return to, fmt.Errorf("an answer in the journal: %w", err)
		}
		to = append(to, a)
	}
	return to, nil
}

func readEvents(to []history.Event, lines string) ([]history.Event, error) {
	for line := range strings.Lines(lines) {
		e, err := history.ParseLine(line)
		if err != nil {
			return to, fmt.Errorf("an event of the history: %w", err)
		}
		to = append(to, e)
	}
	return to, nil
}
