package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"canto/asl"
	"canto/asl/check"
	"canto/asl/parse"
	"canto/asl/source"
	"canto/asl/template"
	"canto/runtime/interp"
)

// Machine is a state machine that has been checked and compiled. Any number of
// executions may run it, at once too.
type Machine struct {
	Name     string
	AST      *asl.Machine
	Warnings source.Diagnostics
	Template *template.Template // nil where none was given

	express    bool
	definition string // JSON or YAML, with its placeholders substituted
	program    *interp.Program
}

// LoadOption says how a definition is loaded.
type LoadOption func(*loading)

type loading struct {
	name     string
	defines  map[string]string
	template string
	beside   bool
	verbatim bool
	express  bool
	errs     []error
}

// Define gives the placeholder ${name} its text. It goes before what a template says.
func Define(name, text string) LoadOption {
	return func(l *loading) { l.defines[name] = text }
}

// Template takes the name and the type of the machine, the texts of its placeholders
// and the names of its functions from a SAM or CloudFormation template.
func Template(path string) LoadOption { return func(l *loading) { l.template = path } }

// TemplateBeside looks for template.yaml, template.yml or template.json in the
// folder of the definition, and takes it as Template does if it deploys that
// definition. An explicit Template goes before it.
func TemplateBeside() LoadOption { return func(l *loading) { l.beside = true } }

// Name names the machine. By default it has the name that the template gives it, or
// that of its file without the ending.
func Name(name string) LoadOption { return func(l *loading) { l.name = name } }

// Verbatim takes ${Name} in a definition for the text that it is, as the service does.
func Verbatim() LoadOption { return func(l *loading) { l.verbatim = true } }

// AsExpress judges and runs the machine as an EXPRESS one.
func AsExpress() LoadOption { return func(l *loading) { l.express = true } }

// Load reads, checks and compiles the definition in a file: JSON, or YAML by the
// ending .yaml or .yml. What is wrong with it is a source.Diagnostics; a
// placeholder without a text is an *OpenError.
func Load(path string, opts ...LoadOption) (*Machine, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, string(text), opts...)
}

// Parse is Load for a definition at hand. path names it in messages, and is where
// TemplateBeside looks. Of the path "-", standard input, the text is YAML where it does
// not begin as JSON does.
func Parse(path, text string, opts ...LoadOption) (*Machine, error) {
	l := &loading{defines: map[string]string{}}
	for _, o := range opts {
		o(l)
	}
	if err := errors.Join(l.errs...); err != nil {
		return nil, err
	}
	m := &Machine{Name: l.name}
	if err := l.findTemplate(m, path); err != nil {
		return nil, err
	}
	if m.Name == "" {
		m.Name = baseName(path)
	}
	src := source.New(path, text)
	if !l.verbatim {
		var open []source.Placeholder
		if src, open = source.Substitute(src, l.defines); len(open) > 0 {
			return m, &OpenError{open}
		}
	}
	m.express = l.express
	return m, m.compile(src)
}

// Judge is what ValidateStateMachineDefinition finds in a definition, in the order
// of the text.
func Judge(text string, express bool) source.Diagnostics {
	_, faults := judge(source.New("definition", text), express)
	return faults
}

func judge(src *source.Source, express bool) (*asl.Machine, source.Diagnostics) {
	tree, faults := parse.Parse(src)
	if !faults.HasErrors() {
		faults = append(faults, check.Options{Express: express}.Machine(tree)...)
	}
	faults.Sort()
	return tree, faults
}

func baseName(path string) string {
	name := filepath.Base(path)
	for _, ending := range []string{".json", ".yaml", ".yml", ".asl"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

func (l *loading) findTemplate(m *Machine, path string) error {
	if l.template != "" {
		return l.useTemplate(m, l.template, path)
	}
	if !l.beside {
		return nil
	}
	for _, name := range []string{"template.yaml", "template.yml", "template.json"} {
		beside := filepath.Join(filepath.Dir(path), name)
		if _, err := os.Stat(beside); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return l.useTemplate(m, beside, path)
	}
	return nil
}

// useTemplate takes from the template what it says of the definition at path. A
// template that was asked for has to deploy it; one that was only found need not.
func (l *loading) useTemplate(m *Machine, file, path string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("template: %w", err)
	}
	t, faults := template.Parse(source.New(file, string(text)))
	deployed, ok := t.Machine(relative(file, path))
	switch {
	case !ok && l.template == "":
		return nil
	case faults.HasErrors():
		return faults
	case !ok:
		return fmt.Errorf("template: %s deploys no state machine from %s", file, path)
	}
	m.Template, l.express = t, l.express || deployed.Type == Express
	if m.Name == "" {
		m.Name = deployed.Name
	}
	for name, text := range deployed.Substitutions {
		if _, given := l.defines[name]; !given {
			l.defines[name] = text
		}
	}
	return nil
}

// relative is path as the template beside it would write it.
func relative(template, path string) string {
	rel, err := filepath.Rel(filepath.Dir(template), path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(rel)
}

// OpenError says which placeholders of a definition have no text.
type OpenError struct{ Placeholders []source.Placeholder }

func (e *OpenError) Error() string {
	var b strings.Builder
	for i, p := range e.Placeholders {
		if i > 0 {
			b.WriteByte('\n')
		}
		at := p.Span.Position()
		fmt.Fprintf(&b, "%s:%d:%d: the placeholder ${%s} has no value: give it by --define %s=VALUE, --defines FILE or --template FILE",
			at.Name, at.Line, at.Column, p.Name, p.Name)
	}
	return b.String()
}

const maxExpress = int64(interp.MaxExpress / time.Second)

func (m *Machine) compile(src *source.Source) error {
	tree, faults := judge(src, m.express)
	if faults.HasErrors() {
		return faults
	}
	if m.express && (tree.TimeoutSeconds == 0 || tree.TimeoutSeconds > maxExpress) {
		tree.TimeoutSeconds = maxExpress
	}
	program, more := interp.Compile(tree)
	if more.HasErrors() {
		return more
	}
	m.AST, m.definition, m.program, m.Warnings = tree, src.Text, program, append(faults, more...)
	return nil
}
