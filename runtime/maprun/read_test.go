package maprun

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime/interp"
)

// items is what a file holds, item by item, and the error that ends it.
func items(parse Parse, text string, c *Config) (string, error) {
	var all []string
	for item, err := range parse(strings.NewReader(text), c) {
		if err != nil {
			return strings.Join(all, " "), err
		}
		one := item.Value.Text()
		if item.Keyed {
			one = item.Key + "=" + one
		}
		all = append(all, one)
	}
	return strings.Join(all, " "), nil
}

// reading is a file, and what it is read as: its items, or part of an error.
type reading struct {
	name, text string
	config     Config
	want, err  string
}

func check(t *testing.T, parse Parse, all []reading) {
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			got, err := items(parse, c.text, &c.config)
			if got != c.want {
				t.Errorf("read %s, want %s", got, c.want)
			}
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("the error is %v, want %q", err, c.err)
			}
		})
	}
}

func TestCSV(t *testing.T) {
	names := Config{CSVHeaderLocation: "GIVEN", CSVHeaders: []string{"a", "b"}}
	check(t, parseCSV, []reading{
		{"first row", "a,b\n1,2\n3,4\n", Config{CSVHeaderLocation: "FIRST_ROW"}, `{"a":"1","b":"2"} {"a":"3","b":"4"}`, ""},
		{"given", "1,2\n", names, `{"a":"1","b":"2"}`, ""},
		{"rows too short and too long", "1\n1,2,3\n  \n,\n\n", names, `{"a":"1","b":""} {"a":"1","b":"2"} {"a":"  ","b":""} {"a":"","b":""}`, ""},
		{"members in the order of Java's hash maps", "b,True,{},a\n1,2,3,4\n", Config{}, `{"a":"4","b":"1","{}":"3","True":"2"}`, ""},
		{"quotes", "a,b\n\"x,\"\"y\"\"\n\",é\r\n", Config{}, `{"a":"x,\"y\"\n","b":"é"}`, ""},
		{"a byte order mark", "\ufeffa\n1\n", Config{}, `{"a":"1"}`, ""},
		{"tabs", "a\tb\n1\t2\n", Config{CSVDelimiter: "TAB"}, `{"a":"1","b":"2"}`, ""},
		{"pipes", "a|b\n1|2\n", Config{CSVDelimiter: "PIPE"}, `{"a":"1","b":"2"}`, ""},
		{"semicolons", "a;b\n1;2\n", Config{CSVDelimiter: "SEMICOLON"}, `{"a":"1","b":"2"}`, ""},
		{"spaces", "a b\n1 2\n", Config{CSVDelimiter: "SPACE"}, `{"a":"1","b":"2"}`, ""},
		{"nothing", "", Config{}, "", ""},
		{"headers only", "a,b\n", Config{}, "", ""},
		{"headers twice", "a,b,a\n1,2,3\n", Config{}, "", "CSV headers cannot contain duplicates."},
		{"given headers twice", "1\n", Config{CSVHeaderLocation: "GIVEN", CSVHeaders: []string{"x", "x"}}, "", "CSV headers cannot contain duplicates."},
		{"a quote that is not closed", "a\n1\n\"2\n3\n", Config{}, `{"a":"1"}`, "record on line 3; parse error on line 4, column 3: extraneous or missing"},
		{"a quote in the middle", "a\nx\"y\n", Config{}, "", `bare " in non-quoted-field`},
		{"an unknown delimiter", "a\n", Config{CSVDelimiter: "DASH"}, "", `the CSVDelimiter "DASH" is none of`},
	})
}

func TestJSON(t *testing.T) {
	check(t, parseJSON, []reading{
		{"array", "\ufeff [1, {\"b\" : 2, \"a\": 0.0}, \"x\"] ", Config{}, `1 {"b":2,"a":0.0} "x"`, ""},
		{"empty array", "[]", Config{}, "", ""},
		{"object", `{"a": 1}`, Config{}, "", "Attempting to map over non-iterable node."},
		{"number", `12`, Config{}, "", "Attempting to map over non-iterable node."},
		{"pointer to an array", `{"x": [[0]], "a/b": {"~": [{}, [1, 2]]}}`, Config{ItemsPointer: "/a~1b/~0/1"}, "1 2", ""},
		{"pointer to an object", `{"a": {"k" : 1, "l": [ ]}, "rest": `, Config{ItemsPointer: "/a"}, "k=1 l=[]", ""},
		{"pointer to nothing", `{"a": {"k": 1}}`, Config{ItemsPointer: "/a/b"}, "", `"/a/b" leads to nothing: there is no "b"`},
		{"pointer through a number", `{"a": 1}`, Config{ItemsPointer: "/a/b"}, "", "leads to nothing"},
		{"pointer to a number", `{"a": 1}`, Config{ItemsPointer: "/a"}, "", "non-iterable"},
		{"no pointer", `[1]`, Config{ItemsPointer: "a"}, "", "is no JSON Pointer"},
		{"exact numbers", `[1.10, 12345678901234567890123]`, Config{}, "1.10 12345678901234567890123", ""},
		{"nothing", "", Config{}, "", "ends too early"},
		{"half", `[1, {"a": `, Config{}, "1", "ends too early"},
		{"no comma", `[1 2]`, Config{}, "1", "byte 3: "},
		{"something after it", `[1] 2`, Config{}, "1", "there is more after the end"},
		{"no JSON", `[1, nope]`, Config{}, "1", "byte"},
		{"very deep", "[" + strings.Repeat("[", 100_000), Config{}, "", "byte"},
	})
}

