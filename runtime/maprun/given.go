package maprun

import (
	"fmt"
	"iter"
	"strings"

	"canto/runtime/interp"
)

// Given yields the items that an ItemReader would read, where its source holds text:
// the file, or of s3:listObjectsV2 the list in JSON. It ends after the first error,
// which is an *asl.Error as the Map Run would fail by.
func (r *Runner) Given(reader *interp.Reader, text string) iter.Seq2[interp.Item, error] {
	c, err := readConfig(reader.Config)
	if err == nil && reader.Action == "listObjectsV2" {
		c.InputType = "JSON"
	}
	var parse Parse
	if err == nil {
		parse, err = source{formats: r.Formats}.parse(c.InputType)
	}
	if err != nil {
		return fails[interp.Item](failure(ErrItemReader, err))
	}
	at := place{name: argument(reader.Arguments, "Bucket"), key: argument(reader.Arguments, "Key")}.String()
	return func(yield func(interp.Item, error) bool) {
		n := int64(0)
		for item, err := range parse(strings.NewReader(text), c) {
			if err != nil {
				yield(item, failure(ErrItemReader, fmt.Errorf("%s: %w", at, err)))
				return
			}
			item.Source = at
			if n++; !yield(item, nil) || n == reader.MaxItems {
				return
			}
		}
	}
}
