package history

import "slices"

// Snapshot are the events so far, for another goroutine to read while the recorder
// goes on.
func (r *Recorder) Snapshot() Events { return Events{chunks: slices.Clone(r.chunks), n: r.n} }
