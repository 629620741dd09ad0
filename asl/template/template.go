// Package template reads AWS SAM and CloudFormation templates: which state
// machines they deploy, with which definition and substitutions, on which
// schedule, and which functions stand behind the ARNs.
//
// It works on text alone. It opens no file that a template points to, calls no
// AWS API and expands no macro; what only a deployed stack could tell is reported
// by name and left open. ARNs are made up in one fixed region and account, so
// that a machine runs offline with the same names everywhere.
package template

import (
	"path"
	"slices"

	"canto/asl/source"
)

// Template is what a template says about machines and functions, each list in
// document order.
type Template struct {
	Parameters []Parameter
	Machines   []Machine
	Functions  []Function

	names map[string]int // any name of a function, without its ARN: its index in Functions
}

// Parameter is an input of the template.
type Parameter struct {
	Name       string
	Type       string // "String", "Number", "CommaDelimitedList", ...
	Default    string // its text; meaningful only where HasDefault
	HasDefault bool
	Span       source.Span
}

// Machine is a state machine of the template.
type Machine struct {
	LogicalID     string
	Name          string // its Name or StateMachineName, else the logical ID
	ARN           string
	Type          string            // STANDARD or EXPRESS
	DefinitionURI string            // as written, or s3://bucket/key; empty where the definition is inline
	Definition    *source.Source    // the inline definition as JSON; nil where DefinitionURI says where it is
	Substitutions map[string]string // text for ${Name}; a value that the template alone cannot give is absent
	Schedules     []Schedule
	Role          string // ARN
	Logging       Logging
	Tracing       bool
	Tags          []Tag // those that the template alone can give
	Span          source.Span
}

// Logging is where a machine's executions are logged.
type Logging struct {
	Level       string // ALL, ERROR, FATAL or OFF; empty: OFF
	IncludeData bool
	Groups      []string // ARNs of log groups
}

// Parse reads src, YAML or JSON. It never stops at the first mistake; the template
// holds what could be read, and is never nil.
func Parse(src *source.Source) (*Template, source.Diagnostics) {
	d := read(src)
	t := &Template{}
	t.Parameters = d.parameterList()
	t.Functions = d.functions()
	t.Machines = d.machines()
	t.names = index(t.Functions)
	return t, d.diagnostics
}

// Machine returns the machine that a definition belongs to. The definition is
// named by its path relative to the template's folder, with slashes, or by
// the machine's name or logical ID.
func (t *Template) Machine(definition string) (Machine, bool) {
	clean := path.Clean(definition)
	i := slices.IndexFunc(t.Machines, func(m Machine) bool {
		return m.DefinitionURI != "" && path.Clean(m.DefinitionURI) == clean
	})
	if i < 0 {
		i = slices.IndexFunc(t.Machines, func(m Machine) bool {
			return m.LogicalID == definition || m.Name == definition
		})
	}
	if i < 0 {
		return Machine{}, false
	}
	return t.Machines[i], true
}
