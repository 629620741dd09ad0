package progress

import (
	"fmt"
	"io"
	"time"

	"canto/runtime/history"
)

// lines shows progress as lines: the states that do something, how far each Map is,
// and the failures of tasks.
type lines struct {
	w     io.Writer
	board *board
	start time.Time // of the execution
}

func (l *lines) Close() {}

func (l *lines) Observe(e history.Event) {
	if e.ID == 1 {
		l.start = e.Time()
	}
	l.board.take(e)
	switch e.Type {
	case history.TaskStateEntered, history.WaitStateEntered, history.ParallelStateEntered:
		if e.Branch == nil {
			l.say(e, "%s", e.Name)
		}
	case history.MapStateStarted:
		if e.Branch == nil {
			l.say(e, "%s%s", l.board.states[""], items(e.Info.Length))
		}
	case history.MapIterationSucceeded, history.MapIterationFailed:
		if c := l.board.maps[e.Name]; e.Branch.Parent == nil && c.quarter() {
			l.say(e, "%s: %d of %d done, %d failed", e.Name, c.done, c.total, c.failed)
		}
	case history.LambdaFunctionFailed, history.TaskFailed, history.ActivityFailed, history.LambdaFunctionTimedOut, history.TaskTimedOut, history.ActivityTimedOut:
		l.say(e, "%s: failed: %s", e.Name, e.Info.Error)
	}
}

// items is how many a Map has; nothing of none, since those that an ItemReader reads
// are not known yet.
func items(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ": 1 item"
	}
	return fmt.Sprintf(": %d items", n)
}

// quarter says whether a quarter of the iterations, or another one, has just ended.
func (c *counts) quarter() bool {
	n := c.done + c.failed
	return n == c.total || n*4/c.total > (n-1)*4/c.total
}

func (l *lines) say(e history.Event, format string, args ...any) {
	since := e.Time().Sub(l.start)
	fmt.Fprintf(l.w, "%8s  %s\n", Round(since), fmt.Sprintf(format, args...))
}