func TestJSONL(t *testing.T) {
	check(t, parseJSONL, []reading{
		{"lines", "{\"b\" : 1}\r\n\n [2, 3]\n\"x\"", Config{}, `{"b":1} [2,3] "x"`, ""},
		{"nothing", "\n\n", Config{}, "", ""},
		{"no JSON", "1\n{\"a\": }\n3\n", Config{}, "1", "line 2: Unexpected character"},
		{"two values in a line", "1 2\n", Config{}, "", "line 1: "},
	})
}

// endless is a file that never ends, and has no structure.
type endless byte

func (e endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(e)
	}
	return len(b), nil
}

func TestARecordThatNeverEndsIsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		parse   Parse
		file    io.Reader
		pointer string
	}{
		"an open quote":  {parseCSV, io.MultiReader(strings.NewReader("a\n\""), endless('x')), ""},
		"one line":       {parseJSONL, endless('1'), ""},
		"one string":     {parseJSON, io.MultiReader(strings.NewReader(`["`), endless('x')), ""},
		"one key":        {parseJSON, io.MultiReader(strings.NewReader(`{"`), endless('x')), "/x"},
		"only spaces":    {parseJSON, endless(' '), ""},
		"one CSV header": {parseCSV, endless('x'), ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, err := range c.parse(c.file, &Config{ItemsPointer: c.pointer}) {
				if err == nil || !strings.Contains(err.Error(), "longer than 16 MiB") {
					t.Errorf("the error is %v", err)
				}
			}
		})
	}
}

// bucketsOf are buckets in folders, by "bucket/key" and text.
func bucketsOf(t *testing.T, files map[string]string) Buckets {
	t.Helper()
	buckets := map[string]handlers.Bucket{}
	for path, text := range files {
		name, key, _ := strings.Cut(path, "/")
		if buckets[name] == nil {
			buckets[name] = handlers.Folder(t.TempDir())
		}
		if err := buckets[name].Put(t.Context(), key, handlers.Object{Body: []byte(text)}); err != nil {
			t.Fatal(err)
		}
	}
	return func(name string) (handlers.Bucket, error) {
		if b := buckets[name]; b != nil {
			return b, nil
		}
		return nil, fmt.Errorf("there is no bucket %q", name)
	}
}

func packedText(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func TestReader(t *testing.T) {
	buckets := bucketsOf(t, map[string]string{
		"in/a.csv": "x\n1\n2\n", "in/d/1.jsonl": "1\n2\n", "in/d/2.jsonl": "3\n", "in/list.json": "[7,8]", "in/z.jsonl.gz": packedText("9\n"),
		"in/bad.jsonl.gz": "this is not packed",
		"in/inventory/manifest.json": `{"sourceBucket": "in", "destinationBucket": "arn:aws:s3:::out", "fileFormat": "CSV",
			"fileSchema": "Bucket, Key, Size", "files": [{"key": "data/1.csv.gz"}, {"key": "data/2.csv"}]}`,
		"in/no-manifest.json": `{"files": []}`,
		"out/data/1.csv.gz":   packedText("\"in\",\"a.csv\",\"6\"\n"), "out/data/2.csv": "in,list.json,5\n",
		"in/unload": "s3://out/part1\ns3://in/d/2.jsonl\n", "out/part1": "5\n", "in/bad-unload": "http://x/y\n",
	})
	const get, list = "getObject", "listObjectsV2"
	for _, c := range []struct{ name, action, arguments, config, want string }{
		{"CSV", get, `{"Bucket":"in","Key":"a.csv"}`, `{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`, `S3://in/a.csv {"x":"1"} {"x":"2"}`},
		{"JSON", get, `{"Bucket":"in","Key":"list.json"}`, `{"InputType":"JSON"}`, `S3://in/list.json 7 8`},
		{"packed", get, `{"Bucket":"in","Key":"z.jsonl.gz"}`, `{"InputType":"JSONL"}`, `S3://in/z.jsonl.gz 9`},
		{"badly packed", get, `{"Bucket":"in","Key":"bad.jsonl.gz"}`, `{"InputType":"JSONL"}`, `S3://in/bad.jsonl.gz: gzip: invalid header`},
		{"all of a prefix", list, `{"Bucket":"in","Prefix":"d/"}`, `{"Transformation":"LOAD_AND_FLATTEN","InputType":"JSONL"}`, `S3://in/d/1.jsonl 1 2 S3://in/d/2.jsonl 3`},
		{"inventory", get, `{"Bucket":"in","Key":"inventory/manifest.json"}`, `{"InputType":"MANIFEST"}`,
			`S3://out/data/1.csv.gz {"Bucket":"in","Size":"6","Key":"a.csv"} S3://out/data/2.csv {"Bucket":"in","Size":"5","Key":"list.json"}`},
		{"no inventory", get, `{"Bucket":"in","Key":"no-manifest.json"}`, `{"InputType":"MANIFEST"}`, `S3://in/no-manifest.json is no manifest of an S3 inventory`},
		{"Athena", get, `{"Bucket":"in","Key":"unload"}`, `{"InputType":"JSONL","ManifestType":"ATHENA_DATA"}`, `S3://out/part1 5 S3://in/d/2.jsonl 3`},
		{"no URI", get, `{"Bucket":"in","Key":"bad-unload"}`, `{"InputType":"JSONL","ManifestType":"ATHENA_DATA"}`, `"http://x/y" is not the URI of an object`},
		{"no bucket", get, `{"Bucket":"none","Key":"k"}`, `{"InputType":"CSV"}`, `there is no bucket "none"`},
		{"no key", get, `{"Bucket":"in","Key":"none"}`, `{"InputType":"CSV"}`, `no such file`},
		{"no names", get, `{}`, `{"InputType":"CSV"}`, `names no Bucket`},
		{"no such type", get, `{"Bucket":"in","Key":"a.csv"}`, `{"InputType":"ORC"}`, `the InputType "ORC" cannot be read here`},
		{"Parquet without its reader", get, `{"Bucket":"in","Key":"a.csv"}`, `{"InputType":"PARQUET"}`, `the InputType "PARQUET" cannot be read here`},
		{"another action", "putObject", `{"Bucket":"in","Key":"a.csv"}`, `{}`, `not by "putObject"`},
		{"no config", get, `{"Bucket":"in","Key":"a.csv"}`, `"x"`, `the ReaderConfig "x" cannot be read`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &interp.Reader{Action: c.action, Arguments: value.Raw(c.arguments), Config: value.Raw(c.config)}
			if got := readAll(t.Context(), source{buckets: buckets}, r); !strings.Contains(got, c.want) {
				t.Errorf("read %s\nwant %s", got, c.want)
			}
		})
	}
}

