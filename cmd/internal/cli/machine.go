package cli

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"canto/asl/source"
	"canto/asl/template"
	"canto/definitions"
	"canto/runtime"

	"github.com/spf13/cobra"
)

// poem is the name of the machine that canto brings along.
const poem = "poem"

// loadMachine loads the definition in a file, from standard input (-), or the one
// that canto brings along.
func loadMachine(name string, flags definitionFlags, stdin io.Reader) (*runtime.Machine, error) {
	defines, err := flags.values()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(name); err != nil && name == poem {
		return embeddedPoem(defines, flags.define)
	}
	text, err := readDefinition(name, stdin)
	if err != nil {
		return nil, usage("%w", err)
	}
	beside := runtime.TemplateBeside()
	if flags.template != "" {
		beside = runtime.Template(flags.template)
	}
	m, err := runtime.Parse(name, text, append(defineOptions(defines), beside)...)
	if unused := unusedDefine(flags.define, text, m); unused != nil {
		return nil, unused
	}
	if err != nil {
		return nil, usage("%w", err)
	}
	return m, nil
}

func defineOptions(defines map[string]string) []runtime.LoadOption {
	var opts []runtime.LoadOption
	for _, name := range slices.Sorted(maps.Keys(defines)) {
		opts = append(opts, runtime.Define(name, defines[name]))
	}
	return opts
}

// inline is a machine whose definition is at hand, and the template that deploys it.
type inline struct {
	template *template.Template
	machine  template.Machine
	text     *source.Source
}

// load takes the template's substitutions, and before them the defines; given are
// those of the command line.
func (i *inline) load(defines map[string]string, given []string) (*runtime.Machine, error) {
	all := maps.Clone(i.machine.Substitutions)
	maps.Copy(all, defines)
	opts := append(defineOptions(all), runtime.Name(i.machine.Name))
	if i.machine.Type == runtime.Express {
		opts = append(opts, runtime.AsExpress())
	}
	m, err := runtime.Parse(i.text.Name, i.text.Text, opts...)
	if m != nil {
		m.Template = i.template
	}
	if unused := unusedDefine(given, i.text.Text, m); unused != nil {
		return nil, unused
	}
	if err != nil {
		return nil, usage("%w", err)
	}
	return m, nil
}

// embeddedPoem is the machine of the poem, with its template. given are the defines
// of the command line.
func embeddedPoem(defines map[string]string, given []string) (*runtime.Machine, error) {
	const file = "poem.asl.json"
	t, faults := template.Parse(source.New("template.yaml", definitions.Template))
	if faults.HasErrors() {
		return nil, faults
	}
	deployed, _ := t.Machine(file)
	return (&inline{t, deployed, source.New(file, definitions.Machine)}).load(defines, given)
}

// defaultInput is the input of a run that was given none.
func defaultInput(name string) string {
	text, err := os.ReadFile(name)
	if err != nil && name == poem || string(text) == definitions.Machine {
		return definitions.Input
	}
	return "{}"
}

// completeMachine completes the name of a definition: files that look like one,
// folders, and the machine that canto brings along.
func completeMachine(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var found []string
	if strings.HasPrefix(poem, begun) {
		found = append(found, poem+"\tthe machine that canto brings along")
	}
	directive := cobra.ShellCompDirectiveNoFileComp
	names, _ := filepath.Glob(globSafe(begun) + "*")
	for _, name := range names {
		info, err := os.Stat(name)
		switch {
		case err != nil:
		case info.IsDir():
			found = append(found, name+"/")
			directive |= cobra.ShellCompDirectiveNoSpace
		case isDefinition(name):
			found = append(found, name)
		}
	}
	return found, directive
}

// globSafe takes their meaning from the characters that Glob would read as a pattern.
func globSafe(text string) string {
	return strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`).Replace(text)
}

func isDefinition(name string) bool {
	for _, ending := range []string{".asl.json", ".asl.yaml", ".asl.yml"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}
