package jsonpath

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"canto/asl/value"
)

// shared returns a file that developers have beside the project, or skips.
func shared(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("CANTO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no %s: set CANTO_SHARED", path)
	}
	return path
}

type jaywayCase struct {
	ID, Selector, Status string
	Document, Expected   value.Value
}

// knownFailures are the cases that do not pass, each with its reason.
var knownFailures = map[string]string{}

func TestJaywaySuite(t *testing.T) {
	text, err := os.ReadFile(shared(t, "suites/jayway.json"))
	if err != nil {
		t.Fatal(err)
	}
	var suite struct{ Cases []jaywayCase }
	if err := json.Unmarshal(text, &suite); err != nil {
		t.Fatal(err)
	}
	passed := 0
	for _, c := range suite.Cases {
		got, err := answer(c)
		ok := c.agrees(got, err)
		if ok {
			passed++
		}
		if _, known := knownFailures[c.ID]; ok == known {
			t.Errorf("%s: %s\n got %v, %v\nwant %s (known failure: %v)", c.ID, c.Selector, got, err, c.Expected, known)
		}
	}
	t.Logf("%d of %d cases pass", passed, len(suite.Cases))
}

func answer(c jaywayCase) (value.Value, error) {
	path, err := Compile(c.Selector)
	if err != nil {
		return value.Value{}, err
	}
	return path.Get(c.Document)
}

func (c jaywayCase) agrees(got value.Value, err error) bool {
	var syntax *SyntaxError
	var missing *NotFoundError
	want, _ := c.Expected.AsString()
	switch {
	case c.Status == "error":
		return err != nil
	case want == "NOT_SUPPORTED":
		return errors.As(err, &syntax)
	case want == "NOT_FOUND":
		return errors.As(err, &missing)
	}
	unordered := strings.Contains(c.Selector, "*") || strings.Contains(c.Selector, "..")
	return err == nil && (value.Equal(got, c.Expected) || unordered && sameItems(got, c.Expected))
}

// sameItems compares arrays without order: the suite sorts what "*" and ".." find.
func sameItems(a, b value.Value) bool {
	return a.Kind() == value.ArrayKind && b.Kind() == value.ArrayKind && sorted(a) == sorted(b)
}

func sorted(v value.Value) string {
	var list []string
	for _, item := range v.Elements() {
		var tree any
		if item.Decode(&tree) != nil {
			return ""
		}
		text, _ := json.Marshal(tree)
		list = append(list, string(text))
	}
	slices.Sort(list)
	return strings.Join(list, ",")
}
