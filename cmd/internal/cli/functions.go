package cli

import (
	"context"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"canto/asl/value"
	"canto/handlers"
	"canto/handlers/poem/crawler"
	"canto/handlers/poem/extractor"
	"canto/handlers/poem/reducer"
	"canto/handlers/poem/sentiment"
	"canto/testdata/site"
)

// builtin is a function that is registered without being asked for.
type builtin struct {
	name string
	open func(world) (handlers.Handler, error)
}

// builtins are the functions of the poem.
var builtins = []builtin{
	{"crawler", func(w world) (handlers.Handler, error) {
		cfg, err := crawler.FromEnv(w.getenv)
		return handlers.Func(crawler.New(cfg, w.web).Crawl), err
	}},
	{"extractor", func(w world) (handlers.Handler, error) {
		cfg, err := extractor.FromEnv(w.getenv)
		return handlers.Func(extractor.New(cfg, w.web).Extract), err
	}},
	{"sentiment", func(w world) (handlers.Handler, error) {
		cfg, err := sentiment.FromEnv(w.getenv)
		if err != nil {
			return nil, err
		}
		f, err := sentiment.New(cfg)
		if err != nil {
			return nil, err
		}
		return handlers.Func(f.Analyze), nil
	}},
	{"reducer", func(w world) (handlers.Handler, error) {
		cfg, err := reducer.FromEnv(w.getenv)
		cfg.Clock = w.clock
		return handlers.Func(reducer.New(cfg, w.bucket).Reduce), err
	}},
}

// world is what the functions know of what is around them.
type world struct {
	web    http.RoundTripper // nil: the real one
	getenv func(string) string
	clock  func() time.Time // nil: the real one
	bucket handlers.Bucket
}

// offline is the world without a network, in which it is always the same day.
func offline(b handlers.Bucket) world {
	return world{web: site.Transport(), getenv: site.Getenv(os.Getenv), clock: func() time.Time { return site.Now }, bucket: b}
}

// online is the world as it is.
func online(b handlers.Bucket) world { return world{getenv: os.Getenv, bucket: b} }

// register adds the built-in functions, but for those that the user has bound to
// something else. They are made when they are first needed.
func register(r *handlers.Registry, w func() world) error {
	here := sync.OnceValue(w)
	taken := r.Names()
	for _, b := range builtins {
		if slices.Contains(taken, b.name) {
			continue
		}
		open := sync.OnceValues(func() (handlers.Handler, error) { return b.open(here()) })
		if err := r.Register(b.name, lazy(open)); err != nil {
			return err
		}
	}
	return nil
}

// lazy is a handler that is made when it is first needed.
type lazy func() (handlers.Handler, error)

// Invoke makes the handler if it has not been made, and calls it.
func (open lazy) Invoke(ctx context.Context, c handlers.Call) (value.Value, error) {
	h, err := open()
	if err != nil {
		return value.Value{}, err
	}
	return h.Invoke(ctx, c)
}
