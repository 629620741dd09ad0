package strand_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"canto/asl/value"
	"canto/runtime/strand"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var epoch = time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC)

// world runs a body and writes down what happens.
type world struct {
	*strand.Execution
	log  []string
	asks []strand.Request
}

func begin(t *testing.T, body func(*world, *strand.Strand) error) *world {
	t.Helper()
	w := &world{}
	w.Execution = strand.New(epoch, func(s *strand.Strand) error { return body(w, s) })
	t.Cleanup(w.Close)
	w.advance()
	return w
}

func (w *world) say(format string, args ...any) { w.log = append(w.log, fmt.Sprintf(format, args...)) }

func (w *world) advance() { w.asks = w.Advance() }

func (w *world) answer(id string, out string) bool {
	ok := w.Deliver(strand.Answer{ID: id, At: w.Now(), Kind: strand.Succeeded, Output: value.String(out)})
	w.advance()
	return ok
}

func (w *world) ids() (ids []string) {
	for _, r := range w.asks {
		id := r.ID
		if r.Withdraw {
			id = "-" + id
		}
		ids = append(ids, id)
	}
	return ids
}

func expect(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func ask(s *strand.Strand, resource string) (strand.Answer, error) {
	return s.Invoke(strand.Request{Call: &strand.Call{Resource: resource}}, func(strand.Answer) {})
}

func none(int) {}

func TestRequestIDsTellWhereTheyWereAsked(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		s.Visit()
		s.Visit()
		return s.Join(2, 0, none, func(k *strand.Strand, i int) error {
			k.Visit()
			return k.Join(2, 0, none, func(k *strand.Strand, i int) error {
				k.Visit()
				_, err := ask(k, "a")
				if err == nil {
					_, err = ask(k, "b")
				}
				return err
			})
		})
	})
	expect(t, "first", w.ids(), []string{"#2.1/0#1.1/0#1.1", "#2.1/0#1.1/1#1.1", "#2.1/1#1.1/0#1.1", "#2.1/1#1.1/1#1.1"})
	w.answer("#2.1/1#1.1/0#1.1", "")
	expect(t, "second question", w.ids(), []string{"#2.1/1#1.1/0#1.2"})
}

func TestNoTwoRequestsOfAnExecutionHaveTheSameID(t *testing.T) {
	seen := map[string]bool{}
	w := begin(t, func(w *world, s *strand.Strand) error {
		for range 2 { // two visits
			s.Visit()
			for range 2 { // two tries of one fan-out
				err := s.Join(2, 0, none, func(k *strand.Strand, i int) error {
					k.Visit()
					_, err := ask(k, "x")
					return err
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	for len(w.asks) > 0 {
		ids := w.ids()
		for _, id := range ids {
			if seen[id] {
				t.Errorf("%s was asked twice", id)
			}
			seen[id] = true
			w.Deliver(strand.Answer{ID: id, At: epoch, Kind: strand.Succeeded})
		}
		w.advance()
	}
	if err, done := w.Done(); err != nil || !done || len(seen) != 8 {
		t.Errorf("done %v, error %v, %d requests", done, err, len(seen))
	}
}

func TestStrandsThatCanRunDoSoFirstInFirstOut(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		return s.Join(3, 0, none, func(k *strand.Strand, i int) error {
			w.say("%d begins", i)
			if err := k.Yield(); err != nil {
				return err
			}
			w.say("%d goes on", i)
			return nil
		})
	})
	expect(t, "order", w.log, []string{"0 begins", "1 begins", "2 begins", "0 goes on", "1 goes on", "2 goes on"})
}

func TestJoinStartsAtMostLimitAtATime(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		return s.Join(4, 2, func(i int) { w.say("start %d", i) }, func(k *strand.Strand, i int) error {
			k.Visit()
			_, err := ask(k, "x")
			return err
		})
	})
	expect(t, "two at first", w.log, []string{"start 0", "start 1"})
	w.answer("#0.1/1#1.1", "")
	expect(t, "one more for one that ended", w.log[2:], []string{"start 2"})
	w.answer("#0.1/0#1.1", "")
	w.answer("#0.1/2#1.1", "")
	w.answer("#0.1/3#1.1", "")
	if err, done := w.Done(); err != nil || !done {
		t.Errorf("done %v, error %v", done, err)
	}
}

func TestFirstFailureGivesUpTheOthersInnermostFirst(t *testing.T) {
	boom := errors.New("boom")
	w := begin(t, func(w *world, s *strand.Strand) error {
		err := s.Join(2, 0, none, func(k *strand.Strand, i int) error {
			k.Visit()
			if i == 0 {
				_, err := ask(k, "x")
				if err == nil {
					err = boom
				}
				return err
			}
			err := k.Join(2, 0, none, func(k *strand.Strand, i int) error {
				k.Visit()
				_, err := ask(k, "y")
				w.say("inner %d: %v", i, err)
				return err
			})
			w.say("outer: %v", err)
			return err
		})
		w.say("all: %v", err)
		return err
	})
	w.answer("#0.1/0#1.1", "")
	expect(t, "order", w.log, []string{"inner 0: canceled: boom", "inner 1: canceled: boom", "outer: canceled: boom", "all: boom"})
	expect(t, "withdrawn", w.ids(), []string{"-#0.1/1#1.1/0#1.1", "-#0.1/1#1.1/1#1.1"})
	err, _ := w.Done()
	expect(t, "end", err, boom)
}

func TestJoinWaitsWhileChildrenUnwind(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		err := s.Join(1, 0, none, func(k *strand.Strand, i int) error {
			_, err := ask(k, "x")
			// What a strand does while it unwinds still happens before its parent goes on.
			_ = k.Yield()
			w.say("child unwound")
			return err
		})
		w.say("parent goes on")
		return err
	})
	w.Cancel(errors.New("stop"))
	w.advance()
	expect(t, "order", w.log, []string{"child unwound", "parent goes on"})
}

