package golden

import (
	"fmt"
	"strconv"
	"strings"

	"canto/asl/source"
	"canto/asl/value"
)

// Options are what the section "options" of a case says, a line each:
//
//	seed 7                       the seed of all randomness
//	no-limits                    no limits of payload and history
//	case Bad weather             the test case of the mock file
//	define Name=text             the text of the placeholder ${Name}
//	function notify {"ok":true}  a registered function that always answers so
//	echo same                    a registered function that answers its input
//	stop Slow My.Error Enough    stops the execution when the state Slow calls its task
//	brief                        keep only the first and the last events of the trace
//
// Empty lines, and those that begin with #, say nothing.
type Options struct {
	Seed      uint64
	NoLimits  bool
	Brief     bool
	Case      string
	Defines   map[string]string
	Functions map[string]value.Value
	Echoes    []string
	Stop      *Stop
}

// Stop says that somebody stops the execution when a state calls its task, which
// then never answers. Neither has to have an error or a cause.
type Stop struct{ State, Error, Cause string }

var optionNames = []string{"seed", "no-limits", "case", "define", "function", "echo", "stop", "brief"}

func (c *Case) readOptions() error {
	c.Options = Options{Defines: map[string]string{}, Functions: map[string]value.Value{}}
	for i, line := range strings.Split(get(c.archive, sectionOptions), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		if err := c.Options.set(name, strings.TrimSpace(rest)); err != nil {
			return fmt.Errorf("%s:%d: %w", c.Path, c.line(sectionOptions)+i+1, err)
		}
	}
	return nil
}

func (o *Options) set(name, rest string) (err error) {
	switch name {
	case "seed":
		if o.Seed, err = strconv.ParseUint(rest, 10, 64); err != nil {
			return fmt.Errorf("the seed must be a whole number, but is %q", rest)
		}
	case "no-limits":
		o.NoLimits = true
	case "brief":
		o.Brief = true
	case "case":
		o.Case = rest
	case "define":
		key, text, ok := strings.Cut(rest, "=")
		if !ok {
			return fmt.Errorf("define needs Name=text, but has %q", rest)
		}
		o.Defines[key] = text
	case "function":
		return o.function(rest)
	case "echo":
		o.Echoes = append(o.Echoes, rest)
	case "stop":
		return o.stop(rest)
	default:
		return unknownOption(name)
	}
	return nil
}

func unknownOption(name string) error {
	if near := source.Nearest(name, optionNames); near != "" {
		return fmt.Errorf("there is no option %q; did you mean %q?", name, near)
	}
	return fmt.Errorf("there is no option %q; the options are %s", name, strings.Join(optionNames, ", "))
}

func (o *Options) function(rest string) error {
	name, text, _ := strings.Cut(rest, " ")
	result, err := value.Parse(text)
	if err != nil {
		return fmt.Errorf("function needs a name and the JSON that it answers, but has %q: %w", rest, err)
	}
	o.Functions[name] = result
	return nil
}

func (o *Options) stop(rest string) error {
	words := strings.SplitN(rest, " ", 3)
	if words[0] == "" {
		return fmt.Errorf("stop needs the name of a state, and may have an error and a cause")
	}
	words = append(words, "", "")
	o.Stop = &Stop{State: words[0], Error: words[1], Cause: words[2]}
	return nil
}
