package maprun_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strconv"
	"strings"
	"testing"

	"canto/handlers"
	"canto/runtime"

	"canto/asl/value"
)

// BenchmarkLines is a distributed Map with EXPRESS children and a ResultWriter over a
// JSONL file: an operation is an item. Its memory must not depend on their number:
// CANTO_ITEMS sets it, a million is what docs/BENCHMARKS.md tells of.
func BenchmarkLines(b *testing.B) {
	items := 100_000
	if n, err := strconv.Atoi(os.Getenv("CANTO_ITEMS")); err == nil {
		items = n
	}
	dir := b.TempDir()
	writeLines(b, filepath.Join(dir, "lines.jsonl"), items)
	bucket := handlers.Folder(dir)
	engine := runtime.New(runtime.Buckets(func(string) (handlers.Bucket, error) { return bucket, nil }))
	m, err := runtime.Parse("m.asl.json", mapOf(`"ItemReader":{"Resource":"arn:aws:states:::s3:getObject",
		"Parameters":{"Bucket":"b","Key":"lines.jsonl"},"ReaderConfig":{"InputType":"JSONL"}},
		"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b","Prefix":"out"}}`, express+","+passItem))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		run, err := engine.Run(b.Context(), m, value.Raw("{}"))
		if err != nil || run.Status != runtime.Succeeded {
			b.Fatal(err, run.Error, run.Cause)
		}
	}
	n := float64(items) * float64(b.N)
	b.ReportMetric(n/b.Elapsed().Seconds(), "items/s")
	b.ReportMetric(peak(b), "peak-MB")
}

func writeLines(b *testing.B, path string, n int) {
	b.Helper()
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(file)
	for i := range n {
		fmt.Fprintf(w, "{\"id\":%d,\"name\":\"order %d\",\"total\":%d.50}\n", i, i, i%1000)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
}

// peak is how much memory the process has had at most, in MB; 0 where nobody says.
func peak(b *testing.B) float64 {
	if goruntime.GOOS != "linux" {
		return 0
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}
