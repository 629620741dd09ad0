package awsapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"canto/handlers"
	"canto/handlers/lambda"
	"canto/handlers/mock"
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

// TestRecordings plays all kinds of recorded cases, in real time, and holds canto to
// those that are known to come out as recorded: the list may only grow.
// CANTO_UPDATE=1 adds to it what passes now, and writes the tables of
// docs/CONFORMANCE.md.
func TestRecordings(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute of real time")
	}
	dir := recordings(t)
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 here")
	}
	r := newRunner(t, python, dir)
	found, table := r.play(t)
	known := readList(t)
	lost := missing(known, found.passed())
	if len(lost) > 0 { // in real time a busy machine can come too late: once more
		t.Logf("played again: %d came out otherwise", len(lost))
		again, _ := r.play(t, "--filter", exactly(lost))
		lost = missing(lost, again.passed())
	}
	if len(lost) > 0 {
		t.Errorf("%d recorded cases come out otherwise than they did:\n%s", len(lost), strings.Join(lost, "\n"))
	}
	t.Logf("%d recorded cases pass, %d are known to", len(found.passed()), len(known))
	if os.Getenv("CANTO_UPDATE") == "1" {
		writeList(t, known, found.passed())
		writeTables(t, found.byKind(), table)
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

// exactly is the regular expression of these ids.
func exactly(ids []string) string {
	quoted := make([]string, len(ids))
	for i, id := range ids {
		quoted[i] = regexp.QuoteMeta(id)
	}
	return "^(" + strings.Join(quoted, "|") + ")$"
}

// runner plays the cases of a folder: all kinds, and what they mock.
type runner struct{ python, dir, mocks string }

func newRunner(t *testing.T, python, dir string) runner {
	t.Helper()
	r := runner{python, dir, filepath.Join(t.TempDir(), "mocks.json")}
	r.run(t, "--endpoint", "http://127.0.0.1", "--emit-mock-config", r.mocks)
	return r
}

// run starts the runner with args, and gives what it has printed.
func (r runner) run(t *testing.T, args ...string) string {
	t.Helper()
	args = append([]string{filepath.Join(r.dir, "run_live.py"), "--cases", filepath.Join(r.dir, "cases"), "--kinds", "all"}, args...)
	printed, err := exec.CommandContext(t.Context(), r.python, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	return string(printed)
}

// play runs the cases against an endpoint, and gives what came of each, and the
// runner's table.
func (r runner) play(t *testing.T, args ...string) (found results, table string) {
	t.Helper()
	port := freePort(t)
	registry := handlers.NewRegistry()
	functions, err := lambda.New("http://127.0.0.1:" + port)
	if err != nil {
		t.Fatal(err)
	}
	defer functions.Close()
	registry.Fallback(functions.Function)
	cases, err := mock.OpenCases(r.mocks)
	if err != nil {
		t.Fatal(err)
	}
	engine := runtime.New(runtime.Functions(registry), runtime.RealTime(), runtime.In("000000000000", "us-east-1"),
		runtime.Resolver(cases.Resolver), runtime.TestCases(cases.Fits))
	defer engine.Close()
	api := awsapi.New(engine)
	if err := sfn.Register(registry, api); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api)
	defer server.Close()
	report := filepath.Join(t.TempDir(), "report.json")
	printed := r.run(t, append(args, "--endpoint", server.URL, "--lambda-port", port, "--report", report, "--jobs", "8",
		"--allow", "lambda,states,activity,aws-sdk:sfn,mock,mock_config")...)
	t.Logf("\n%s", printed)
	return readReport(t, report), printed
}

// result is what came of a case.
type result struct {
	ID, Kind, Verdict string
	A, B              bool // equal at level a, at level b
}

func (r result) judged() bool { return r.Verdict == "pass" || r.Verdict == "fail" }

type results []result

func readReport(t *testing.T, path string) results {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var report struct{ Results results }
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	return report.Results
}

func (rs results) passed() map[string]bool {
	passed := map[string]bool{}
	for _, r := range rs {
		if r.Verdict == "pass" {
			passed[r.ID] = true
		}
	}
	return passed
}

// byKind counts the cases of each kind.
func (rs results) byKind() string {
	type count struct{ all, judged, a, b int }
	one := func(yes bool) int {
		if yes {
			return 1
		}
		return 0
	}
	kinds := map[string]count{}
	for _, r := range rs {
		for _, kind := range []string{r.Kind, "~TOTAL"} { // sorted last
			k := kinds[kind]
			kinds[kind] = count{k.all + 1, k.judged + one(r.judged()), k.a + one(r.A), k.b + one(r.B)}
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%-22s %5s %6s %5s %5s\n", "kind", "all", "judged", "a", "b")
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		k := kinds[kind]
		fmt.Fprintf(&out, "%-22s %5d %6d %5d %5d\n", strings.TrimPrefix(kind, "~"), k.all, k.judged, k.a, k.b)
	}
	return out.String()
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
	text := "# Recorded cases that come out as AWS recorded them. The list only grows.\n" + strings.Join(slices.Compact(known), "\n") + "\n"
	if err := os.WriteFile(passing, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const page, tablesBegin, tablesEnd = "../../docs/CONFORMANCE.md", "<!-- tables: written by TestRecordings -->\n", "<!-- end of the tables -->"

// writeTables puts the table by kind, and the runner's by area, where the page has
// its marks.
func writeTables(t *testing.T, byKind, printed string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), tablesBegin)
	_, after, ends := strings.Cut(rest, tablesEnd)
	if !begins || !ends {
		t.Fatalf("%s has no marks for the tables", page)
	}
	var tables strings.Builder
	for line := range strings.Lines(byKind) {
		tables.WriteString("    " + line)
	}
	tables.WriteString("\n")
	for line := range strings.Lines(printed) {
		if fields := strings.Fields(line); len(fields) == 8 {
			tables.WriteString("    " + line)
		}
	}
	text = []byte(before + tablesBegin + "\n" + tables.String() + "\n" + tablesEnd + after)
	if err := os.WriteFile(page, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
