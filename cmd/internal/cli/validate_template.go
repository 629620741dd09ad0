package cli

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"canto/asl/source"
	"canto/asl/template"
)

// judged is a template that --template names, and what there is to say about it.
type judged struct {
	file       string
	template   *template.Template // nil without --template
	judgements []judgement
}

func judgeTemplate(file string) (judged, error) {
	if file == "" {
		return judged{}, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return judged{}, usage("--template: %w", err)
	}
	t, faults := template.Parse(source.New(file, string(text)))
	faults.Sort()
	return judged{file, t, []judgement{{Name: file, Diags: faults}}}, nil
}

// candidate is a definition to judge, and what the template says of it.
type candidate struct {
	file          string
	inline        *source.Source // in place of the file
	substitutions map[string]string
	express       bool
}

// definitions are the definitions in the files, or without files those of the template.
func (j judged) definitions(files []string) []candidate {
	var all []candidate
	for _, file := range files {
		c := candidate{file: file}
		if m, found := j.deploys(file); found {
			c.substitutions, c.express = m.Substitutions, m.Type == "EXPRESS"
		}
		all = append(all, c)
	}
	if j.template == nil || len(files) > 0 {
		return all
	}
	for _, m := range j.template.Machines {
		c := candidate{inline: m.Definition, substitutions: m.Substitutions, express: m.Type == "EXPRESS"}
		switch {
		case m.Definition != nil:
		case m.DefinitionURI == "" || strings.Contains(m.DefinitionURI, "://"):
			continue // it is not here
		default:
			c.file = filepath.Join(filepath.Dir(j.file), filepath.FromSlash(m.DefinitionURI))
		}
		all = append(all, c)
	}
	return all
}

// deploys finds the template's machine that has its definition in the file.
func (j judged) deploys(file string) (template.Machine, bool) {
	if j.template == nil {
		return template.Machine{}, false
	}
	rel, err := filepath.Rel(filepath.Dir(j.file), file)
	if err != nil {
		rel = file
	}
	return j.template.Machine(filepath.ToSlash(rel))
}

func (c candidate) read(stdin io.Reader) (*source.Source, error) {
	if c.inline != nil {
		return c.inline, nil
	}
	text, err := readDefinition(c.file, stdin)
	return source.New(c.file, text), err
}

// with are the template's substitutions and the defines, which go before them.
func (c candidate) with(defines map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, c.substitutions)
	maps.Copy(all, defines)
	return all
}