func TestStrandThatHasNotBegunNeverBegins(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		return s.Join(3, 0, none, func(k *strand.Strand, i int) error {
			w.say("%d begins", i)
			return errors.New("boom")
		})
	})
	expect(t, "begun", w.log, []string{"0 begins"})
}

func TestRequestAskedAndWithdrawnInOneTurnIsNotAsked(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		return s.Join(2, 0, none, func(k *strand.Strand, i int) error {
			if i == 1 {
				return errors.New("boom")
			}
			_, err := ask(k, "x")
			return err
		})
	})
	expect(t, "requests", w.ids(), []string(nil))
}

func TestAnswerThatNobodyWaitsForChangesNothing(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		s.Visit()
		_, err := ask(s, "x")
		if err == nil {
			_, err = ask(s, "y")
		}
		return err
	})
	if w.answer("#9.9", "") {
		t.Error("an unknown ID was taken")
	}
	if !w.answer("#1.1", "") || w.answer("#1.1", "") {
		t.Error("an answer must be taken once")
	}
}

func TestProgressLeavesTheRequestOpen(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		s.Visit()
		a, err := s.Invoke(strand.Request{Call: &strand.Call{}}, func(a strand.Answer) { w.say("%s %s", a.Kind, a.Worker) })
		w.say("%s %s", a.Kind, a.Output.Text())
		return err
	})
	w.Deliver(strand.Answer{ID: "#1.1", At: epoch, Kind: strand.Started, Worker: "ann"})
	w.Deliver(strand.Answer{ID: "#1.1", At: epoch, Kind: strand.Submitted})
	w.advance()
	w.answer("#1.1", "done")
	expect(t, "log", w.log, []string{"started ann", "submitted ", `succeeded "done"`})
}

func TestNowIsTheTimeOfTheLastAnswer(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		err := s.Sleep(time.Hour)
		w.say("%s", s.Now().Format(time.TimeOnly))
		return err
	})
	expect(t, "due", w.asks[0].Due, epoch.Add(time.Hour))
	w.Deliver(strand.Answer{ID: w.asks[0].ID, At: epoch.Add(time.Hour), Kind: strand.Succeeded})
	w.advance()
	expect(t, "log", w.log, []string{"01:00:00"})
}

func TestDeadlineGivesUpTheExecutionAndIsWithdrawnAtItsEnd(t *testing.T) {
	body := func(w *world, s *strand.Strand) error {
		s.Deadline(epoch.Add(time.Minute))
		s.Visit()
		_, err := ask(s, "x")
		return err
	}
	w := begin(t, body)
	w.answer("deadline", "")
	if err, _ := w.Done(); !errors.Is(err, strand.ErrDeadline) {
		t.Errorf("ended with %v", err)
	}
	w = begin(t, body)
	w.answer("#1.1", "")
	expect(t, "withdrawn", w.ids(), []string{"-deadline"})
}

