// Package progress shows on a terminal, or in lines, how a run goes, by the events of
// its history. It asks the run nothing, and never holds it up.
package progress

import (
	"io"
	"os"
	"time"

	"canto/runtime/history"

	"github.com/vbauerster/mpb/v8/cwriter"
)

// Progress shows how a run goes.
type Progress interface {
	Observe(e history.Event) // of each event, in their order
	Close()                  // before anything else is written
}

// New is bars on a terminal, lines elsewhere, or nothing.
func New(w io.Writer, quiet bool) Progress {
	switch {
	case quiet:
		return silent{}
	case isTerminal(w):
		return newBars(w)
	}
	return &lines{w: w, board: newBoard()}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && cwriter.IsTerminal(int(file.Fd()))
}

type silent struct{}

func (silent) Observe(history.Event) {}
func (silent) Close()                {}

// Round leaves three digits or so of a duration.
func Round(d time.Duration) string {
	unit := time.Microsecond
	for unit < time.Second && d >= 1000*unit {
		unit *= 10
	}
	return d.Round(unit).String()
}
