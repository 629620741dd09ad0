package reducer

import (
	"context"
	"fmt"

	"canto/handlers"
)

// The keys that are written.
const (
	PageKey = "index.html"
	DataKey = "poem.json"
)

// Putter is what the function needs of a bucket; every handlers.Bucket is one.
type Putter interface {
	Put(ctx context.Context, key string, o handlers.Object) error
}

// Function is the Lambda function. It is safe for concurrent use as far as its bucket is.
type Function struct {
	cfg    Config
	bucket Putter
}

// New is a Function that writes into bucket.
func New(cfg Config, bucket Putter) *Function { return &Function{cfg: cfg, bucket: bucket} }

// Result is the function's output: small, since it is the execution's.
type Result struct {
	Page      string `json:"Page"` // key of the page
	Data      string `json:"Data"` // key of the poem as JSON
	Lines     int    `json:"Lines"`
	Sources   int    `json:"Sources"`         // pages that the lines come from
	Articles  int    `json:"Articles"`        // that the Map handed over
	Sentences int    `json:"Sentences"`       // that they held
	Failed    int    `json:"Failed"`          // articles that gave nothing: nulls
	Skipped   int    `json:"Skipped"`         // articles in a language that the analyzer cannot read
	Error     string `json:"Error,omitempty"` // of the Map, when it failed as a whole
}

// WriteError is a page or its data that the bucket did not take.
type WriteError struct {
	Key string
	Err error
}

func (e *WriteError) Error() string { return fmt.Sprintf("writing %s: %v", e.Key, e.Err) }

func (e *WriteError) Unwrap() error { return e.Err }

// Reduce makes the poem and writes it: the data first and the page last, so that a
// reader of a new page finds its data. Its error is a *WriteError. An input without a
// single strong sentence, or an error output, is a page as well, and says so.
func (f *Function) Reduce(ctx context.Context, in Input) (Result, error) {
	poem := f.cfg.poem(in)
	data, err := poem.data()
	if err != nil {
		return Result{}, &WriteError{Key: DataKey, Err: err}
	}
	page, err := poem.page()
	if err != nil {
		return Result{}, &WriteError{Key: PageKey, Err: err}
	}
	if err := f.put(ctx, DataKey, handlers.Object{Body: data, ContentType: "application/json"}); err != nil {
		return Result{}, err
	}
	if err := f.put(ctx, PageKey, handlers.Object{Body: page, ContentType: "text/html; charset=utf-8"}); err != nil {
		return Result{}, err
	}
	return Result{
		Page: PageKey, Data: DataKey, Lines: len(poem.Lines), Sources: len(poem.Sources),
		Articles: poem.Articles, Sentences: poem.Sentences, Failed: poem.Failed, Skipped: poem.Skipped, Error: poem.Error,
	}, nil
}

func (f *Function) put(ctx context.Context, key string, o handlers.Object) error {
	if err := f.bucket.Put(ctx, key, o); err != nil {
		return &WriteError{Key: key, Err: err}
	}
	return nil
}
