package drive

import (
	"slices"
	"strings"

	"canto/runtime/strand"
)

// Beside the answers that the execution got, the journal has entries that are no
// answers: what the driver has to know again in a replay.
const (
	// absent says: when this request was to be made, there was no such activity. A
	// replay looks it up, whatever activities there are by then.
	absent strand.Kind = "absent"
	// early begins the kind of a callback that came before the handler had returned.
	// It is delivered after the submission, and is then in the journal once more.
	early strand.Kind = "early "
	// beat says: the worker of this request is alive. Earlier versions kept it.
	beat strand.Kind = "heartbeat"
)

// look lets the process find out whether activities exist, and remember what it found.
func (p *Process) look(a Activities) {
	if a == nil {
		return
	}
	p.Execution.Absent = func(request, activity string) bool {
		if p.replaying {
			return p.missed[request]
		}
		if a.Exists(activity) {
			return false
		}
		p.missing = append(p.missing, strand.Answer{ID: request, At: p.x.Now(), Kind: absent, Error: activity})
		return true
	}
}

// recall takes from the journal what are no answers, and gives the answers.
func (p *Process) recall(journal []strand.Answer) []strand.Answer {
	p.missed, p.early = map[string]bool{}, map[string]strand.Answer{}
	return slices.DeleteFunc(slices.Clone(journal), func(a strand.Answer) bool {
		kind, came := strings.CutPrefix(string(a.Kind), string(early))
		switch {
		case a.Kind == absent:
			p.missed[a.ID] = true
		case a.Kind == beat:
		case came:
			a.Kind = strand.Kind(kind)
			p.early[a.ID] = a
		default:
			return false
		}
		return true
	})
}
