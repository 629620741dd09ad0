// Package asl is the syntax tree of the Amazon States Language: machines and
// their states as the definition gives them, each with its place in the source.
// It parses nothing, checks nothing and runs nothing: see its children.
package asl

import (
	"slices"

	"canto/asl/source"
	"canto/asl/value"
)

// QueryLanguage is the language of a machine's or a state's paths and expressions.
type QueryLanguage string

// The query languages. A state without one has its machine's, and a machine without one has JSONPath.
const (
	JSONPath QueryLanguage = "JSONPath"
	JSONata  QueryLanguage = "JSONata"
)

// Machine is a state machine, a branch of a Parallel state, or the processor of a Map state.
type Machine struct {
	Node           *source.Node
	Comment        string
	Version        string
	StartAt        string
	QueryLanguage  QueryLanguage // resolved: never empty
	TimeoutSeconds int64         // 0: none; only of a whole machine
	Processor      *ProcessorConfig
	States         []State // in document order

	places *source.Node   // of the states among the members of this object, or
	byName map[string]int // where those are not the same, by their names
}

// State returns the state of that name in this machine (not in its branches), or nil.
func (m *Machine) State(name string) State {
	if i := m.Place(name); i >= 0 {
		return m.States[i]
	}
	return nil
}

// Place is the place of the state of that name among the States of this machine, or -1.
func (m *Machine) Place(name string) int {
	switch {
	case m.places != nil:
		return m.places.Place(name)
	case m.byName != nil:
		if i, ok := m.byName[name]; ok {
			return i
		}
		return -1
	}
	return slices.IndexFunc(m.States, func(s State) bool { return s.Base().Name == name })
}

// Index makes State fast; the parser calls it once a machine is whole.
func (m *Machine) Index() {
	if states := m.Node.Field("States"); states != nil && len(states.Members) == len(m.States) {
		m.places = states
		return
	}
	m.byName = make(map[string]int, len(m.States))
	for i, s := range m.States {
		m.byName[s.Base().Name] = i
	}
}

// ProcessorConfig is how a Map state runs its processor.
type ProcessorConfig struct {
	Mode          string // INLINE (default) or DISTRIBUTED
	ExecutionType string // STANDARD or EXPRESS
}

// State is one of Task, Pass, Choice, Wait, Succeed, Fail, Parallel and Map.
type State interface {
	Base() *Common
	Span() source.Span
	state()
}

// Common is what every state may have. Which fields a type of state allows is
// the field matrix of the language; package check keeps it.
type Common struct {
	Name          string
	Type          string // as written: "Task", ...
	Comment       string
	Node          *source.Node
	QueryLanguage QueryLanguage // resolved: never empty
	Next          string
	End           bool

	InputPath      *Path
	Parameters     *Template
	Arguments      *Template
	ResultSelector *Template
	ResultPath     *Path
	OutputPath     *Path
	Output         *Template
	Assign         *Template
	Retry          []Retrier
	Catch          []Catcher
}

// Base returns c itself: embedding it gives a state the method.
func (c *Common) Base() *Common { return c }

// Span is where the state stands.
func (c *Common) Span() source.Span {
	if c.Node == nil {
		return source.Span{}
	}
	return c.Node.Span
}

func (c *Common) state() {}

// Path is a field that holds a path, or null.
type Path struct {
	Text string // "$.a.b", "$$.Execution.Id", "$variable"
	Null bool   // the field is there and is null
	Span source.Span
}

// Template is a field that holds a JSON value in which paths, intrinsics or
// expressions may stand.
type Template struct {
	Value value.Value
	Node  *source.Node
}

// Retrier is one entry of Retry.
type Retrier struct {
	Node            *source.Node
	ErrorEquals     []string
	IntervalSeconds int64   // default 1
	MaxAttempts     int64   // default 3
	BackoffRate     float64 // default 2.0
	MaxDelaySeconds int64   // 0: none
	JitterStrategy  string  // FULL or NONE; default NONE
}

// Catcher is one entry of Catch.
type Catcher struct {
	Node        *source.Node
	ErrorEquals []string
	Next        string
	ResultPath  *Path
	Output      *Template
	Assign      *Template
}
