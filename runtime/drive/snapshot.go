package drive

import (
	"canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/interp"
)

// Snapshot is how far an execution was after its last turn that was kept.
type Snapshot struct {
	Status           interp.Status
	Output           value.Value
	Error, Cause     string
	Retries, Catches int
	Events           history.Events
}

// Watch makes the process show itself after every turn. It is called before the
// process runs.
func (p *Process) Watch() { p.watched = true }

// Snapshot is what the process last showed. It may be called at any time.
func (p *Process) Snapshot() Snapshot {
	if s := p.shown.Load(); s != nil {
		return *s
	}
	return Snapshot{Status: interp.Running}
}

// Final is how far the execution came. It is called when the process is over.
func (p *Process) Final() Snapshot {
	x := p.Execution
	return Snapshot{
		Status: x.Status, Output: x.Output, Error: x.Error, Cause: x.Cause,
		Retries: x.Retries, Catches: x.Catches, Events: x.Recorder.Events(),
	}
}

func (p *Process) show() {
	p.Keep()
	if p.done() {
		p.over.Store(true)
	}
	if !p.watched {
		return
	}
	s := p.Final()
	s.Events = p.Execution.Recorder.Snapshot()
	p.shown.Store(&s)
}

// Keep says that the journal has the process already. It is called before it is driven.
func (p *Process) Keep() {
	if !p.showed {
		p.showed = true
		close(p.first)
	}
}

// Begun is closed when a turn has been kept.
func (p *Process) Begun() <-chan struct{} { return p.first }

// Ended says whether the last turn has been kept. Handlers may still be waited for.
func (p *Process) Ended() bool { return p.over.Load() }
