package sqlite_test

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"canto/runtime/store"
)

// TestNothingAcknowledgedIsLost kills a process that commits, again and again, and
// looks at what it leaves behind.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	if path := os.Getenv(childVariable); path != "" {
		commitForEver(t, path)
		return
	}
	rounds := 30
	if testing.Short() {
		rounds = 5
	}
	path := t.TempDir() + "/canto.db"
	all := map[string]int{} // how many turns of each execution were acknowledged
	for round := range rounds {
		kept := acknowledged(t, path, round)
		s := open(t, path)
		opened, err := s.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range opened {
			kept[id] = max(kept[id], 1) // also what was kept, and not acknowledged any more
		}
		for id, turns := range kept {
			whole(t, s, id, turns)
		}
		maps.Copy(all, kept)
		if round == rounds-1 {
			for id, turns := range all {
				whole(t, s, id, turns)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < rounds {
		t.Errorf("only %d executions were begun in %d rounds", len(all), rounds)
	}
}

// acknowledged runs a process until it is killed, and takes down what it says: how
// many turns of each execution were kept.
func acknowledged(t *testing.T, path string, round int) map[string]int {
	kept := map[string]int{}
	cmd := child(t, path)
	cmd.Env = append(cmd.Env, fmt.Sprintf("CANTO_TEST_ROUND=%d", round))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || line != "open\n" {
		t.Fatalf("the process says %q, %v", line, err)
	}
	var killed *time.Timer
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			break
		}
		if killed == nil { // something was kept, however slow the machine is
			killed = time.AfterFunc(time.Duration(rand.Int64N(int64(60*time.Millisecond))), func() { _ = cmd.Process.Kill() })
		}
		var id string
		if n, _ := fmt.Sscan(line, &id); n == 1 {
			kept[id]++
		}
	}
	_ = cmd.Wait()
	return kept
}

// turns is how many an execution has.
const turns = 5

// commitForEver has pairs of executions whose turns are committed together.
func commitForEver(t *testing.T, path string) {
	s := open(t, path)
	_, _ = os.Stdout.WriteString("open\n")
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for n := 0; ; n++ {
				a := fmt.Sprintf("%s:%d:%d", os.Getenv("CANTO_TEST_ROUND"), w, n)
				for k := range turns {
					if err := s.Commit(t.Context(), turnOf(a, k), turnOf(a+"'", k)); err != nil {
						panic(err)
					}
					_, _ = os.Stdout.WriteString(a + "\n")
				}
			}
		})
	}
	all.Wait()
}

// turnOf is the turn with that number; the first is the beginning.
func turnOf(id string, k int) store.Turn {
	t := step(1, k)
	t.ID = id
	if k == 0 {
		t.Begin = execution(2).Begin
	}
	if k == turns-1 {
		t.End = execution(2).End
	}
	return t
}

// whole says whether at least so many turns of the execution are there, none of them
// in half, and as many of its twin.
func whole(t *testing.T, s store.Store, id string, turns int) {
	t.Helper()
	x, err := s.Load(t.Context(), id)
	if err != nil {
		t.Fatalf("%s has lost its %d turns: %v", id, turns, err)
	}
	if len(x.Answers) < turns || len(x.Events) != 3*len(x.Answers) {
		t.Errorf("%s has %d answers and %d events of %d turns", id, len(x.Answers), len(x.Events), turns)
	}
	if id[len(id)-1] == '\'' {
		return
	}
	twin, err := s.Load(t.Context(), id+"'")
	if err != nil || len(twin.Answers) != len(x.Answers) {
		t.Errorf("the twin of %s has %d answers, where that has %d: %v", id, len(twin.Answers), len(x.Answers), err)
	}
}
