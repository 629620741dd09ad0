package notices

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/store"
)

// Logging is where and how much of the histories of a machine's executions is logged.
type Logging struct {
	Level string // ALL, ERROR, FATAL or OFF
	Data  bool   // with what states pass on
	Group string // ARN of the log group
}

// Logs appends events of histories to files in a folder, one for each log group.
type Logs struct {
	Waiting
	root   *os.Root
	queue  *queue
	mended map[string]bool // files whose last line was looked at
}

// OpenLogs opens the folder, which is made where it is missing. What waits of an earlier
// time is written.
func OpenLogs(dir string, w Waiting) (*Logs, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	l := &Logs{Waiting: w, root: root, mended: map[string]bool{}}
	l.queue = newQueue("logs", written, w, l.deliver)
	return l, nil
}

// notice appends a notice of those events of an execution to all that are to be logged:
// the group, and the lines.
func (l *Logs) notice(all []store.Notice, to Logging, execution string, redrives int, events []history.Event) []store.Notice {
	if to.Group == "" {
		return all
	}
	var text []byte
	for _, e := range events {
		if to.wants(e.Type.String()) {
			text = append(text, to.line(execution, redrives, e)...)
		}
	}
	if text == nil {
		return all
	}
	return l.queue.notice(all, fileName(to.Group)+"\n"+string(text))
}

// Close writes what waits, until ctx ends at the latest.
func (l *Logs) Close(ctx context.Context) error {
	l.queue.close(ctx)
	return l.root.Close()
}

// wants says whether events of the type are logged (Developer Guide, "Log levels for
// Step Functions execution events").
func (to Logging) wants(kind string) bool {
	bad := strings.HasSuffix(kind, "Failed") || strings.HasSuffix(kind, "TimedOut") || strings.HasSuffix(kind, "Aborted")
	switch to.Level {
	case "ALL":
		return true
	case "ERROR":
		return bad || kind == "FailStateEntered"
	case "FATAL":
		return bad && strings.HasPrefix(kind, "Execution")
	}
	return false
}

// logged is an event in the shape of CloudWatch Logs, with its members in the
// recorded order.
type logged struct {
	ID        string          `json:"id"`
	Type      string          `json:"type"`
	Details   json.RawMessage `json:"details"`
	Previous  string          `json:"previous_event_id"`
	Timestamp string          `json:"event_timestamp"` // milliseconds since 1970
	Execution string          `json:"execution_arn"`
	Redrives  string          `json:"redrive_count"`
}

func (to Logging) line(execution string, redrives int, e history.Event) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(logged{ // texts and JSON of our own: it cannot fail
		ID: strconv.Itoa(e.ID), Type: e.Type.String(), Details: to.details(e), Previous: strconv.Itoa(e.Previous),
		Timestamp: strconv.FormatInt(e.Millis, 10), Execution: execution, Redrives: strconv.Itoa(redrives),
	})
	return b.Bytes()
}

// payloads are the members of details that hold what states pass on.
var payloads = []string{"input", "inputDetails", "output", "outputDetails", "parameters", "assignedVariables", "assignedVariablesDetails"}

// details are those of the event, with its data or without.
func (to Logging) details(e history.Event) json.RawMessage {
	for _, m := range value.Raw(string(e.AppendJSON(nil))).Members() {
		if !strings.HasSuffix(m.Name, "EventDetails") {
			continue
		}
		if to.Data {
			return json.RawMessage(m.Value.Text())
		}
		kept := slices.DeleteFunc(slices.Clone(m.Value.Members()), func(d value.Member) bool { return slices.Contains(payloads, d.Name) })
		return json.RawMessage(value.NewObject(kept...).Text())
	}
	return json.RawMessage("{}")
}

// deliver appends the lines to the files of their groups.
func (l *Logs) deliver(ctx context.Context, notices []string) int {
	texts := map[string][]byte{}
	for _, n := range notices {
		name, lines, _ := strings.Cut(n, "\n")
		texts[name] = append(texts[name], lines...)
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if err := l.append(ctx, name, texts[name]); err != nil && ctx.Err() != nil {
			return 0
		} else if err != nil {
			l.Log.Error("the log of an execution was not written", "file", name, "error", err)
		}
	}
	return len(notices)
}

func (l *Logs) append(ctx context.Context, name string, text []byte) error {
	file, err := l.open(name)
	if err != nil {
		return err
	}
	err = write(ctx, l.Log, file, text)
	if err == nil && l.Durable {
		err = flush(file)
	}
	return errors.Join(err, file.Close())
}

func (l *Logs) open(name string) (*os.File, error) {
	open := func(flag int) (*os.File, error) { return l.root.OpenFile(name, flag, 0o600) }
	if l.mended[name] {
		return open(os.O_WRONLY | os.O_CREATE | os.O_APPEND)
	}
	file, err := appendTo(open)
	l.mended[name] = err == nil
	return file, err
}

// fileName is the name of a log group's file. A group has letters, digits and "_-/.#";
// a "/" is "+" here, and what else an ARN may hold is escaped.
func fileName(group string) string {
	if _, name, ok := strings.Cut(group, ":log-group:"); ok {
		group = strings.TrimSuffix(name, ":*")
	}
	var b strings.Builder
	for _, c := range []byte(group) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("_-.#", c) >= 0:
			b.WriteByte(c)
		case c == '/':
			b.WriteByte('+')
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	const most = 180
	name := b.String()
	if len(name) > most {
		name = fmt.Sprintf("%s-%x", name[:most], sha256.Sum256([]byte(group)))[:most+17]
	}
	return name + ".jsonl"
}
