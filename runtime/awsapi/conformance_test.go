package awsapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"canto/handlers"
	"canto/handlers/lambda"
	"canto/handlers/sfn"
	"canto/runtime"
	"canto/runtime/awsapi"
)

// recordings is the folder of cases recorded from AWS, and of the runner that plays
// them against an endpoint. It is no part of canto.
func recordings(t *testing.T) string {
	t.Helper()
	root := os.Getenv("CANTO_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	dir, err := filepath.Abs(filepath.Join(root, "conformance"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "run_live.py")); err != nil {
		t.Skip("there are no recordings here")
	}
	return dir
}

const passing = "../../testdata/conformance/passing.txt"

// TestRecordedExecutions plays the recorded executions, in real time, and holds
// canto to those that are known to come out as recorded: the list may only grow.
// CANTO_UPDATE=1 adds to it what passes now, and writes the table of
// docs/CONFORMANCE.md.
func TestRecordedExecutions(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute of real time")
	}
	dir := recordings(t)
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 here")
	}
	passed, table := play(t, python, dir)
	known := readList(t)
	lost := missing(known, passed)
	if len(lost) > 0 { // in real time a busy machine can come too late: once more
		t.Logf("played again: %d came out otherwise", len(lost))
		again, _ := play(t, python, dir)
		lost = missing(lost, again)
	}
	if len(lost) > 0 {
		t.Errorf("%d recorded executions come out otherwise than they did:\n%s", len(lost), strings.Join(lost, "\n"))
	}
	t.Logf("%d recorded executions pass, %d are known to", len(passed), len(known))
	if os.Getenv("CANTO_UPDATE") == "1" {
		writeList(t, known, passed)
		writeTable(t, table)
	}
}

func missing(known []string, passed map[string]bool) (lost []string) {
	for _, id := range known {
		if !passed[id] {
			lost = append(lost, id)
		}
	}
	return lost
}

// play runs the runner against an endpoint, and gives the cases that pass and what
// it has printed.
func play(t *testing.T, python, dir string) (passed map[string]bool, table string) {
	t.Helper()
	port := freePort(t)
	registry := handlers.NewRegistry()
	functions, err := lambda.New("http://127.0.0.1:" + port)
	if err != nil {
		t.Fatal(err)
	}
	defer functions.Close()
	registry.Fallback(functions.Function)
	engine := runtime.New(runtime.Functions(registry), runtime.RealTime(), runtime.In("000000000000", "us-east-1"))
	defer engine.Close()
	api := awsapi.New(engine)
	if err := sfn.Register(registry, api); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api)
	defer server.Close()
	report := filepath.Join(t.TempDir(), "report.json")
	cmd := exec.CommandContext(t.Context(), python, filepath.Join(dir, "run_live.py"), "--endpoint", server.URL,
		"--lambda-port", port, "--cases", filepath.Join(dir, "cases"), "--report", report, "--jobs", "8")
	printed, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	t.Logf("\n%s", printed)
	return verdicts(t, report), string(printed)
}

func verdicts(t *testing.T, report string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var found struct {
		Results []struct{ ID, Verdict string }
	}
	if err := json.Unmarshal(text, &found); err != nil {
		t.Fatal(err)
	}
	passed := map[string]bool{}
	for _, r := range found.Results {
		if r.Verdict == "pass" {
			passed[r.ID] = true
		}
	}
	return passed
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func readList(t *testing.T) []string {
	t.Helper()
	f, err := os.Open(passing)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var ids []string
	for in := bufio.NewScanner(f); in.Scan(); {
		if line := strings.TrimSpace(in.Text()); line != "" && !strings.HasPrefix(line, "#") {
			ids = append(ids, line)
		}
	}
	return ids
}

func writeList(t *testing.T, known []string, passed map[string]bool) {
	t.Helper()
	for id := range passed {
		known = append(known, id)
	}
	slices.Sort(known)
	text := "# Recorded executions that come out as AWS recorded them. The list only grows.\n" + strings.Join(slices.Compact(known), "\n") + "\n"
	if err := os.WriteFile(passing, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const page, tableBegins, tableEnds = "../../docs/CONFORMANCE.md", "<!-- table: written by TestRecordedExecutions -->\n", "<!-- end of the table -->"

// writeTable puts the runner's table where the page has its marks.
func writeTable(t *testing.T, printed string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), tableBegins)
	_, after, ends := strings.Cut(rest, tableEnds)
	if !begins || !ends {
		t.Fatalf("%s has no marks for the table", page)
	}
	var table strings.Builder
	for line := range strings.Lines(printed) {
		if fields := strings.Fields(line); len(fields) == 8 {
			table.WriteString("    " + line)
		}
	}
	text = []byte(before + tableBegins + "\n" + table.String() + "\n" + tableEnds + after)
	if err := os.WriteFile(page, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
