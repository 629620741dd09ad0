package sqlite

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"canto/runtime/history"
	"canto/runtime/store"
)

// disk is what a power cut leaves: the database, and its log.
type disk struct{ db, wal []byte }

func (s *Store) disk(t *testing.T) (d disk) {
	t.Helper()
	var err error
	if d.db, err = os.ReadFile(s.path); err != nil {
		t.Fatal(err)
	}
	if d.wal, err = os.ReadFile(s.path + "-wal"); err != nil {
		t.Fatal(err)
	}
	return d
}

// nth is the nth of some turns: executions begin, go on and end in between each other.
func nth(n int) store.Turn {
	t := store.Turn{ID: fmt.Sprint("arn:", n/3), Events: []history.Event{{ID: n%3 + 1, Type: history.PassStateEntered, Name: fmt.Sprint(n)}}}
	switch n % 3 {
	case 0:
		t.Begin = &store.Begin{MachineARN: "arn:m", Definition: "{}", Input: string(bytes.Repeat([]byte("x"), n*397%9000)), Start: began}
	case 2:
		t.End = &store.End{Status: "SUCCEEDED", Stop: began.Add(time.Duration(n) * time.Second)}
	}
	return t
}

// kept says how many of the turns are there, and that these are the first ones.
func kept(t *testing.T, s *Store) (n int) {
	t.Helper()
	list, err := s.List(t.Context(), store.Query{Machine: "arn:m"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		x, err := s.Load(t.Context(), fmt.Sprint("arn:", i))
		if err != nil {
			t.Fatal(err)
		}
		if first := nth(3 * i); x.Begin.Input != first.Begin.Input || n != 3*i || (x.End != nil) != (len(x.Events) == 3) {
			t.Fatalf("after %d turns, execution %d is %+v", n, i, x)
		}
		for k, e := range x.Events {
			if want := nth(3*i + k).Events[0]; e.ID != want.ID || e.Name != want.Name {
				t.Fatalf("event %d of execution %d is %+v", k+1, i, e)
			}
		}
		n += len(x.Events)
	}
	return n
}

// after opens what a power cut left, and says how many of the turns it has.
func (d disk) after(t *testing.T) int {
	t.Helper()
	path := filepath.Join(t.TempDir(), "canto.db")
	for name, content := range map[string][]byte{path: d.db, path + "-wal": d.wal} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n := kept(t, s)
	if err := s.Commit(t.Context(), nth(n)); err != nil {
		t.Fatalf("the next turn: %v", err)
	}
	return n
}

// TestAPowerCutLeavesAPrefix cuts the log off at any place: what was flushed before is
// there, and of the rest nothing or whole turns. What the disk has behind the cut may be
// nothing, zeros, anything, or what was there before the log began anew.
func TestAPowerCutLeavesAPrefix(t *testing.T) {
	for name, checkpoint := range map[string]int{"all in the log": 0, "some in the database": 37} {
		t.Run(name, func(t *testing.T) {
			const turns = 60
			s := fresh(t)
			var flushed [turns + 1]int // size of the log after so many turns
			var old []byte             // the log before it began anew
			for n := range turns {
				if n == checkpoint && n > 0 {
					old = s.disk(t).wal
					s.inWriter(t, "PRAGMA wal_checkpoint(RESTART)")
				}
				if err := s.Commit(t.Context(), nth(n)); err != nil {
					t.Fatal(err)
				}
				flushed[n+1] = s.logEnd(t)
			}
			whole, random := s.disk(t), rand.New(rand.NewPCG(1, uint64(checkpoint)))
			end := flushed[turns]
			for i := range 60 {
				at, torn := random.IntN(end+1), whole
				torn.wal = append([]byte(nil), whole.wal[:at]...)
				switch i % 4 {
				case 1:
					torn.wal = append(torn.wal, make([]byte, end-at)...)
				case 2:
					for range end - at {
						torn.wal = append(torn.wal, byte(random.Uint32()))
					}
				case 3:
					torn.wal = append(torn.wal, old[min(at, len(old)):]...)
				}
				want := checkpoint
				for want < turns && flushed[want+1] <= at {
					want++
				}
				if n := torn.after(t); n != want {
					t.Fatalf("cut off at %d of %d, there are %d turns, want %d", at, end, n, want)
				}
			}
		})
	}
}

// logEnd is how much of the log is of the present: a log that begins anew has the same
// file. SQLite says how many frames there are.
func (s *Store) logEnd(t *testing.T) int {
	t.Helper()
	var busy, frames, moved int
	if err := s.writer.row("PRAGMA wal_checkpoint(NOOP)", nil, &busy, &frames, &moved); err != nil {
		t.Fatal(err)
	}
	return 32 + frames*(24+4096)
}

// TestAPowerCutWhileTheLogIsBroughtInLosesNothing has some pages of the database from
// before, and some from after: the log still has all.
func TestAPowerCutWhileTheLogIsBroughtInLosesNothing(t *testing.T) {
	const turns = 90
	s := fresh(t)
	for n := range turns {
		if err := s.Commit(t.Context(), nth(n)); err != nil {
			t.Fatal(err)
		}
		if n == turns/3 {
			s.inWriter(t, "PRAGMA wal_checkpoint(RESTART)")
		}
	}
	before := s.disk(t)
	s.inWriter(t, "PRAGMA wal_checkpoint(FULL)")
	after := s.disk(t)
	if bytes.Equal(before.db, after.db) {
		t.Fatal("nothing was brought in")
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		torn := disk{wal: before.wal, db: append([]byte(nil), before.db...)}
		for at := 0; at < len(after.db); at += 512 {
			if random.IntN(2) == 0 {
				continue
			}
			if more := at + 512 - len(torn.db); more > 0 {
				torn.db = append(torn.db, make([]byte, more)...)
			}
			copy(torn.db[at:], after.db[at:at+512])
		}
		if n := torn.after(t); n != turns {
			t.Fatalf("there are %d turns, want %d", n, turns)
		}
	}
}
