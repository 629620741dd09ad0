package server

import (
	"os"
	"runtime"
	"runtime/debug"
)

// The collector runs when the heap has grown by so many percent of what lives. A
// server's heap is small, so that it would run for every few hundred requests: what is
// never touched takes no memory, and counts as living.
const (
	untouched = 48 << 20 // bytes
	growth    = 50       // percent
)

// GrowHeap lets the heap grow by some 30 MB before the collector runs, however small
// it is, and by less than by default once it is large, until release is called. GOGC in
// the environment goes before it.
func GrowHeap() (release func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	floor := make([]byte, untouched)
	was := debug.SetGCPercent(growth)
	return func() {
		debug.SetGCPercent(was)
		runtime.KeepAlive(floor)
	}
}
