package history

import (
	"fmt"
	"hash/fnv"
	"io"
	"strings"
	"time"
)

// WriteText writes the trace that people review: a line for each event with its
// ID, the time since the beginning, the place in the tree of branches, the type,
// the state, and what went in or came out. An event whose cause is not the event
// before it in its own branch says so by "<- ID".
//
//	2    0s      WaitStateEntered  Nap  {"n":1}
//	3    5s      WaitStateExited   Nap  {"n":1}
func (h Events) WriteText(w io.Writer) error {
	t := textWriter{w: w, last: map[string]int{}}
	for e := range h.All() {
		if err := t.line(e); err != nil {
			return err
		}
	}
	return nil
}

// Text is what WriteText writes.
func (h Events) Text() string {
	var b strings.Builder
	_ = h.WriteText(&b) // a Builder takes everything
	return b.String()
}

type textWriter struct {
	w     io.Writer
	start int64
	last  map[string]int // the latest event of each branch
}

func (t *textWriter) line(e Event) error {
	if e.ID == 1 {
		t.start = e.Millis
	}
	path := e.Branch.String()
	prev := ""
	if before, ok := t.last[path]; ok && e.Previous != before && e.ID > 2 || !ok && path != "" {
		prev = fmt.Sprintf(" <- %d", e.Previous)
	}
	t.last[path] = e.ID
	line := fmt.Sprintf("%5d %7s %-6s %-26s %-24s %s%s", e.ID, since(e.Millis-t.start), path, e.Type, e.Name, e.summary(), prev)
	_, err := fmt.Fprintln(t.w, strings.TrimRight(line, " "))
	return err
}

// since writes a time as Go's durations are written, without the parts that are zero.
func since(millis int64) string {
	s := (time.Duration(millis) * time.Millisecond).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// summary is what a line says about the details of the event.
func (e Event) summary() string {
	info := e.Info
	if info == nil {
		info = &Info{}
	}
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, cut(s))
		}
	}
	switch types[e.Type].details {
	case iterationDetails:
		add(fmt.Sprintf("#%d", e.Index))
	case lengthDetails:
		add(fmt.Sprintf("length %d", info.Length))
	case redrivenDetails:
		add(fmt.Sprintf("redrive %d", info.RedriveCount))
	}
	add(info.qualified())
	if info.TimeoutSeconds > 0 {
		add(fmt.Sprintf("timeout %ds", info.TimeoutSeconds))
	}
	if info.Heartbeat > 0 {
		add(fmt.Sprintf("heartbeat %ds", info.Heartbeat))
	}
	add(info.Worker)
	add(info.MapRunARN)
	add(e.Data)
	add(info.Error)
	add(info.Cause)
	for _, v := range info.Assigned {
		add("$" + v.Name + " = " + v.Value)
	}
	return strings.Join(parts, " ")
}

func (i *Info) qualified() string {
	if i.ResourceType == "" {
		return i.Resource
	}
	return i.ResourceType + ":" + i.Resource
}

// textLimit is how much of a payload a line shows; the rest is told by its length and hash.
const textLimit = 160

func cut(s string) string {
	s = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s)
	if len(s) <= textLimit {
		return s
	}
	end := textLimit
	for end > 0 && s[end]&0xC0 == 0x80 {
		end--
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return fmt.Sprintf("%s... (%d bytes, %08x)", s[:end], len(s), h.Sum32())
}
