package mock

import (
	"fmt"
	"strings"

	"canto/asl"
	"canto/asl/source"
)

// Open loads the case that spec names: FILE#Case, or FILE where there is but one
// case. The machine is the one of that name where the file has it, else the only
// one that will do; FILE#Machine#Case names another.
func Open(spec, machine string) (*Case, error) {
	path, name, _ := strings.Cut(spec, "#")
	config, err := Load(path)
	if err != nil {
		return nil, err
	}
	if m, k, both := strings.Cut(name, "#"); both {
		return config.Case(m, k)
	}
	if config.machine(machine) == nil {
		machine = ""
	}
	return config.Case(machine, name)
}

// Case returns the case of that name. An empty machine or name stands for the
// only one there is.
func (c *Config) Case(machine, name string) (*Case, error) {
	if machine != "" && c.machine(machine) == nil {
		return nil, c.missing("state machine", machine, c.machineNames())
	}
	var found []*Case
	var all, where []string
	for _, m := range c.machines {
		if machine != "" && m.name != machine {
			continue
		}
		for _, k := range m.cases {
			all = append(all, k.name)
			if name == "" || k.name == name {
				found, where = append(found, k), append(where, m.name+"#"+k.name)
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, fmt.Errorf("%s has several test cases, choose one: %s", c.src.Name, strings.Join(where, ", "))
	case name == "":
		return nil, fmt.Errorf("%s has no test case", c.src.Name)
	}
	return nil, c.missing("test case", name, all)
}

func (c *Config) machine(name string) *machine {
	for i := range c.machines {
		if c.machines[i].name == name {
			return &c.machines[i]
		}
	}
	return nil
}

func (c *Config) machineNames() (names []string) {
	for _, m := range c.machines {
		names = append(names, m.name)
	}
	return names
}

func (c *Config) missing(what, name string, names []string) error {
	text := fmt.Sprintf("%s has no %s %q", c.src.Name, what, name)
	if near := source.Nearest(name, names); near != "" {
		return fmt.Errorf("%s; did you mean %q?", text, near)
	}
	if len(names) == 0 {
		return fmt.Errorf("%s, and no other", text)
	}
	return fmt.Errorf("%s; it has %s", text, strings.Join(names, ", "))
}

// Check reports each state that the case mocks but m has not, in itself or in
// its branches, and each that is no Task: its mock would never be used.
func (k *Case) Check(m *asl.Machine) source.Diagnostics {
	types := map[string]string{}
	var tasks []string
	walk(m, func(s *asl.Common) {
		types[s.Name] = s.Type
		if s.Type == "Task" {
			tasks = append(tasks, s.Name)
		}
	})
	var diags source.Diagnostics
	for _, s := range k.states {
		d := source.Diagnostic{Code: Code, Span: s.span}
		switch types[s.name] {
		case "Task":
			continue
		case "":
			d.Message = fmt.Sprintf("the test case %q mocks the state %q, which the machine does not have", k.name, s.name)
			d.Help = help(source.Nearest(s.name, tasks), tasks)
		default:
			d.Message = fmt.Sprintf("the test case %q mocks the state %q, which is a %s; only Task states are mocked", k.name, s.name, types[s.name])
			d.Help = "mock the Task states in it or after it"
		}
		diags = append(diags, d)
	}
	return diags
}

func help(near string, tasks []string) string {
	switch {
	case near != "":
		return fmt.Sprintf("did you mean %q?", near)
	case len(tasks) == 0:
		return "the machine has no Task state"
	}
	return "its Task states are " + strings.Join(tasks, ", ")
}

// walk visits the states of m and of all machines in it.
func walk(m *asl.Machine, visit func(*asl.Common)) {
	if m == nil {
		return
	}
	for _, s := range m.States {
		visit(s.Base())
		switch s := s.(type) {
		case *asl.Parallel:
			for _, branch := range s.Branches {
				walk(branch, visit)
			}
		case *asl.Map:
			walk(s.Processor, visit)
		}
	}
}
