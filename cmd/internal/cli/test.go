package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"canto/cmd/internal/progress"
	"canto/handlers"
	"canto/runtime/golden"

	"github.com/spf13/cobra"
)

// testFlags are the flags of canto test.
type testFlags struct {
	run, junit string
	update     bool
	verbose    bool
}

// defaultCases is where canto test looks when it is told no place.
const defaultCases = "testdata/traces"

func newTestCommand() *cobra.Command {
	var flags testFlags
	cmd := &cobra.Command{
		Use:   "test [FILE|FOLDER]...",
		Short: "Run test cases of state machines",
		Long: `Test runs the cases in txtar files, and those in folders: by default in testdata/traces.
A case holds a machine or its path, and may hold an input, mocks and options; it says what
trace and what output, or error, come of it. Each case runs twice: as it is, and killed
after each answer and resumed from its journal.

With -update what came of the cases is written into their files, whole or not at all.`,
		Example: `  canto test
  canto test -run 'retry|catch' testdata/traces
  canto test -update testdata/traces/poem-all-well.txtar
  canto test --junit report.xml`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"txtar"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error { return test(cmd, flags, args) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.run, "run", "", "run only cases whose name matches the regular `expression`")
	f.BoolVar(&flags.update, "update", false, "write what came of the cases into their files")
	f.StringVar(&flags.junit, "junit", "", "write a report in JUnit's form to this `file`")
	f.BoolVarP(&flags.verbose, "verbose", "v", false, "tell of cases that pass, too")
	return cmd
}

// verdict is what is to say of one case.
type caseResult struct {
	path, name string
	took       time.Duration
	diff       string // how it went otherwise
	err        error  // why it could not be run
}

func (r caseResult) failed() bool { return r.diff != "" || r.err != nil }

func test(cmd *cobra.Command, flags testFlags, paths []string) error {
	files, skipped, err := selected(flags.run, paths)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	var results []caseResult
	for _, file := range files {
		r := runCase(cmd.Context(), file, flags.update)
		if cmd.Context().Err() != nil {
			return &exitError{exitInterrupted, errors.New("interrupted")}
		}
		results = append(results, r)
		report(out, r, flags)
	}
	if flags.junit != "" {
		if err := writeJUnit(flags.junit, results); err != nil {
			return err
		}
	}
	return conclude(out, results, skipped)
}

// selected are the files of the cases to run.
func selected(run string, paths []string) (files []string, skipped int, err error) {
	wanted, err := regexp.Compile(run)
	if err != nil {
		return nil, 0, usage("-run: %w", err)
	}
	if len(paths) == 0 {
		if _, err := os.Stat(defaultCases); err != nil {
			return nil, 0, usage("there is no folder %s here: name the files or folders of the cases", defaultCases)
		}
		paths = []string{defaultCases}
	}
	found, skipped, err := golden.Find(paths...)
	if err != nil {
		return nil, 0, usage("%w", err)
	}
	for _, file := range found {
		if wanted.MatchString(caseName(file)) {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return nil, 0, usage("there is no case to run in %s", strings.Join(paths, ", "))
	}
	return files, skipped, nil
}

func caseName(file string) string {
	name := strings.TrimSuffix(file, ".txtar")
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

func runCase(ctx context.Context, file string, update bool) (r caseResult) {
	began := time.Now()
	r = caseResult{path: file, name: caseName(file)}
	defer func() { r.took = time.Since(began) }()
	c, err := golden.Load(file)
	if err != nil {
		r.err = err
		return r
	}
	result, err := golden.Run(ctx, c, testFunctions)
	switch {
	case err != nil:
		r.err = err
	case update && !result.Passed():
		r.err = golden.Update(result)
	default:
		r.diff = result.Diff()
	}
	return r
}

// testFunctions are the functions that cases may call: those of canto run, without a
// network, and with a bucket that keeps nothing.
func testFunctions() (*handlers.Registry, error) {
	r := handlers.NewRegistry()
	return r, register(r, func() world { return offline(nowhere{}) })
}

// nowhere is a bucket that takes everything and keeps nothing.
type nowhere struct{ handlers.Bucket }

// Put does nothing.
func (nowhere) Put(context.Context, string, handlers.Object) error { return nil }

func report(w io.Writer, r caseResult, flags testFlags) {
	switch {
	case r.err != nil:
		fmt.Fprintf(w, "FAIL %s (%s)\n%s\n", r.name, progress.Round(r.took), indent(strings.TrimPrefix(message(r.err), "canto: ")))
	case r.diff != "":
		fmt.Fprintf(w, "FAIL %s (%s)\n%s\n", r.name, r.path, indent(r.diff))
	case flags.verbose:
		fmt.Fprintf(w, "ok   %s (%s)\n", r.name, progress.Round(r.took))
	}
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}

// conclude writes the last line.
func conclude(w io.Writer, results []caseResult, skipped int) error {
	failed := 0
	for _, r := range results {
		if r.failed() {
			failed++
		}
	}
	line := fmt.Sprintf("%d passed, %d failed", len(results)-failed, failed)
	if skipped > 0 {
		line += fmt.Sprintf(", %d passed over (no machine)", skipped)
	}
	if _, err := fmt.Fprintln(w, line); err != nil {
		return err
	}
	if failed > 0 {
		return &exitError{Code: exitFailed}
	}
	return nil
}
