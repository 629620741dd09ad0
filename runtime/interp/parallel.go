package interp

import (
	"canto/asl"
	jsonvalue "canto/asl/value"
	"canto/runtime/history"
)

// parallel runs its branches at once, each on the same input.
type parallel struct{ branches []*machine }

func (c *compiler) parallel(n *asl.Parallel) behavior {
	p := &parallel{}
	for _, m := range n.Branches {
		p.branches = append(p.branches, c.machine(m))
	}
	return p
}

func (p *parallel) run(v *visit) (outcome, error) {
	results, err := v.fan(func() (*team, error) {
		in, err := v.work()
		if err == nil {
			v.record(history.Event{Type: history.ParallelStateStarted, Name: v.state.name})
		}
		return newTeam(len(p.branches), 0, &branches{p.branches, in}), err
	})
	if err != nil {
		return outcome{}, err
	}
	v.aside(history.Event{Type: history.ParallelStateSucceeded, Name: v.state.name})
	return v.state.io.conclude(v, jsonvalue.Array(results))
}

func (p *parallel) failed(v *visit) {
	v.record(history.Event{Type: history.ParallelStateFailed, Name: v.state.name})
}

// branches are the crew of a Parallel state. It has no events about them.
type branches struct {
	machines []*machine
	input    value
}

func (bs *branches) member(*branch, int) {}

func (bs *branches) play(b *branch, i int) (value, error) { return b.run(bs.machines[i], bs.input) }

func (bs *branches) note(moment, int) (history.Event, bool) { return history.Event{}, false }
