package golden

import (
	"context"
	"errors"
	"fmt"

	"canto/asl/value"
	"canto/handlers"
	"canto/runtime"

	"github.com/rogpeppe/go-internal/diff"
)

// Functions makes the functions that the tasks of a case call where it does not mock
// them. It is called for each of the case's runs.
type Functions func() (*handlers.Registry, error)

// Run runs the case: once as it is, and once killed after each answer and resumed
// from its journal. That the two differ is an error, since it is a fault of canto,
// or of a function that does not give the same twice. functions may be nil.
func Run(ctx context.Context, c *Case, functions Functions) (*Result, error) {
	plain, err := c.plain(ctx, functions)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Path, err)
	}
	resumed, err := c.killed(ctx, functions)
	if err != nil {
		return nil, fmt.Errorf("%s: killed after each answer and resumed: %w", c.Path, err)
	}
	if was, is := protocol(plain), protocol(resumed); was != is {
		return nil, fmt.Errorf("%s: killed after each answer and resumed, the execution goes another way:\n%s",
			c.Path, diff.Diff("in one go", []byte(was), "resumed", []byte(is)))
	}
	return newResult(c, plain), nil
}

// protocol is all that is known of a run, with every byte of its history.
func protocol(run *runtime.Run) string {
	var b []byte
	for e := range run.History.All() {
		b = e.AppendLine(b)
	}
	return fmt.Sprintf("%s%s\n%s\n%d retries, %d catches\n", b, run.Output.Text(), failure(run), run.Retries, run.Catches)
}

func (c *Case) plain(ctx context.Context, functions Functions) (*runtime.Run, error) {
	engine, err := c.engine(functions, newBuckets(c.archive))
	if err != nil {
		return nil, err
	}
	return engine.Run(ctx, c.machine, c.input)
}

// killed runs the case on a disk that outlives its engines. Each engine is gone when
// it has kept a turn or, in a long case, a few of them.
func (c *Case) killed(ctx context.Context, functions Functions) (*runtime.Run, error) {
	d, kept := &disk{left: 1}, newBuckets(c.archive)
	engine, err := c.engine(functions, kept, runtime.Journal(d))
	if err != nil {
		return nil, err
	}
	run, err := engine.Run(ctx, c.machine, c.input)
	for errors.Is(err, errKilled) {
		arn := run.ARN
		d.left = 1 + d.turns/50
		if engine, err = c.engine(functions, kept, runtime.Journal(d)); err != nil {
			return nil, err
		}
		run, err = engine.Resume(ctx, c.machine, arn)
	}
	return run, err
}

// engine makes an engine for one run.
func (c *Case) engine(functions Functions, b *buckets, more ...runtime.Option) (*runtime.Engine, error) {
	registry := handlers.NewRegistry()
	if functions != nil {
		var err error
		if registry, err = functions(); err != nil {
			return nil, err
		}
	}
	if err := c.Options.register(registry); err != nil {
		return nil, err
	}
	if err := handlers.RegisterS3(registry, b.find); err != nil && !errors.Is(err, handlers.ErrDuplicate) {
		return nil, err
	}
	stopper := &stopper{stop: c.Options.Stop}
	opts := append(more, runtime.Functions(registry), runtime.Buckets(b.find), runtime.Seed(c.Options.Seed), runtime.Resolver(c.mock), runtime.Resolver(stopper.wrap))
	if c.Options.NoLimits {
		opts = append(opts, runtime.NoLimits())
	}
	stopper.engine = runtime.New(opts...)
	return stopper.engine, nil
}

// register adds the functions that the options name.
func (o Options) register(r *handlers.Registry) error {
	for name, answer := range o.Functions {
		if err := r.Register(name, constant(answer)); err != nil {
			return err
		}
	}
	for _, name := range o.Echoes {
		if err := r.Register(name, handlers.HandlerFunc(echo)); err != nil {
			return err
		}
	}
	return nil
}

func echo(_ context.Context, c handlers.Call) (value.Value, error) { return c.Input, nil }

func constant(answer value.Value) handlers.Handler {
	return handlers.HandlerFunc(func(context.Context, handlers.Call) (value.Value, error) { return answer, nil })
}

func (c *Case) mock(real handlers.Resolver) handlers.Resolver {
	if c.mocks == nil {
		return real
	}
	return c.mocks.Resolver(real)
}

// stopper stops the execution in the place of a task.
type stopper struct {
	stop   *Stop // nil: never
	engine *runtime.Engine
	real   handlers.Resolver
}

func (s *stopper) wrap(real handlers.Resolver) handlers.Resolver {
	if s.stop == nil {
		return real
	}
	s.real = real
	return s
}

// Resolve makes the task of the state stop its execution.
func (s *stopper) Resolve(c handlers.Call) (handlers.Handler, error) {
	if c.State != s.stop.State {
		return s.real.Resolve(c)
	}
	return handlers.HandlerFunc(s.invoke), nil
}

func (s *stopper) invoke(ctx context.Context, c handlers.Call) (value.Value, error) {
	arn := fmt.Sprintf("arn:aws:states:%s:%s:execution:%s:%s", runtime.Region, runtime.Account, c.Machine, c.Execution)
	if err := s.engine.Stop(ctx, arn, s.stop.Error, s.stop.Cause); err != nil {
		return value.Value{}, err
	}
	<-ctx.Done()
	return value.Value{}, ctx.Err()
}
