package maprun

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"

	"canto/asl"
	"canto/runtime/interp"
)

// inventoryFile is what the manifest.json of an S3 inventory says.
type inventoryFile struct {
	DestinationBucket string `json:"destinationBucket"` // the bucket's ARN
	FileFormat        string `json:"fileFormat"`
	FileSchema        string `json:"fileSchema"` // the columns, with commas between them
	Files             []struct {
		Key string `json:"key"`
	} `json:"files"`
}

// maxManifest is how large the manifest of an S3 inventory may be.
const maxManifest = 64 << 20

// inventory yields the rows of the files that an S3 inventory's manifest names.
func (s source) inventory(ctx context.Context, at place, c *Config) iter.Seq2[interp.Item, error] {
	return func(yield func(interp.Item, error) bool) {
		m, err := readInventory(ctx, at)
		if err != nil {
			yield(interp.Item{}, err)
			return
		}
		rows := &Config{InputType: strings.ToUpper(m.FileFormat), CSVHeaderLocation: given}
		for name := range strings.SplitSeq(m.FileSchema, ",") {
			rows.CSVHeaders = append(rows.CSVHeaders, strings.TrimSpace(name))
		}
		if name := bucketName(m.DestinationBucket); name != "" && name != at.name {
			if at.bucket, err = s.bucket(name); err != nil {
				yield(interp.Item{}, err)
				return
			}
			at.name = name
		}
		for _, f := range m.Files {
			if !each(s.file(ctx, place{at.bucket, at.name, f.Key}, rows), yield) {
				return
			}
		}
	}
}

func readInventory(ctx context.Context, at place) (*inventoryFile, error) {
	file, err := open(ctx, at)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var m inventoryFile
	if err := json.NewDecoder(io.LimitReader(file, maxManifest)).Decode(&m); err != nil {
		return nil, fmt.Errorf("%s is no manifest of an S3 inventory: %w", at, err)
	}
	if m.FileFormat == "" || m.FileSchema == "" && strings.EqualFold(m.FileFormat, "CSV") {
		return nil, fmt.Errorf("%s is no manifest of an S3 inventory: it has no fileFormat or no fileSchema", at)
	}
	return &m, nil
}

// bucketName is the name in an ARN of a bucket, or the name itself.
func bucketName(name string) string {
	if arn, ok := asl.ParseARN(name); ok {
		return arn.Resource
	}
	return name
}

// athena yields the items of the files that a manifest of Athena's UNLOAD names: a
// line for each, "s3://bucket/key".
func (s source) athena(ctx context.Context, at place, c *Config) iter.Seq2[interp.Item, error] {
	return func(yield func(interp.Item, error) bool) {
		file, err := open(ctx, at)
		if err != nil {
			yield(interp.Item{}, err)
			return
		}
		defer file.Close()
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			line := strings.TrimSpace(lines.Text())
			if line == "" {
				continue
			}
			data, err := s.uri(line)
			if err != nil {
				yield(interp.Item{}, fmt.Errorf("%s: %w", at, err))
				return
			}
			if !each(s.file(ctx, data, c), yield) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(interp.Item{}, fmt.Errorf("%s: %w", at, err))
		}
	}
}

func (s source) uri(line string) (place, error) {
	path, ok := strings.CutPrefix(line, "s3://")
	name, key, cut := strings.Cut(path, "/")
	if !ok || !cut || name == "" || key == "" {
		return place{}, fmt.Errorf("%q is not the URI of an object, such as s3://bucket/key", line)
	}
	bucket, err := s.bucket(name)
	return place{bucket, name, key}, err
}
