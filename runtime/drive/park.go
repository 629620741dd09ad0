package drive

import (
	"context"
	"time"

	"canto/asl/value"
	"canto/runtime/interp"
	"canto/runtime/strand"
)

// Parked is how the drive of a process ends that only waits, for a long time: all that
// is to be known of it is in the journal, so that it need not be in memory. Whoever
// drives it lets it Rest, and then Restarts it.
type Parked struct{ until time.Time }

func (p *Parked) Error() string { return "the execution waits until " + p.until.Format(time.RFC3339) }

// replayed is how many events an execution may have that is parked: to go on, it is
// run again from its beginning.
const replayed = 1000

// parks says whether an execution that has nothing to do for so long is parked.
func (l *loop) parks(wait time.Duration) bool {
	return l.Park > 0 && wait >= l.Park && len(l.calls) == 0 && l.busy == 0 && l.p.senders.Load() == 0 && l.p.Execution.Recorder.Len() <= replayed
}

// Reset makes a process that was parked one that has not begun, of a new execution.
// Messages to it wait until it is restarted.
func (p *Process) Reset(e *interp.Execution) {
	p.Execution, p.begun, p.told = e, false, 0
	p.counts, p.before, p.missing = nil, nil, nil
	input := value.Raw(p.begin.Input)
	p.x = strand.New(p.begin.Start, func(s *strand.Strand) error { return p.program.Run(s, e, input) })
}

// Rest waits until a process that was parked has to go on: its time has come, or
// somebody has a message for it.
func (p *Process) Rest(ctx context.Context, parked *Parked) error {
	t := time.NewTimer(time.Until(parked.until))
	defer t.Stop()
	select {
	case <-t.C:
	case <-p.knock:
	case <-ctx.Done():
	}
	return ctx.Err()
}
