package asl

import (
	"canto/asl/source"
	"canto/asl/value"
)

// Scalar is a field that holds a number, a string, or an expression that gives one.
type Scalar struct {
	Value value.Value
	Span  source.Span
}

// Task does a piece of work outside of the machine.
type Task struct {
	Common
	Resource             string
	TimeoutSeconds       *Scalar
	TimeoutSecondsPath   *Path
	HeartbeatSeconds     *Scalar
	HeartbeatSecondsPath *Path
	Credentials          *Template
}

// Pass hands on its input, or a fixed Result.
type Pass struct {
	Common
	Result *Template // literal: nothing in it is evaluated
}

// Choice goes on at the first rule that holds.
type Choice struct {
	Common
	Choices []ChoiceRule
	Default string // empty: none
}

// ChoiceRule is a top-level rule of a Choice.
type ChoiceRule struct {
	Node    *source.Node
	Rule    Rule
	Next    string
	Output  *Template
	Assign  *Template
	Comment string
}

// Rule is one of And, Or, Not, Comparison and Condition.
type Rule interface{ rule() }

// And holds when all its rules hold.
type And struct{ Rules []Rule }

// Or holds when one of its rules does.
type Or struct{ Rules []Rule }

// Not holds when its rule does not.
type Not struct{ Rule Rule }

// Comparison tests Variable with Operator. Operand is a literal, or the text of a
// path where the operator ends in Path.
type Comparison struct {
	Node     *source.Node
	Variable string
	Operator string // StringEquals, IsPresent, NumericLessThanPath, ...
	Operand  value.Value
}

// Condition is a JSONata rule: a boolean, or an expression that gives one.
type Condition struct{ Scalar }

func (And) rule()        {}
func (Or) rule()         {}
func (Not) rule()        {}
func (Comparison) rule() {}
func (Condition) rule()  {}

// Wait waits. Exactly one of its fields is there.
type Wait struct {
	Common
	Seconds       *Scalar
	SecondsPath   *Path
	Timestamp     *Scalar
	TimestampPath *Path
}

// Succeed ends its machine or branch well.
type Succeed struct{ Common }

// Fail ends its machine or branch with an error.
type Fail struct {
	Common
	Error     *Scalar
	ErrorPath *Scalar // a path, or an intrinsic that gives a string
	Cause     *Scalar
	CausePath *Scalar
}

// Parallel runs its branches at once, each on the same input.
type Parallel struct {
	Common
	Branches []*Machine
}

// Map runs its processor once for each item.
type Map struct {
	Common
	Processor                      *Machine // ItemProcessor, or the legacy Iterator
	ItemsPath                      *Path
	Items                          *Template
	ItemSelector                   *Template // or the legacy Parameters of a Map
	MaxConcurrency                 *Scalar
	MaxConcurrencyPath             *Path
	ItemReader                     *Template // whole, as written
	ItemBatcher                    *Template // whole, as written
	ResultWriter                   *Template // whole, as written
	Label                          string
	ToleratedFailureCount          *Scalar
	ToleratedFailureCountPath      *Path
	ToleratedFailurePercentage     *Scalar
	ToleratedFailurePercentagePath *Path
}

// Distributed says whether the items run as executions of their own.
func (m *Map) Distributed() bool {
	return m.Processor != nil && m.Processor.Processor != nil && m.Processor.Processor.Mode == "DISTRIBUTED"
}
