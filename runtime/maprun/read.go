package maprun

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/interp"
)

// Buckets finds a bucket by its name.
type Buckets func(name string) (handlers.Bucket, error)

// Parse reads the items of a file, one after another. It yields their values, and
// the keys where they are members of an object, and ends after the first error. It
// keeps no more in memory than an item or two.
type Parse func(file io.Reader, c *Config) iter.Seq2[interp.Item, error]

// Config is how files are read: a ReaderConfig.
type Config struct {
	InputType         string
	Transformation    string
	ManifestType      string
	ItemsPointer      string
	CSVHeaderLocation string
	CSVDelimiter      string
	CSVHeaders        []string
}

func readConfig(v value.Value) (*Config, error) {
	c := &Config{}
	if v.IsNull() {
		return c, nil
	}
	if err := v.Decode(c); err != nil {
		return nil, fmt.Errorf("the ReaderConfig %s cannot be read: %w", v.Text(), err)
	}
	return c, nil
}

// formats are the kinds of files that the package reads itself.
var formats = map[string]Parse{"JSON": parseJSON, "JSONL": parseJSONL, "CSV": parseCSV}

// source is where ItemReaders read.
type source struct {
	buckets Buckets
	formats map[string]Parse
}

// place is an object in a bucket.
type place struct {
	bucket handlers.Bucket
	name   string // of the bucket
	key    string
}

// String is the place as $$.Map.Item.Source has it.
func (p place) String() string {
	if p.key == "" {
		return "S3://" + p.name
	}
	return "S3://" + p.name + "/" + p.key
}

// items yields what an ItemReader reads. It ends after the first error.
func (s source) items(ctx context.Context, r *interp.Reader) iter.Seq2[interp.Item, error] {
	c, err := readConfig(r.Config)
	if err != nil {
		return fails[interp.Item](err)
	}
	at, err := s.at(r.Arguments)
	if err != nil {
		return fails[interp.Item](err)
	}
	switch {
	case r.Action == "listObjectsV2" && c.Transformation == "LOAD_AND_FLATTEN":
		return s.loaded(ctx, at, argument(r.Arguments, "Prefix"), c)
	case r.Action == "listObjectsV2":
		return listed(ctx, at, argument(r.Arguments, "Prefix"))
	case r.Action != "getObject":
		return fails[interp.Item](fmt.Errorf("an ItemReader reads by s3:getObject or s3:listObjectsV2, and not by %q", r.Action))
	case at.key == "":
		return fails[interp.Item](fmt.Errorf("the ItemReader names no Key: %s", r.Arguments.Text()))
	case c.ManifestType == "ATHENA_DATA":
		return s.athena(ctx, at, c)
	case c.InputType == "MANIFEST":
		return s.inventory(ctx, at, c)
	}
	return s.file(ctx, at, c)
}

func argument(arguments value.Value, name string) string {
	x, _ := arguments.Field(name)
	text, _ := x.AsString()
	return text
}

// at is the place that the arguments of an ItemReader name.
func (s source) at(arguments value.Value) (place, error) {
	name := argument(arguments, "Bucket")
	if name == "" {
		return place{}, fmt.Errorf("the ItemReader names no Bucket: %s", arguments.Text())
	}
	bucket, err := s.bucket(name)
	return place{bucket, name, argument(arguments, "Key")}, err
}

func (s source) bucket(name string) (handlers.Bucket, error) {
	if s.buckets == nil {
		return nil, fmt.Errorf("there is no bucket %q: this engine has no buckets", name)
	}
	return s.buckets(name)
}

// file yields the items of one file.
func (s source) file(ctx context.Context, at place, c *Config) iter.Seq2[interp.Item, error] {
	return func(yield func(interp.Item, error) bool) {
		parse, err := s.parse(c.InputType)
		if err != nil {
			yield(interp.Item{}, err)
			return
		}
		file, err := open(ctx, at)
		if err != nil {
			yield(interp.Item{}, err)
			return
		}
		defer file.Close()
		name := at.String()
		for item, err := range parse(file, c) {
			if err != nil {
				err = fmt.Errorf("%s: %w", name, err)
			}
			item.Source = name
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

func (s source) parse(inputType string) (Parse, error) {
	if p := s.formats[inputType]; p != nil {
		return p, nil
	}
	if p := formats[inputType]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("the InputType %q cannot be read here: CSV, JSON, JSONL and MANIFEST can, and PARQUET where its reader is built in", inputType)
}

// open opens the object; one whose key ends in .gz is unpacked.
func open(ctx context.Context, at place) (io.ReadCloser, error) {
	file, err := handlers.Open(ctx, at.bucket, at.key)
	if err != nil || !strings.HasSuffix(at.key, ".gz") {
		return file, err
	}
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return packed{unpacked, file}, nil
}

// packed closes the file with its unpacker.
type packed struct {
	io.Reader
	io.Closer
}

// listed yields the objects of a bucket as ListObjectsV2 describes them.
func listed(ctx context.Context, at place, prefix string) iter.Seq2[interp.Item, error] {
	at.key = ""
	name := at.String()
	return func(yield func(interp.Item, error) bool) {
		now, virtual := handlers.Now(ctx)
		for info, err := range handlers.Infos(ctx, at.bucket, prefix) {
			if virtual { // in which files are of no time
				info.Modified = now
			}
			if !yield(interp.Item{Value: object(info), Source: name}, err) || err != nil {
				return
			}
		}
	}
}

// object is an item of ListObjectsV2, its members in the service's order (recorded).
func object(o handlers.Info) value.Value {
	return value.NewObject(
		value.Member{Name: "Etag", Value: value.String(o.ETag)},
		value.Member{Name: "LastModified", Value: value.Of(o.Modified.Unix())},
		value.Member{Name: "Key", Value: value.String(o.Key)},
		value.Member{Name: "Size", Value: value.Of(o.Size)},
		value.Member{Name: "StorageClass", Value: value.String("STANDARD")},
	)
}

// loaded yields the items of all objects, one after another.
func (s source) loaded(ctx context.Context, at place, prefix string, c *Config) iter.Seq2[interp.Item, error] {
	return func(yield func(interp.Item, error) bool) {
		keys, err := at.bucket.List(ctx, prefix)
		if err != nil {
			yield(interp.Item{}, err)
			return
		}
		for _, key := range keys {
			if !each(s.file(ctx, place{at.bucket, at.name, key}, c), yield) {
				return
			}
		}
	}
}

// each yields all items, and says whether there may be more: neither an error nor
// the one who takes them has ended it.
func each(items iter.Seq2[interp.Item, error], yield func(interp.Item, error) bool) bool {
	for item, err := range items {
		if !yield(item, err) || err != nil {
			return false
		}
	}
	return true
}
