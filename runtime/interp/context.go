package interp

import (
	"time"

	jsonvalue "canto/asl/value"
)

// mapItem is what $$.Map.Item shows in an iteration.
type mapItem struct {
	index       int
	value       value
	distributed *Item // nil: of an inline Map
}

// Context is the context object ($$) as this state sees it, its members in the
// service's order. RetryCount is there for the states that can retry.
func (v *visit) Context() value {
	own := v.context()
	if v.x.Test != nil {
		return v.x.Test.context(own)
	}
	return own
}

// context is the context object that the execution itself gives.
func (v *visit) context() value {
	execution := []jsonvalue.Member{
		member("Id", jsonvalue.String(v.x.ARN)),
		member("Input", v.branch.input),
		member("StartTime", instant(v.x.Start)),
		member("Name", jsonvalue.String(v.x.Name)),
		member("RoleArn", v.role()),
	}
	if !v.x.Synchronous {
		execution = append(execution, member("RedriveCount", jsonvalue.Of(v.x.RedriveCount)))
	}
	if v.x.RedriveCount > 0 {
		execution = append(execution, member("RedriveTime", instant(v.x.Redriven)))
	}
	machine := jsonvalue.NewObject(
		member("Id", jsonvalue.String(v.x.MachineARN)),
		member("Name", jsonvalue.String(v.x.MachineName)),
	)
	state := []jsonvalue.Member{
		member("Name", jsonvalue.String(v.state.name)),
		member("EnteredTime", instant(v.entered)),
	}
	if v.retriable() {
		state = append(state, member("RetryCount", jsonvalue.Of(v.retries)))
	}
	members := []jsonvalue.Member{
		member("Execution", jsonvalue.NewObject(execution...)),
		member("StateMachine", machine),
		member("State", jsonvalue.NewObject(state...)),
	}
	if i := v.item; i != nil {
		members = append(members, member("Map", jsonvalue.NewObject(member("Item", i.object()))))
	}
	if v.token != "" {
		members = append(members, member("Task", jsonvalue.NewObject(member("Token", jsonvalue.String(v.token)))))
	}
	return jsonvalue.NewObject(members...)
}

// role is null where the execution has none, as the test of a state may.
func (v *visit) role() value {
	if v.x.RoleARN == "" {
		return value{}
	}
	return jsonvalue.String(v.x.RoleARN)
}

func member(name string, x value) jsonvalue.Member { return jsonvalue.Member{Name: name, Value: x} }

// instant is a time as the context object writes it: ISO 8601, UTC, milliseconds.
func instant(t time.Time) value {
	return jsonvalue.String(t.UTC().Format("2006-01-02T15:04:05.000Z"))
}

func (v *visit) retriable() bool {
	switch v.state.behavior.(type) {
	case *task, *parallel, *mapState, *distributed:
		return true
	}
	return false
}