// readAll is what a reader reads: each source with its items, and the error.
func readAll(ctx context.Context, s source, r *interp.Reader) string {
	var all []string
	at := ""
	for item, err := range s.items(ctx, r) {
		if err != nil {
			return strings.Join(append(all, err.Error()), " ")
		}
		if item.Source != at {
			at = item.Source
			all = append(all, at)
		}
		all = append(all, item.Value.Text())
	}
	return strings.Join(all, " ")
}

func TestListedObjects(t *testing.T) {
	buckets := bucketsOf(t, map[string]string{"b/p/1.txt": "0HelloWorld!", "b/q": ""})
	r := &interp.Reader{Action: "listObjectsV2", Arguments: value.Raw(`{"Bucket":"b","Prefix":"p/"}`)}
	got := readAll(t.Context(), source{buckets: buckets}, r)
	if !strings.HasPrefix(got, `S3://b {"Etag":"\"`) || !strings.Contains(got, `"Key":"p/1.txt","Size":12,"StorageClass":"STANDARD"}`) || strings.Contains(got, "q") {
		t.Errorf("read %s", got)
	}
}

func TestCanceledReadingEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	buckets := bucketsOf(t, map[string]string{"b/k": "1\n"})
	r := &interp.Reader{Action: "getObject", Arguments: value.Raw(`{"Bucket":"b","Key":"k"}`), Config: value.Raw(`{"InputType":"JSONL"}`)}
	if got := readAll(ctx, source{buckets: buckets}, r); !strings.Contains(got, "canceled") {
		t.Errorf("read %s", got)
	}
}

func FuzzCSV(f *testing.F)   { fuzz(f, parseCSV, "a,b\n1,2\n\"x\"\"\",\n", "\"", "a|b\n\xff|\x00") }
func FuzzJSON(f *testing.F)  { fuzz(f, parseJSON, `[1,{"a":[]}]`, `{"a":[1]}`, "[", `{"a":{"b":`) }
func FuzzJSONL(f *testing.F) { fuzz(f, parseJSONL, "1\n{}\n", "\"\\u00", "[[\n") }

// fuzz reads whatever there is: every item is JSON, and what is wrong is an error.
func fuzz(f *testing.F, parse Parse, seeds ...string) {
	for _, s := range seeds {
		f.Add(s, "", "PIPE")
		f.Add(s, "/a/0", "")
	}
	f.Fuzz(func(t *testing.T, text, pointer, delimiter string) {
		for item, err := range parse(strings.NewReader(text), &Config{ItemsPointer: pointer, CSVDelimiter: delimiter}) {
			if err != nil {
				continue
			}
			if _, err := value.Parse(item.Value.Text()); err != nil {
				t.Fatalf("the item %q of %q is no JSON: %v", item.Value.Text(), text, err)
			}
		}
	})
}
