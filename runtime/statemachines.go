package runtime

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"canto/runtime/store"
)

// The types of state machines.
const (
	Standard = "STANDARD"
	Express  = "EXPRESS"
)

// StateMachine is a machine that an engine knows by its ARN, so that executions can
// be started by it: its current revision, or one that was published as a version.
type StateMachine struct {
	ARN     string // set by the engine; without the number of a version
	RoleARN string // of its executions; empty: the engine's
	Type    string // Standard or Express; empty: Standard
	Created time.Time
	Updated time.Time // when this revision was made
	Machine *Machine  `json:"-"`
	Text    string    // the definition as it was given
	// Settings are JSON that the engine keeps of a machine but does not read. Machines
	// with the same text are alike.
	Settings string `json:",omitempty"`
	// Revision is the ID of the revision. The one that the machine was created with has none.
	Revision string `json:",omitempty"`

	Version     int    `json:",omitempty"` // its number; 0: this is no version
	VersionARN  string `json:",omitempty"`
	Description string `json:",omitempty"` // of the version
	Deleting    bool   `json:"-"`          // it was deleted, and executions of it still run

	snapshot string // what its executions keep of it
}

// Express says whether the executions of the machine are EXPRESS.
func (m *StateMachine) Express() bool { return m.Type == Express }

// same says whether n would be the same revision as m, but for its role.
func (m *StateMachine) same(n *StateMachine) bool {
	return m.Text == n.Text && m.Type == n.Type && m.Settings == n.Settings
}

// CreateOption says what else comes with a new machine or activity.
type CreateOption func(*creating)

type creating struct {
	creation
	tags     []Tag
	settings string
}

func createdBy(opts []CreateOption) creating {
	var c creating
	for _, o := range opts {
		o(&c)
	}
	return c
}

// Publish publishes a machine as its version 1.
func Publish(description string) CreateOption {
	return func(c *creating) { c.Publish, c.Description = true, description }
}

// Tags tags a machine or an activity.
func Tags(tags ...Tag) CreateOption { return func(c *creating) { c.tags = tags } }

// Settings are JSON that the engine keeps of an activity but does not read.
func Settings(text string) CreateOption { return func(c *creating) { c.settings = text } }

// CreateStateMachine registers a machine under its name. One that is there already
// and alike is returned as it is; its role and its tags do not count. What Publish
// published is in VersionARN.
func (e *Engine) CreateStateMachine(ctx context.Context, m StateMachine, opts ...CreateOption) (*StateMachine, error) {
	c := createdBy(opts)
	if err := checkName(m.Machine.Name); err != nil {
		return nil, err
	}
	if err := e.alias(m.Machine); err != nil {
		return nil, err
	}
	e.complete(&m)
	tags, err := merged(m.ARN, nil, c.tags)
	if err != nil {
		return nil, err
	}
	e.catalog.changing.Lock()
	defer e.catalog.changing.Unlock()
	if old := e.catalog.find(m.ARN); old != nil {
		return old.again(&m, c.creation)
	}
	return e.addMachine(ctx, m, c.creation, tags)
}

// complete fills in what a new machine does not say.
func (e *Engine) complete(m *StateMachine) {
	m.ARN, m.Created = e.arn("stateMachine", m.Machine.Name), e.now()
	m.Updated = m.Created
	if m.Type == "" {
		m.Type = Standard
	}
	if m.Text == "" {
		m.Text = m.Machine.definition
	}
	if m.RoleARN == "" {
		m.RoleARN = e.role
	}
}

// again is what creating a machine gives that is there already.
func (x *entry) again(m *StateMachine, c creation) (*StateMachine, error) {
	if x.deleting {
		return nil, deleting(x.ARN)
	}
	if !x.current.state.same(m) || x.created != c {
		return nil, fault("StateMachineAlreadyExists", "State Machine Already Exists: '%s'", x.ARN)
	}
	out, err := x.current.ready()
	if err != nil || !c.Publish {
		return out, err
	}
	first := *out
	first.VersionARN = versionARN(x.ARN, 1)
	return &first, nil
}

