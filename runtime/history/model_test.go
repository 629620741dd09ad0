package history

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shape is what the API's own model says about a type.
type shape struct {
	Type     string
	Enum     []string
	Required []string
	Members  map[string]struct{ Shape string }
}

// model is the API as AWS publishes it, where it lies beside the project.
func model(t *testing.T) map[string]shape {
	t.Helper()
	dir := os.Getenv("CANTO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	text, err := os.ReadFile(filepath.Join(dir, "facts", "service-model.json"))
	if err != nil {
		t.Skip("no model of the API: set CANTO_SHARED")
	}
	var m struct{ Shapes map[string]shape }
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m.Shapes
}

func TestTypesAreThoseOfTheModel(t *testing.T) {
	var ours []string
	for i := range types {
		if name := Type(i).String(); name != "" && Type(i) != None {
			ours = append(ours, name)
		}
	}
	theirs := slices.Clone(model(t)["HistoryEventType"].Enum)
	slices.Sort(ours)
	slices.Sort(theirs)
	if diff := cmp.Diff(theirs, ours); diff != "" {
		t.Errorf("types of events (-model +canto):\n%s", diff)
	}
}

func TestJSONHasTheMembersOfTheModel(t *testing.T) {
	shapes := model(t)
	for _, e := range everyEvent() {
		var tree map[string]any
		if err := json.Unmarshal(e.AppendJSON(nil), &tree); err != nil {
			t.Fatalf("%s: %v", e.Type, err)
		}
		t.Run(e.Type.String(), func(t *testing.T) {
			conforms(t, shapes, "HistoryEvent", tree)
			for name, details := range tree {
				if inner, ok := details.(map[string]any); ok {
					hasAll(t, shapes[shapes["HistoryEvent"].Members[name].Shape], name, inner)
				}
			}
		})
	}
}

// conforms says where a tree has members that the model does not know, or misses
// those that it requires.
func conforms(t *testing.T, shapes map[string]shape, name string, tree map[string]any) {
	t.Helper()
	s := shapes[name]
	for member, x := range tree {
		m, known := s.Members[member]
		if !known && s.Type == "structure" {
			t.Errorf("%s has no member %s", name, member)
			continue
		}
		if inner, ok := x.(map[string]any); ok && shapes[m.Shape].Type == "structure" {
			conforms(t, shapes, m.Shape, inner)
		}
	}
	for _, member := range s.Required {
		if _, ok := tree[member]; !ok {
			t.Errorf("%s needs a member %s", name, member)
		}
	}
}

// hasAll says which members of the details are never written.
func hasAll(t *testing.T, s shape, name string, tree map[string]any) {
	t.Helper()
	for _, member := range slices.Sorted(maps.Keys(s.Members)) {
		if _, ok := tree[member]; !ok {
			t.Errorf("%s never has %s", name, member)
		}
	}
}
