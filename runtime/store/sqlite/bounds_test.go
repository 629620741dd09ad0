package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"canto/runtime/store"
)

var began = time.Date(2026, time.January, 4, 0, 0, 1, 0, time.UTC)

func fresh(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "canto.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// ofSize is an execution with an input of so many bytes, which has ended.
func ofSize(n, size int) store.Turn {
	return store.Turn{
		ID:    fmt.Sprint("arn:", n),
		Begin: &store.Begin{MachineARN: "arn:m", Definition: "{}", Input: strings.Repeat("x", size), Start: began},
		End:   &store.End{Status: "SUCCEEDED", Stop: began.Add(time.Duration(n) * time.Second)},
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// inWriter runs a statement on the connection that writes.
func (s *Store) inWriter(t *testing.T, text string) {
	t.Helper()
	if _, err := s.writer.conn.ExecContext(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

func TestAFullDiskTakesNothingAndTheStoreGoesOn(t *testing.T) {
	s := fresh(t)
	if err := s.Commit(t.Context(), ofSize(0, 10)); err != nil {
		t.Fatal(err)
	}
	s.inWriter(t, "PRAGMA max_page_count = 40")
	if err := s.Commit(t.Context(), ofSize(1, 10), ofSize(2, 400_000)); err == nil || !strings.Contains(err.Error(), "the disk is full, and nothing was kept") {
		t.Fatalf("a full disk gives %v", err)
	}
	for n := range 3 {
		if _, err := s.Load(t.Context(), fmt.Sprint("arn:", n)); errors.Is(err, store.ErrNotFound) != (n > 0) {
			t.Errorf("execution %d: %v", n, err)
		}
	}
	if err := s.Commit(t.Context(), ofSize(3, 10)); err != nil {
		t.Errorf("a small turn that has room: %v", err)
	}
	s.inWriter(t, "PRAGMA max_page_count = 4000")
	if err := s.Commit(t.Context(), ofSize(1, 10), ofSize(2, 400_000)); err != nil {
		t.Errorf("when there is room again: %v", err)
	}
}

func TestABadCallSpoilsNoOther(t *testing.T) {
	s := fresh(t)
	if err := s.Commit(t.Context(), ofSize(0, 10)); err != nil {
		t.Fatal(err)
	}
	var jobs []*job
	for n := range 10 {
		all := []store.Turn{ofSize(n+1, 10)}
		if n%2 == 1 {
			all = append(all, ofSize(0, 10))
		}
		jobs = append(jobs, &job{reply: make(chan error, 1), do: func() error {
			for i := range all {
				r, err := encode(&all[i])
				if err != nil {
					return err
				}
				if err := s.writer.keep(&r); err != nil {
					return err
				}
			}
			return nil
		}})
	}
	s.writer.write(jobs) // one transaction
	for n, j := range jobs {
		_, find := s.Find(t.Context(), fmt.Sprint("arn:", n+1))
		if err := <-j.reply; errors.Is(err, store.ErrExists) != (n%2 == 1) || errors.Is(find, store.ErrNotFound) != (n%2 == 1) {
			t.Errorf("job %d: %v, then %v", n, err, find)
		}
	}
}

func TestAfterAFailedFlushNothingIsTaken(t *testing.T) {
	s := fresh(t)
	broken := errors.New("broken")
	s.writer.fault = broken
	for range 2 {
		if err := s.Commit(t.Context(), ofSize(1, 10)); !errors.Is(err, broken) {
			t.Errorf("Commit says %v", err)
		}
	}
	if _, err := s.Find(t.Context(), "arn:1"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

func TestPlansAreKeptOnceAndForgottenWithTheirExecutions(t *testing.T) {
	s := fresh(t)
	plans := func() (n int) {
		if err := s.reader.each(t.Context(), "SELECT count(*) FROM plans", nil, func(scan func(...any) error) error { return scan(&n) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for n := range 20 {
		turn := ofSize(n, 10)
		turn.Begin.Definition = fmt.Sprint("{}", n%2)
		if n == 19 {
			turn.Begin.Definition, turn.End = "{}0", nil
		}
		if err := s.Commit(t.Context(), turn); err != nil {
			t.Fatal(err)
		}
	}
	if n := plans(); n != 2 {
		t.Errorf("there are %d plans, want 2", n)
	}
	if err := s.Forget(t.Context(), "arn:m"); err != nil {
		t.Fatal(err)
	}
	if n := plans(); n != 1 {
		t.Errorf("there are %d plans, want 1: of the execution that runs", n)
	}
	turn := ofSize(30, 10)
	turn.Begin.Definition = "{}1"
	if err := s.Commit(t.Context(), turn); err != nil {
		t.Fatal(err)
	}
	if x, err := s.Find(t.Context(), turn.ID); err != nil || x.Begin.Definition != "{}1" {
		t.Errorf("the definition that came again is %q, %v", x.Begin.Definition, err)
	}
}

func TestTheFileShrinksWhenMuchIsForgotten(t *testing.T) {
	s := fresh(t)
	for n := range 200 {
		if err := s.Commit(t.Context(), ofSize(n, 100_000)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Prune(t.Context(), began.Add(190*time.Second)); n != 190 || err != nil {
		t.Fatalf("Prune forgets %d, %v", n, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := size(t, s.path); n > 5e6 {
		t.Errorf("the file has %d bytes, for 1 MB", n)
	}
}

func TestTheLogIsCutWhileOthersRead(t *testing.T) {
	s := fresh(t)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for ctx.Err() == nil {
				if _, err := s.List(ctx, store.Query{Machine: "arn:m", Limit: 100}); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	most := int64(0)
	for n := range 30 {
		if err := s.Commit(ctx, ofSize(n, 2_000_000)); err != nil {
			t.Fatal(err)
		}
		most = max(most, size(t, s.path+"-wal"))
	}
	cancel()
	all.Wait()
	if most > logLimit+4e6 {
		t.Errorf("the log grew to %d bytes", most)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.path + "-wal"); err == nil {
		t.Error("Close leaves the log")
	}
}

func TestStoresLeaveNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 3 {
		s := fresh(t)
		if err := s.Commit(t.Context(), ofSize(1, 10)); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for runtime.NumGoroutine() > before { // the test's own limit shows those that stay
		time.Sleep(10 * time.Millisecond)
	}
}

func TestAnOlderDatabaseIsBroughtUpToDate(t *testing.T) {
	s := fresh(t)
	if err := s.Commit(t.Context(), ofSize(1, 10)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	released := steps
	defer func() { steps = released }()
	n := len(released)
	steps = append(released[:n:n], "ALTER TABLE documents ADD COLUMN extra", "a step that fails")
	if _, err := Open(s.path); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("could not be brought from version %d of the schema to %d", n, n+2)) {
		t.Fatalf("a step that fails gives %v", err)
	}
	steps = steps[:n+1]
	newer, err := Open(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newer.Find(t.Context(), "arn:1"); err != nil {
		t.Error(err)
	}
	if err := newer.Close(); err != nil {
		t.Fatal(err)
	}
	steps = released
	if _, err := Open(s.path); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("a newer canto has written it (version %d", n+1)) {
		t.Errorf("what was brought up to date gives %v to an older canto", err)
	}
}

func TestWhatTheFirstVersionKeptIsForgottenInItsTime(t *testing.T) {
	released := steps
	defer func() { steps = released }()
	steps = released[:1]
	s := fresh(t)
	s.inWriter(t, `INSERT INTO executions (arn, name, plan, machine, version, alias, map_run, items, start, status, stop, answers, events)
		VALUES ('arn:1', '1', 1, 1, 0, 0, 0, 0, 0, 'FAILED', 1000, 0, 0)`)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	steps = released
	s, err := Open(s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n, err := s.Prune(t.Context(), began); n != 1 || err != nil {
		t.Errorf("Prune forgets %d, %v", n, err)
	}
}

func TestWhatHasManyChildrenIsForgottenInParts(t *testing.T) {
	s := fresh(t)
	var all []store.Turn
	for n := range children + 1 {
		all = append(all, ofSize(n, 10))
		if n > 0 {
			all[n].Begin.Parent = all[0].ID
		}
	}
	if err := s.Commit(t.Context(), all...); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Prune(t.Context(), began.Add(10*time.Second)); n != 10 || err != nil {
		t.Errorf("Prune forgets %d, %v, want the parent and nine that are old", n, err)
	}
	if n, err := s.Prune(t.Context(), began.Add(time.Hour*24)); n != children-9 || err != nil {
		t.Errorf("Prune forgets %d, %v, want the others", n, err)
	}
}
