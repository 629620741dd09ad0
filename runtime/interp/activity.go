package interp

import "canto/runtime/strand"

// exists refuses the task of an activity that does not exist: it is never scheduled,
// and ends the execution (recorded behaviour).
func (t *task) exists(v *visit) error {
	if t.wait != strand.ForWorker || v.x.Absent == nil || !v.x.Absent(v.NextID(), t.resource.ARN) {
		return nil
	}
	return v.wrong("The activity %s does not exist.", t.resource.ARN)
}
