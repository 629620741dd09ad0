package sqlite_test

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"canto/runtime/store"
	"canto/runtime/store/sqlite"
)

// childVariable tells the test binary, run again, with which file to do its part.
const childVariable = "CANTO_TEST_DATABASE"

// child is the same test in a process of its own.
func child(t *testing.T, path string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), childVariable+"="+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// full makes a database with some executions, and closes it.
func full(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "canto.db")
	s, err := sqlite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 200 {
		if err := s.Commit(t.Context(), execution(n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func refused(t *testing.T, path, want string) {
	t.Helper()
	s, err := sqlite.Open(path)
	if err == nil {
		_ = s.Close()
		t.Fatalf("the database is opened, want %q", want)
	}
	if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
		t.Errorf("the refusal is %q, want %q and the path in it", err, want)
	}
}

func TestOneProcessHasTheDatabase(t *testing.T) {
	if path := os.Getenv(childVariable); path != "" {
		open(t, path)
		_, _ = os.Stdout.WriteString("open\n")
		_, _ = os.Stdin.Read(make([]byte, 1))
		return
	}
	path := full(t)
	cmd := child(t, path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "open\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	refused(t, path, "another process")
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err == nil {
		refused(t, link, "another process")
	}
	_ = in.Close()
	_ = cmd.Wait()
	s := open(t, path)
	refused(t, path, "another process, or another store of this one")
	if _, err := s.Find(t.Context(), arn(7)); err != nil {
		t.Error(err)
	}
}

func TestWhatIsRefusedStaysAsItIs(t *testing.T) {
	good, err := os.ReadFile(full(t))
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite", other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE t (x); INSERT INTO t VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	foreign, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	newer := slices.Clone(good)
	binary.BigEndian.PutUint32(newer[60:], 99)
	hole := slices.Clone(good)
	for i := 5 * 4096; i < 9*4096; i++ {
		hole[i] = byte(i * 31)
	}
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"a text":             {[]byte(strings.Repeat("to do: buy milk\n", 20)), "it is no database"},
		"a short text":       {[]byte("x"), "it is no database"},
		"of another program": {foreign, "a database of another program"},
		"newer":              {newer, "a newer canto has written it (version 99 of the schema; this one knows 2)"},
		"cut off":            {good[:len(good)/2], "it is damaged, and was left as it is"},
		"overwritten":        {hole, "it is damaged, and was left as it is"},
		"only a header":      {good[:100], "it is damaged, and was left as it is"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "canto.db")
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, path, c.want)
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, c.content) {
				t.Errorf("the file has changed: %d bytes, where %d were; %v", len(after), len(c.content), err)
			}
			if !strings.Contains(c.want, "damaged") { // SQLite itself has had to read it
				alone(t, path)
			}
		})
	}
}

// alone checks that nothing lies beside the file.
func alone(t *testing.T, path string) {
	t.Helper()
	beside, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(beside) != 1 {
		t.Errorf("beside %s lie %s, %v", path, beside, err)
	}
}

func TestPlacesThatCannotBe(t *testing.T) {
	refused(t, filepath.Join(t.TempDir(), "none", "canto.db"), "its folder is not there")
	folder := filepath.Join(t.TempDir(), "folder.db")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	refused(t, folder, "it must be a file that can be written")
	alone(t, folder)
}

func TestPlacesThatCannotBeWritten(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("everything can be written by root")
	}
	path := full(t)
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	refused(t, path, "it must be a file that can be written")
	if err := os.Chmod(filepath.Dir(path), 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Dir(path), 0o700)
	refused(t, path, "can be written")
}

func TestAnEmptyFileBecomesADatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a file%20 #with?odd&names.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	if err := s.Commit(t.Context(), execution(1)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		t.Errorf("the file named has %v, %v", info, err)
	}
}

func TestAMakingThatWasCutOffIsDoneAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "canto.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=cache_size(1)") // pages go to the file before the commit
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN; CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT randomblob(100) FROM n"); err != nil {
		t.Fatal(err)
	}
	crashed := filepath.Join(t.TempDir(), "canto.db")
	for _, suffix := range []string{"", "-journal"} {
		data, err := os.ReadFile(path + suffix)
		if err != nil || len(data) == 0 {
			t.Skipf("nothing was written early: %v", err)
		}
		if err := os.WriteFile(crashed+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_ = db.Close()
	s := open(t, crashed)
	if err := s.Commit(t.Context(), execution(1)); err != nil {
		t.Error(err)
	}
}

// The first that is written of a database is how it gives pages back.
func TestADatabaseInWhichNothingWasMadeIsAsAnEmptyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "canto.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA auto_vacuum = INCREMENTAL"); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		t.Fatalf("nothing was written: %v, %v", info, err)
	}
	if err := open(t, path).Commit(t.Context(), execution(1)); err != nil {
		t.Error(err)
	}
}

func TestAMakingThatIsKilledAtAnyTimeIsDoneAgain(t *testing.T) {
	if path := os.Getenv(childVariable); path != "" {
		_, _ = os.Stdout.WriteString("begins\n")
		open(t, path)
		return
	}
	for i := range 20 {
		path := filepath.Join(t.TempDir(), "canto.db")
		cmd := child(t, path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		_, _ = bufio.NewReader(out).ReadString('\n')
		time.Sleep(time.Duration(i) * 500 * time.Microsecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if err := open(t, path).Commit(t.Context(), execution(1)); err != nil {
			t.Error(err)
		}
	}
}

func TestClearingUpForAnotherProgramMakesItsDatabaseNotOurs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE t (x)"); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	if err := os.WriteFile(path+"-journal", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, path, "another program")
}

func TestAClosedStoreSaysSo(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "canto.db"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, find := s.Find(t.Context(), "arn:1")
	for _, err := range []error{find, s.Commit(t.Context(), execution(1)), s.Put(t.Context(), store.Document{Kind: "k", Key: "k", Text: "t"}), s.Forget(t.Context(), "m")} {
		if err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("a closed store says %v", err)
		}
	}
}
