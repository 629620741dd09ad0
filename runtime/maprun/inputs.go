package maprun

import (
	"context"
	"fmt"
	"iter"

	"canto/asl/value"
	"canto/runtime/interp"
)

// maxItems is how many items a Map Run reads at most (recorded behaviour: a greater
// MaxItems is no error).
const maxItems = 100_000_000

// inputs makes the inputs of children of a Map Run's items.
type inputs struct {
	run  *interp.MapRun
	read source
}

// input is the input of one child.
type input struct {
	value value.Value
	items int // that are in it
}

// count says how many items there are, where that has to be known before: a tolerated
// percentage is one of all items. Else it is 0.
func (in *inputs) count(ctx context.Context, t interp.Tolerance) (int64, error) {
	switch {
	case !t.Relative():
		return 0, nil
	case in.run.Reader == nil:
		return int64(in.run.Items.Len()), nil
	}
	n := int64(0)
	for _, err := range in.items(ctx) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// items yields the items. It ends after the first error.
func (in *inputs) items(ctx context.Context) iter.Seq2[interp.Item, error] {
	r := in.run.Reader
	if r == nil {
		return sure(interp.ItemsOf(in.run.Items, interp.StateData))
	}
	if r.MaxItems < 0 {
		return fails[interp.Item](failf(ErrItemReader, "field MaxItems must be positive"))
	}
	most := r.MaxItems
	if most == 0 || most > maxItems {
		most = maxItems
	}
	return numbered(in.read.items(ctx, r), most)
}

// numbered gives the items their indexes, and takes the first of them.
func numbered(items iter.Seq2[interp.Item, error], most int64) iter.Seq2[interp.Item, error] {
	return func(yield func(interp.Item, error) bool) {
		n := 0
		for item, err := range items {
			if err != nil {
				yield(item, failure(ErrItemReader, err))
				return
			}
			item.Index = n
			n++
			if !yield(item, nil) || int64(n) == most {
				return
			}
		}
	}
}

// all yields the inputs of the children, in order. It ends after the first error.
func (in *inputs) all(ctx context.Context) iter.Seq2[input, error] {
	return func(yield func(input, error) bool) {
		b := in.run.NewBatcher()
		for item, err := range in.items(ctx) {
			var part value.Value
			if err == nil {
				part, err = in.part(item)
			}
			if err != nil {
				yield(input{}, err)
				return
			}
			if !b.Fits(part) && !yield(take(b), nil) {
				return
			}
			b.Add(part)
		}
		if b.Len() > 0 {
			yield(take(b), nil)
		}
	}
}

func take(b *interp.Batcher) input {
	n := b.Len()
	return input{b.Take(), n}
}

// part is what the state makes of an item.
func (in *inputs) part(item interp.Item) (value.Value, error) {
	part, err := in.run.Select(item)
	if err == nil && !in.run.NoLimits && part.Size() > interp.MaxPayload {
		err = failure(ErrItemReader, fmt.Errorf("the item %d of %s has %d bytes, and a child takes %d at most",
			item.Index, item.Source, part.Size(), interp.MaxPayload))
	}
	return part, err
}

func sure[T any](all iter.Seq[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for x := range all {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func fails[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		yield(none, err)
	}
}
