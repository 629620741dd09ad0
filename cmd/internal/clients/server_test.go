// Package clients_test drives canto serve with the clients that people use: the
// SDK for Go here, the AWS CLI by the scripts of testdata/clients/cli, and plain
// sockets where a client would never send what is sent. The SDK for JavaScript has
// a suite of its own in testdata/clients/js. It talks to nothing but the servers
// that it starts.
package clients_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"canto/cmd/internal/cli"
)

// patience is how long anything may take that is bound to happen.
const patience = 30 * time.Second

// asCommand says, by an environment variable, that a process of this test is canto.
const asCommand = "CANTO_CLIENTS_AS_COMMAND"

// TestMain lets this process be the command: what tests find then depends on the
// command's code, and is not remembered when that has changed.
func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(cli.Main(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// canto is the command: the one that CANTO names, or else this process's own program.
func canto(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	program := os.Getenv("CANTO")
	if program == "" {
		var err error
		if program, err = os.Executable(); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(context.Background(), program, args...)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	cmd.Dir = t.TempDir()
	return cmd
}

// server is a process that serves.
type server struct {
	t       testing.TB
	address string
	data    string // its file, if it has one
	flags   []string
	process *exec.Cmd
	said    *output
}

// serve starts a server on a free port that ends with the test.
func serve(t testing.TB, flags ...string) *server {
	t.Helper()
	s := &server{t: t, flags: flags}
	s.start("127.0.0.1:0")
	t.Cleanup(s.end)
	return s
}

// durable is serve with a file that holds what the server is told.
func durable(t testing.TB, flags ...string) *server {
	t.Helper()
	file := filepath.Join(t.TempDir(), "canto.db")
	s := serve(t, append(flags, "--data", file)...)
	s.data = file
	return s
}

func (s *server) url() string { return "http://" + s.address }

var listens = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)

func (s *server) start(address string) {
	s.t.Helper()
	s.process = canto(s.t, append([]string{"serve", "--addr", address}, s.flags...)...)
	s.said = &output{line: make(chan struct{}, 1)}
	s.process.Stderr = s.said
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	late := time.After(patience)
	for {
		if m := listens.FindStringSubmatch(s.said.String()); m != nil {
			s.address = m[1]
			return
		}
		select {
		case <-s.said.line:
		case <-late:
			s.t.Fatalf("the server does not say where it answers, but:\n%s", s.said)
		}
	}
}

// crash kills a server that has a file, and starts another on it. One without a
// file goes on: it would have forgotten everything.
func (s *server) crash() {
	s.t.Helper()
	if s.data == "" {
		return
	}
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	s.start(s.address)
}

// end stops the server as a service manager does.
func (s *server) end() {
	_ = s.process.Process.Signal(syscall.SIGTERM)
	killed := time.AfterFunc(patience, func() { _ = s.process.Process.Kill() })
	defer killed.Stop()
	if err := s.process.Wait(); err != nil {
		s.t.Errorf("the server ends with %v:\n%s", err, s.said)
	}
	if text := s.said.String(); strings.Contains(text, "panic") {
		s.t.Errorf("the server says:\n%s", text)
	}
}

// output collects what a process says, and tells that there was something.
type output struct {
	line chan struct{}
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.line <- struct{}{}:
	default:
	}
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// soon asks until the answer is there.
func soon(t testing.TB, what string, there func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if there() {
			return
		}
	}
	t.Fatalf("%s: not in %s", what, patience)
}

// slow skips what takes minutes or other programs, unless it is asked for. There it
// has to find what it needs.
func slow(t *testing.T) {
	t.Helper()
	if os.Getenv("CANTO_CI") == "" {
		t.Skip("CANTO_CI is not set")
	}
}
