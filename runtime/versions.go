package runtime

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"canto/runtime/store"
)

// maxVersions and maxAliases are how many of each a machine may have (service quotas).
const (
	maxVersions = 1000
	maxAliases  = 100
)

func versionARN(machine string, number int) string { return machine + ":" + strconv.Itoa(number) }

// PublishStateMachineVersion publishes the current revision of a machine. If it is
// a version already, that one is returned. revision is its ID, if the caller names
// one: "INITIAL" is the one that the machine was created with.
func (e *Engine) PublishStateMachineVersion(ctx context.Context, arn, revision, description string) (*StateMachine, error) {
	return e.changeMachine(ctx, arn, func(x *entry) (*StateMachine, []store.Document, error) {
		if now := x.current.state.Revision; revision != "" && revision != now && (now != "" || revision != initial) {
			if now == "" {
				now = initial
			}
			return nil, nil, fault("ConflictException",
				"Failed to publish the State Machine version for revision %s. The current State Machine revision is %s.", revision, now)
		}
		return e.publish(x, description)
	})
}

const initial = "INITIAL"

// publish publishes the current revision of x, unless it is a version.
func (e *Engine) publish(x *entry, description string) (*StateMachine, []store.Document, error) {
	if v := x.published(); v != nil {
		out, err := v.ready()
		return out, []store.Document{x.document()}, err
	}
	if len(x.versions) >= maxVersions {
		return nil, nil, fault("ServiceQuotaExceededException", "The maximum number of versions of a state machine is %d.", maxVersions)
	}
	m, err := x.current.ready()
	if err != nil {
		return nil, nil, err
	}
	v := x.publish(*m, description, e.now())
	return v.state, []store.Document{v.document(), x.document()}, nil
}

// published is the version that the current revision is, or nil.
func (x *entry) published() *revision {
	if n := len(x.versions); n > 0 && x.versions[n-1].state.Revision == x.current.state.Revision {
		return x.versions[n-1]
	}
	return nil
}

// publish makes m, the current revision, the next version.
func (x *entry) publish(m StateMachine, description string, now time.Time) *revision {
	x.last++
	m.Version, m.VersionARN, m.Description, m.Created = x.last, versionARN(x.ARN, x.last), description, now
	v := newRevision(m)
	x.versions = append(slices.Clip(x.versions), v)
	return v
}

// version is the version of that number, or nil.
func (x *entry) version(number string) *revision {
	n, err := strconv.Atoi(number)
	if err != nil || strconv.Itoa(n) != number {
		return nil
	}
	i, found := slices.BinarySearchFunc(x.versions, n, func(v *revision, n int) int { return v.state.Version - n })
	if !found {
		return nil
	}
	return x.versions[i]
}

// StateMachineVersions are the versions of a machine, the newest first; none where
// there is no such machine. Their Machine may be nil: StateMachine gives it.
func (e *Engine) StateMachineVersions(arn string) []*StateMachine {
	x := e.catalog.find(arn)
	if x == nil {
		return nil
	}
	out := make([]*StateMachine, 0, len(x.versions))
	for _, v := range slices.Backward(x.versions) {
		out = append(out, v.state)
	}
	return out
}

// DeleteStateMachineVersion deletes a version, if it is there and no alias points
// at it. Executions that run by it go on.
func (e *Engine) DeleteStateMachineVersion(ctx context.Context, arn string) error {
	base, number := unqualified(arn)
	x := e.catalog.find(base)
	if x == nil || x.deleting || x.version(number) == nil {
		return nil
	}
	_, err := e.changeMachine(ctx, base, func(x *entry) (*StateMachine, []store.Document, error) {
		if names := x.pointing(arn); len(names) > 0 {
			return nil, nil, fault("ConflictException",
				"Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [%s]", strings.Join(names, ", "))
		}
		x.versions = slices.DeleteFunc(slices.Clone(x.versions), func(v *revision) bool { return v.state.VersionARN == arn })
		return nil, []store.Document{{Kind: versionKind, Key: arn}}, nil
	})
	return err
}

// unqualified takes the number of a version or the name of an alias off an ARN.
func unqualified(arn string) (machine, qualifier string) {
	if strings.Count(arn, ":") < 7 {
		return arn, ""
	}
	i := strings.LastIndexByte(arn, ':')
	return arn[:i], arn[i+1:]
}
