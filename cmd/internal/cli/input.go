package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"canto/asl/source"
	"canto/asl/value"
)

// readInput reads what --input says: a file, - for standard input, or JSON itself.
func readInput(flag string, stdin io.Reader) (value.Value, error) {
	if flag == "-" {
		text, err := io.ReadAll(stdin)
		if err != nil {
			return value.Value{}, fmt.Errorf("reading standard input: %w", err)
		}
		return parseInput("standard input", string(text))
	}
	text, err := os.ReadFile(flag)
	switch {
	case err == nil:
		return parseInput(flag, string(text))
	case looksLikeJSON(flag):
		return parseInput("--input", flag)
	case errors.Is(err, fs.ErrNotExist):
		return value.Value{}, usage("--input: there is no file %s; inline JSON begins with { [ or \"", flag)
	}
	return value.Value{}, usage("--input: %w", err)
}

func looksLikeJSON(text string) bool {
	text = strings.TrimSpace(text)
	if text == "" || text == "null" || text == "true" || text == "false" {
		return true
	}
	return strings.ContainsRune(`{["-0123456789`, rune(text[0]))
}

func parseInput(name, text string) (value.Value, error) {
	v, err := value.Parse(strings.TrimSuffix(strings.TrimPrefix(text, "\ufeff"), "\n"))
	if err != nil {
		return v, usage("the input is not JSON: %w", syntaxError(name, text, err))
	}
	return v, nil
}

// syntaxError tells where text is no JSON, and shows the line.
func syntaxError(name, text string, err error) error {
	var s *value.SyntaxError
	if !errors.As(err, &s) {
		return fmt.Errorf("%s: %w", name, err)
	}
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("%s is empty", name)
	}
	message, _, _ := strings.Cut(s.Message, "\n")
	at := source.Span{Source: source.New(name, text), Start: min(s.Offset, len(text)), End: min(s.Offset+1, len(text))}
	p := at.Position()
	return fmt.Errorf("%s:%d:%d: %s\n%s", p.Name, p.Line, p.Column, message, strings.TrimRight(source.Snippet(at), "\n"))
}
