package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"canto/runtime/history"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// bars shows progress on a terminal: a line of the states that run, and a bar for
// each Map. It begins with the first Map, or once a run has taken a while, so that
// short runs show nothing.
type bars struct {
	w      io.Writer
	colour bool
	began  time.Time

	mu    sync.Mutex
	board *board

	screen *mpb.Progress
	status *mpb.Bar
	maps   map[string]*mpb.Bar
}

// calm is how long a run may take before anything is shown.
const calm = 100 * time.Millisecond

func newBars(w io.Writer) *bars {
	return &bars{w: w, colour: os.Getenv("NO_COLOR") == "", began: time.Now(), board: newBoard(), maps: map[string]*mpb.Bar{}}
}

func (b *bars) Observe(e history.Event) {
	b.mu.Lock()
	b.board.take(e)
	started := b.board.order
	b.mu.Unlock()
	if b.screen == nil && (len(started) > 0 || time.Since(b.began) > calm) {
		b.open()
	}
	for _, name := range started[len(b.maps):] {
		b.maps[name] = b.add(name)
	}
	if e.Type == history.MapStateStarted || e.Type == history.MapIterationSucceeded || e.Type == history.MapIterationFailed || e.Type == history.MapIterationAborted {
		b.move()
	}
}

// open begins to draw.
func (b *bars) open() {
	b.screen = mpb.New(mpb.WithOutput(b.w), mpb.WithAutoRefresh(), mpb.WithWidth(40), mpb.WithRefreshRate(calm))
	running := func(decor.Statistics) string {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.board.running()
	}
	b.status = b.screen.New(0, mpb.SpinnerStyle().PositionLeft(), mpb.BarPriority(1<<20), mpb.BarWidth(2), mpb.BarRemoveOnComplete(),
		mpb.AppendDecorators(decor.Any(running)))
}

// add draws the bar of a Map.
func (b *bars) add(name string) *mpb.Bar {
	tally := func(decor.Statistics) string {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.board.maps[name].tally(b.colour)
	}
	return b.screen.New(0, mpb.BarStyle().Lbound("").Rbound("").Filler("━").Tip("━").Padding("─"),
		mpb.PrependDecorators(decor.Name(name, decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.Any(tally)))
}

// tally is "12 of 31 done, 1 failed"; nothing of no items, as items says.
func (c *counts) tally(colour bool) string {
	if c.total == 0 {
		return ""
	}
	text := fmt.Sprintf("%d of %d done", c.done, c.total)
	if c.failed == 0 {
		return text
	}
	failed := fmt.Sprintf("%d failed", c.failed)
	if colour {
		failed = "\x1b[31m" + failed + "\x1b[0m"
	}
	return text + ", " + failed
}

// move brings the bars to where the counts are. The lock is not held meanwhile: a
// bar that draws itself wants it.
func (b *bars) move() {
	b.mu.Lock()
	now := map[string]counts{}
	for name := range b.maps {
		now[name] = *b.board.maps[name]
	}
	b.mu.Unlock()
	for name, c := range now {
		b.maps[name].SetTotal(int64(c.total), false)
		b.maps[name].SetCurrent(int64(c.done + c.failed))
	}
}

// Close leaves the bars as they are, and takes the line of the states away.
func (b *bars) Close() {
	if b.screen == nil {
		return
	}
	for _, bar := range b.maps {
		bar.EnableTriggerComplete()
		bar.Abort(false)
	}
	b.status.Abort(true)
	b.screen.Wait()
}
