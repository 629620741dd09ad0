package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestModelIsAsGenerated generates model.go again, where the service's model is at hand.
func TestModelIsAsGenerated(t *testing.T) {
	root := os.Getenv("CANTO_SHARED")
	if root == "" {
		t.Skip("no model of the service: set CANTO_SHARED")
	}
	out := filepath.Join(t.TempDir(), "model.go")
	if err := generate(filepath.Join(root, "facts", "service-model.json"), out); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("..", "model.go"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("model.go is not what generate makes of the model: run it again")
	}
}
