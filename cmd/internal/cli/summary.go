package cli

import (
	"fmt"
	"io"
	"strings"

	"canto/cmd/internal/progress"
	"canto/runtime"
)

// summarize says how the run ended, how long it took, and what it left behind.
func (j *job) summarize(w io.Writer, r *runtime.Run) {
	if r.Status != runtime.Running { // it was interrupted
		fmt.Fprintf(w, "%s %s, %s, %s\n", strings.ToLower(string(r.Status)), j.took(r), number(r.Retries, "retry", "retries"), number(r.Catches, "catch", "catches"))
	}
	if r.Status != runtime.Succeeded && r.Status != runtime.Running {
		tell(w, "error", r.Error)
		tell(w, "cause", r.Cause)
	}
	for _, page := range j.bucket.paths() {
		tell(w, "page", page)
	}
}

func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func tell(w io.Writer, what, text string) {
	if text != "" {
		fmt.Fprintf(w, "%s: %s\n", what, text)
	}
}

// took is how long the run took, by its own clock and by the real one.
func (j *job) took(r *runtime.Run) string {
	real := progress.Round(r.Wall)
	if j.flags.realTime || j.flags.live {
		return "in " + real
	}
	return fmt.Sprintf("in %s of virtual time (%s real)", progress.Round(r.Duration()), real)
}
