package cli

import (
	"fmt"
	"os"
	"strings"

	"canto/asl/parse"
	"canto/asl/source"
)

// readDefines collects the values of placeholders: those of the file first, then
// each Name=value, which wins.
func readDefines(pairs []string, file string) (map[string]string, error) {
	defines := map[string]string{}
	if file != "" {
		if err := definesFrom(file, defines); err != nil {
			return nil, err
		}
	}
	for _, pair := range pairs {
		name, text, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--define %s: write Name=value", pair)
		}
		defines[name] = text
	}
	return defines, nil
}

// definesFrom reads an object of strings, numbers and booleans into defines.
func definesFrom(file string, defines map[string]string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("--defines: %w", err)
	}
	root, diags := parse.Tree(source.New(file, string(text)))
	if diags.HasErrors() {
		return fmt.Errorf("--defines: %s", strings.TrimSpace(diags.Text(nil)))
	}
	if root == nil || root.Kind != source.Object {
		return fmt.Errorf(`--defines %s: the file holds an object: {"Name": "value"}`, file)
	}
	for _, m := range root.Members {
		switch m.Value.Kind {
		case source.String, source.Number, source.Bool:
			defines[m.Name] = m.Value.Text
		default:
			at := m.Value.Span.Position()
			return fmt.Errorf("--defines %s:%d:%d: the value of %q is %s: a placeholder stands for a string, a number or a boolean", at.Name, at.Line, at.Column, m.Name, m.Value.Kind)
		}
	}
	return nil
}
