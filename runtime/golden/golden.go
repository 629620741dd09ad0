// Package golden keeps what executions did in files that people review, and says
// when an execution does something else.
//
// A case is a txtar file: what to run, and what comes of it.
//
//	Retry with backoff, then Catch.
//	-- machine.asl.json --
//	-- input.json --
//	-- mocks.json --
//	-- options --
//	-- trace --
//	-- output.json --
//
// The machine is in the file, or the section "machine" holds its path, from the
// folder of the case; "template" holds the path of a template, which is else looked
// for beside the machine. A section "buckets/name/key" is an object in a bucket. The mocks are a mock file of Step Functions Local. Options
// are explained at Options. What comes of it is a trace, as history.WriteText writes
// it, and the output, or else the status, error and cause in the section "error".
//
// Every case runs twice: as it is, and killed after each answer and resumed from its
// journal. Both have to go the same way. The package has no flags, and needs none.
package golden

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"canto/asl/source"
	"canto/asl/value"
	"canto/handlers/mock"
	"canto/runtime"

	"github.com/rogpeppe/go-internal/txtar"
)

// The sections of a case.
const (
	sectionJSON     = "machine.asl.json"
	sectionYAML     = "machine.asl.yaml"
	sectionPath     = "machine"
	sectionTemplate = "template"
	sectionInput    = "input.json"
	sectionMocks    = "mocks.json"
	sectionOptions  = "options"
	sectionTrace    = "trace"
	sectionOutput   = "output.json"
	sectionError    = "error"
)

var sections = []string{
	sectionJSON, sectionYAML, sectionPath, sectionTemplate, sectionInput, sectionMocks,
	sectionOptions, sectionTrace, sectionOutput, sectionError,
}

// Case is a case that was read from its file.
type Case struct {
	Path    string
	Name    string // of the file, without its ending
	Comment string // what stands before the first section
	Options Options

	archive *txtar.Archive
	machine *runtime.Machine
	input   value.Value
	mocks   *mock.Case // nil: nothing is mocked
}

// Find returns the cases in the files and folders, the latter with all below them,
// in the order of their names. In a folder it passes over archives that have no
// machine, as those that Check has made, and counts them.
func Find(paths ...string) (found []string, skipped int, err error) {
	for _, path := range paths {
		err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() || name != path && filepath.Ext(name) != ".txtar":
			case name != path && !isCase(name):
				skipped++
			default:
				found = append(found, name)
			}
			return nil
		})
		if err != nil {
			return nil, 0, err
		}
	}
	return found, skipped, nil
}

func isCase(path string) bool {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return true // reading it again will say what is wrong
	}
	return has(archive, sectionJSON) || has(archive, sectionYAML) || has(archive, sectionPath)
}

// Load reads the case in the file at path. Its machine has to be right, and each
// state that it mocks has to be in the machine.
func Load(path string) (*Case, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text)
}

// Parse is Load for a text at hand. What the case names by a path is looked for from
// the folder of path.
func Parse(path string, text []byte) (*Case, error) {
	archive := txtar.Parse(text)
	c := &Case{
		Path: path, Name: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)),
		Comment: strings.TrimSpace(string(archive.Comment)), archive: archive,
	}
	for _, step := range []func() error{c.checkSections, c.readOptions, c.readMachine, c.readInput, c.readMocks} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *Case) checkSections() error {
	seen := map[string]bool{}
	line := 1 + strings.Count(string(c.archive.Comment), "\n")
	for _, f := range c.archive.Files {
		if !slices.Contains(sections, f.Name) && !strings.HasPrefix(f.Name, sectionBuckets) {
			help := "the sections are " + strings.Join(sections, ", ")
			if near := source.Nearest(f.Name, sections); near != "" {
				help = fmt.Sprintf("did you mean %q?", near)
			}
			return fmt.Errorf("%s:%d: a case has no section %q; %s", c.Path, line, f.Name, help)
		}
		if seen[f.Name] {
			return fmt.Errorf("%s:%d: the section %q stands there twice", c.Path, line, f.Name)
		}
		seen[f.Name] = true
		line += 1 + strings.Count(string(f.Data), "\n")
	}
	return nil
}

