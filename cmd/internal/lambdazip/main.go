// Command lambdazip packs one executable as the deployment package of a Lambda
// function on provided.al2023:
//
//	lambdazip PACKAGE.zip EXECUTABLE
//
// The archive holds the executable as "bootstrap" at its root, with mode 0755 and a
// fixed date, so that the same executable always gives the same bytes.
package main

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: lambdazip PACKAGE.zip EXECUTABLE")
		os.Exit(2)
	}
	if err := pack(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "lambdazip:", err)
		os.Exit(1)
	}
}

// pack writes the package beside its place and renames it, so that a broken run
// leaves no broken package.
func pack(archive, executable string) error {
	program, err := os.ReadFile(executable)
	if err != nil {
		return err
	}
	unfinished := archive + ".part"
	file, err := os.Create(unfinished)
	if err != nil {
		return err
	}
	err = write(file, program)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		_ = os.Remove(unfinished)
		return fmt.Errorf("packing %s: %w", executable, err)
	}
	return os.Rename(unfinished, archive)
}

func write(to io.Writer, program []byte) error {
	archive := zip.NewWriter(to)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	// The first moment that a zip archive can tell.
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(0o755)
	entry, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	if _, err := entry.Write(program); err != nil {
		return err
	}
	return archive.Close()
}
