package mock

import (
	"fmt"
	"strings"

	"canto/asl"
	"canto/handlers"
)

// Cases are the test cases of a file for many machines: each execution has the one
// that it was started with, or else the usual one.
type Cases struct {
	config         *Config
	machine, usual string
}

// OpenCases loads the cases that spec names: FILE, FILE#Case with the usual case of
// every machine that has it, or FILE#Machine#Case with that of one machine.
func OpenCases(spec string) (*Cases, error) {
	path, rest, _ := strings.Cut(spec, "#")
	config, err := Load(path)
	if err != nil {
		return nil, err
	}
	c := &Cases{config: config, usual: rest}
	if m, k, both := strings.Cut(rest, "#"); both {
		c.machine, c.usual = m, k
		_, err := c.find(m, k)
		return c, err
	}
	if rest == "" {
		return c, nil
	}
	var names []string
	for _, m := range config.machines {
		for _, k := range m.cases {
			if k.name == rest {
				return c, nil
			}
			names = append(names, k.name)
		}
	}
	return nil, config.missing("test case", rest, names)
}

// find finds a case by its name.
func (c *Cases) find(machine, name string) (*Case, error) {
	if name == "" {
		return nil, fmt.Errorf("the name of the test case is empty")
	}
	return c.config.Case(machine, name)
}

// Fits is nil if the machine m has a case of that name, all of whose states are Task
// states of m: any other would be called for real.
func (c *Cases) Fits(m *asl.Machine, machine, name string) error {
	k, err := c.find(machine, name)
	if err != nil {
		return err
	}
	if diags := k.Check(m); len(diags) > 0 {
		return fmt.Errorf("%s: %s", diags[0].Message, diags[0].Help)
	}
	return nil
}

// Resolver answers for the states that the case of a call's execution mentions, and
// asks real for all others. Children of a distributed Map have their parent's case.
func (c *Cases) Resolver(real handlers.Resolver) handlers.Resolver {
	r := byCase{cases: map[caseOf]handlers.Resolver{}, usual: map[string]handlers.Resolver{}, real: real}
	for _, m := range c.config.machines {
		for _, k := range m.cases {
			mocked := k.Resolver(real)
			r.cases[caseOf{m.name, k.name}] = mocked
			if k.name == c.usual && (c.machine == "" || c.machine == m.name) {
				r.usual[m.name] = mocked
			}
		}
	}
	return r
}

type caseOf struct{ machine, name string }

type byCase struct {
	cases map[caseOf]handlers.Resolver
	usual map[string]handlers.Resolver
	real  handlers.Resolver
}

func (r byCase) Resolve(c handlers.Call) (handlers.Handler, error) {
	machine, _, _ := strings.Cut(c.Machine, "/")
	mocked := r.usual[machine]
	if c.Case != "" {
		mocked = r.cases[caseOf{machine, c.Case}]
	}
	if mocked != nil {
		return mocked.Resolve(c)
	}
	return r.real.Resolve(c)
}
