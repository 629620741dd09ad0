package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canto/asl/template"
	"canto/runtime"
	"canto/runtime/store"
	"canto/runtime/store/memory"
)

// world is an engine that notes what is started, and a store.
type world struct {
	names  []string
	at     []time.Duration // since the beginning
	inputs []string
	refuse func(attempt int) error
	tried  int
	began  time.Time
	store  memory.Store
}

func newWorld() *world { return &world{began: time.Now()} }

func (w *world) StartExecution(_ context.Context, in runtime.StartInput) (*runtime.Execution, error) {
	w.tried++
	if w.refuse != nil {
		if err := w.refuse(w.tried); err != nil {
			return nil, err
		}
	}
	if slices.Contains(w.names, in.Name) {
		return nil, &runtime.Fault{Code: "ExecutionAlreadyExists"}
	}
	w.names, w.inputs = append(w.names, in.Name), append(w.inputs, in.Input)
	w.at = append(w.at, time.Since(w.began))
	return nil, nil
}

// run lets the schedules run for so long, as a server does between two starts.
func (w *world) run(t *testing.T, d time.Duration, schedules ...Schedule) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	s := &Scheduler{Engine: w, Documents: &w.store, Log: slog.New(slog.DiscardHandler)}
	if err := s.Run(ctx, schedules); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
}

func (w *world) want(t *testing.T, at ...time.Duration) {
	t.Helper()
	if !slices.Equal(w.at, at) {
		t.Errorf("started at %v, want %v", w.at, at)
	}
}

// scheduled is a schedule as a template gives it.
func scheduled(expression string, change ...func(*Schedule)) Schedule {
	s := Schedule{
		Schedule: template.Schedule{
			ID: "MEvery", Name: "Every", Type: "ScheduleV2", Expression: expression, TimeZone: "UTC",
			Input: "{}", MaximumAge: 24 * time.Hour, Retries: 185, Enabled: true,
		},
		Machine: "arn:aws:states:eu-north-1:111122223333:stateMachine:m",
	}
	for _, c := range change {
		c(&s)
	}
	return s
}

// The clock of a bubble begins at midnight.
const h = time.Hour

func TestFiresAtItsTimes(t *testing.T) {
	cases := []struct {
		name     string
		schedule Schedule
		want     []time.Duration
	}{
		{"a rate fires at once", scheduled("rate(2 hours)"), []time.Duration{0, 2 * h, 4 * h}},
		{"a rule fires after its interval", scheduled("rate(2 hours)", func(s *Schedule) { s.Type = "Schedule" }), []time.Duration{2 * h, 4 * h}},
		{"cron", scheduled("cron(30 1,3 * * ? *)"), []time.Duration{h + h/2, 3*h + h/2}},
		{"at", scheduled("at(2000-01-01T04:00:00)"), []time.Duration{4 * h}},
		{"a start and an end", scheduled("rate(1 hour)", func(s *Schedule) {
			s.Start = time.Date(2000, 1, 1, 1, 15, 0, 0, time.UTC)
			s.End = s.Start.Add(time.Hour)
		}), []time.Duration{h + h/4, 2*h + h/4}},
		{"disabled", scheduled("rate(1 hour)", func(s *Schedule) { s.Enabled = false }), nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.run(t, 5*h, c.schedule)
				w.want(t, c.want...)
			})
		})
	}
}

func TestAMissedFiringIsMadeUpOnce(t *testing.T) {
	cases := []struct {
		name     string
		schedule Schedule
		down     time.Duration // after three hours
		want     []time.Duration
	}{
		{"several are one", scheduled("rate(2 hours)"), 4*h + h/2, []time.Duration{0, 2 * h, 7*h + h/2, 8 * h}},
		{"none was missed", scheduled("rate(2 hours)"), h / 2, []time.Duration{0, 2 * h, 4 * h}},
		{"one is too old", scheduled("cron(0 4 * * ? *)", func(s *Schedule) { s.MaximumAge = time.Hour }), 3 * h, nil},
		{"one is nearly too old", scheduled("cron(0 4 * * ? *)", func(s *Schedule) { s.MaximumAge = 2 * time.Hour }), 3 * h, []time.Duration{6 * h}},
		{"once is made up", scheduled("at(2000-01-01T04:00:00)"), 3 * h, []time.Duration{6 * h}},
		{"once is over", scheduled("at(2000-01-01T02:00:00)"), 3 * h, []time.Duration{2 * h}},
		{"years", scheduled("rate(1 hour)"), 20000 * h, []time.Duration{0, h, 2 * h, 20003 * h, 20004 * h}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.run(t, 3*h-time.Second, c.schedule)
				time.Sleep(c.down + time.Second)
				w.run(t, 2*h-time.Second, c.schedule)
				w.want(t, c.want...)
			})
		})
	}
}

