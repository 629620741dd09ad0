package runtime

import (
	"fmt"
	"maps"
	"os"
	"strings"

	"canto/asl/parse"
	"canto/asl/source"
)

// DefinesFile takes the texts of placeholders from a file, as Define does: see
// ReadDefines.
func DefinesFile(path string) LoadOption {
	return func(l *loading) {
		defines, err := ReadDefines(path)
		if err != nil {
			l.errs = append(l.errs, fmt.Errorf("placeholders: %w", err))
		}
		maps.Copy(l.defines, defines)
	}
}

// ReadDefines reads the texts of placeholders from a file in JSON or YAML: an object
// of strings, numbers and booleans.
func ReadDefines(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	root, diags := parse.Tree(source.New(path, string(text)))
	if diags.HasErrors() {
		return nil, fmt.Errorf("%s", strings.TrimSpace(diags.Text(nil)))
	}
	if root == nil || root.Kind != source.Object {
		return nil, fmt.Errorf(`%s: the file holds an object: {"Name": "value"}`, path)
	}
	defines := map[string]string{}
	for _, m := range root.Members {
		switch m.Value.Kind {
		case source.String, source.Number, source.Bool:
			defines[m.Name] = m.Value.Text
		default:
			at := m.Value.Span.Position()
			return nil, fmt.Errorf("%s:%d:%d: the value of %q is %s: a placeholder stands for a string, a number or a boolean", at.Name, at.Line, at.Column, m.Name, m.Value.Kind)
		}
	}
	return defines, nil
}
