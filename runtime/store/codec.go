package store

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/strand"
)

// turnJSON is a turn as it is written. Payloads are texts in it, so that every byte
// of them is kept: a JSON writer would change their spacing.
type turnJSON struct {
	ID      string
	Begin   *Begin            `json:",omitempty"`
	Redrive *Redrive          `json:",omitempty"`
	Answers []answerJSON      `json:",omitempty"`
	Events  []json.RawMessage `json:",omitempty"`
	End     *End              `json:",omitempty"`
	Forget  bool              `json:",omitempty"`
}

type answerJSON struct {
	ID     string `json:",omitempty"`
	At     time.Time
	Kind   strand.Kind
	Output *string `json:",omitempty"` // JSON text
	Error  string  `json:",omitempty"`
	Cause  string  `json:",omitempty"`
	Worker string  `json:",omitempty"`
}

// AppendLine appends the turn as one line of a journal: a JSON object.
func (t Turn) AppendLine(b []byte) ([]byte, error) {
	out := turnJSON{ID: t.ID, Begin: t.Begin, Redrive: t.Redrive, End: t.End, Forget: t.Forget}
	for _, a := range t.Answers {
		out.Answers = append(out.Answers, writeAnswer(a))
	}
	for _, e := range t.Events {
		out.Events = append(out.Events, bytes.TrimSpace(e.AppendLine(nil)))
	}
	line, err := json.Marshal(out)
	if err != nil {
		return b, fmt.Errorf("journal of %s: %w", t.ID, err)
	}
	return append(append(b, line...), '\n'), nil
}

func writeAnswer(a strand.Answer) answerJSON {
	out := answerJSON{ID: a.ID, At: a.At, Kind: a.Kind, Error: a.Error, Cause: a.Cause, Worker: a.Worker}
	if text := a.Output.Text(); text != "null" {
		out.Output = &text
	}
	return out
}

// AppendAnswer appends an answer as one line: a JSON object.
func AppendAnswer(b []byte, a strand.Answer) ([]byte, error) {
	line, err := json.Marshal(writeAnswer(a))
	if err != nil {
		return b, fmt.Errorf("answer to %s: %w", a.ID, err)
	}
	return append(append(b, line...), '\n'), nil
}

// ParseAnswer reads a line that AppendAnswer has written.
func ParseAnswer(line []byte) (strand.Answer, error) {
	var in answerJSON
	if err := json.Unmarshal(line, &in); err != nil {
		return strand.Answer{}, err
	}
	return in.read()
}

// parseTurn reads a line that AppendLine has written. Of an event it gives what its
// JSON tells: not the name of the state where the type of the event has none.
func parseTurn(line []byte) (Turn, error) {
	var in turnJSON
	if err := json.Unmarshal(line, &in); err != nil {
		return Turn{}, err
	}
	if in.ID == "" {
		return Turn{}, errors.New("the turn does not say of which execution it is")
	}
	t := Turn{ID: in.ID, Begin: in.Begin, Redrive: in.Redrive, End: in.End, Forget: in.Forget}
	for i, a := range in.Answers {
		answer, err := a.read()
		if err != nil {
			return Turn{}, fmt.Errorf("answer %d of the turn: %w", i+1, err)
		}
		t.Answers = append(t.Answers, answer)
	}
	for _, text := range in.Events {
		e, err := history.ParseLine(string(text))
		if err != nil {
			return Turn{}, err
		}
		t.Events = append(t.Events, e)
	}
	return t, nil
}

func (a answerJSON) read() (strand.Answer, error) {
	out := strand.Answer{ID: a.ID, At: a.At, Kind: a.Kind, Error: a.Error, Cause: a.Cause, Worker: a.Worker}
	if a.Output == nil {
		return out, nil
	}
	v, err := value.Parse(*a.Output)
	out.Output = v
	return out, err
}

// ReadTurns reads a journal: the lines that AppendLine has written, in their order.
// A last line without its end is what a crash has cut off: it was never kept.
func ReadTurns(r io.Reader) ([]Turn, error) {
	var turns []Turn
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return turns, nil
		}
		if err != nil {
			return turns, err
		}
		t, err := parseTurn(line)
		if err != nil {
			return turns, fmt.Errorf("line %d of the journal: %w", n, err)
		}
		turns = append(turns, t)
	}
}