// addMachine keeps a new machine. It is called by who changes the catalog.
func (e *Engine) addMachine(ctx context.Context, m StateMachine, c creation, tags []Tag) (*StateMachine, error) {
	x := &entry{ARN: m.ARN, created: c, current: newRevision(m)}
	docs, out := []store.Document{tagsDocument(m.ARN, tags)}, x.current
	if c.Publish {
		out = x.publish(m, c.Description, m.Created)
		docs = append(docs, out.document())
	}
	if err := e.forget(ctx, m.ARN); err != nil { // executions of one that was deleted: their names are free
		return nil, err
	}
	if err := e.store.Put(ctx, append(docs, x.document())...); err != nil {
		return nil, err
	}
	e.catalog.place(m.ARN, x)
	e.catalog.tag(m.ARN, tags)
	return out.state, nil
}

// StateMachine is the machine of that ARN, or its version. An alias is neither.
func (e *Engine) StateMachine(arn string) (*StateMachine, error) {
	x, qualifier := e.catalog.resolve(arn)
	switch {
	case labelled(arn):
		return nil, unlabelled(arn)
	case x == nil:
		return nil, noMachine(arn)
	case qualifier == "":
		out, err := x.current.ready()
		if err != nil || !x.deleting {
			return out, err
		}
		doomed := *out
		doomed.Deleting = true
		return &doomed, nil
	}
	if v := x.version(qualifier); v != nil {
		return v.ready()
	}
	return nil, noMachine(arn)
}

// Name is the name of the machine.
func (m *StateMachine) Name() string { return m.ARN[strings.LastIndexByte(m.ARN, ':')+1:] }

// StateMachines are all machines, in the order of their names. Their Machine may be
// nil: StateMachine gives it.
func (e *Engine) StateMachines() []*StateMachine {
	all := e.catalog.all()
	out := make([]*StateMachine, len(all))
	for i, x := range all {
		out[i] = x.current.state
	}
	return out
}

// Update says what of a machine changes. What is nil stays.
type Update struct {
	Machine     *Machine
	Text        string // the definition as it was given; empty: that of Machine
	RoleARN     *string
	Settings    *string
	Publish     bool
	Description string // of the version that is published
}

// UpdateStateMachine gives a machine a new revision, unless nothing changes. What
// was published is in VersionARN. Executions that run keep the revision they began with.
func (e *Engine) UpdateStateMachine(ctx context.Context, arn string, u Update) (*StateMachine, error) {
	if u.Machine != nil {
		if err := e.alias(u.Machine); err != nil {
			return nil, err
		}
	}
	return e.changeMachine(ctx, arn, func(x *entry) (*StateMachine, []store.Document, error) {
		next, err := x.current.ready()
		if err != nil && u.Machine == nil { // one that cannot be read may be replaced
			return nil, nil, err
		}
		if m := u.applied(*next); !m.same(next) || m.RoleARN != next.RoleARN {
			m.Revision, m.Updated = NewUUID(), e.now()
			x.current = newRevision(m)
		}
		if !u.Publish {
			return x.current.state, []store.Document{x.document()}, nil
		}
		return e.publish(x, u.Description)
	})
}

// applied is the machine with the change.
func (u Update) applied(m StateMachine) StateMachine {
	if u.Machine != nil {
		m.Machine, m.Text = u.Machine, u.Text
		if m.Text == "" {
			m.Text = u.Machine.definition
		}
	}
	if u.RoleARN != nil {
		m.RoleARN = *u.RoleARN
	}
	if u.Settings != nil {
		m.Settings = *u.Settings
	}
	return m
}

// changeMachine lets f change the entry of a machine, and say what comes of it and
// which documents keep it. The ARN has to be that of the machine itself.
func (e *Engine) changeMachine(ctx context.Context, arn string, f func(*entry) (*StateMachine, []store.Document, error)) (*StateMachine, error) {
	if labelled(arn) {
		return nil, unlabelled(arn)
	}
	e.catalog.changing.Lock()
	defer e.catalog.changing.Unlock()
	old := e.catalog.find(arn)
	switch {
	case old == nil:
		return nil, noMachine(arn)
	case old.deleting:
		return nil, deleting(arn)
	}
	x := *old
	out, docs, err := f(&x)
	if err != nil {
		return nil, err
	}
	if err := e.store.Put(ctx, docs...); err != nil {
		return nil, err
	}
	e.catalog.place(arn, &x)
	return out, nil
}