func (c *Case) readMachine() error {
	var given []string
	for _, name := range []string{sectionJSON, sectionYAML, sectionPath} {
		if has(c.archive, name) {
			given = append(given, name)
		}
	}
	if len(given) != 1 {
		return fmt.Errorf("%s: a case needs one machine, in one of the sections %q, %q and %q (its path), but has %d",
			c.Path, sectionJSON, sectionYAML, sectionPath, len(given))
	}
	opts := []runtime.LoadOption{runtime.TemplateBeside()}
	if path := c.file(sectionTemplate); path != "" {
		opts = append(opts, runtime.Template(path))
	}
	for name, text := range c.Options.Defines {
		opts = append(opts, runtime.Define(name, text))
	}
	var err error
	c.machine, err = c.loadMachine(given[0], opts)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s:%d: %w", c.Path, c.line(given[0]), err)
	}
	return err
}

func (c *Case) loadMachine(section string, opts []runtime.LoadOption) (*runtime.Machine, error) {
	if section == sectionPath {
		return runtime.Load(c.file(sectionPath), opts...)
	}
	name := c.Path
	if section == sectionYAML {
		name += ":" + sectionYAML // the ending tells the format
	}
	return runtime.Parse(name, c.padded(section), append(opts, runtime.Name(c.Name))...)
}

// file is the path that the section holds, or "".
func (c *Case) file(section string) string {
	path := strings.TrimSpace(get(c.archive, section))
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(c.Path), filepath.FromSlash(path))
}

// padded is the text of a section with empty lines before it, so that a line has the
// number that it has in the file.
func (c *Case) padded(section string) string {
	return strings.Repeat("\n", c.line(section)) + get(c.archive, section)
}

// line is the number of the line that begins the section.
func (c *Case) line(section string) int {
	n := 1 + strings.Count(string(c.archive.Comment), "\n")
	for _, f := range c.archive.Files {
		if f.Name == section {
			break
		}
		n += 1 + strings.Count(string(f.Data), "\n")
	}
	return n
}

func (c *Case) readInput() error {
	c.input = value.Raw("{}")
	text := strings.TrimSuffix(get(c.archive, sectionInput), "\n")
	if text == "" {
		return nil
	}
	v, err := value.Parse(text)
	if err != nil {
		return c.inputError(err)
	}
	c.input = v
	return nil
}

func (c *Case) inputError(err error) error {
	offset := c.line(sectionInput) // as many line breaks stand before the text
	var s *value.SyntaxError
	if errors.As(err, &s) {
		offset += s.Offset
	}
	at := source.New(c.Path, c.padded(sectionInput)).Position(offset)
	message, _, _ := strings.Cut(err.Error(), "\n")
	return fmt.Errorf("%s:%d:%d: the input is not JSON: %s", at.Name, at.Line, at.Column, message)
}

func (c *Case) readMocks() error {
	if !has(c.archive, sectionMocks) {
		return nil
	}
	config, faults := mock.Parse(source.New(c.Path, c.padded(sectionMocks)))
	if faults.HasErrors() {
		return faults
	}
	chosen, err := config.Case("", c.Options.Case)
	if err != nil {
		return err
	}
	if faults := chosen.Check(c.machine.AST); faults.HasErrors() {
		return faults
	}
	c.mocks = chosen
	return nil
}

func has(a *txtar.Archive, name string) bool {
	return slices.ContainsFunc(a.Files, func(f txtar.File) bool { return f.Name == name })
}

func get(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// set puts a section in its place, or behind the last; an empty one is taken out.
func set(a *txtar.Archive, name, text string) {
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == name })
	switch {
	case text == "" && i >= 0:
		a.Files = slices.Delete(a.Files, i, i+1)
	case text == "":
	case i >= 0:
		a.Files[i].Data = []byte(text)
	default:
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(text)})
	}
}
