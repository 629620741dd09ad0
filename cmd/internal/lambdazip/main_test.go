package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPackageHoldsAnExecutableBootstrap(t *testing.T) {
	dir := t.TempDir()
	program := bytes.Repeat([]byte("program "), 1000)
	executable, archive := filepath.Join(dir, "crawler"), filepath.Join(dir, "crawler.zip")
	if err := os.WriteFile(executable, program, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := pack(archive, executable); err != nil {
		t.Fatal(err)
	}
	r, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if len(r.File) != 1 || r.File[0].Name != "bootstrap" || r.File[0].Mode() != 0o755 {
		t.Fatalf("the archive holds %v", r.File)
	}
	entry, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(entry); err != nil || !bytes.Equal(got, program) {
		t.Errorf("the entry differs from the executable: %v", err)
	}
}

func TestSameExecutableGivesTheSamePackage(t *testing.T) {
	dir := t.TempDir()
	executable := filepath.Join(dir, "program")
	var packages [2][]byte
	for i := range packages {
		if err := os.WriteFile(executable, []byte("program"), 0o600); err != nil {
			t.Fatal(err)
		}
		date := time.Unix(int64(i)*1_000_000_000, 0)
		if err := os.Chtimes(executable, date, date); err != nil {
			t.Fatal(err)
		}
		archive := filepath.Join(dir, "package.zip")
		if err := pack(archive, executable); err != nil {
			t.Fatal(err)
		}
		var err error
		if packages[i], err = os.ReadFile(archive); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(packages[0], packages[1]) {
		t.Error("the packages differ")
	}
}

func TestMissingExecutableLeavesNoPackage(t *testing.T) {
	dir := t.TempDir()
	if err := pack(filepath.Join(dir, "p.zip"), filepath.Join(dir, "missing")); err == nil {
		t.Error("an error is expected")
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
