package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/program"
)

// bind adds what --function says, each NAME=TARGET.
func bind(r *handlers.Registry, pairs []string) error {
	for _, pair := range pairs {
		name, target, ok := strings.Cut(pair, "=")
		if !ok || name == "" || target == "" {
			return usage("--function %s: write NAME=URL, NAME=./program, NAME=@file.json or NAME=FUNCTION", pair)
		}
		if err := bindOne(r, name, target); err != nil {
			return usage("--function %s: %w", pair, err)
		}
	}
	return nil
}

func bindOne(r *handlers.Registry, name, target string) error {
	switch {
	case strings.HasPrefix(target, "http://"), strings.HasPrefix(target, "https://"):
		h, err := newEndpoint(name, target)
		if err != nil {
			return err
		}
		return r.Register(name, h)
	case strings.HasPrefix(target, "@"):
		answer, err := readJSONFile(target[1:])
		if err != nil {
			return err
		}
		return r.Register(name, always(answer))
	case strings.ContainsAny(target, `/\`):
		h, err := program.New(target)
		if err != nil {
			return err
		}
		return r.Register(name, h)
	}
	if !isBuiltin(target) {
		return fmt.Errorf("there is no function %q: %s; a program needs a path, such as ./%s", target, builtinNames(), target)
	}
	if name == target {
		return nil
	}
	return r.Alias(name, target)
}

func isBuiltin(name string) bool {
	for _, b := range builtins {
		if b.name == name {
			return true
		}
	}
	return false
}

func builtinNames() string {
	var names []string
	for _, b := range builtins {
		names = append(names, b.name)
	}
	return "the functions are " + strings.Join(names, ", ")
}

func always(answer value.Value) handlers.Handler {
	return handlers.HandlerFunc(func(context.Context, handlers.Call) (value.Value, error) { return answer, nil })
}

// readJSONFile reads a file that holds one JSON value.
func readJSONFile(path string) (value.Value, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return value.Value{}, err
	}
	return parseJSON(path, string(text))
}

// parseJSON reads text; what is wrong with it is told with its place.
func parseJSON(name, text string) (value.Value, error) {
	v, err := value.Parse(strings.TrimSpace(strings.TrimPrefix(text, "\ufeff")))
	if err == nil {
		return v, nil
	}
	return v, syntaxError(name, text, err)
}