func TestStopReachesEveryStrandAndIsNoFailure(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		return s.Join(2, 0, none, func(k *strand.Strand, i int) error {
			_, err := ask(k, "x")
			var gone *strand.Canceled
			w.say("%v", errors.As(err, &gone))
			return err
		})
	})
	w.Deliver(strand.Answer{At: epoch, Kind: strand.Stopped, Error: "E", Cause: "C"})
	w.advance()
	expect(t, "canceled", w.log, []string{"true", "true"})
	err, _ := w.Done()
	var stop *strand.Stop
	if !errors.As(err, &stop) || stop.Name != "E" || stop.Cause != "C" {
		t.Errorf("ended with %v", err)
	}
	if w.Deliver(strand.Answer{Kind: strand.Stopped}) {
		t.Error("an execution that has ended was stopped")
	}
}

func TestPanicEndsItsStrandAndKeepsTheStack(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		return s.Join(1, 0, none, func(*strand.Strand, int) error { return explode() })
	})
	err, done := w.Done()
	var p *strand.Panic
	if !done || !errors.As(err, &p) || p.Value != "bang" || !strings.Contains(p.Stack, "strand_test.explode") {
		t.Errorf("ended with %v", err)
	}
}

func explode() error { panic("bang") }

func TestCloseUnwindsEveryStrand(t *testing.T) {
	w := begin(t, func(w *world, s *strand.Strand) error {
		defer w.say("root left")
		return s.Join(2, 0, none, func(k *strand.Strand, i int) error {
			defer w.say("%d left", i)
			return k.Sleep(time.Hour)
		})
	})
	w.Close()
	expect(t, "log", w.log, []string{"0 left", "1 left", "root left"})
}

func TestAbandonEndsALoopThatNeverWaits(t *testing.T) {
	var w *world
	turns := 0
	w = begin(t, func(_ *world, s *strand.Strand) error {
		if err := s.Sleep(1); err != nil {
			return err
		}
		for ; ; turns++ {
			if err := s.Err(); err != nil {
				return err
			}
			if turns == 1000 {
				w.Abandon()
			}
		}
	})
	w.answer(w.asks[0].ID, "")
	if err, done := w.Done(); !done || !errors.Is(err, strand.ErrClosed) {
		t.Errorf("done %v, error %v", done, err)
	}
}

// TestReplay kills an execution after each answer, runs a new one with the answers
// so far, and expects it to ask for just what was open.
func TestReplayAsksForWhatIsOpen(t *testing.T) {
	body := func(w *world, s *strand.Strand) error {
		return s.Join(3, 2, none, func(k *strand.Strand, i int) error {
			for range 2 {
				k.Visit()
				if _, err := ask(k, "x"); err != nil {
					return err
				}
			}
			return k.Sleep(time.Duration(i) * time.Second)
		})
	}
	live := begin(t, body)
	open := live.ids()
	var journal []strand.Answer
	for len(open) > 0 {
		a := strand.Answer{ID: open[len(open)/2], At: epoch, Kind: strand.Succeeded}
		journal = append(journal, a)
		live.Deliver(a)
		live.advance()
		open = append(slices.DeleteFunc(open, func(id string) bool { return id == a.ID }), live.ids()...)

		again := begin(t, body)
		asked := again.ids()
		for _, a := range journal {
			again.Deliver(a)
			again.advance()
			asked = append(slices.DeleteFunc(asked, func(id string) bool { return id == a.ID }), again.ids()...)
		}
		expect(t, fmt.Sprintf("open after %d answers", len(journal)), asked, open)
	}
	if _, done := live.Done(); !done {
		t.Error("not done")
	}
}

func BenchmarkSwitch(b *testing.B) {
	x := strand.New(epoch, func(s *strand.Strand) error {
		for range b.N {
			if err := s.Yield(); err != nil {
				return err
			}
		}
		return nil
	})
	x.Advance()
	x.Close()
}

func BenchmarkJoin(b *testing.B) {
	b.ReportAllocs()
	x := strand.New(epoch, func(s *strand.Strand) error {
		return s.Join(b.N, 40, none, func(*strand.Strand, int) error { return nil })
	})
	x.Advance()
	x.Close()
}
