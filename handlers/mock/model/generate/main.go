// Generate writes what package model embeds, from the models of AWS services as
// botocore brings them along (Debian: python3-botocore). The models are not a part of
// canto; the facts that are taken from them are: names, types, bounds, and what is
// required, of answers alone.
//
//	go run ./handlers/mock/model/generate -data .../botocore/data -out handlers/mock/model/models.json.gz
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// services are botocore's names of services, by those that "aws-sdk" integrations use.
var services = map[string]string{
	"sfn": "stepfunctions", "lambda": "lambda", "s3": "s3", "eventbridge": "events",
	"dynamodb": "dynamodb", "kms": "kms", "sqs": "sqs", "sns": "sns",
}

func main() {
	data := flag.String("data", "/usr/lib/python3/dist-packages/botocore/data", "botocore's folder of models")
	out := flag.String("out", "models.json.gz", "the file to write")
	flag.Parse()
	if err := generate(*data, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate(data, out string) error {
	all := map[string]service{}
	for name, folder := range services {
		m, err := read(filepath.Join(data, folder))
		if err != nil {
			return err
		}
		all[name] = m.service()
	}
	text, err := json.Marshal(all) // maps are written in the order of their keys
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(out, b.Bytes(), 0o644)
}

// read reads the newest model in a service's folder, packed or not.
func read(folder string) (*model, error) {
	files, _ := filepath.Glob(filepath.Join(folder, "*", "service-2.json*")) // the pattern is valid
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no service-2.json", folder)
	}
	slices.Sort(files)
	newest := files[len(files)-1]
	text, err := os.ReadFile(newest)
	if err != nil {
		return nil, err
	}
	m := &model{}
	if !strings.HasSuffix(newest, ".gz") {
		return m, json.Unmarshal(text, m)
	}
	r, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	return m, json.NewDecoder(r).Decode(m)
}

// model is what of botocore's format is needed.
type model struct {
	Operations map[string]struct{ Output *reference }
	Shapes     map[string]*modelShape
}

type reference struct{ Shape string }

type modelShape struct {
	Type          string
	Required      []string
	Members       members
	Member, Value reference
	Min, Max      *float64
	Enum          []string
	Document      bool
}

// members keep their order.
type members []struct{ Name, Shape string }

// UnmarshalJSON reads an object.
func (ms *members) UnmarshalJSON(text []byte) error {
	in := json.NewDecoder(bytes.NewReader(text))
	if _, err := in.Token(); err != nil {
		return err
	}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return err
		}
		var r reference
		if err := in.Decode(&r); err != nil {
			return err
		}
		*ms = append(*ms, struct{ Name, Shape string }{name.(string), r.Shape})
	}
	return nil
}

// service, shape and member are what package model reads.
type service struct {
	Operations map[string]string `json:"o"`
	Shapes     map[string]shape  `json:"s"`
}

type shape struct {
	Kind    string   `json:"k"`
	Min     *float64 `json:"l,omitempty"`
	Max     *float64 `json:"h,omitempty"`
	Enum    []string `json:"v,omitempty"`
	Members []member `json:"m,omitempty"`
	Element string   `json:"e,omitempty"`
}

type member struct {
	Name     string `json:"n"`
	SDK      string `json:"j,omitempty"` // where it is another
	Shape    string `json:"t"`
	Required bool   `json:"r,omitempty"`
}

// service keeps the shapes that answers reach.
func (m *model) service() service {
	s := service{Operations: map[string]string{}, Shapes: map[string]shape{}}
	for name, o := range m.Operations {
		if o.Output != nil {
			s.Operations[name] = o.Output.Shape
			m.reach(o.Output.Shape, s.Shapes)
		}
	}
	return s
}

func (m *model) reach(name string, into map[string]shape) {
	from := m.Shapes[name]
	if _, there := into[name]; there || from == nil {
		return
	}
	s := shape{Kind: kindOf(from), Min: from.Min, Max: from.Max, Enum: from.Enum, Element: from.Member.Shape + from.Value.Shape}
	into[name] = s
	for _, f := range from.Members {
		upper := strings.ToUpper(f.Name[:1]) + f.Name[1:]
		entry := member{Name: upper, Shape: f.Shape, Required: slices.Contains(from.Required, f.Name)}
		if sdk := sdkName(f.Name); sdk != upper {
			entry.SDK = sdk
		}
		s.Members = append(s.Members, entry)
		m.reach(f.Shape, into)
	}
	if s.Element != "" {
		m.reach(s.Element, into)
	}
	into[name] = s
}

// kindOf is the kind of JSON in which a shape's values are written.
func kindOf(s *modelShape) string {
	switch {
	case s.Document:
		return "any"
	case s.Type == "structure", s.Type == "map":
		return "object"
	case s.Type == "list":
		return "array"
	case s.Type == "boolean":
		return "boolean"
	case s.Type == "integer", s.Type == "long", s.Type == "float", s.Type == "double":
		return "number"
	}
	return "string" // blobs and times, too
}

// sdkName spells a member as "aws-sdk" integrations do, that is as the SDK for Java
// does: each word with one capital, so that SSEKMSKeyId is SsekmsKeyId.
func sdkName(name string) string {
	var b strings.Builder
	letters := []rune(name)
	for i, r := range letters {
		if begins(letters, i) {
			b.WriteRune(unicode.ToUpper(r))
		} else {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// begins says whether a word begins at letter i: after a small letter or a digit, or
// with the last capital before a small letter.
func begins(letters []rune, i int) bool {
	if i == 0 {
		return true
	}
	last, this := letters[i-1], letters[i]
	following := i+1 < len(letters)
	switch {
	case unicode.IsDigit(last):
		return unicode.IsLetter(this)
	case !unicode.IsUpper(this):
		return false
	case unicode.IsLower(last):
		return following && (unicode.IsLetter(letters[i+1]) || unicode.IsDigit(letters[i+1]))
	}
	return following && unicode.IsLower(letters[i+1])
}
