package golden

import (
	"context"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strings"

	"canto/handlers"
	"canto/runtime"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
)

// Result is what came of a case.
type Result struct {
	Case *Case
	Run  *runtime.Run
	want *txtar.Archive
	got  map[string]string
}

func newResult(c *Case, run *runtime.Run) *Result {
	got := outcome(run)
	if c.Options.Brief {
		got[sectionTrace] = brief(got[sectionTrace])
	}
	return &Result{Case: c, Run: run, want: c.archive, got: got}
}

// outcome is what is kept of a run.
func outcome(run *runtime.Run) map[string]string {
	got := map[string]string{sectionTrace: run.History.Text()}
	if run.Status == runtime.Succeeded {
		got[sectionOutput] = run.Output.Text() + "\n"
	} else {
		got[sectionError] = failure(run) + "\n"
	}
	return got
}

// failure is the status and the error of a run in a line, and its cause below.
func failure(run *runtime.Run) string {
	text := string(run.Status)
	if run.Error != "" {
		text += " " + run.Error
	}
	if run.Cause != "" {
		text += "\n" + run.Cause
	}
	return text
}

// margin is how many events a brief trace has at each end.
const margin = 12

// brief leaves the middle out of a long trace, and tells its length and hash.
func brief(trace string) string {
	lines := slices.Collect(strings.Lines(trace))
	if len(lines) <= 2*margin {
		return trace
	}
	middle := lines[margin : len(lines)-margin]
	h := fnv.New32a()
	for _, line := range middle {
		_, _ = h.Write([]byte(line))
	}
	return strings.Join(lines[:margin], "") + fmt.Sprintf("  ... %d more events, %08x\n", len(middle), h.Sum32()) +
		strings.Join(lines[len(lines)-margin:], "")
}

var outcomes = []string{sectionInput, sectionTrace, sectionOutput, sectionError}

// compared says whether the section has to be as the file has it. A case may have an
// outcome and no trace.
func (r *Result) compared(section string) bool {
	if section == sectionInput { // the input of a case is its own
		return r.Case == nil
	}
	return section != sectionTrace || has(r.want, sectionTrace) || !has(r.want, sectionOutput) && !has(r.want, sectionError)
}

// Passed says whether the run went as the file has it.
func (r *Result) Passed() bool { return r.Diff() == "" }

// Diff is what went otherwise than the file has it: a unified diff for each section,
// or "".
func (r *Result) Diff() string {
	var out strings.Builder
	for _, section := range outcomes {
		want, got := get(r.want, section), r.got[section]
		if want == got || !r.compared(section) {
			continue
		}
		out.Write(diff.Diff("want "+section, []byte(want), "got "+section, []byte(got)))
	}
	return out.String()
}

// Update makes the case's file say what the run did. The file is written whole or
// not at all; its other sections stay as they are.
func Update(r *Result) error { return r.save(r.Case.Path) }

func (r *Result) save(path string) error {
	for _, section := range outcomes {
		if !r.compared(section) {
			continue
		}
		text := r.got[section]
		if len(txtar.Parse([]byte(text)).Files) > 0 {
			return fmt.Errorf("%s: the section %q cannot be kept: one of its lines looks as if it began a section", path, section)
		}
		set(r.want, section, text)
	}
	file := handlers.Object{Body: txtar.Format(r.want)}
	return handlers.Folder(filepath.Dir(path)).Put(context.Background(), filepath.Base(path), file)
}