func TestAFiringWhoseEndWasNotKeptStartsNothingAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		s := scheduled("rate(1 hour)")
		w.run(t, h/2, s)
		docs, _ := w.store.Documents(t.Context(), kind)
		w.run(t, 2*h, s)
		if err := w.store.Put(t.Context(), docs...); err != nil { // as after a crash
			t.Fatal(err)
		}
		w.run(t, h/4, s)
		w.want(t, 0, h, 2*h)
	})
}

func TestAChangedScheduleBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.run(t, h/2, scheduled("rate(1 hour)"))
		time.Sleep(2 * h)
		w.run(t, h, scheduled("cron(0 4 * * ? *)"))
		w.want(t, 0)
		w.run(t, 2*h, scheduled("cron(0 4 * * ? *)", func(s *Schedule) { s.Enabled = false }))
		w.run(t, h, scheduled("cron(0 4 * * ? *)"))
		w.want(t, 0)
		w.run(t, time.Minute)
		if docs, _ := w.store.Documents(t.Context(), kind); len(docs) != 0 {
			t.Errorf("kept: %v", docs)
		}
	})
}

func TestRetries(t *testing.T) {
	down := errors.New("the store is full")
	cases := []struct {
		name     string
		schedule Schedule
		refuse   func(attempt int) error
		tried    int
		started  int
	}{
		{"it comes back", scheduled("at(2000-01-01T01:00:00)"), func(n int) error {
			if n < 4 {
				return down
			}
			return nil
		}, 4, 1},
		{"no more attempts", scheduled("at(2000-01-01T01:00:00)", func(s *Schedule) { s.Retries = 2 }), func(int) error { return down }, 3, 0},
		{"too old", scheduled("at(2000-01-01T01:00:00)", func(s *Schedule) { s.MaximumAge = time.Minute }), func(int) error { return down }, 6, 0},
		{"refused for good", scheduled("at(2000-01-01T01:00:00)"), func(int) error { return runtime.ErrStateMachineDoesNotExist }, 1, 0},
		{"the next is due", scheduled("cron(0/1 1 1 1 ? *)", func(s *Schedule) { s.End = time.Date(2000, 1, 1, 1, 1, 0, 0, time.UTC) }), func(n int) error {
			if n <= 6 {
				return down
			}
			return nil
		}, 7, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.refuse = c.refuse
				w.run(t, 23*h, c.schedule)
				if w.tried != c.tried || len(w.names) != c.started {
					t.Errorf("%d attempts, started %v", w.tried, w.names)
				}
			})
		})
	}
}

func TestFlexibleWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		s := scheduled("rate(10 minutes)", func(s *Schedule) { s.WindowMinutes = 15 })
		w.run(t, 10*h, s)
		if len(w.at) != 60 && len(w.at) != 59 {
			t.Errorf("%d firings", len(w.at))
		}
		distinct := map[time.Duration]bool{}
		for i, at := range w.at {
			early := at - time.Duration(i)*10*time.Minute
			if early < 0 || early >= 10*time.Minute {
				t.Errorf("firing %d comes at %s", i, at)
			}
			distinct[early] = true
		}
		if len(distinct) < 20 {
			t.Errorf("only %d moments of the window", len(distinct))
		}
	})
}

func TestABadScheduleIsRefused(t *testing.T) {
	s := &Scheduler{Engine: newWorld(), Documents: &memory.Store{}, Log: slog.New(slog.DiscardHandler)}
	if err := s.Run(t.Context(), []Schedule{scheduled("cron(0 4 * * * *)")}); err == nil {
		t.Error("it runs")
	}
	broken := &memory.Store{}
	if err := broken.Put(t.Context(), store.Document{Kind: kind, Key: "x", Text: "{"}); err != nil {
		t.Fatal(err)
	}
	s.Documents = broken
	if err := s.Run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("got %v", err)
	}
}
