package crash_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// BenchmarkWaiting measures a server with 10,000 executions in a Wait, in memory and in
// a file.
func BenchmarkWaiting(b *testing.B) {
	const waits = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}`
	for name, args := range stores(b) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s := fill(b, waits, 10_000, args...)
				b.ReportMetric(s.resident(), "MB")
				s.kill()
			}
		})
	}
}

// BenchmarkEnded measures what it takes to describe and to list with 100,000 executions
// on disk that have ended.
func BenchmarkEnded(b *testing.B) {
	const passes = `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"C"},"C":{"Type":"Pass","End":true}}}`
	for b.Loop() {
		s := fill(b, passes, 100_000, stores(b)["file"]...)
		b.ReportMetric(s.resident(), "MB")
		s.kill()
	}
}

func stores(b *testing.B) map[string][]string {
	return map[string][]string{"memory": nil, "file": {"--data", filepath.Join(b.TempDir(), "canto.db")}}
}

// fill starts a server and so many executions, and reports how long requests take then.
func fill(b *testing.B, definition string, n int, args ...string) *server {
	s := newServer(b, newWorld(b), args...)
	s.create("m", definition)
	var clients sync.WaitGroup
	for c := range 32 {
		clients.Go(func() {
			for i := c; i < n; i += 32 {
				s.must("StartExecution", object{"stateMachineArn": arns + "stateMachine:m", "name": name(i), "input": `{"id":` + strconv.Itoa(i) + `}`})
			}
		})
	}
	clients.Wait()
	b.ReportMetric(p99(func(i int) {
		s.must("DescribeExecution", object{"executionArn": arns + "execution:m:" + name(i*7919%n)})
	}), "describe-p99-ms")
	b.ReportMetric(p99(func(int) {
		s.must("ListExecutions", object{"stateMachineArn": arns + "stateMachine:m", "maxResults": 100})
	}), "list-p99-ms")
	return s
}

func (s *server) must(operation string, in object) {
	if err := s.ask(operation, in, &object{}); err != nil {
		s.t.Error(err)
	}
}

// p99 is how many milliseconds 99 of 100 requests take at most.
func p99(f func(i int)) float64 {
	took := make([]time.Duration, 1000)
	for i := range took {
		began := time.Now()
		f(i)
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return float64(took[len(took)*99/100].Microseconds()) / 1000
}

// resident is how many megabytes of memory the server has.
func (s *server) resident() float64 {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0 // not on this system
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if kb, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			n, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(kb, "kB")), 64)
			return n / 1024
		}
	}
	return 0
}
