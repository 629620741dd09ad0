package check

import (
	"errors"
	"slices"
	"strings"

	"canto/asl/jsonpath"
)

// pathError says what is wrong with a path into the input, the context or a
// variable.
func pathError(text string) error {
	if !strings.HasPrefix(text, "$") {
		return errors.New("a path begins with $")
	}
	rest := strings.TrimLeft(text, "$")
	if !strings.HasPrefix(text, "$$") { // $variable.field
		for len(rest) > 0 && !strings.ContainsRune(".[", rune(rest[0])) {
			rest = rest[1:]
		}
	}
	_, err := jsonpath.Compile("$" + rest)
	return err
}

func referenceError(text string) error {
	_, err := jsonpath.CompileReference(text)
	return err
}

// dynamicError says what is wrong with the value of a field that ends in .$.
func dynamicError(text string) error {
	if !strings.HasPrefix(text, "States.") {
		return pathError(text)
	}
	for _, name := range functionName.FindAllString(text, -1) {
		if !slices.Contains(intrinsics, name) {
			return errors.New("no intrinsic function is called " + name)
		}
	}
	return nil
}

func stringError(string) error { return nil }
