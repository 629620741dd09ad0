package interp

import (
	"container/heap"
	"fmt"
	"strings"
	"testing"
	"time"

	"canto/asl/parse"
	"canto/asl/source"
	jsonvalue "canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/strand"
)

var epoch = time.Date(2026, time.January, 4, 0, 0, 0, 0, time.UTC)

// reply is what the world says to one call.
type reply struct {
	strand.Answer
	after time.Duration
	first *strand.Answer // what is said before: Started, or Submitted
}

func gives(output string) reply {
	return reply{Answer: strand.Answer{Kind: strand.Succeeded, Output: jsonvalue.Raw(output)}}
}

func fails(name, cause string) reply {
	return reply{Answer: strand.Answer{Kind: strand.Failed, Error: name, Cause: cause}}
}

func timesOut(name string) reply {
	return reply{Answer: strand.Answer{Kind: strand.TimedOut, Error: name}}
}

func (r reply) in(d time.Duration) reply { r.after = d; return r }

func (r reply) having(a strand.Answer) reply { r.first = &a; return r }

// script has the replies to the calls of each state or resource; the last one goes on.
type script map[string][]reply

// stage runs one execution by a script, in virtual time.
type stage struct {
	Execution
	x     *strand.Execution
	lines script
	calls []strand.Request
	queue answers
	due   map[string]bool // requests that nobody has withdrawn
	stop  *strand.Answer
}

// perform runs a definition to its end.
func perform(t *testing.T, definition, input string, lines script) *stage {
	t.Helper()
	s := prepare(lines)
	s.begin(t, definition, input)
	s.play()
	if _, done := s.x.Done(); !done {
		t.Fatal("nothing goes on, and the execution has not ended")
	}
	return s
}

func prepare(lines script) *stage {
	return &stage{
		Execution: Execution{
			ARN: "arn:x", Name: "run", RoleARN: "arn:role", MachineARN: "arn:m", MachineName: "machine",
			Region: "us-east-1", Seed: 7, Start: epoch, Recorder: &history.Recorder{}, Status: Running,
			Token: func(id string) string { return "token of " + id },
		},
		lines: lines, due: map[string]bool{},
	}
}

func (s *stage) begin(t *testing.T, definition, input string) {
	t.Helper()
	s.run(t, compiled(t, definition), input)
}

func (s *stage) run(t *testing.T, p *Program, input string) {
	s.x = strand.New(epoch, func(k *strand.Strand) error { return p.Run(k, &s.Execution, jsonvalue.Raw(input)) })
	t.Cleanup(s.x.Close)
}

func compiled(t *testing.T, definition string) *Program {
	t.Helper()
	m, diags := parse.Parse(source.New("test.asl.json", definition))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	p, diags := Compile(m)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return p
}

func (s *stage) play() {
	s.take(s.x.Advance())
	if s.stop != nil {
		heap.Push(&s.queue, *s.stop)
	}
	for len(s.queue) > 0 {
		a := heap.Pop(&s.queue).(strand.Answer)
		if a.ID != "" && !s.due[a.ID] {
			continue
		}
		s.x.Deliver(a)
		s.take(s.x.Advance())
	}
}

func (s *stage) take(asked []strand.Request) {
	for _, r := range asked {
		switch {
		case r.Withdraw:
			delete(s.due, r.ID)
		case r.Call == nil:
			s.answer(r, reply{Answer: strand.Answer{Kind: strand.Succeeded}, after: r.Due.Sub(r.At)})
		default:
			s.calls = append(s.calls, r)
			s.answer(r, s.next(r.Call))
		}
	}
}

func (s *stage) next(c *strand.Call) reply {
	key := c.Resource
	if s.lines[c.State] != nil {
		key = c.State
	}
	lines := s.lines[key]
	if len(lines) == 0 {
		return fails("Unscripted", key)
	}
	if len(lines) > 1 {
		s.lines[key] = lines[1:]
	}
	return lines[0]
}

func (s *stage) answer(r strand.Request, a reply) {
	s.due[r.ID] = true
	if a.first != nil {
		first := *a.first
		first.ID, first.At = r.ID, r.At
		heap.Push(&s.queue, first)
	}
	a.ID, a.At = r.ID, r.At.Add(a.after)
	heap.Push(&s.queue, a.Answer)
}

// answers come by time; at the same time as they were pushed.
type answers []strand.Answer

func (q answers) Len() int           { return len(q) }
func (q answers) Less(i, j int) bool { return q[i].At.Before(q[j].At) }
func (q answers) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *answers) Push(a any)        { *q = append(*q, a.(strand.Answer)) }
func (q *answers) Pop() any {
	old := *q
	a := old[len(old)-1]
	*q = old[:len(old)-1]
	return a
}

// end is how the execution ended: its output, or "!" and its error.
func (s *stage) end() string {
	if s.Status == Succeeded {
		return s.Output.Text()
	}
	return fmt.Sprintf("!%s: %s", s.Error, s.Cause)
}

// chain has a line for each event: "5<3 /0 TaskFailed T".
func (s *stage) chain() string {
	var b strings.Builder
	for e := range s.Recorder.Events().All() {
		fmt.Fprintf(&b, "%d<%d", e.ID, e.Previous)
		for _, part := range []string{e.Branch.String(), e.Type.String(), e.Name} {
			if part != "" {
				b.WriteString(" " + part)
			}
		}
		if i := strings.Index(e.Type.String(), "Iteration"); i > 0 {
			fmt.Fprintf(&b, " #%d", e.Index)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// event is the first event of a type.
func (s *stage) event(t *testing.T, kind history.Type) history.Event {
	t.Helper()
	for e := range s.Recorder.Events().All() {
		if e.Type == kind {
			return e
		}
	}
	t.Fatalf("there is no %s in\n%s", kind, s.chain())
	return history.Event{}
}

// alone makes a machine of one state, S, with a state Other to go on to.
func alone(state string) string {
	return `{"StartAt":"S","States":{"S":` + state + `,"Other":{"Type":"Pass","Result":"other","End":true}}}`
}

// states is a table of single states.
type states map[string]struct{ state, input, want string }

func (table states) check(t *testing.T, lines func() script) {
	t.Helper()
	for name, c := range table {
		t.Run(name, func(t *testing.T) {
			input := c.input
			if input == "" {
				input = `{}`
			}
			var s script
			if lines != nil {
				s = lines()
			}
			if got := perform(t, alone(c.state), input, s).end(); got != c.want {
				t.Errorf("ends with\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func expectChain(t *testing.T, s *stage, want string) {
	t.Helper()
	if got := s.chain(); got != strings.TrimLeft(want, "\n") {
		t.Errorf("events:\n%s\nwant:\n%s", got, strings.TrimLeft(want, "\n"))
	}
}