// DeleteStateMachine deletes a machine, if it is there, with its versions and
// aliases. It is gone when the last of its executions has ended: they fail when
// they come to their next state. What came of them is kept until a machine of that
// name is made again.
func (e *Engine) DeleteStateMachine(ctx context.Context, arn string) error {
	if labelled(arn) {
		return unlabelled(arn)
	}
	if _, qualifier := unqualified(arn); qualifier != "" { // API reference; the text is a guess
		return fault("ValidationException", "A state machine cannot be deleted by the ARN of a version or an alias: '%s'", arn)
	}
	e.catalog.changing.Lock()
	defer e.catalog.changing.Unlock()
	x := e.catalog.find(arn)
	if x == nil {
		return nil
	}
	if !x.deleting { // else it was deleted, and what was to follow may not have been kept
		old := x
		x = &entry{ARN: arn, created: old.created, current: old.current, last: old.last, deleting: true}
		if err := e.store.Put(ctx, append(old.stripped(), x.document())...); err != nil {
			return err
		}
		e.catalog.place(arn, x)
	}
	if e.orphan(ctx, arn) {
		return nil
	}
	return e.bury(ctx, x)
}

// bury forgets a machine that was deleted, once none of its executions runs. It is
// called by who changes the catalog.
func (e *Engine) bury(ctx context.Context, x *entry) error {
	if err := e.store.Put(ctx, x.forgotten()...); err != nil {
		return err
	}
	e.catalog.place(x.ARN, nil)
	return nil
}

// mourn forgets the machine of an execution that has ended, if it was deleted and
// that was its last.
func (e *Engine) mourn(machine string) error {
	if x := e.catalog.find(machine); x == nil || !x.deleting {
		return nil
	}
	e.catalog.changing.Lock()
	defer e.catalog.changing.Unlock()
	x := e.catalog.find(machine)
	if x == nil || !x.deleting || len(e.openOf(machine, false)) > 0 {
		return nil
	}
	return e.bury(context.WithoutCancel(e.base), x)
}

// mourned is mourn where nobody waits for the outcome.
func (e *Engine) mourned(machine string) {
	e.eventually(machine, func() error { return e.mourn(machine) })
}

// eventually does what nobody waits for: now, or, where that fails as on a full disk,
// again after pauses, until the engine is closed.
func (e *Engine) eventually(of string, do func() error) {
	err := do()
	if err == nil || e.base.Err() != nil {
		return
	}
	e.trouble(of, err)
	if e.admit() != nil {
		return
	}
	go func() {
		defer e.open.Done()
		for pause := firstPause; err != nil; pause = min(2*pause, longestPause) {
			select {
			case <-e.base.Done():
				return
			case <-time.After(pause):
			}
			if err = do(); err != nil && e.base.Err() == nil {
				e.trouble(of, err)
			}
		}
	}()
}

// buryAll goes on with the machines that were deleted, as after a crash: those
// without executions are forgotten, and the executions of the others are told again.
func (e *Engine) buryAll(ctx context.Context) error {
	for _, x := range e.catalog.all() {
		if x.deleting && e.orphan(ctx, x.ARN) {
			continue
		}
		if err := e.mourn(x.ARN); err != nil {
			return err
		}
	}
	return nil
}

// checkName refuses what is no name of a machine, an execution or an activity.
func checkName(name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > 80 || strings.ContainsFunc(name, forbidden) || !utf8.ValidString(name) {
		return fault("InvalidName", "Invalid Name: '%s'", name)
	}
	return nil
}

// forbidden says whether names may not have the character (API reference, CreateStateMachine).
func forbidden(r rune) bool {
	switch {
	case r <= 0x1f, r >= 0x7f && r <= 0x9f, r == 0xfffe, r == 0xffff, r >= 0xd800 && r <= 0xdfff, r == 0x10ffff:
		return true
	}
	return strings.ContainsRune(" \t\n<>{}[]?*\"#%\\^|~`$&,;:/", r)
}
