package runtime

import (
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"canto/runtime/drive"
)

// The types of state machines.
const (
	Standard = "STANDARD"
	Express  = "EXPRESS"
)

// StateMachine is a machine that an engine knows by its ARN, so that executions can
// be started by it.
type StateMachine struct {
	ARN     string // set by the engine
	RoleARN string // of its executions; empty: the engine's
	Type    string // Standard or Express; empty: Standard
	Created time.Time
	Machine *Machine
	Text    string // the definition as it was given
	// Settings are what the engine keeps of a machine but does not use. Machines with
	// equal settings are alike.
	Settings any
}

// Express says whether the executions of the machine are EXPRESS.
func (m *StateMachine) Express() bool { return m.Type == Express }

// same says whether creating n again would give m. The role does not count.
func (m *StateMachine) same(n *StateMachine) bool {
	return m.Text == n.Text && m.Type == n.Type && reflect.DeepEqual(m.Settings, n.Settings)
}

// CreateStateMachine registers a machine under its name. One that is there already
// and alike is returned as it is.
func (e *Engine) CreateStateMachine(m StateMachine) (*StateMachine, error) {
	if err := checkName(m.Machine.Name); err != nil {
		return nil, err
	}
	if err := e.alias(m.Machine); err != nil {
		return nil, err
	}
	m.ARN, m.Created = e.arn("stateMachine", m.Machine.Name), e.now()
	if m.Type == "" {
		m.Type = Standard
	}
	if m.Text == "" {
		m.Text = m.Machine.definition
	}
	if m.RoleARN == "" {
		m.RoleARN = e.role
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.machines[m.ARN]
	if old == nil {
		e.forget(m.ARN)
		e.machines[m.ARN] = &m
		return &m, nil
	}
	if !old.same(&m) {
		return nil, fault("StateMachineAlreadyExists", "State Machine Already Exists: '%s'", m.ARN)
	}
	return old, nil
}

// forget lets go of the executions of a machine that was deleted, so that their
// names are free. It is called with the lock held.
func (e *Engine) forget(machine string) {
	for _, x := range e.started[machine] {
		delete(e.executions, x.ARN)
	}
	delete(e.started, machine)
}

// StateMachine is the machine of that ARN.
func (e *Engine) StateMachine(arn string) (*StateMachine, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if m := e.machines[arn]; m != nil {
		return m, nil
	}
	return nil, fault("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", arn)
}

// StateMachines are all machines, in the order of their names.
func (e *Engine) StateMachines() []*StateMachine {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]*StateMachine, 0, len(e.machines))
	for _, m := range e.machines {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *StateMachine) int { return strings.Compare(a.Machine.Name, b.Machine.Name) })
	return all
}

// DeleteStateMachine forgets a machine, if it is there, and stops its executions.
// What came of them is kept until a machine of that name is made again.
func (e *Engine) DeleteStateMachine(arn string) {
	e.mu.Lock()
	m := e.machines[arn]
	delete(e.machines, arn)
	var open []*drive.Process
	for _, x := range e.started[arn] {
		if p := x.process.Load(); p != nil {
			open = append(open, p)
		}
	}
	e.mu.Unlock()
	if m == nil {
		return
	}
	for _, p := range open {
		go func() { _ = p.Stop(e.base, "", "") }() // one that ends meanwhile needs no stop
	}
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
